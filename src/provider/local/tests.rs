//! What a tenant file promises.

mod damage;
mod locking;
mod saving;
mod writes;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use self::writes::create_server;
use super::*;
use crate::model::Value;
use crate::provider::{Mutate as _, WriteError};

/// A folder of this test, and where in it the tenant is to
/// be. Nothing is there yet.
fn new_place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    (folder, path)
}

/// A folder of this test, where its tenant is and what
/// writes it, with these APIs.
async fn new_tenant(servers: &[&str]) -> (TempDir, PathBuf, Writer) {
    let (folder, path) = new_place();
    let writer = Writer::open(path.clone()).unwrap();
    for name in servers {
        writer
            .write(&create_server(name))
            .await
            .unwrap();
    }
    (folder, path, writer)
}

/// What the file says, to somebody who does not write it.
async fn read_objects(path: &Path) -> Vec<(Address, Found)> {
    let seen = Reader::new(path.to_owned())
        .read()
        .await
        .unwrap();
    seen.found.into_iter().collect()
}

/// How many objects a writer knows of.
async fn count_objects(writer: &Writer) -> usize {
    writer
        .reader()
        .read()
        .await
        .unwrap()
        .found
        .len()
}

fn count_files(folder: &TempDir) -> usize {
    fs::read_dir(folder.path())
        .unwrap()
        .count()
}

#[tokio::test]
async fn what_was_written_is_read_back() {
    let (folder, _) = new_place();
    let path = folder.path().join("deep/tenant.json");
    let writer = Writer::open(path.clone()).unwrap();

    writer
        .write(&create_server("maps"))
        .await
        .unwrap();

    let seen = Reader::new(path).read().await.unwrap();
    let address =
        Address::ResourceServer("https://maps.example/".parse().unwrap());
    let attrs = &seen.found[&address].attrs;
    assert_eq!(attrs[&"name".into()], Value::from("maps"));
}

#[tokio::test]
async fn opening_does_not_create_the_file() {
    let (_folder, path, writer) = new_tenant(&[]).await;

    assert_eq!(count_objects(&writer).await, 0);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_refused_write_leaves_the_file_as_it_was() {
    let (_folder, path, writer) = new_tenant(&["maps"]).await;
    let before = fs::read(&path).unwrap();

    let again = writer
        .write(&create_server("maps"))
        .await;

    let exists = matches!(
        again,
        Err(WriteError::Refused(
            ProviderError::AlreadyExists { .. }
        ))
    );
    assert!(exists, "{again:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

/// A line such as somebody may write by hand.
fn line_of_server(id: &str) -> String {
    let server = format!(
        "{{\"id\": \"{id}\", \"identifier\": \"urn:mine\", \"fields\": {{}}}}"
    );
    format!("{{\"resource_server\": {server}}}\n")
}

#[tokio::test]
async fn an_id_that_somebody_wrote_by_hand_is_not_given_again() {
    let (_folder, path) = new_place();
    let by_hand =
        "{\"grantry_tenant\": 2}\n".to_owned() + &line_of_server("api_000001");
    fs::write(&path, &by_hand).unwrap();

    let writer = Writer::open(path.clone()).unwrap();
    let id = writer
        .write(&create_server("maps"))
        .await
        .unwrap();
    assert_eq!(id.as_str(), "api_000002");
    assert_eq!(count_objects(&writer).await, 2);
    drop(writer);

    fs::write(&path, by_hand + &line_of_server("api_000009")).unwrap();
    let refused = Writer::open(path)
        .unwrap_err()
        .to_string();
    let reason = "resource_servers.urn:mine is in it twice, at line 3";
    assert!(refused.ends_with(reason), "{refused}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_stays_a_link() {
    let (folder, real, writer) = new_tenant(&["maps"]).await;
    drop(writer);
    let link = folder.path().join("link.json");
    std::os::unix::fs::symlink(&real, &link).unwrap();

    let writer = Writer::open(link.clone()).unwrap();
    writer
        .write(&create_server("orders"))
        .await
        .unwrap();

    assert!(
        fs::symlink_metadata(&link)
            .unwrap()
            .is_symlink()
    );
    assert_eq!(read_objects(&real).await.len(), 2);
}

#[test]
fn an_examination_reads_the_file_tries_the_folder_and_leaves_no_trace() {
    let (folder, path) = new_place();
    let later = folder
        .path()
        .join("not/yet/tenant.json");

    let examined = Reader::new(later.clone()).examine(None);
    let is_new = matches!(examined.file, Ok((FileState::New, _)));
    assert!(is_new, "{:?}", examined.file);
    assert!(examined.folder.is_ok(), "{:?}", examined.folder);
    assert_eq!(count_files(&folder), 0);

    let in_the_way = folder.path().join("not");
    fs::write(in_the_way, "a file, where a folder should be").unwrap();
    assert!(
        Reader::new(later)
            .examine(None)
            .folder
            .is_err()
    );

    fs::write(
        &path,
        "{\"grantry_tenant\": 2}\n{\"issued\": 0}\n",
    )
    .unwrap();
    let damaged = Reader::new(path).examine(None);
    let is_refused = matches!(
        damaged.file,
        Err(ProviderError::NotATenant { .. })
    );
    assert!(is_refused, "{:?}", damaged.file);
    assert!(damaged.folder.is_ok());
    assert_eq!(count_files(&folder), 2);
}
