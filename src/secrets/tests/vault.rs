//! A Vault, which others use too and which fails at any moment.

use secrecy::ExposeSecret as _;
use serde_json::{Value as Json, json};

use super::*;
use crate::model::Holds;
use crate::secrets::{VaultLogin, VaultSession, VaultSettings, VaultSink};

#[path = "../../../tests/it/helpers/vault/mod.rs"]
pub(super) mod double;

use double::{ROOT, Trouble, Vault};

pub(super) const PLACE: &str = "secret/m2m/gift";
pub(super) const DATA: &str = "secret/data/m2m/gift";
pub(super) const METADATA: &str = "secret/metadata/m2m/gift";

pub(super) fn settings_of(vault: &Vault) -> VaultSettings {
    VaultSettings {
        address: vault.url().parse().unwrap(),
        namespace: None,
        mount: "secret".to_owned(),
        authority: None,
        login: VaultLogin::Token(ROOT.into()),
    }
}

pub(super) fn sink_at(vault: &Vault) -> VaultSink {
    VaultSink::new(settings_of(vault), VaultSession::default()).unwrap()
}

/// One that may do what these rules say.
pub(super) fn limited(vault: &Vault, rules: &[(&str, &[&str])]) -> VaultSink {
    let token = "hvs.limited-canary-token";
    vault.let_in(token, rules);
    let mut settings = settings_of(vault);
    settings.login = VaultLogin::Token(token.into());
    VaultSink::new(settings, VaultSession::default()).unwrap()
}

pub(super) fn check_changed(error: &SinkError) {
    assert!(
        matches!(error, SinkError::Changed { .. }),
        "{error:?}"
    );
    check_hidden(error);
}

#[tokio::test]
async fn an_entry_is_written_over_what_was_looked_at_alone_and_read_back() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    assert_eq!(look(&sink, PLACE).await, Looked::Nothing);
    assert!(
        sink.read(PLACE)
            .await
            .unwrap()
            .is_none()
    );

    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();
    let first = seen(&sink, PLACE).await;
    assert_eq!(first.label, entry().label);
    assert_eq!(first.revision.as_deref(), Some("1"));
    let read = sink.read(PLACE).await.unwrap().unwrap();
    assert_eq!(read.secret.unwrap().expose_secret(), CANARY);
    assert_eq!(read.endpoints, entry().endpoints);
    assert_eq!(read.audiences, entry().audiences);

    check_changed(
        &sink
            .put(PLACE, &newer(), None)
            .await
            .unwrap_err(),
    );
    sink.put(PLACE, &newer(), Some(&first))
        .await
        .unwrap();
    let second = seen(&sink, PLACE).await;
    assert_eq!(
        (second.label.version, second.revision.as_deref()),
        (2, Some("2"))
    );
    check_changed(
        &sink
            .put(PLACE, &newer(), Some(&first))
            .await
            .unwrap_err(),
    );
    check_changed(
        &sink
            .remove(PLACE, &first)
            .await
            .unwrap_err(),
    );

    sink.remove(PLACE, &second)
        .await
        .unwrap();
    assert_eq!(look(&sink, PLACE).await, Looked::Nothing);
    assert_eq!(
        vault
            .somebody("GET", METADATA, Json::Null)
            .0,
        404
    );
}

#[tokio::test]
async fn whoever_writes_between_the_look_and_the_write_is_not_written_over() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();
    let before = seen(&sink, PLACE).await;

    // Behind the look that each write begins with, only the
    // check of the store is left.
    vault.strike(WRITE, Trouble::Status(429));
    let more = newer();
    let put = sink.put(PLACE, &more, Some(&before));
    let other = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        vault.somebody(
            "POST",
            DATA,
            json!({ "data": { "theirs": "1" } }),
        )
    };
    let (put, other) = tokio::join!(put, other);
    assert_eq!(other.0, 200);
    check_changed(&put.unwrap_err());
    let there = vault
        .somebody("GET", DATA, Json::Null)
        .1;
    assert_eq!(there["data"]["data"], json!({ "theirs": "1" }));
}

