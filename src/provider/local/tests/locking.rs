//! One writer at a time, and nothing made by whoever only looks.

use std::fs;

use super::writes::create_server;
use super::{count_files, new_place, new_tenant};
use crate::provider::local::{Reader, Writer};
use crate::provider::{Locks as _, Mutate as _, ProviderError};

#[tokio::test]
async fn a_second_writer_is_refused_until_the_first_is_done() {
    let (_folder, path, first) = new_tenant(&[]).await;

    let second = Writer::open(path.clone());
    let is_locked = matches!(second, Err(ProviderError::Locked { .. }));
    assert!(is_locked, "{second:?}");

    drop(first);
    Writer::open(path).unwrap();
}

/// Also what only its first line tells.
#[test]
fn nothing_is_made_beside_a_file_that_is_no_tenant() {
    for content in [
        "stack: maps\n",
        "",
        "{\"grantry_tenant\": 1}\n",
        "{\"grantry_tenant\": 3}\n",
    ] {
        let (folder, path) = new_place();
        fs::write(&path, content).unwrap();

        Writer::open(path).unwrap_err();

        assert_eq!(count_files(&folder), 1, "{content:?}");
    }
}

#[tokio::test]
async fn whoever_looks_for_a_lock_makes_nothing() {
    let (folder, _) = new_place();
    let path = folder
        .path()
        .join(".grantry/tenant.json");
    let stack = "maps".parse().unwrap();
    let find = async || {
        Reader::new(path.clone())
            .find_lock(&stack)
            .await
    };

    assert_eq!(find().await.unwrap(), None);
    assert_eq!(count_files(&folder), 0);

    let writer = Writer::open(path.clone()).unwrap();
    writer
        .write(&create_server("maps"))
        .await
        .unwrap();
    let found = find().await;
    let is_locked = matches!(found, Err(ProviderError::Locked { .. }));
    assert!(is_locked, "{found:?}");

    drop(writer);
    assert_eq!(find().await.unwrap(), None);

    // A tenant that somebody has copied.
    let lock = folder
        .path()
        .join(".grantry/tenant.json.lock");
    fs::remove_file(&lock).unwrap();
    assert_eq!(find().await.unwrap(), None);
    assert!(!lock.exists());

    fs::write(&path, "stack: maps\n").unwrap();
    let found = find().await;
    let is_refused = matches!(found, Err(ProviderError::NotATenant { .. }));
    assert!(is_refused, "{found:?}");
}

#[tokio::test]
async fn what_a_killed_writer_left_is_cleared_away() {
    let (folder, path) = new_place();
    let stray = folder
        .path()
        .join(".tenant.json.unfinished-1");
    let other = folder
        .path()
        .join(".other.json.unfinished-1");
    fs::write(&stray, "half").unwrap();
    fs::write(&other, "another's").unwrap();

    let _writer = Writer::open(path).unwrap();

    assert!(!stray.exists());
    assert!(other.exists(), "another writer may be at work");
}
