//! The tenant file: replaced atomically, appended to so that nothing tears it
//! (`saving`), locked against a second writer (`locking`).
//!
//! Somebody may read while it is written, and the machine may stop at any
//! moment. So a file is never changed where it has been read: it is
//! appended to, or another one takes its place. What stands behind its
//! last whole line is what a write did not finish, which nobody was told
//! was done. It is the very last of the file: the beginning of one line,
//! zeros up to the end, or both.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::line::{Header, Line, VERSION};
use super::lines::{LIMIT, Lines};
use super::state::TenantState;
use crate::files::{self, ReadError};
use crate::provider::ProviderError;

/// A tenant file.
#[derive(Debug)]
pub(super) struct TenantFile {
    /// As people call it.
    pub(super) path: PathBuf,
    /// What is read and replaced: of a link, the file it leads to.
    pub(super) file: PathBuf,
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

    /// Reads the first line, which says what the file is;
    /// none if there is no file.
    pub(super) fn read_header(
        &self,
    ) -> Result<Option<(Header, Lines<impl BufRead>)>, ProviderError> {
        let Some(file) = self.open()? else {
            return Ok(None);
        };

        // One byte more than may be read, so that a file that
        // is too large is noticed.
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

    /// Whether a file can be made in the folder, or in the one
    /// that it would be made in.
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

    /// How the name of this file begins while it is not finished: other tenants
    /// of the folder are nothing to us.
    pub(super) fn unfinished_prefix(&self) -> OsString {
        let mut name = OsString::from(".");
        name.push(
            self.file
                .file_name()
                .unwrap_or_default(),
        );
        name.push(".unfinished-");
        name
    }

    pub(super) fn folder(&self) -> &Path {
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

    fn not_a_tenant(&self, reason: String) -> ProviderError {
        ProviderError::NotATenant {
            path: self.path.clone(),
            reason,
        }
    }
}
