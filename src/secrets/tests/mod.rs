//! What sinks do with what others left in their way.

mod age;
mod entry_file;
mod exec;
mod file;
mod folder;
mod vault;
mod vault_access;
mod vault_trouble;

use std::path::Path;

use super::entry::tests::{CANARY, entry};
use super::{Entry, Sink, SinkError};
use crate::model::{Advice as _, Looked, Seen};

/// What there is at a place.
async fn look(sink: &dyn Sink, place: &str) -> Looked {
    let places = [place.to_owned()];
    let mut looked = sink.look(&places).await.unwrap();
    assert_eq!(looked.len(), 1);
    looked.remove(0)
}

async fn seen(sink: &dyn Sink, place: &str) -> Seen {
    match look(sink, place).await {
        Looked::Entry(seen) => seen,
        other => panic!("{place}: {other:?}"),
    }
}

fn check_hidden(error: &SinkError) {
    let said = format!("{error} {error:?} {:?}", error.next_step());
    assert!(!said.contains("canary"), "{said}");
}

/// The entry, written once more.
fn newer() -> Entry {
    let mut written = entry();
    written.label.version = 2;
    written
}

/// All names in a folder and in those below, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for found in std::fs::read_dir(folder).unwrap() {
        let path = found.unwrap().path();
        let name = path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && name != ".git" {
            let below = self::names(&path).into_iter();
            names.extend(below.map(|below| format!("{name}/{below}")));
        }
        names.push(name);
    }
    names.sort();
    names
}
