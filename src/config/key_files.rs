//! Key files: a key may be in a file beside the configuration. The text of the
//! file takes the place of its name.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::named_file::{RELATIVE, find_path};
use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemId, quote};
use crate::files::{Limit, ReadError, Tree};
use crate::model::{ClientSpec, ResourceServerSpec};

const FILE: &str = "pem_file";
const TEXT: &str = "pem";

/// Where a document may have keys, from the section down.
const KEYS: [&[&str]; 2] = [
    &[
        "resource_servers",
        EACH,
        ResourceServerSpec::ENCRYPTION,
        "encryption_key",
    ],
    &[
        "clients",
        EACH,
        ClientSpec::METHODS,
        EACH,
        "credentials",
        EACH,
    ],
];

/// Stands in a path for every entry of a map, and for every item of a list.
const EACH: &str = "*";

/// Why a key file is not read.
#[derive(Debug, thiserror::Error)]
enum KeyFileError {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("is not a file")]
    NotFile,
    #[error("is larger than {0}, which no key is")]
    TooLarge(Limit),
    #[error("is not UTF-8")]
    NotUtf8,
}

impl From<ReadError> for KeyFileError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => Self::Unreadable(error),
            ReadError::NotRegular => Self::NotFile,
            ReadError::TooLarge(limit) => Self::TooLarge(limit),
        }
    }
}

/// Puts the text of every named key file into the document. A name is relative
/// to the file that holds it, whose folder is among these by its index. The
/// places stay those of the names. The files that are named come behind those
/// that are known, also those that cannot be read.
pub(super) fn read_key_files(
    document: &mut Node,
    tree: &Tree,
    folders: &BTreeMap<usize, PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Vec<Problem> {
    let mut problems = Vec::new();

    for path in KEYS {
        let mut keys = Vec::new();
        collect_nodes(document, path, &mut keys);
        for key in keys {
            problems.extend(fill_in(key, tree, folders, files).err());
        }
    }

    problems
}

/// The nodes that a path leads to.
fn collect_nodes<'n>(
    node: &'n mut Node,
    path: &[&str],
    found: &mut Vec<&'n mut Node>,
) {
    let Some((step, rest)) = path.split_first() else {
        found.push(node);
        return;
    };

    match &mut node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                if *step == EACH || *step == &*entry.key {
                    collect_nodes(&mut entry.value, rest, found);
                }
            }
        }
        Value::Sequence(items) if *step == EACH => {
            for item in items {
                collect_nodes(item, rest, found);
            }
        }
        _ => {}
    }
}

/// Puts the text of a key's file in the place of its name, if it
/// names one. Where the file cannot be read, the name stays, and
/// nothing more is said of the key.
fn fill_in(
    key: &mut Node,
    tree: &Tree,
    folders: &BTreeMap<usize, PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<(), Problem> {
    let Some(entry) = file_entry(key) else {
        return Ok(());
    };
    let span = entry.value.span;
    let name = entry
        .value
        .as_text()
        .unwrap_or_default();

    let path = find_path(tree, folders, name, span)?;
    files.push(path.clone());
    let text = read_text(tree, &path).map_err(|error| {
        let message = format!("{} {error}", quote(name));
        Problem::new(ProblemId::Unreadable, span, message).help(RELATIVE)
    })?;

    // In its new place the key is still in order: nothing
    // comes between the two names.
    entry.key = TEXT.into();
    entry.value.value = Value::Text(text.into());
    Ok(())
}

fn file_entry(key: &mut Node) -> Option<&mut Entry> {
    match &mut key.value {
        Value::Mapping(entries) => entries
            .iter_mut()
            .find(|entry| &*entry.key == FILE),
        _ => None,
    }
}

fn read_text(tree: &Tree, path: &Path) -> Result<String, KeyFileError> {
    let bytes = tree.read(path, Limit::KEY)?;

    String::from_utf8(bytes).map_err(|_| KeyFileError::NotUtf8)
}
