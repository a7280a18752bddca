//! Folders to the files in them and in the folders inside them. What would be
//! left out in silence is a mistake.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::problem::{Problem, ProblemId};
use super::source::{Sources, Span};
use crate::files::{self, EntryKind, Tree};

/// How many folders may be inside one another, below the one that is named.
const DEEPEST: usize = 16;

/// Why a folder is no configuration.
pub(super) enum FolderError {
    Unreadable(PathBuf, io::Error),
    NoYaml,
    Yml(Vec<PathBuf>),
    Linked(Vec<PathBuf>),
    TooDeep(Vec<PathBuf>),
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
        let (reason, paths) = match self {
            Self::Unreadable(path, error) => {
                let message = format!("cannot read the folder: {error}");
                let span = name_source(tree, &path, sources);
                return vec![Problem::new(
                    ProblemId::Unreadable,
                    span,
                    message,
                )];
            }
            Self::NoYaml => (NO_YAML, vec![folder.to_owned()]),
            Self::Yml(paths) => (YML, paths),
            Self::Outside(paths) => (OUTSIDE, paths),
            Self::LeadsOut => (LEADS_OUT, vec![folder.to_owned()]),
            Self::Linked(paths) => (LINKED, paths),
            Self::TooDeep(paths) => (TOO_DEEP, paths),
        };

        let Reason {
            id,
            message,
            help,
        } = reason;
        paths
            .iter()
            .map(|path| name_source(tree, path, sources))
            .map(|span| Problem::new(id, span, message).help(help))
            .collect()
    }
}

/// What is said of each path that makes a folder no configuration.
struct Reason {
    id: ProblemId,
    message: &'static str,
    help: &'static str,
}

const NO_YAML: Reason = Reason {
    id: ProblemId::NoYamlFiles,
    message: "the folder has no `*.yaml` file, nor have the folders inside it",
    help: "`grantry init` writes a first one; what is hidden is not searched",
};

const YML: Reason = Reason {
    id: ProblemId::NoYamlFiles,
    message: "a file that ends in `.yml` would be left out",
    help: "rename it so that it ends in `.yaml`",
};

const OUTSIDE: Reason = Reason {
    id: ProblemId::OutsideFolder,
    message: "the file is a link to one outside of the folder",
    help: "name the file it leads to as well, in place of the link",
};

const LEADS_OUT: Reason = Reason {
    id: ProblemId::OutsideFolder,
    message: "this is a link that leads out of the folder it is in",
    help: "name what it leads to: whoever may change the link must not choose \
           what is read",
};

const LINKED: Reason = Reason {
    id: ProblemId::NestedFolder,
    message: "the files of a folder that is a link would be left out",
    help: "name the folder it leads to as well, in place of the link",
};

const TOO_DEEP: Reason = Reason {
    id: ProblemId::NestedFolder,
    message: "the files of a folder that is so far inside would be left out",
    help: "name this folder as well, or move it further out",
};

/// A source without text, for a problem to name.
fn name_source(tree: &Tree, path: &Path, sources: &mut Sources) -> Span {
    let file = sources.add(tree.name_of(path), String::new());
    Span::whole(file)
}

/// The files meant by one of the paths: itself, or the `*.yaml` files of a
/// folder, in the order of their paths.
pub(super) fn list_files(
    tree: &Tree,
    path: &Path,
    paths: &[PathBuf],
) -> Result<Vec<PathBuf>, FolderError> {
    // Before anything of it is read: its text would be
    // shown with its first mistake.
    if leads_out(tree, path) {
        return Err(FolderError::LeadsOut);
    }
    if !tree.is_folder(path) {
        return Ok(vec![path.to_owned()]);
    }

    let mut found = Contents::default();
    search(tree, path, DEEPEST, paths, &mut found)?;
    found.sort();

    // Not passed over: with `prune`, what is declared in it could be deleted.
    if !found.yml.is_empty() {
        return Err(FolderError::Yml(found.yml));
    }
    if !found.links.is_empty() {
        return Err(FolderError::Linked(found.links));
    }
    if !found.deep.is_empty() {
        return Err(FolderError::TooDeep(found.deep));
    }
    if found.yaml.is_empty() {
        return Err(FolderError::NoYaml);
    }

    let outside = list_outside(tree, path, &found.yaml)?;
    if !outside.is_empty() {
        return Err(FolderError::Outside(outside));
    }
    Ok(found.yaml)
}

/// What is in a folder and in the folders inside it, as far as it matters.
#[derive(Default)]
struct Contents {
    yaml: Vec<PathBuf>,
    yml: Vec<PathBuf>,
    /// Links to folders: followed, they could lead round in a circle.
    links: Vec<PathBuf>,
    /// Folders that are too far inside.
    deep: Vec<PathBuf>,
}

impl Contents {
    fn sort(&mut self) {
        // As bytes, the same wherever it is read: a folder lists
        // its files in any order.
        for paths in [
            &mut self.yaml,
            &mut self.yml,
            &mut self.links,
            &mut self.deep,
        ] {
            paths.sort_by(|left, right| bytes_of(left).cmp(bytes_of(right)));
        }
    }
}

fn bytes_of(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

/// Searches a folder, and those inside it down to so many levels.
fn search(
    tree: &Tree,
    folder: &Path,
    levels: usize,
    named: &[PathBuf],
    found: &mut Contents,
) -> Result<(), FolderError> {
    let unreadable = |error| FolderError::Unreadable(folder.to_owned(), error);

    for (path, kind) in tree.list(folder).map_err(unreadable)? {
        // What is hidden is of tools, as `.grantry/` and `.git/` are.
        if is_hidden(&path) {
            continue;
        }
        let ends_in =
            |extension: &str| path.extension() == Some(OsStr::new(extension));

        match kind {
            // A folder that is named as well is read when its turn comes.
            EntryKind::Folder | EntryKind::Submodule | EntryKind::Link
                if named.contains(&path) && tree.is_folder(&path) => {}
            EntryKind::Folder | EntryKind::Submodule => {
                match levels.checked_sub(1) {
                    Some(levels) => search(tree, &path, levels, named, found)?,
                    None => found.deep.push(path),
                }
            }
            EntryKind::Link if tree.is_folder(&path) => found.links.push(path),
            EntryKind::Link | EntryKind::File => {
                if ends_in("yaml") {
                    found.yaml.push(path);
                } else if ends_in("yml") {
                    found.yml.push(path);
                }
            }
        }
    }
    Ok(())
}

/// Whether a name is a link that leads out of its own folder: a pull request
/// may make one of what the command line names. What is not there is for
/// whoever reads it to say.
fn leads_out(tree: &Tree, path: &Path) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };

    let folder = files::folder_of(path);
    tree.is_inside(folder, Path::new(name))
        .is_ok_and(|is_inside| !is_inside)
}

/// Those of a folder's files that are links to what is not in it.
fn list_outside(
    tree: &Tree,
    folder: &Path,
    files: &[PathBuf],
) -> Result<Vec<PathBuf>, FolderError> {
    let mut outside = Vec::new();
    for file in files {
        let name = file
            .strip_prefix(folder)
            .unwrap_or(file);
        let is_inside = tree
            .is_inside(folder, name)
            .map_err(|error| FolderError::Unreadable(file.clone(), error))?;
        if !is_inside {
            outside.push(file.clone());
        }
    }
    Ok(outside)
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes()
        .starts_with(b".")
}
