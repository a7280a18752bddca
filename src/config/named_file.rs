//! Files that a configuration names: beside the file that names them, or
//! further inside. Whoever writes a configuration must not choose what else of
//! the machine is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::node::{Node, Value};
use super::problem::{Problem, ProblemId, quote};
use super::source::Span;
use crate::files::Tree;

/// What to do where a named file is not there.
pub(super) const RELATIVE: &str =
    "the name is relative to the file that holds it";

/// The keys whose values name files, wherever they stand.
const KEYS: [&str; 2] = ["pem_file", "in"];

/// The path of a file that is named in this place. `folders` has the folder of
/// each file of the configuration, by its index among the sources.
pub(super) fn find_path(
    tree: &Tree,
    folders: &BTreeMap<usize, PathBuf>,
    name: &str,
    place: Span,
) -> Result<PathBuf, Problem> {
    let folder = folder_of(folders, place);
    match tree.is_inside(folder, Path::new(name)) {
        Ok(true) => Ok(folder.join(name)),
        Ok(false) => {
            let message = format!(
                "{} is outside of the configuration's folder",
                quote(name)
            );
            Err(
                Problem::new(ProblemId::OutsideFolder, place, message).help(
                    "keep it in the folder of this file, or in one inside of \
                     it",
                ),
            )
        }
        Err(error) => {
            let message = format!("{} cannot be read: {error}", quote(name));
            Err(
                Problem::new(ProblemId::Unreadable, place, message)
                    .help(RELATIVE),
            )
        }
    }
}

/// Adds all files that a document names, as far as the names are written out.
pub(super) fn collect_paths(
    node: &Node,
    folders: &BTreeMap<usize, PathBuf>,
    paths: &mut Vec<PathBuf>,
) {
    match &node.value {
        Value::Sequence(items) => {
            for item in items {
                collect_paths(item, folders, paths);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                match entry.value.as_text() {
                    Some(name) if KEYS.contains(&&*entry.key) => {
                        paths.push(
                            folder_of(folders, entry.value.span).join(name),
                        );
                    }
                    _ => collect_paths(&entry.value, folders, paths),
                }
            }
        }
        _ => {}
    }
}

fn folder_of(folders: &BTreeMap<usize, PathBuf>, place: Span) -> &Path {
    folders
        .get(&place.file())
        .map_or(Path::new(""), PathBuf::as_path)
}
