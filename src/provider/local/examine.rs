//! Finding out whether a tenant file can be used. Nothing is left behind.

use std::collections::BTreeMap;

use super::Reader;
use super::line::VERSION;
use super::state::TenantState;
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
        let tenant = self.file.load();

        Examination {
            file: tenant.map(|tenant| describe_file(tenant, desired)),
            folder: self.file.try_folder(),
        }
    }
}

fn describe_file(
    tenant: Option<TenantState>,
    desired: Option<&Desired>,
) -> (FileState, Contents) {
    let state = match tenant {
        None => FileState::New,
        Some(_) => FileState::Version(VERSION),
    };
    let seen = tenant
        .unwrap_or_default()
        .into_snapshot();

    // A kind of which there is nothing is counted too: it was looked at.
    let mut counts = BTreeMap::from(Kind::ALL.map(|kind| (kind, 0)));
    for address in seen.found.keys() {
        *counts
            .entry(address.kind())
            .or_insert(0) += 1;
    }
    let owned = desired.map(|desired| {
        let owned = count_owned(desired, &seen.tenant, seen.found.values());
        Owned::Exactly(owned)
    });

    (state, Contents { counts, owned })
}
