//! Paths to texts: the files that were named, and those of the folders.

use std::io;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use super::folder::list_files;
use super::problem::{Problem, ProblemId};
use super::source::{Home, Sources, Span};
use crate::files::{Limit, ReadError, Tree, where_it_leads};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file that was read.
pub(super) struct FileRead {
    /// Which of the sources it is.
    pub(super) index: usize,
    /// Where it is: what it names is beside it.
    pub(super) path: PathBuf,
}

/// Reads what was named: files, and the `*.yaml` files of folders.
/// What cannot be read becomes a problem, and a source without
/// text for the problem to name.
pub(super) fn read_files(
    tree: &Tree,
    paths: &[PathBuf],
    sources: &mut Sources,
) -> (Vec<FileRead>, Vec<Problem>) {
    let mut files = Vec::new();
    let mut problems = Vec::new();

    for path in paths {
        let found = match list_files(tree, path, paths) {
            Ok(found) => found,
            Err(error) => {
                problems.extend(error.into_problems(tree, path, sources));
                continue;
            }
        };
        for path in &found {
            match read_file(tree, path, sources) {
                Ok(index) => {
                    sources.set_home(index, home_of(tree, path));
                    files.push(FileRead {
                        index,
                        path: path.clone(),
                    });
                }
                Err(problem) => problems.push(problem),
            }
        }
    }

    (files, problems)
}

fn home_of(tree: &Tree, path: &Path) -> Home {
    let place = where_it_leads(path);

    match tree {
        Tree::Disk => Home::Disk(place),
        Tree::Revision(_) => Home::Revision(place),
    }
}

/// The index of the file among the sources.
pub(super) fn read_file(
    tree: &Tree,
    path: &Path,
    sources: &mut Sources,
) -> Result<usize, Problem> {
    let shown = tree.name_of(path);
    let error = match tree.read(path, Limit::CONFIGURATION) {
        Ok(bytes) => return decode(bytes, shown, sources),
        Err(error) => error,
    };

    let span = Span::whole(sources.add(shown, String::new()));
    Err(explain_error(&error, span))
}

fn explain_error(error: &ReadError, span: Span) -> Problem {
    if let ReadError::TooLarge(limit) = error {
        let message = format!("the file is larger than {limit}");
        return Problem::new(ProblemId::TooLarge, span, message)
            .help("put its objects into several files of one folder");
    }

    let message = format!("cannot read the file: {error}");
    let problem = Problem::new(ProblemId::Unreadable, span, message);
    match error {
        ReadError::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            problem.help(
                "name a configuration, a file or a folder; `grantry init` \
                 writes a first one",
            )
        }
        _ => problem,
    }
}

/// Takes the text in, without a byte order mark.
fn decode(
    bytes: Vec<u8>,
    shown: String,
    sources: &mut Sources,
) -> Result<usize, Problem> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(shown, without_mark(text))),
        Err(error) => Err(not_utf8(&error, shown, sources)),
    }
}

/// What is no UTF-8 is taken in too, so that its line can be shown.
fn not_utf8(
    error: &FromUtf8Error,
    shown: String,
    sources: &mut Sources,
) -> Problem {
    let lossy = String::from_utf8_lossy(error.as_bytes()).into_owned();
    let length = lossy.len();
    let text = without_mark(lossy);
    let mark = length - text.len();

    // Up to the first byte that is none, the text is as long as the bytes.
    let start = error
        .utf8_error()
        .valid_up_to()
        .saturating_sub(mark);
    let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
    let span = Span::new(sources.add(shown, text), start..end);

    Problem::new(
        ProblemId::NotUtf8,
        span,
        "the file is not UTF-8",
    )
    .label("not a character")
    .help("save the file as UTF-8")
}

fn without_mark(text: String) -> String {
    match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}
