//! Finding out whether a tenant file can be used. Nothing is left behind.

use std::collections::BTreeMap;

use super::Reader;
use super::line::VERSION;
use crate::model::{Desired, Kind};
use crate::provider::ProviderError;
use crate::provider::checkup::{Contents, Owned, count_owned};

/// What came to light.
#[derive(Debug)]
pub struct Examination {
    /// What is in the file.
    pub file: Result<(FileState, Contents), ProviderError>,
    /// Whether it could be written.
    pub folder: Result<(), ProviderError>,
}

/// What a tenant file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It is not there yet: an empty tenant.
    New,
    /// It has this version.
    Version(u64),
}

impl Reader {
    /// Looks at the file and its folder.
    #[must_use]
    pub fn examine(&self, desired: Option<&Desired>) -> Examination {
        let file = self.file.load().map(|tenant| {
            let state = tenant
                .as_ref()
                .map_or(FileState::New, |_| FileState::Version(VERSION));
            let seen = tenant.unwrap_or_default().into_snapshot();
            let mut counts = BTreeMap::from(Kind::ALL.map(|kind| (kind, 0)));
            for address in seen.found.keys() {
                *counts.entry(address.kind()).or_insert(0) += 1;
            }
            let owned = desired.map(|desired| {
                Owned::Exactly(count_owned(desired, &seen.tenant, seen.found.values()))
            });
            (state, Contents { counts, owned })
        });
        Examination {
            file,
            folder: self.file.try_folder(),
        }
    }
}
