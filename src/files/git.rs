//! The object store of a repository, asked through `git`: nothing
//! but what this machine has.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::words::hexadecimal;

/// The hash of an object.
pub(super) type Object = String;

/// What is in a folder, by name.
pub(super) type Folder = BTreeMap<OsString, Entry>;

/// What a name in a folder stands for.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) kind: EntryKind,
    pub(super) object: Object,
}

/// What a name stands for by itself, wherever it may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Folder,
    File,
    Link,
    /// Another repository, of which this one keeps nothing.
    Submodule,
}

/// By the number, not by how it is written: Git itself
/// takes `040000` for `40000`.
fn kind_of(mode: &[u8]) -> Option<EntryKind> {
    let mode = str::from_utf8(mode).ok()?;

    match u32::from_str_radix(mode, 8).ok()? >> 12 {
        0o04 => Some(EntryKind::Folder),
        0o10 => Some(EntryKind::File),
        0o12 => Some(EntryKind::Link),
        0o16 => Some(EntryKind::Submodule),
        _ => None,
    }
}

/// The entries of a folder as Git keeps it: mode, space, name, zero, hash.
pub(super) fn parse_entries(
    mut bytes: &[u8],
    hash: usize,
) -> io::Result<Folder> {
    let broken = || io::Error::other("git answers with a folder that is none");

    let mut entries = Folder::new();
    while !bytes.is_empty() {
        let space = bytes
            .iter()
            .position(|byte| *byte == b' ');
        let (mode, rest) = bytes.split_at(space.ok_or_else(broken)?);
        let zero = rest.iter().position(|byte| *byte == 0);
        let (name, rest) = rest.split_at(zero.ok_or_else(broken)?);
        let (object, rest) = rest
            .get(1..)
            .and_then(|rest| rest.split_at_checked(hash))
            .ok_or_else(broken)?;

        // An unknown kind is an error: to pass it over would have the folder
        // lack a name in silence.
        let kind = kind_of(mode).ok_or_else(broken)?;
        let object = hexadecimal(object.iter().copied());
        let name = name
            .get(1..)
            .unwrap_or_default()
            .to_vec();
        entries.insert(name_from(name)?, Entry { kind, object });
        bytes = rest;
    }
    Ok(entries)
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere not all bytes are a name"
)]
pub(super) fn name_from(bytes: Vec<u8>) -> io::Result<OsString> {
    Ok(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
pub(super) fn name_from(bytes: Vec<u8>) -> io::Result<OsString> {
    let name = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(name.into())
}

/// A `git` that cannot reach anything beyond this machine, and asks nobody.
fn git<S: AsRef<OsStr>>(arguments: &[S]) -> Command {
    let mut command = Command::new("git");
    command
        // A change may hold a repository of its own, which is
        // not the one that is meant.
        .args(["-c", "safe.bareRepository=explicit"])
        .args(arguments)
        // A partial clone would fetch what it lacks from wherever its
        // settings say. A Git that does not know the first of these is
        // kept from it by the second.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        // Replacements of this clone would show other
        // files under the same hash.
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .stdin(Stdio::null());
    command
}

/// An answer, or else what Git says against it.
pub(super) fn ask<S: AsRef<OsStr>>(
    arguments: &[S],
) -> io::Result<Result<String, String>> {
    let output = git(arguments).output()?;
    let text = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .trim_end()
            .to_owned()
    };

    Ok(if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    })
}

/// Whether Git passes a file over.
#[cfg(feature = "cli")]
#[derive(Debug)]
pub(super) enum Ignored {
    Yes,
    No,
    /// It is in no repository, or there is no Git here.
    NoRepository,
    /// Git does not say: what it says instead.
    Unanswered(String),
}

/// Whether Git passes a file over, which need not be there. One that it keeps
/// already it does not.
#[cfg(feature = "cli")]
pub(super) fn is_ignored(path: &std::path::Path) -> Ignored {
    let folder = path
        .ancestors()
        .skip(1)
        .find(|folder| folder.is_dir());
    let folder =
        super::place::or_here(folder.unwrap_or(std::path::Path::new("")));
    // By its whole name: it is asked about from another folder.
    let Ok(file) = std::path::absolute(path) else {
        return Ignored::Unanswered("the path is of no use".to_owned());
    };

    let mut question: Vec<OsString> = vec!["-C".into(), folder.into()];
    question.extend(["check-ignore", "-q", "--"].map(Into::into));
    question.push(file.into());
    // Its words are told apart by their beginning.
    match git(&question)
        .env("LC_ALL", "C")
        .output()
    {
        Err(_) => Ignored::NoRepository,
        Ok(output) if output.status.success() => Ignored::Yes,
        Ok(output) if output.status.code() == Some(1) => Ignored::No,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            if said.starts_with("fatal: not a git repository") {
                Ignored::NoRepository
            } else {
                Ignored::Unanswered(said.trim_end().to_owned())
            }
        }
    }
}

/// The objects of a repository: one process that
/// answers as long as it is asked.
#[derive(Debug)]
pub(super) struct Objects {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    pub(super) fn open() -> io::Result<Self> {
        let mut process = git(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = process
            .stdin
            .take()
            .zip(process.stdout.take());
        let (questions, answers) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;

        Ok(Self {
            process,
            questions,
            answers: BufReader::new(answers),
        })
    }

    /// An object; none where it is larger than that.
    pub(super) fn read(
        &mut self,
        object: &Object,
        most: usize,
    ) -> io::Result<Option<Vec<u8>>> {
        writeln!(self.questions, "{object}")?;

        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let size = header
            .trim_end()
            .rsplit(' ')
            .next()
            .unwrap_or_default();
        // `missing` is no size: a clone may lack what was never fetched.
        let size: usize = size.parse().map_err(|_| {
            io::Error::other("the repository lacks it, as a partial clone may")
        })?;

        if size > most {
            // What is not wanted is read past, with the line break behind it:
            // the next answer begins there.
            let rest = u64::try_from(size)
                .unwrap_or(u64::MAX)
                .saturating_add(1);
            io::copy(
                &mut self.answers.by_ref().take(rest),
                &mut io::sink(),
            )?;
            return Ok(None);
        }
        let mut bytes = vec![0; size];
        self.answers.read_exact(&mut bytes)?;
        // The line break that ends each answer, and is no part of the object.
        self.answers.read_exact(&mut [0])?;
        Ok(Some(bytes))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It has nothing to finish. Where it is gone already, that is as well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
