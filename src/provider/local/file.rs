//! The tenant file: replaced atomically, appended to so that nothing tears it,
//! locked against a second writer.
//!
//! Somebody may read while it is written, and the machine may stop at any
//! moment. So a file is never changed where it has been read: it is appended
//! to, or another one takes its place. What stands behind its last whole line
//! is what a write did not finish, which nobody was told was done. It is the
//! very last of the file: the beginning of one line, zeros up to the end, or
//! both.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{
    self, BufRead, BufReader, BufWriter, ErrorKind, IntoInnerError, Read as _,
    Write as _,
};
use std::path::{Path, PathBuf};

use super::line::{Header, Line, VERSION};
use super::lines::{LIMIT, Lines};
use super::state::TenantState;
use crate::files::{self, FileLock, LockFileError, ReadError};
use crate::provider::ProviderError;

/// The folder that is made for a tenant file where nothing else is said.
const DEFAULT_FOLDER: &str = ".grantry";

/// A tenant file.
#[derive(Debug)]
pub(super) struct TenantFile {
    /// As people call it.
    path: PathBuf,
    /// What is read and replaced: of a link, the file it leads to.
    file: PathBuf,
}

/// Whether lines could be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Appended {
    /// They are in the file, whatever happens to the machine.
    Kept,
    /// The file is not as it was left. Nothing was done.
    Changed,
}

/// Why the file does not have for sure what it was to have.
#[derive(Debug)]
pub(super) enum Unsaved {
    /// It is as it was.
    Undone(io::Error),
    /// It may have some of it.
    InDoubt(io::Error),
    /// It has it, and may be as it was again once the machine has stopped.
    NotForGood(io::Error),
}

impl From<io::Error> for Unsaved {
    fn from(error: io::Error) -> Self {
        Self::Undone(error)
    }
}

/// How a tenant file begins.
const BEGIN: &[u8] = b"{\"grantry_tenant\"";

/// Whether a file says that it is a tenant, whatever else it says.
#[must_use]
pub fn is_tenant_file(path: &Path) -> bool {
    let Ok(file) = files::open(path, LIMIT) else {
        return false;
    };

    // No more than its beginning: one that is damaged, or newer, is a tenant
    // all the same.
    let mut beginning = Vec::new();
    let read = file
        .take(BEGIN.len() as u64)
        .read_to_end(&mut beginning);
    read.is_ok() && beginning == BEGIN
}

impl TenantFile {
    pub(super) fn new(path: PathBuf) -> Self {
        // Else a link would be replaced by a file, and what it leads to would
        // stay as it was.
        let file = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        Self { path, file }
    }

    /// Reads the tenant; none if there is no file.
    pub(super) fn load(&self) -> Result<Option<TenantState>, ProviderError> {
        let Some((header, mut lines)) = self.read_header()? else {
            return Ok(None);
        };

        let mut tenant = TenantState::empty(&header);
        while self.advance(&mut lines)? {
            let line: Line = match serde_json::from_slice(&lines.bytes) {
                Ok(line) => line,
                // The last line, which a write did not finish.
                Err(error) if error.is_eof() && !lines.is_whole() => break,
                Err(error) => {
                    return Err(self.not_a_tenant(lines.explain_error(&error)));
                }
            };
            if let Err(reason) = tenant.apply_line(line) {
                let reason = format!("{reason}, at line {}", lines.number);
                return Err(self.not_a_tenant(reason));
            }
        }
        Ok(Some(tenant))
    }

    /// Reads the first line, which says what the file is; none if there is no
    /// file.
    fn read_header(
        &self,
    ) -> Result<Option<(Header, Lines<impl BufRead>)>, ProviderError> {
        let Some(file) = self.open()? else {
            return Ok(None);
        };

        // One byte more than may be read, so that a file that is too large is
        // noticed.
        let mut lines =
            Lines::new(BufReader::new(file.take(LIMIT.bytes() + 1)));
        self.advance(&mut lines)?;
        let Ok(header) = serde_json::from_slice::<Header>(&lines.bytes) else {
            let reason = "its first line does not say `grantry_tenant`";
            return Err(self.not_a_tenant(reason.to_owned()));
        };

        match header.grantry_tenant {
            VERSION => Ok(Some((header, lines))),
            version if version < VERSION => {
                let reason = format!("version {version} was never released");
                Err(self.not_a_tenant(reason))
            }
            version => Err(ProviderError::NewerTenant {
                path: self.path.clone(),
                version,
                known: VERSION,
            }),
        }
    }

    fn advance(
        &self,
        lines: &mut Lines<impl BufRead>,
    ) -> Result<bool, ProviderError> {
        lines
            .advance()
            .map_err(|source| self.error("read", source))
    }

    /// Opens the file to be read; none if there is none.
    fn open(&self) -> Result<Option<File>, ProviderError> {
        match files::open(&self.file, LIMIT) {
            Ok(file) => Ok(Some(file)),
            Err(ReadError::Io(error))
                if error.kind() == ErrorKind::NotFound =>
            {
                Ok(None)
            }
            Err(error) => Err(self.error("read", error.into())),
        }
    }

