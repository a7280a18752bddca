//! Opening files that somebody else may have put there.
//!
//! Floor 0. A pull request chooses what a name stands for: a pipe that is waited for for ever, a
//! device that never ends, a link to what is not its author's. So every file that a person or a
//! configuration names is opened here, and so is the one beside it that is locked.
//!
//! A `tree` is where the files of a configuration are: the disk, or a `revision` that `git` keeps.

#[cfg(feature = "cli")]
use std::ffi::OsString;
use std::fmt;
#[cfg(any(feature = "engine", test))]
use std::fs;
use std::fs::{File, OpenOptions};
#[cfg(feature = "cli")]
use std::io::Write as _;
use std::io::{self, Read as _};
#[cfg(any(feature = "engine", test))]
use std::path::Component;
use std::path::Path;
#[cfg(feature = "engine")]
use std::path::PathBuf;

#[cfg(feature = "engine")]
mod attributes;
#[cfg(feature = "cli")]
mod closed;
#[cfg(feature = "engine")]
mod git;
#[cfg(feature = "local")]
mod lock;
#[cfg(feature = "cli")]
mod numbered;
#[cfg(feature = "engine")]
mod revision;
#[cfg(feature = "engine")]
mod revision_error;
#[cfg(feature = "engine")]
mod revision_name;
#[cfg(feature = "cli")]
mod state;
#[cfg(feature = "engine")]
mod tree;

#[cfg(feature = "cli")]
pub(crate) use closed::is_closed_to_others;
#[cfg(feature = "engine")]
pub(crate) use git::EntryKind;
#[cfg(feature = "local")]
pub(crate) use lock::{LockFileError, find_locked, open_to_lock};
#[cfg(feature = "cli")]
pub(crate) use numbered::NumberedFile;
#[cfg(feature = "engine")]
pub use revision::Revision;
#[cfg(feature = "engine")]
pub use revision_error::RevisionError;
#[cfg(feature = "engine")]
pub use revision_name::RevisionName;
#[cfg(feature = "cli")]
pub(crate) use state::FileState;
#[cfg(feature = "engine")]
pub(crate) use tree::Reach;
#[cfg(feature = "engine")]
pub use tree::Tree;

/// How many bytes a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(u64);

impl Limit {
    /// A key, or a few certificates.
    #[cfg(feature = "engine")]
    pub(crate) const KEY: Self = Self(64 << 10);

    /// One file of a configuration.
    #[cfg(feature = "engine")]
    pub(crate) const CONFIGURATION: Self = Self(16 << 20);

    /// A plan that was kept: some 100,000 changes.
    #[cfg(feature = "cli")]
    pub(crate) const PLAN: Self = Self(256 << 20);

    /// A tenant: some 700,000 clients and grants.
    #[cfg(any(feature = "local", feature = "emulator"))]
    pub(crate) const TENANT: Self = Self(512 << 20);

    pub(crate) fn bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 >> 20 {
            0 => write!(formatter, "{} KiB", self.0 >> 10),
            mebibytes => write!(formatter, "{mebibytes} MiB"),
        }
    }
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it is not a regular file")]
    NotRegular,
    #[error("it is larger than {0}")]
    TooLarge(Limit),
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => error,
            other => Self::other(other),
        }
    }
}

/// Opens a regular file that is not larger than it may be.
pub(crate) fn open(path: &Path, limit: Limit) -> Result<File, ReadError> {
    let mut options = OpenOptions::new();
    options.read(true);

    // What the name stands for is asked of the open file: between a look at the name and the
    // opening it could be exchanged. So nothing may be waited for here.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );

    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(ReadError::NotRegular);
    }
    // Most files tell their length, so that one that is too large need not be read first.
    if metadata.len() > limit.bytes() {
        return Err(ReadError::TooLarge(limit));
    }
    Ok(file)
}

