//! What a tenant file promises.

use std::fs;

use super::*;
use crate::model::{Attrs, Value};

fn server(name: &str) -> Write {
    Write::Create {
        address: Address::ResourceServer(format!("https://{name}.example/").parse().unwrap()),
        attrs: Attrs::from([("name".to_owned(), Value::from(name))]),
    }
}

#[tokio::test]
async fn what_was_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    writer.write(&server("maps")).await.unwrap();
    let seen = Reader::new(path).read().await.unwrap();
    let address = Address::ResourceServer("https://maps.example/".parse().unwrap());
    assert_eq!(seen.found[&address].attrs["name"], Value::from("maps"));
}

#[tokio::test]
async fn opening_does_not_create_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    assert!(writer.read().await.unwrap().found.is_empty());
    assert!(!path.exists());
}

#[tokio::test]
async fn a_second_writer_is_refused_until_the_first_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let first = Writer::open(path.clone()).unwrap();
    let second = Writer::open(path.clone());
    assert!(matches!(second, Err(ProviderError::Locked { .. })), "{second:?}");
    drop(first);
    Writer::open(path).unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_tenant_is_left_as_it_is() {
    for content in ["", "{", "[]", "{\"grantry_tenant\": 1}", "{\"name\": \"mine\"}", "\u{0}\u{1}"]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tenant.json");
        fs::write(&path, content).unwrap();
        let refused = Writer::open(path.clone());
        assert!(
            matches!(refused, Err(ProviderError::NotATenant { .. })),
            "{content:?}: {refused:?}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let content = r#"{"grantry_tenant": 2, "tenant": {"shiny": true}}"#;
    fs::write(&path, content).unwrap();
    let refused = Writer::open(path.clone());
    assert!(matches!(refused, Err(ProviderError::NewerTenant { version: 2, .. })), "{refused:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), content);
}

#[tokio::test]
async fn a_refused_write_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    writer.write(&server("maps")).await.unwrap();
    let before = fs::read(&path).unwrap();
    let again = writer.write(&server("maps")).await;
    let exists = matches!(again, Err(WriteError::Refused(ProviderError::AlreadyExists { .. })));
    assert!(exists, "{again:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn writes_side_by_side_are_saved_together_and_lost_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    let (maps, orders) = (server("maps"), server("orders"));
    let (one, other) = tokio::join!(writer.write(&maps), writer.write(&orders));
    assert!(one.is_ok() && other.is_ok());
    let kept = fs::read(&path).unwrap();
    // A folder in its place cannot be replaced by a file.
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let (tiles, routes) = (server("tiles"), server("routes"));
    let (one, other) = tokio::join!(writer.write(&tiles), writer.write(&routes));
    assert!(matches!(one, Err(WriteError::Refused(ProviderError::File { .. }))), "{one:?}");
    assert!(matches!(other, Err(WriteError::Refused(ProviderError::File { .. }))), "{other:?}");
    fs::remove_dir(&path).unwrap();
    fs::write(&path, &kept).unwrap();
    assert_eq!(writer.read().await.unwrap().found.len(), 2, "what is not saved is not there");
    writer.write(&tiles).await.unwrap();
    assert_eq!(Reader::new(path).read().await.unwrap().found.len(), 3);
}

#[tokio::test]
async fn what_a_killed_writer_left_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    let stray = folder.path().join(".tenant.json.unfinished-1");
    let other = folder.path().join(".other.json.unfinished-1");
    fs::write(&stray, "half").unwrap();
    fs::write(&other, "another's").unwrap();
    let _writer = Writer::open(folder.path().join("tenant.json")).unwrap();
    assert!(!stray.exists());
    assert!(other.exists(), "another writer may be at work");
}

#[tokio::test]
async fn an_id_that_somebody_wrote_by_hand_is_not_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let by_hand = r#"{"grantry_tenant": 1, "tenant": {"issued": 0, "clients": {}, "grants": {},
        "resource_servers": {"api_000001": {"identifier": "urn:mine", "fields": {}}}}}"#;
    fs::write(&path, by_hand).unwrap();
    let writer = Writer::open(path.clone()).unwrap();
    assert_eq!(writer.write(&server("maps")).await.unwrap().as_str(), "api_000002");
    assert_eq!(writer.read().await.unwrap().found.len(), 2);
    drop(writer);
    let twice = by_hand.replace(
        "{\"api_000001\"",
        "{\"api_000009\": {\"identifier\": \"urn:mine\", \"fields\": {}}, \"api_000001\"",
    );
    fs::write(&path, twice).unwrap();
    let refused = Writer::open(path);
    assert!(matches!(refused, Err(ProviderError::NotATenant { .. })), "{refused:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.json"), folder.path().join("link.json"));
    Writer::open(real.clone()).unwrap().write(&server("maps")).await.unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    Writer::open(link.clone()).unwrap().write(&server("orders")).await.unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Reader::new(real).read().await.unwrap().found.len(), 2);
}

#[test]
fn an_examination_reads_the_file_tries_the_folder_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not/yet/tenant.json");
    let examined = Reader::new(path.clone()).examine(None);
    assert!(matches!(examined.file, Ok((FileState::New, _))), "{:?}", examined.file);
    assert!(examined.folder.is_ok(), "{:?}", examined.folder);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    fs::write(folder.path().join("not"), "a file, where a folder should be").unwrap();
    assert!(Reader::new(path).examine(None).folder.is_err());

    let path = folder.path().join("tenant.json");
    fs::write(&path, r#"{"grantry_tenant": 1, "tenant": {"issued": 0}}"#).unwrap();
    let damaged = Reader::new(path.clone()).examine(None);
    assert!(matches!(damaged.file, Err(ProviderError::NotATenant { .. })), "{:?}", damaged.file);
    assert!(damaged.folder.is_ok());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}
