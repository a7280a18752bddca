//! Files and folders to texts. The only module here that touches the file system.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::problem::{Problem, ProblemId};
use super::source::{Sources, Span};
use crate::files::{self, Limit, ReadError};

/// Reads what was named: files, and the `*.yaml` files of folders. What cannot be read becomes a
/// problem, and a source without text for the problem to name.
pub(super) fn read(paths: &[PathBuf], sources: &mut Sources) -> (Vec<usize>, Vec<Problem>) {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        match expand(path, paths) {
            Ok(found) => {
                for path in &found {
                    let file = read_file(path, sources);
                    file.map_or_else(|problem| problems.push(problem), |file| files.push(file));
                }
            }
            Err(folder) => problems.extend(folder.into_problems(path, sources)),
        }
    }
    (files, problems)
}

/// Why a file beside a configuration is not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum BesideError {
    #[error("is outside of the configuration's folder")]
    Outside,
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("is not a file")]
    NotFile,
    #[error("is larger than {0}, which no key is")]
    TooLarge(Limit),
    #[error("is not UTF-8")]
    NotUtf8,
}

impl From<ReadError> for BesideError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => Self::Unreadable(error),
            ReadError::NotRegular => Self::NotFile,
            ReadError::TooLarge(limit) => Self::TooLarge(limit),
        }
    }
}

/// Reads a small text file that a configuration file names, in its own folder or further inside.
pub(super) fn beside(configuration: &str, name: &str) -> Result<String, BesideError> {
    let folder = files::folder_of(Path::new(configuration));
    if !files::is_inside(folder, Path::new(name))? {
        return Err(BesideError::Outside);
    }
    let bytes = files::read(&folder.join(name), Limit::KEY)?;
    String::from_utf8(bytes).map_err(|_| BesideError::NotUtf8)
}

/// Why a folder is no configuration.
enum FolderError {
    Unreadable(io::Error),
    NoYaml,
    Yml(Vec<PathBuf>),
    Nested(Vec<PathBuf>),
    Outside(Vec<PathBuf>),
}

impl FolderError {
    fn into_problems(self, folder: &Path, sources: &mut Sources) -> Vec<Problem> {
        let mut problem = |path: &Path, id, message: String| {
            let file = sources.add(path.display().to_string(), String::new());
            Problem::new(id, Span::whole(file), message)
        };
        match self {
            Self::Unreadable(error) => vec![problem(
                folder,
                ProblemId::Unreadable,
                format!("cannot read the folder: {error}"),
            )],
            Self::NoYaml => vec![
                problem(
                    folder,
                    ProblemId::NoYamlFiles,
                    "the folder has no `*.yaml` file".to_owned(),
                )
                .help("folders inside it are not searched; name them too"),
            ],
            Self::Yml(paths) => paths
                .iter()
                .map(|path| {
                    let message = "a file that ends in `.yml` would be left out";
                    problem(path, ProblemId::NoYamlFiles, message.to_owned())
                        .help("rename it so that it ends in `.yaml`")
                })
                .collect(),
            Self::Outside(paths) => paths
                .iter()
                .map(|path| {
                    let message = "the file is a link to one outside of the folder";
                    problem(path, ProblemId::OutsideFolder, message.to_owned())
                        .help("name the file it leads to as well, in place of the link")
                })
                .collect(),
            Self::Nested(paths) => paths
                .iter()
                .map(|path| {
                    let message = "the `*.yaml` files of a folder in a folder would be left out";
                    problem(path, ProblemId::NestedFolder, message.to_owned())
                        .help("name this folder as well, or the files one by one")
                })
                .collect(),
        }
    }
}

/// The files meant by a path: itself, or the `*.yaml` files of a folder, in order.
fn expand(path: &Path, paths: &[PathBuf]) -> Result<Vec<PathBuf>, FolderError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries: Vec<PathBuf> = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(FolderError::Unreadable)?;
    let ending_in = |extension: &str| {
        let matches =
            |path: &&PathBuf| path.extension() == Some(OsStr::new(extension)) && !is_hidden(path);
        let mut paths: Vec<PathBuf> = entries.iter().filter(matches).cloned().collect();
        paths.sort();
        paths
    };
    let (files, left_out) = (ending_in("yaml"), ending_in("yml"));
    let nested: Vec<PathBuf> = entries
        .iter()
        .filter(|path| !paths.contains(path) && has_yaml(path))
        .cloned()
        .collect();
    match (files.is_empty(), left_out.is_empty(), nested.is_empty()) {
        (_, false, _) => Err(FolderError::Yml(left_out)),
        (true, true, _) => Err(FolderError::NoYaml),
        (false, true, false) => Err(FolderError::Nested(nested)),
        (false, true, true) => {
            let outside = outside(path, &files).map_err(FolderError::Unreadable)?;
            if outside.is_empty() {
                Ok(files)
            } else {
                Err(FolderError::Outside(outside))
            }
        }
    }
}

/// Those of a folder's files that are links to what is not in it.
fn outside(folder: &Path, files: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut outside = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default();
        if !files::is_inside(folder, Path::new(name))? {
            outside.push(file.clone());
        }
    }
    Ok(outside)
}

/// Whether this is a folder, not a hidden one, with files that could have been meant.
fn has_yaml(path: &Path) -> bool {
    let is_yaml = |entry: &fs::DirEntry| entry.path().extension() == Some(OsStr::new("yaml"));
    !is_hidden(path)
        && fs::read_dir(path)
            .is_ok_and(|entries| entries.filter_map(Result::ok).any(|entry| is_yaml(&entry)))
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}

fn read_file(path: &Path, sources: &mut Sources) -> Result<usize, Problem> {
    let shown = path.display().to_string();
    let error = match files::read(path, Limit::CONFIGURATION) {
        Ok(bytes) => return text(bytes, shown, sources),
        Err(error) => error,
    };

    let span = Span::whole(sources.add(shown, String::new()));
    Err(match error {
        ReadError::TooLarge(limit) => {
            let message = format!("the file is larger than {limit}");
            Problem::new(ProblemId::TooLarge, span, message)
                .help("put its objects into several files of one folder")
        }
        ReadError::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            let message = format!("cannot read the file: {error}");
            Problem::new(ProblemId::Unreadable, span, message)
                .help("name a configuration: a file or a folder")
        }
        error => {
            let message = format!("cannot read the file: {error}");
            Problem::new(ProblemId::Unreadable, span, message)
        }
    })
}

/// The text, without a byte order mark.
fn text(bytes: Vec<u8>, shown: String, sources: &mut Sources) -> Result<usize, Problem> {
    let without_mark = |text: &str| text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
    match String::from_utf8(bytes) {
        Ok(text) if text.starts_with('\u{feff}') => Ok(sources.add(shown, without_mark(&text))),
        Ok(text) => Ok(sources.add(shown, text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            let mark = text.len() - without_mark(&text).len();
            let file = sources.add(shown, without_mark(&text));
            let at = at.saturating_sub(mark);
            let span = Span::new(file, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
            let problem = Problem::new(ProblemId::NotUtf8, span, "the file is not UTF-8");
            Err(problem
                .label("not a character")
                .help("save the file as UTF-8"))
        }
    }
}