/// Writes a file whole, or not at all. Only a regular file is replaced: a link in the place of one is not followed,
/// and neither it nor a device goes, such as `/dev/stdout`, which is both.
#[cfg(feature = "cli")]
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => return Err(ReadError::NotRegular.into()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }

    // Beside the file: only within one file system does a name change hands whole or not at all.
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };

    let mut builder = tempfile::Builder::new();
    // Other jobs and people read it: it is no more secret than what is printed.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// Writes behind what a file holds.
#[cfg(feature = "cli")]
pub(crate) fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// Reads a whole file.
pub(crate) fn read(path: &Path, limit: Limit) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();

    // Files grow while they are read, and some of the system's say that they are empty.
    open(path, limit)?
        .take(limit.bytes() + 1)
        .read_to_end(&mut bytes)?;

    if bytes.len() as u64 > limit.bytes() {
        return Err(ReadError::TooLarge(limit));
    }
    Ok(bytes)
}

/// Whether a name, relative to a folder, leads to something in it, wherever its symbolic links
/// lead. What is not there yet counts as what it would be.
#[cfg(any(feature = "engine", test))]
pub(crate) fn is_inside(folder: &Path, name: &Path) -> io::Result<bool> {
    // No `..`, not even one that comes back: past what is not there yet it could not be followed.
    if !name.components().all(is_plain) {
        return Ok(false);
    }

    let folder = or_here(folder);
    let path = folder.join(name);

    // The nearest that is there tells where the rest would be made.
    for there in path.ancestors() {
        match fs::canonicalize(or_here(there)) {
            Ok(real) => return Ok(real.starts_with(fs::canonicalize(folder)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }

        // A link to what is not there yet: it would be made where the link leads.
        let name = there.strip_prefix(folder).unwrap_or(Path::new(""));
        if let (Some(beside), Ok(target)) = (name.parent(), fs::read_link(there)) {
            return is_inside(folder, &beside.join(target));
        }
    }
    Ok(true)
}

/// Where a name leads, wherever its symbolic links lead. What is not there yet counts as what it would be.
#[cfg(feature = "engine")]
pub(crate) fn where_it_leads(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(or_here(path)) {
        return real;
    }

    match path.file_name() {
        Some(name) => where_it_leads(folder_of(path)).join(name),
        None => path.to_owned(),
    }
}

/// How a file is called from a folder, with `/` between its steps, by their names alone. What lies elsewhere and was
/// named by its whole path keeps that.
#[cfg(feature = "cli")]
pub(crate) fn name_from(folder: &Path, file: &Path) -> String {
    let (from, to) = (plain_steps(folder), plain_steps(file));
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other);
    let common = common.count();

    let steps: PathBuf = if file.is_absolute() && common < from.len() {
        to.iter().collect()
    } else {
        let up = from[common..]
            .iter()
            .map(|_| Component::ParentDir.as_os_str());
        let down = to[common..].iter().map(OsString::as_os_str);
        up.chain(down).collect()
    };
    steps.display().to_string().replace('\\', "/")
}

/// The steps to a path from the root, without those that lead nowhere or back.
#[cfg(feature = "cli")]
fn plain_steps(path: &Path) -> Vec<OsString> {
    let path = std::path::absolute(or_here(path)).unwrap_or_else(|_| path.to_owned());

    let mut steps = Vec::new();
    for step in path.components() {
        match step {
            Component::CurDir => {}
            Component::ParentDir => drop(steps.pop()),
            step => steps.push(step.as_os_str().to_owned()),
        }
    }
    steps
}

#[cfg(any(feature = "engine", test))]
fn is_plain(part: Component<'_>) -> bool {
    matches!(part, Component::Normal(_) | Component::CurDir)
}

/// The folder of a file.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().map_or(Path::new("."), or_here)
}