    /// Whether a file can be made in the folder, or in the one that it would be
    /// made in.
    pub(super) fn try_folder(&self) -> Result<(), ProviderError> {
        let there = self
            .folder()
            .ancestors()
            .find(|folder| folder.exists());
        let folder = there
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));

        // It has no name, so it is gone even if this process dies.
        match tempfile::tempfile_in(folder) {
            Ok(_) => Ok(()),
            Err(source) => Err(self.error("write", source)),
        }
    }

    /// Appends lines to the file of this length.
    pub(super) fn append_lines(
        &self,
        lines: &[u8],
        length: u64,
    ) -> Result<Appended, Unsaved> {
        let mut file = match OpenOptions::new()
            .read(true)
            .append(true)
            .open(&self.file)
        {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Appended::Changed);
            }
            Err(error) => return Err(error.into()),
        };
        // Somebody has written to it, or put another in its place: what is
        // appended need not fit that.
        if file.metadata()?.len() != length {
            return Ok(Appended::Changed);
        }

        // Its length is synced along with its data; when it was changed is of
        // no interest.
        let written = file
            .write_all(lines)
            .and_then(|()| file.sync_data());
        if let Err(error) = written {
            return Err(match file.set_len(length) {
                Ok(()) => Unsaved::Undone(error),
                Err(_) => Unsaved::InDoubt(error),
            });
        }

        Ok(Appended::Kept)
    }

    /// Puts another file in the place of this one, and gives its length:
    /// whoever reads it, even after a crash, sees the old or the new
    /// content.
    pub(super) fn replace_with(
        &self,
        tenant: &TenantState,
    ) -> Result<u64, Unsaved> {
        let folder = self.folder();
        // Beside it, and not in the system's folder for such files: only within
        // one file system does a name change hands at once.
        let unfinished = tempfile::Builder::new()
            .prefix(&self.unfinished_prefix())
            .tempfile_in(folder)?;

        let mut writer = BufWriter::new(unfinished);
        tenant.write_file(&mut writer)?;
        let unfinished = writer
            .into_inner()
            .map_err(IntoInnerError::into_error)?;

        // Its content must be on the disk before its name is.
        unfinished.as_file().sync_all()?;
        let length = unfinished.as_file().metadata()?.len();
        // Before it takes the place of the other: the next run would refuse to
        // read it.
        if length > LIMIT.bytes() {
            return Err(io::Error::from(ReadError::TooLarge(LIMIT)).into());
        }

        unfinished
            .persist(&self.file)
            .map_err(|error| error.error)?;
        // The new name must survive a crash of the machine too.
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(Unsaved::NotForGood)?;
        Ok(length)
    }

    /// Takes the exclusive right to write, which ends when it is dropped or the
    /// process dies, and clears away what a killed writer may have left.
    pub(super) fn lock(&self) -> Result<FileLock, ProviderError> {
        // Nothing is made beside what is no tenant.
        self.read_header()?;
        self.make_folder()
            .map_err(|source| self.error("lock", source))?;

        let file = files::open_to_lock(&self.lock_file());
        let file = file.map_err(|error| self.lock_file_error(error))?;
        let lock =
            FileLock::hold(file).map_err(|error| self.lock_error(error))?;

        // Only whoever has the lock knows that nobody is writing them.
        self.remove_unfinished()
            .map_err(|source| self.error("lock", source))?;
        Ok(lock)
    }

    /// Finds out whether somebody else has the lock, which is an error. Nothing
    /// is made for that.
    pub(super) fn find_lock(&self) -> Result<(), ProviderError> {
        self.read_header()?;

        let file = files::find_locked(&self.lock_file());
        let Some(file) = file.map_err(|error| self.lock_file_error(error))?
        else {
            return Ok(());
        };
        // It is not held, and keeps nobody out who looks too.
        let shared =
            FileLock::share(file).map_err(|error| self.lock_error(error));
        shared.map(drop)
    }

    /// The file beside it that is locked in its place: it is itself replaced.
    fn lock_file(&self) -> PathBuf {
        let mut name = self.file.clone().into_os_string();
        name.push(".lock");
        name.into()
    }

    /// Makes the folder. The one that nobody asked for ignores itself for Git.
    fn make_folder(&self) -> io::Result<()> {
        let folder = self.folder();
        if folder.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        if folder.ends_with(DEFAULT_FOLDER) {
            File::create_new(folder.join(".gitignore"))?.write_all(b"*\n")?;
        }
        Ok(())
    }

    fn remove_unfinished(&self) -> io::Result<()> {
        let prefix = self.unfinished_prefix();

        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            let name = entry.file_name();
            if name
                .as_encoded_bytes()
                .starts_with(prefix.as_encoded_bytes())
            {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// How the name of this file begins while it is not finished: other tenants
    /// of the folder are nothing to us.
    fn unfinished_prefix(&self) -> OsString {
        let mut name = OsString::from(".");
        name.push(self.file.file_name().unwrap_or_default());
        name.push(".unfinished-");
        name
    }

    fn folder(&self) -> &Path {
        files::folder_of(&self.file)
    }

    /// What went wrong with this file.
    pub(super) fn error(
        &self,
        action: &'static str,
        source: io::Error,
    ) -> ProviderError {
        ProviderError::File {
            action,
            path: self.path.clone(),
            source,
        }
    }

    /// What went wrong with the file that is locked in its place.
    fn lock_file_error(&self, error: LockFileError) -> ProviderError {
        ProviderError::File {
            action: "use",
            path: self.lock_file(),
            source: error.into(),
        }
    }

    /// Why the lock is not ours.
    fn lock_error(&self, error: TryLockError) -> ProviderError {
        match error {
            TryLockError::WouldBlock => ProviderError::Locked {
                path: self.path.clone(),
            },
            TryLockError::Error(source) => self.error("lock", source),
        }
    }

    fn not_a_tenant(&self, reason: String) -> ProviderError {
        ProviderError::NotATenant {
            path: self.path.clone(),
            reason,
        }
    }
}
