//! Who we are at a Vault, and what we may do there.

use reqwest::Url;
use serde_json::json;

use super::vault::double::{ROOT, Vault};
use super::vault::{PLACE, limited, settings_of, sink_at};
use super::*;
use crate::secrets::{VaultLogin, VaultSession, VaultSettings, VaultSink};

#[tokio::test]
async fn without_the_right_to_list_each_is_asked_for() {
    let vault = Vault::start().await;
    sink_at(&vault)
        .put(PLACE, &entry(), None)
        .await
        .unwrap();
    let sink = limited(&vault, &[("secret/metadata/*", &["read"])]);
    assert_eq!(seen(&sink, PLACE).await.label, entry().label);
    assert_eq!(
        look(&sink, "secret/m2m/other").await,
        Looked::Nothing
    );
}

#[tokio::test]
async fn a_check_tells_all_that_is_not_allowed_at_once() {
    let vault = Vault::start().await;
    let places: Vec<String> = (0..120)
        .map(|number| format!("secret/m2m/{number}"))
        .collect();
    sink_at(&vault)
        .check(&places)
        .await
        .unwrap();

    let sink = limited(
        &vault,
        &[
            ("sys/capabilities-self", &["update"]),
            ("secret/data/*", &["create", "update"]),
            ("secret/data/m2m/7", &["create"]),
            (
                "secret/metadata/*",
                &["create", "update", "read"],
            ),
            ("secret/metadata/m2m/119", &["deny"]),
        ],
    );
    let error = sink.check(&places).await.unwrap_err();
    let advice = error.next_step().unwrap().to_string();
    let expected = "have its policy allow: update on `secret/data/m2m/7`; \
                    create, update, read on `secret/metadata/m2m/119`";
    assert_eq!(advice, expected);
    check_hidden(&error);

    // Whoever may not ask finds out when it is written.
    limited(&vault, &[])
        .check(&places)
        .await
        .unwrap();
}

#[tokio::test]
async fn no_other_store_is_written_to() {
    let vault = Vault::start().await;
    for (mount, says) in [
        ("old", "no KV store of version 2"),
        ("nowhere", "no handler for route"),
    ] {
        let mut settings = settings_of(&vault);
        settings.mount = mount.to_owned();
        let sink = VaultSink::new(settings, VaultSession::default()).unwrap();
        let places = [format!("{mount}/m2m/gift")];
        let error = match sink.check(&places).await {
            Ok(()) => sink.look(&places).await.unwrap_err(),
            Err(error) => error,
        };
        assert!(
            matches!(error, SinkError::NotSetUp { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains(says), "{error}");
    }

    let error = sink_at(&vault)
        .look(&["other/m2m/gift".to_owned()])
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::NotSetUp { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn one_login_is_enough_for_a_run() {
    let vault = Vault::start().await;
    let approle = json!({ "role_id": "us", "secret_id": "canary-secret-id" });
    vault.expect_login("approle", approle, "hvs.canary-approle-token");
    let kubernetes = json!({ "role": "us", "jwt": "canary.jwt.of-the-pod" });
    vault.expect_login(
        "k8s/prod",
        kubernetes,
        "hvs.canary-kubernetes-token",
    );

    for login in [
        VaultLogin::AppRole {
            role_id: "us".to_owned(),
            secret_id: "canary-secret-id\n".into(),
            mount: None,
        },
        VaultLogin::Kubernetes {
            role: "us".to_owned(),
            token: "canary.jwt.of-the-pod\n".into(),
            mount: Some("k8s/prod".to_owned()),
        },
    ] {
        let mut settings = settings_of(&vault);
        settings.login = login;
        let sink =
            VaultSink::new(settings.clone(), VaultSession::default()).unwrap();
        sink.check(&[PLACE.to_owned()])
            .await
            .unwrap();
        look(&sink, PLACE).await;
        assert!(!format!("{sink:?} {settings:?}").contains("canary"));

        // Each of them was good for one.
        let error = VaultSink::new(settings, VaultSession::default())
            .unwrap()
            .check(&[])
            .await
            .unwrap_err();
        assert!(
            matches!(error, SinkError::Unauthorized { .. }),
            "{error:?}"
        );
        check_hidden(&error);
    }
}

#[tokio::test]
async fn a_token_that_is_not_known_is_told_from_a_right_that_lacks() {
    let vault = Vault::start().await;
    let mut stranger = settings_of(&vault);
    stranger.login = VaultLogin::Token("hvs.canary-of-nobody".into());
    let sink = VaultSink::new(stranger, VaultSession::default()).unwrap();
    let error = sink
        .check(&[PLACE.to_owned()])
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Unauthorized { .. }),
        "{error:?}"
    );
    check_hidden(&error);

    let sink = limited(&vault, &[("secret/metadata/*", &["list"])]);
    let error = sink
        .put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Refused { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn namespaces_are_apart() {
    let vault = Vault::start().await;
    let mut settings = settings_of(&vault);
    settings.namespace = Some("team".to_owned());
    let team = VaultSink::new(settings, VaultSession::default()).unwrap();
    team.put(PLACE, &entry(), None)
        .await
        .unwrap();
    assert_eq!(
        look(&sink_at(&vault), PLACE).await,
        Looked::Nothing
    );
    assert_eq!(seen(&team, PLACE).await.label, entry().label);
}

#[test]
fn nothing_is_sent_where_others_could_read_it() {
    for address in [
        "http://vault.example:8200",
        "ftp://127.0.0.1",
        "https://us:canary@vault.example",
        "https://vault.example/?canary",
        "https://vault.example/#canary",
    ] {
        let settings = VaultSettings {
            address: Url::parse(address).unwrap(),
            namespace: None,
            mount: "secret".to_owned(),
            authority: None,
            login: VaultLogin::Token(ROOT.into()),
        };
        let error =
            VaultSink::new(settings, VaultSession::default()).unwrap_err();
        assert!(
            matches!(error, SinkError::NotSetUp { .. }),
            "{error:?}"
        );
        check_hidden(&error);
    }
}