#[tokio::test]
async fn a_secret_of_somebody_else_is_let_be() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    vault.somebody(
        "POST",
        DATA,
        json!({ "data": { "password": "theirs" } }),
    );
    assert!(matches!(
        look(&sink, PLACE).await,
        Looked::Strange(_)
    ));
    let error = sink
        .put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Strange { .. }),
        "{error:?}"
    );
    let error = sink.read(PLACE).await.unwrap_err();
    assert!(
        matches!(error, SinkError::Strange { .. }),
        "{error:?}"
    );
    let there = vault
        .somebody("GET", DATA, Json::Null)
        .1;
    assert_eq!(there["data"]["data"]["password"], "theirs");

    let hostile = json!({ "custom_metadata": {
        "grantry_form": "1", "grantry_version": "1", "grantry_stack": "\u{202e}##[error]" } });
    vault.somebody("POST", METADATA, hostile);
    let Looked::Strange(reason) = look(&sink, PLACE).await else {
        panic!("that is no label");
    };
    assert!(
        !reason.contains('\u{202e}') && !reason.contains("##["),
        "{reason}"
    );

    let newer = json!({ "custom_metadata": { "grantry_form": "2" } });
    vault.somebody("POST", METADATA, newer);
    let expected = Looked::Strange("a newer Grantry has written it".to_owned());
    assert_eq!(look(&sink, PLACE).await, expected);
}

#[tokio::test]
async fn what_was_deleted_holds_nothing_and_is_written_over() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    assert_eq!(look(&sink, PLACE).await, Looked::Nothing);
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();
    for (version, gone) in [(1, "delete"), (2, "destroy")] {
        let before = seen(&sink, PLACE).await;
        assert_eq!(before.revision, Some(version.to_string()));
        assert_eq!(before.label, entry().label);
        vault.somebody(
            "POST",
            &format!("secret/{gone}/m2m/gift"),
            json!({ "versions": [version] }),
        );

        assert!(
            sink.read(PLACE)
                .await
                .unwrap()
                .is_none(),
            "{gone}"
        );
        let deleted = seen(&sink, PLACE).await;
        assert_eq!(deleted.label.holds, Holds::Nothing);
        sink.put(PLACE, &entry(), Some(&deleted))
            .await
            .unwrap();
    }
}

/// They can restore it.
#[tokio::test]
async fn what_others_have_deleted_is_still_theirs() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    vault.somebody(
        "POST",
        DATA,
        json!({ "data": { "password": "theirs" } }),
    );
    vault.somebody("DELETE", DATA, json!({}));

    assert!(matches!(
        look(&sink, PLACE).await,
        Looked::Strange(_)
    ));
    let error = sink
        .put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Strange { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_will_be_deleted_by_itself_is_still_there() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    let notes = json!({ "delete_version_after": "720h", "max_versions": 3,
        "custom_metadata": { "owner": "team" } });
    vault.somebody("POST", METADATA, notes);
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();
    assert_eq!(seen(&sink, PLACE).await.label, entry().label);

    let there = vault
        .somebody("GET", METADATA, Json::Null)
        .1;
    assert_eq!(
        there["data"]["custom_metadata"]["owner"],
        "team"
    );
    assert_eq!(there["data"]["max_versions"], 3);
}

/// What notes a label, and what writes a secret.
const NOTE: &str = "POST secret/metadata/m2m/gift";
pub(super) const WRITE: &str = "POST secret/data/m2m/gift";

#[tokio::test]
async fn a_label_of_another_version_is_one_of_something_older() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();
    let before = seen(&sink, PLACE).await;

    vault.strike(NOTE, Trouble::Status(403));
    sink.put(PLACE, &newer(), Some(&before))
        .await
        .unwrap_err();
    let stopped = seen(&sink, PLACE).await;
    assert_ne!(stopped.label.content, entry().label.content);
    assert_eq!(stopped.revision.as_deref(), Some("2"));

    sink.put(PLACE, &newer(), Some(&stopped))
        .await
        .unwrap();
    assert_eq!(seen(&sink, PLACE).await.label, newer().label);
}

#[tokio::test]
async fn a_first_write_that_stops_leaves_nothing_that_nobody_may_write_over() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    vault.strike(WRITE, Trouble::Status(403));
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    assert_eq!(look(&sink, PLACE).await, Looked::Nothing);

    // It is noted for ours already, so the note behind
    // the secret is the only one.
    vault.strike(NOTE, Trouble::Status(403));
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    let stopped = seen(&sink, PLACE).await;
    assert!(stopped.label.content.is_empty(), "{stopped:?}");
    sink.put(PLACE, &entry(), Some(&stopped))
        .await
        .unwrap();
    assert_eq!(seen(&sink, PLACE).await.label, entry().label);
}
