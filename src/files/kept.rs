//! Files that Grantry keeps under names that a configuration chose.
//!
//! Whoever writes the configuration also writes what lies beside it: a link in
//! the place of a file, or of a folder on the way to it, would have a secret
//! written or read elsewhere.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::lock::{LockFileError, open_without_link};
use super::{Limit, folder_of, git, is_inside};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Its owner alone.
    Owner,
    /// Whoever may read what lies beside it.
    Everybody,
}

/// Why a file is not kept under a name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeptError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it leads out of the folder of the configuration")]
    Outside,
    #[error("it is a symbolic link")]
    Link,
    #[error("it is not a regular file")]
    NotRegular,
    #[error("it is larger than {0}")]
    TooLarge(Limit),
    #[error("others than its owner may read or change it")]
    OpenToOthers,
    #[error("git does not ignore it")]
    NotIgnored,
    #[error("git does not say whether it ignores it: {0}")]
    Unanswered(String),
}

/// A file that is kept under a name.
#[derive(Debug)]
pub(crate) struct KeptFile {
    path: PathBuf,
    access: Access,
}

/// What has Git ignore a folder and all that is in it.
const IGNORE_ALL: &str = "*\n";

/// How the name of a file begins while it is not finished: no
/// entry has a `~` in its name.
const UNFINISHED: &str = ".unfinished~";

/// Refuses a symbolic link on the way to a file.
fn refuse_links(folder: &Path, name: &Path) -> Result<(), KeptError> {
    let ancestors = name.ancestors().skip(1);
    for step in ancestors.filter(|step| !step.as_os_str().is_empty()) {
        let there = fs::symlink_metadata(folder.join(step));
        if there.is_ok_and(|there| there.is_symlink()) {
            return Err(KeptError::Link);
        }
    }
    Ok(())
}

impl KeptFile {
    /// The file of this name in a folder.
    pub(crate) fn find(
        folder: &Path,
        name: &str,
        access: Access,
    ) -> Result<Self, KeptError> {
        if !is_inside(folder, Path::new(name))? {
            return Err(KeptError::Outside);
        }
        // Also one that stays inside: what a plan shows is where it goes.
        refuse_links(folder, Path::new(name))?;

        Ok(Self {
            path: folder.join(name),
            access,
        })
    }

    /// Reads the file; none if there is none.
    pub(crate) fn read(
        &self,
        limit: Limit,
    ) -> Result<Option<Vec<u8>>, KeptError> {
        let file = match open_without_link(
            &self.path,
            OpenOptions::new().read(true),
        ) {
            Ok(file) => file,
            Err(LockFileError::Io(error))
                if error.kind() == io::ErrorKind::NotFound =>
            {
                return Ok(None);
            }
            Err(LockFileError::Io(error)) => return Err(error.into()),
            Err(LockFileError::Link) => return Err(KeptError::Link),
            Err(LockFileError::NotRegular) => {
                return Err(KeptError::NotRegular);
            }
        };
        if self.access == Access::Owner && is_open_to_others(&file)? {
            return Err(KeptError::OpenToOthers);
        }

        let mut bytes = Vec::new();
        file.take(limit.bytes() + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit.bytes() {
            return Err(KeptError::TooLarge(limit));
        }
        Ok(Some(bytes))
    }

    /// Whether the file could be written; nothing is left of that. What only
    /// its owner may read must be ignored by Git.
    pub(crate) fn check(&self) -> Result<(), KeptError> {
        let folder = self.folder();
        let there = folder
            .ancestors()
            .find(|folder| folder.exists());
        let there = there.filter(|folder| !folder.as_os_str().is_empty());

        // It has no name, so it is gone even if this process dies.
        tempfile::tempfile_in(there.unwrap_or(Path::new(".")))?;

        // A folder that is new or empty will ignore itself.
        if self.access == Access::Everybody || is_new(folder)? {
            return Ok(());
        }
        self.refuse_unignored()
    }

    fn refuse_unignored(&self) -> Result<(), KeptError> {
        match git::is_ignored(&self.path) {
            git::Ignored::Yes | git::Ignored::NoRepository => Ok(()),
            git::Ignored::No => Err(KeptError::NotIgnored),
            // As in a container whose user is not the owner of the repository.
            git::Ignored::Unanswered(_) if self.has_own_ignore() => Ok(()),
            git::Ignored::Unanswered(said) => Err(KeptError::Unanswered(said)),
        }
    }

    fn has_own_ignore(&self) -> bool {
        let ignore = super::read(&self.folder().join(".gitignore"), Limit::KEY);
        ignore.is_ok_and(|text| {
            text.split(|byte| *byte == b'\n')
                .any(|line| line == b"*")
        })
    }

    /// Writes the file whole, or not at all; over none
    /// where there must be none.
    pub(crate) fn write(
        &self,
        bytes: &[u8],
        is_new: bool,
    ) -> Result<(), KeptError> {
        self.make_folder()?;
        // What Git has of it in spite of that was looked for before the first
        // of them: to ask Git each time would take as long as all else.
        if self.access == Access::Owner && !self.has_own_ignore() {
            self.refuse_unignored()?;
        }

        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(
            self.access.mode(),
        ));
        let mut file = builder.tempfile_in(self.folder())?;
        file.write_all(bytes)?;
        // Its content must be on the disk before its name is.
        file.as_file().sync_all()?;

        let kept = if is_new {
            file.persist_noclobber(&self.path)
        } else {
            file.persist(&self.path)
        };
        kept.map_err(|error| error.error)?;
        Ok(self.sync_folder()?)
    }

    /// Removes the file.
    pub(crate) fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.path)?;
        self.sync_folder()
    }

    /// Makes the folder. What only its owner may read has one that ignores
    /// itself for Git.
    fn make_folder(&self) -> io::Result<()> {
        let folder = self.folder();
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        if self.access == Access::Owner {
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        }
        builder.create(folder)?;

        if self.access == Access::Owner && is_new(folder)? {
            let mut ignore = File::create_new(folder.join(".gitignore"))?;
            ignore.write_all(IGNORE_ALL.as_bytes())?;
        }
        Ok(())
    }

    /// Removes from its folder what writes have left that were stopped: there
    /// may be a secret in it.
    pub(crate) fn remove_unfinished(&self) -> io::Result<()> {
        let folder = self.folder();
        if !folder.exists() {
            return Ok(());
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with(UNFINISHED)
            {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// A name must survive a crash of the machine too.
    fn sync_folder(&self) -> io::Result<()> {
        if cfg!(unix) {
            File::open(self.folder())?.sync_all()?;
        }
        Ok(())
    }

    fn folder(&self) -> &Path {
        folder_of(&self.path)
    }
}

impl Access {
    #[cfg(unix)]
    fn mode(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Everybody => 0o644,
        }
    }
}

/// Whether a folder is not there, or has nothing in it.
fn is_new(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Asked of the open file: between a look at the name and the opening it could
/// be exchanged.
#[cfg(unix)]
fn is_open_to_others(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;

    const OTHERS: u32 = 0o077;
    Ok(file.metadata()?.permissions().mode() & OTHERS != 0)
}

/// Elsewhere it is said in other ways, which are not looked at.
#[cfg(not(unix))]
fn is_open_to_others(_: &File) -> io::Result<bool> {
    Ok(false)
}
