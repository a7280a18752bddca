//! Files that are encrypted.

use std::collections::BTreeSet;
use std::fs;

use ::age::x25519::Identity;
use secrecy::ExposeSecret as _;

use super::*;
use crate::model::{AgeRecipient, EntryFormat, LabelError};
use crate::secrets::AgeSink;

const PLACE: &str = "m2m/gift.age";

pub(super) fn recipients() -> BTreeSet<AgeRecipient> {
    BTreeSet::from([recipient(&Identity::generate())])
}

fn recipient(identity: &Identity) -> AgeRecipient {
    identity
        .to_public()
        .to_string()
        .parse()
        .unwrap()
}

fn make_sink(folder: &Path, recipients: &BTreeSet<AgeRecipient>) -> AgeSink {
    AgeSink::new(
        folder.to_owned(),
        recipients,
        EntryFormat::Dotenv,
    )
    .unwrap()
}

#[tokio::test]
async fn each_recipient_decrypts_it_and_the_label_stands_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let identities = [Identity::generate(), Identity::generate()];
    let sink = make_sink(
        folder.path(),
        &identities
            .iter()
            .map(recipient)
            .collect(),
    );
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();
    assert_eq!(seen(&sink, PLACE).await.label, entry().label);

    let file = fs::read(folder.path().join(PLACE)).unwrap();
    assert!(!String::from_utf8_lossy(&file).contains("canary"));
    for identity in &identities {
        let text = ::age::decrypt(identity, &file).unwrap();
        let text = String::from_utf8(text).unwrap();
        let read = Entry::read(&text, EntryFormat::Dotenv).unwrap();
        assert_eq!(read.secret.unwrap().expose_secret(), CANARY);
    }
    ::age::decrypt(&Identity::generate(), &file).unwrap_err();

    let error = sink.read(PLACE).await.unwrap_err();
    assert!(
        matches!(error, SinkError::NotReadable),
        "{error:?}"
    );
    assert!(!format!("{sink:?}").contains("canary"));
}

#[tokio::test]
async fn it_is_for_git_and_ignores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let sink = make_sink(folder.path(), &recipients());
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();
    assert_eq!(names(folder.path()), ["m2m", PLACE]);
}

#[test]
fn somebody_must_be_able_to_decrypt() {
    let wrong =
        "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcacqq";
    for recipients in [
        BTreeSet::new(),
        BTreeSet::from([wrong.parse().unwrap()]),
    ] {
        let made = AgeSink::new("".into(), &recipients, EntryFormat::Json);
        let error = made.unwrap_err();
        assert!(
            matches!(error, SinkError::NotSetUp { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn an_encrypted_file_of_somebody_else_is_let_be() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::generate();
    let foreign = ::age::encrypt(&identity.to_public(), b"theirs").unwrap();
    fs::write(folder.path().join("gift.age"), &foreign).unwrap();
    let sink = make_sink(folder.path(), &recipients());

    let looked = look(&sink, "gift.age").await;
    assert_eq!(
        looked,
        Looked::Strange(LabelError::NotOurs.to_string())
    );
    let error = sink
        .put("gift.age", &entry(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Strange { .. }),
        "{error:?}"
    );
    assert_eq!(
        fs::read(folder.path().join("gift.age")).unwrap(),
        foreign
    );
}

#[tokio::test]
async fn whoever_encrypts_it_anew_has_changed_it() {
    let folder = tempfile::tempdir().unwrap();
    let sink = make_sink(folder.path(), &recipients());
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();
    let before = seen(&sink, PLACE).await;
    sink.put(PLACE, &entry(), Some(&before))
        .await
        .unwrap();

    // The label is the same, the secret may not be.
    let error = sink
        .put(PLACE, &entry(), Some(&before))
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Changed { .. }),
        "{error:?}"
    );
}
