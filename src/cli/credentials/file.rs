//! A file with the credentials of many tenants.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::identity::Identity;
use super::invalid::InvalidCredentials;
use crate::cli::exit::Failure;
use crate::config;
use crate::files::{self, Limit};
use crate::provider::auth0::{Credentials, Domain};

/// Credentials by the domains of their tenants: each goes to its own, and to no other.
#[derive(Debug)]
pub(super) struct CredentialsFile {
    path: PathBuf,
    by_domain: BTreeMap<String, Identity>,
}

impl CredentialsFile {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text =
            files::read(path, Limit::CONFIGURATION).map_err(|error| Failure::Unreadable {
                path: path.to_owned(),
                source: error.into(),
            })?;

        let read = refuse_readable(path).and_then(|()| read_entries(&text));
        match read {
            Ok(by_domain) => Ok(Self {
                path: path.to_owned(),
                by_domain,
            }),
            Err(source) => Err(refuse(path, source)),
        }
    }

    pub(super) fn domains(&self) -> BTreeSet<String> {
        self.by_domain.keys().cloned().collect()
    }

    pub(super) fn credentials_for(&self, domain: &Domain) -> Result<Credentials, Failure> {
        let entry = self.entry(domain);
        let entry = entry.ok_or_else(|| self.refuse_absent(domain))?;

        let Ok(proof) = entry.prove() else {
            let source = InvalidCredentials::Incomplete(domain.clone());
            return Err(refuse(&self.path, source));
        };
        Ok(proof.credentials()?)
    }

    /// It has nothing for this domain.
    pub(super) fn refuse_absent(&self, domain: &Domain) -> Failure {
        refuse(&self.path, InvalidCredentials::Absent(domain.clone()))
    }

    pub(super) fn audience_of(&self, domain: &Domain) -> Option<String> {
        self.entry(domain)?.audience.clone()
    }

    fn entry(&self, domain: &Domain) -> Option<&Identity> {
        self.by_domain.get(&domain.to_string())
    }
}

fn refuse(path: &Path, source: InvalidCredentials) -> Failure {
    Failure::InvalidCredentials {
        path: path.to_owned(),
        source,
    }
}

/// A file that anybody on this machine can read holds no secret any more.
fn refuse_readable(path: &Path) -> Result<(), InvalidCredentials> {
    if files::is_closed_to_others(path) {
        Ok(())
    } else {
        Err(InvalidCredentials::Readable)
    }
}

fn read_entries(text: &[u8]) -> Result<BTreeMap<String, Identity>, InvalidCredentials> {
    // Two keys that are spelt alike are refused by this already.
    let entries: BTreeMap<String, Identity> = config::read_secrets(text)
        .map_err(|(line, column)| InvalidCredentials::Malformed { line, column })?;

    let mut by_domain = BTreeMap::new();
    for (index, (key, entry)) in entries.into_iter().enumerate() {
        let place = index + 1;
        let domain = Domain::parse(&key).map_err(|_| InvalidCredentials::NoDomain { place })?;

        entry.keep_secrets();
        if by_domain.insert(domain.to_string(), entry).is_some() {
            return Err(InvalidCredentials::Twice(domain));
        }
    }
    Ok(by_domain)
}
