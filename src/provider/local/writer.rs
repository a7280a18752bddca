//! Writing a tenant file.
//!
//! Each write becomes a line. Writes that run side by side are appended together, because making sure
//! that the disk has them costs the same for one as for a thousand. Once most lines are out of date,
//! the file is replaced by one with each object once: all that is ever written grows as the number of
//! writes does.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::file::{Appended, LIMIT, Lock, TenantFile};
use super::tenant::{Before, Tenant};
use crate::model::{Address, Found, Inspection, RemoteId, Snapshot};
use crate::provider::{Locks, Mutate, Observe, ProviderError, Write, WriteError};

/// How many writes are saved together at the most.
const TOGETHER: NonZeroUsize = NonZeroUsize::new(1_000).unwrap();

/// Writes a tenant file. While it lives, no other Grantry can write to the same file.
#[derive(Debug)]
pub struct Writer {
    current: Current,
    _lock: Lock,
}

/// Reads the tenant as it was last written, also what the file does not have yet.
#[derive(Debug)]
pub struct Current {
    state: Mutex<State>,
}

/// The tenant in memory, and how much of it the file has.
#[derive(Debug)]
struct State {
    file: TenantFile,
    /// The file as it was left; none if it has to be replaced.
    left: Option<Extent>,
    /// With every write.
    tenant: Tenant,
    /// What of it the file does not have yet.
    pending: Pending,
    /// How many writes `tenant` has seen.
    written: u64,
    /// Up to which of them the file has them.
    kept: u64,
    /// Up to which of them those that the file does not have are lost.
    lost: u64,
}

/// Writes that are not saved yet.
#[derive(Debug, Default)]
struct Pending {
    /// What is to be appended for them.
    text: Vec<u8>,
    lines: usize,
    /// What was there before them, the oldest first.
    before: Vec<Before>,
}

/// How much a file holds.
#[derive(Debug, Clone, Copy)]
struct Extent {
    bytes: u64,
    lines: usize,
}

impl Writer {
    /// Locks the file and reads it. Nothing is written, and the file is not created, until the
    /// first write.
    pub fn open(path: PathBuf) -> Result<Self, ProviderError> {
        let file = TenantFile::new(path);
        let lock = file.lock()?;
        let tenant = file.load()?.unwrap_or_default();
        let current = Current {
            state: Mutex::new(State::new(file, tenant)),
        };
        Ok(Self {
            current,
            _lock: lock,
        })
    }
}

impl Current {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The first save replaces the file: what a killed writer left behind its last line goes, and so
    /// do the lines that are out of date.
    fn new(file: TenantFile, tenant: Tenant) -> Self {
        let pending = Pending::default();
        Self {
            file,
            left: None,
            tenant,
            pending,
            written: 0,
            kept: 0,
            lost: 0,
        }
    }

    /// Carries out a write, in memory only: the id of its object, and the number of the write.
    fn write(&mut self, write: &Write) -> Result<(RemoteId, u64), ProviderError> {
        let (id, before) = self.tenant.write(write)?;
        if !before.is_empty() {
            // One line, whatever else it takes along: no crash leaves the half of a write.
            if let Err(source) = self.tenant.write_line(id.as_str(), &mut self.pending.text) {
                self.tenant.undo(before);
                return Err(self.file.failed("write", source));
            }
            self.pending.lines += 1;
            self.pending.before.extend(before);
        }

        self.written += 1;
        Ok((id, self.written))
    }

    /// Sees to it that the file has this write.
    fn save(&mut self, write: u64) -> Result<(), ProviderError> {
        if write <= self.kept {
            return Ok(());
        }
        if write <= self.lost {
            return Err(self
                .file
                .failed("write", io::Error::other("a write beside it failed")));
        }

        let pending = std::mem::take(&mut self.pending);
        match self.append_or_replace(&pending) {
            Ok(extent) => {
                self.left = Some(extent);
                self.kept = self.written;
                Ok(())
            }
            Err(source) => {
                // Somebody may be reading what was taken back: nothing is put in its place.
                self.left = None;
                self.tenant.undo(pending.before);
                self.lost = self.written;
                Err(self.file.failed("write", source))
            }
        }
    }

    fn append_or_replace(&self, pending: &Pending) -> io::Result<Extent> {
        if let Some(left) = self.left {
            let extent = Extent {
                bytes: left.bytes + pending.text.len() as u64,
                lines: left.lines + pending.lines,
            };
            let is_mostly_out_of_date = extent.lines / 2 > self.tenant.len();
            if !is_mostly_out_of_date
                && extent.bytes <= LIMIT.bytes()
                && self.file.append(&pending.text, left.bytes)? == Appended::Kept
            {
                return Ok(extent);
            }
        }

        let bytes = self.file.replace(&self.tenant)?;
        Ok(Extent {
            bytes,
            lines: self.tenant.len(),
        })
    }
}

impl Observe for Current {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        Ok(self.state().tenant.snapshot())
    }

    async fn inspect(
        &self,
        _: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        Ok(self.state().tenant.inspect(id))
    }

    async fn clients(&self) -> Result<BTreeMap<Address, Found>, ProviderError> {
        Ok(self.state().tenant.clients())
    }
}

/// The lock of the file keeps others out.
impl Locks for Writer {}

impl Mutate for Writer {
    type Reader = Current;

    fn reader(&self) -> &Current {
        &self.current
    }

    /// However few requests may run side by side: writing here is no request, and one save is as dear
    /// as another.
    fn side_by_side(&self, _: NonZeroUsize) -> NonZeroUsize {
        TOGETHER
    }

    /// The disk has it before it is said to be done.
    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let (id, number) = self
            .current
            .state()
            .write(write)
            .map_err(WriteError::Refused)?;
        // The writes beside this one come along.
        tokio::task::yield_now().await;
        self.current
            .state()
            .save(number)
            .map_err(WriteError::Refused)?;
        Ok(id)
    }
}
