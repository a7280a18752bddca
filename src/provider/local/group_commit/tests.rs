use std::path::PathBuf;

use super::*;
use crate::model::{Address, Attrs};

fn create(name: &str) -> Write {
    Write::Create {
        address: Address::ResourceServer(name.parse().unwrap()),
        attrs: Attrs::new(),
    }
}

/// A tenant in which this is written, and the numbers of the writes.
fn write_two(path: PathBuf) -> (GroupCommit, [u64; 2]) {
    let mut commit =
        GroupCommit::new(TenantFile::new(path), TenantState::default());
    let numbers = ["urn:maps", "urn:tours"].map(|name| {
        let (_, number) = commit
            .write_in_memory(&create(name))
            .unwrap();
        number
    });

    (commit, numbers)
}

fn count_in_file(path: PathBuf) -> usize {
    TenantFile::new(path)
        .load()
        .unwrap()
        .unwrap()
        .len()
}

/// A folder that cannot be synced once the file is in its place.
#[test]
fn what_the_file_has_is_neither_refused_nor_undone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let (mut commit, [one, other]) = write_two(path.clone());

    let saved = commit.save_by(one, |commit, _| {
        commit
            .file
            .replace_with(&commit.tenant)?;
        Err(Unsaved::NotForGood(io::Error::other(
            "not synced",
        )))
    });
    assert!(
        matches!(saved, Err(WriteError::Unknown(_))),
        "{saved:?}"
    );
    let beside = commit.save(other);
    assert!(
        matches!(beside, Err(WriteError::Unknown(_))),
        "{beside:?}"
    );
    assert_eq!(
        (commit.tenant.len(), count_in_file(path.clone())),
        (2, 2)
    );

    // The next one sees to it that the disk has all of them.
    let (_, next) = commit
        .write_in_memory(&create("urn:tiles"))
        .unwrap();
    commit.save(next).unwrap();
    assert_eq!(count_in_file(path), 3);
}

/// A file from which the half of a line could not be taken away again.
#[test]
fn what_the_file_may_have_is_not_refused_and_goes_with_the_next_save() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let (mut commit, [one, other]) = write_two(path.clone());

    let saved = commit.save_by(one, |_, _| {
        Err(Unsaved::InDoubt(io::Error::other(
            "not taken back",
        )))
    });
    assert!(
        matches!(saved, Err(WriteError::Unknown(_))),
        "{saved:?}"
    );
    let beside = commit.save(other);
    assert!(
        matches!(beside, Err(WriteError::Unknown(_))),
        "{beside:?}"
    );
    assert_eq!(commit.tenant.len(), 0);

    let (_, next) = commit
        .write_in_memory(&create("urn:tiles"))
        .unwrap();
    commit.save(next).unwrap();
    assert_eq!(count_in_file(path), 1);
}