/// The empty path is the working directory, which the system does not know.
fn or_here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limit = Limit(4);

    #[cfg(unix)]
    pub(super) fn make_pipe(folder: &Path) -> std::path::PathBuf {
        let pipe = folder.join("pipe");
        let made = std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap();

        assert!(made.success());
        pipe
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");

        fs::write(&path, "four").unwrap();
        assert_eq!(read(&path, SMALL).unwrap(), b"four");

        fs::write(&path, "fives").unwrap();
        assert!(matches!(
            read(&path, SMALL),
            Err(ReadError::TooLarge(SMALL))
        ));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_but_a_regular_file_is_read_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = make_pipe(folder.path());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();

        for path in [&pipe, &link, Path::new("/dev/zero"), folder.path()] {
            let error = read(path, SMALL).unwrap_err();
            assert!(
                matches!(error, ReadError::NotRegular),
                "{}: {error:?}",
                path.display()
            );
        }
    }

    #[cfg(all(unix, feature = "cli"))]
    #[test]
    fn only_a_regular_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let link = folder.path().join("link");
        replace(&file, "old").unwrap();
        replace(&file, "new").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let pipe = make_pipe(folder.path());

        for path in [&*link, &*pipe, folder.path()] {
            let error = replace(path, "text").unwrap_err();
            assert_eq!(error.to_string(), ReadError::NotRegular.to_string());
        }
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }

    #[test]
    fn a_name_is_inside_where_it_leads_inside() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("folder");
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("deep/file"), "").unwrap();

        for name in [
            "deep/file",
            "./deep/file",
            "deep/new",
            "new/and/newer",
            "deep",
        ] {
            assert!(is_inside(&folder, Path::new(name)).unwrap(), "{name}");
        }
        for name in [
            "../file",
            "deep/../../file",
            "deep/../deep/file",
            "/etc/passwd",
        ] {
            assert!(!is_inside(&folder, Path::new(name)).unwrap(), "{name}");
        }
    }

    #[cfg(all(unix, feature = "cli"))]
    #[test]
    fn a_file_has_one_name_from_a_folder() {
        let name = |folder: &str, file: &str| name_from(Path::new(folder), Path::new(file));
        let here = std::env::current_dir().unwrap();
        let here = here.display();

        for file in [
            "a/t.json",
            "./a/t.json",
            "b/../a/t.json",
            &format!("{here}/a/./t.json"),
        ] {
            assert_eq!(name("a", file), "t.json", "{file}");
            assert_eq!(name("", file), "a/t.json", "{file}");
        }
        for (folder, file, named) in [
            ("a", "t.json", "../t.json"),
            ("a/b", "c/t.json", "../../c/t.json"),
            ("/srv/a", "/srv/a/b/t.json", "b/t.json"),
            ("/srv/a", "/srv/b/../t.json", "/srv/t.json"),
        ] {
            assert_eq!(name(folder, file), named, "{folder}, {file}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_where_it_leads() {
        use std::os::unix::fs::symlink;

        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("folder");
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("file"), "").unwrap();
        fs::write(place.path().join("other"), "").unwrap();
        symlink("../file", folder.join("deep/good")).unwrap();
        symlink("../other", folder.join("bad")).unwrap();
        symlink("..", folder.join("up")).unwrap();

        assert!(is_inside(&folder, Path::new("deep/good")).unwrap());
        assert!(!is_inside(&folder, Path::new("bad")).unwrap());
        assert!(!is_inside(&folder, Path::new("up/new")).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_is_where_that_would_be() {
        use std::os::unix::fs::symlink;

        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("folder");
        fs::create_dir_all(folder.join("deep")).unwrap();
        symlink("new", folder.join("deep/good")).unwrap();
        symlink("good", folder.join("deep/better")).unwrap();
        symlink("../new", folder.join("bad")).unwrap();
        symlink("bad", folder.join("worse")).unwrap();
        symlink("/nowhere/new", folder.join("far")).unwrap();

        for name in ["deep/good", "deep/better", "deep/good/new"] {
            assert!(is_inside(&folder, Path::new(name)).unwrap(), "{name}");
        }
        for name in ["bad", "worse", "far", "bad/new"] {
            assert!(!is_inside(&folder, Path::new(name)).unwrap(), "{name}");
        }
    }
}
