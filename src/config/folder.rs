//! Folders to the files in them. What would be left out in silence is a mistake.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::problem::{Problem, ProblemId};
use super::source::{Sources, Span};
use crate::files::{self, Tree};

/// Why a folder is no configuration.
pub(super) enum FolderError {
    Unreadable(io::Error),
    NoYaml,
    Yml(Vec<PathBuf>),
    Nested(Vec<PathBuf>),
    Outside(Vec<PathBuf>),
    /// The name itself is a link that leads out of the folder it is in.
    LeadsOut,
}

impl FolderError {
    pub(super) fn into_problems(
        self,
        tree: &Tree,
        folder: &Path,
        sources: &mut Sources,
    ) -> Vec<Problem> {
        let (id, paths, message, help) = match self {
            Self::Unreadable(error) => {
                let message = format!("cannot read the folder: {error}");
                let span = name_source(tree, folder, sources);
                return vec![Problem::new(ProblemId::Unreadable, span, message)];
            }
            Self::NoYaml => (
                ProblemId::NoYamlFiles,
                vec![folder.to_owned()],
                "the folder has no `*.yaml` file",
                "folders inside it are not searched; name them too",
            ),
            Self::Yml(paths) => (
                ProblemId::NoYamlFiles,
                paths,
                "a file that ends in `.yml` would be left out",
                "rename it so that it ends in `.yaml`",
            ),
            Self::Outside(paths) => (
                ProblemId::OutsideFolder,
                paths,
                "the file is a link to one outside of the folder",
                "name the file it leads to as well, in place of the link",
            ),
            Self::LeadsOut => (
                ProblemId::OutsideFolder,
                vec![folder.to_owned()],
                "this is a link that leads out of the folder it is in",
                "name what it leads to: whoever may change the link must not choose what is read",
            ),
            Self::Nested(paths) => (
                ProblemId::NestedFolder,
                paths,
                "the `*.yaml` files of a folder in a folder would be left out",
                "name this folder as well, or the files one by one",
            ),
        };

        paths
            .iter()
            .map(|path| Problem::new(id, name_source(tree, path, sources), message).help(help))
            .collect()
    }
}

/// A source without text, for a problem to name.
fn name_source(tree: &Tree, path: &Path, sources: &mut Sources) -> Span {
    let file = sources.add(tree.name_of(path), String::new());
    Span::whole(file)
}

/// The files meant by one of the paths: itself, or the `*.yaml` files of a folder, in order.
pub(super) fn list_files(
    tree: &Tree,
    path: &Path,
    paths: &[PathBuf],
) -> Result<Vec<PathBuf>, FolderError> {
    // Before anything of it is read: its text would be shown with its first mistake.
    if leads_out(tree, path) {
        return Err(FolderError::LeadsOut);
    }
    if !tree.is_folder(path) {
        return Ok(vec![path.to_owned()]);
    }

    let entries = tree.list(path).map_err(FolderError::Unreadable)?;
    let files = ending_in("yaml", &entries);
    let left_out = ending_in("yml", &entries);
    // Not passed over: with `prune`, what is declared in it could be deleted.
    if !left_out.is_empty() {
        return Err(FolderError::Yml(left_out));
    }
    if files.is_empty() {
        return Err(FolderError::NoYaml);
    }

    // A folder that is named as well is read when its turn comes.
    let nested: Vec<PathBuf> = entries
        .into_iter()
        .filter(|entry| !paths.contains(entry) && has_yaml(tree, entry))
        .collect();
    if !nested.is_empty() {
        return Err(FolderError::Nested(nested));
    }

    let outside = list_outside(tree, path, &files).map_err(FolderError::Unreadable)?;
    if !outside.is_empty() {
        return Err(FolderError::Outside(outside));
    }
    Ok(files)
}

/// Whether a name is a link that leads out of its own folder: a pull request may make one of what the command line
/// names. What is not there is for whoever reads it to say.
fn leads_out(tree: &Tree, path: &Path) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };

    let folder = files::folder_of(path);
    tree.is_inside(folder, Path::new(name))
        .is_ok_and(|is_inside| !is_inside)
}

/// Those that end so and are not hidden, in order.
fn ending_in(extension: &str, entries: &[PathBuf]) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = entries
        .iter()
        .filter(|path| path.extension() == Some(OsStr::new(extension)) && !is_hidden(path))
        .cloned()
        .collect();

    // A folder lists its files in any order, and messages must not change with it.
    paths.sort();
    paths
}

/// Those of a folder's files that are links to what is not in it.
fn list_outside(tree: &Tree, folder: &Path, files: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut outside = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default();
        if !tree.is_inside(folder, Path::new(name))? {
            outside.push(file.clone());
        }
    }
    Ok(outside)
}

/// Whether this is a folder, not a hidden one, with files that could have been meant.
fn has_yaml(tree: &Tree, path: &Path) -> bool {
    let is_yaml = |entry: &PathBuf| entry.extension() == Some(OsStr::new("yaml"));

    // What is hidden is of tools, as `.grantry/` and `.git/` are.
    !is_hidden(path)
        && tree
            .list(path)
            .is_ok_and(|entries| entries.iter().any(is_yaml))
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}
