//! The object store of a repository, asked through `git`: nothing but what this machine has.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The hash of an object.
pub(super) type Object = String;

/// A name in a folder.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: OsString,
    pub(super) kind: EntryKind,
    pub(super) object: Object,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    Folder,
    File,
    Link,
    /// Another repository, of which this one keeps nothing.
    Submodule,
}

/// The entries of a folder as Git keeps it: mode, space, name, zero, hash.
pub(super) fn parse_entries(mut bytes: &[u8], hash: usize) -> io::Result<Vec<Entry>> {
    let broken = || io::Error::other("git answers with a folder that is none");

    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|byte| *byte == b' ');
        let (mode, rest) = bytes.split_at(space.ok_or_else(broken)?);
        let zero = rest.iter().position(|byte| *byte == 0);
        let (name, rest) = rest.split_at(zero.ok_or_else(broken)?);
        let (object, rest) = rest
            .get(1..)
            .and_then(|rest| rest.split_at_checked(hash))
            .ok_or_else(broken)?;

        let kind = match mode {
            b"40000" => EntryKind::Folder,
            b"120000" => EntryKind::Link,
            b"160000" => EntryKind::Submodule,
            _ => EntryKind::File,
        };
        let object = object.iter().fold(Object::new(), |mut hash, byte| {
            // Writing to a text cannot fail.
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        let name = name.get(1..).unwrap_or_default().to_vec();
        entries.push(Entry {
            name: name_from(name)?,
            kind,
            object,
        });
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
fn git(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(arguments)
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .stdin(Stdio::null());
    command
}

/// One line of an answer, or else what Git says against it.
pub(super) fn ask(arguments: &[&str]) -> io::Result<Result<String, String>> {
    let output = git(arguments).output()?;
    let line = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.lines().next().unwrap_or_default().to_owned()
    };

    Ok(if output.status.success() {
        Ok(line(&output.stdout))
    } else {
        Err(line(&output.stderr))
    })
}

/// The objects of a repository: one process that answers as long as it is asked.
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
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (questions, answers) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;

        Ok(Self {
            process,
            questions,
            answers: BufReader::new(answers),
        })
    }

    /// An object; none where it is larger than that.
    pub(super) fn read(&mut self, object: &Object, most: usize) -> io::Result<Option<Vec<u8>>> {
        writeln!(self.questions, "{object}")?;

        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let size = header.trim_end().rsplit(' ').next().unwrap_or_default();
        // `missing` is no size: a clone may lack what was never fetched.
        let size: usize = size
            .parse()
            .map_err(|_| io::Error::other("the repository lacks it, as a partial clone may"))?;

        if size > most {
            let rest = u64::try_from(size).unwrap_or(u64::MAX).saturating_add(1);
            io::copy(&mut self.answers.by_ref().take(rest), &mut io::sink())?;
            return Ok(None);
        }
        let mut bytes = vec![0; size];
        self.answers.read_exact(&mut bytes)?;
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
