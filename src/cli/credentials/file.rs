//! A file with the credentials of many tenants.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::identity::{Identity, Proof};
use super::invalid::InvalidCredentials;
use crate::cli::exit::Failure;
use crate::config;
use crate::files::{self, Limit};
use crate::provider::auth0::{Credentials, Domain};
use crate::provider::keycloak::{self, Realm};

/// Credentials by the domains and realms of their tenants: each goes to its
/// own, and to no other.
#[derive(Debug)]
pub(super) struct CredentialsFile {
    path: PathBuf,
    by_tenant: BTreeMap<String, Identity>,
}

impl CredentialsFile {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = files::read(path, Limit::CONFIGURATION);
        let text = text.map_err(|error| Failure::Unreadable {
            path: path.to_owned(),
            source: error.into(),
        })?;

        let read = refuse_readable(path).and_then(|()| read_entries(&text));
        match read {
            Ok(by_tenant) => Ok(Self {
                path: path.to_owned(),
                by_tenant,
            }),
            Err(source) => Err(refuse(path, source)),
        }
    }

    pub(super) fn tenants(&self) -> BTreeSet<String> {
        self.by_tenant.keys().cloned().collect()
    }

    pub(super) fn credentials_for(
        &self,
        domain: &Domain,
    ) -> Result<Credentials, Failure> {
        let tenant = domain.to_string();
        let proof = self.proof_for(&tenant, InvalidCredentials::Incomplete)?;
        Ok(proof.credentials()?)
    }

    pub(super) fn realm_credentials_for(
        &self,
        realm: &Realm,
    ) -> Result<keycloak::Credentials, Failure> {
        let tenant = realm.to_string();
        let proof =
            self.proof_for(&tenant, InvalidCredentials::IncompleteRealm)?;
        Ok(proof.realm_credentials()?)
    }

    fn proof_for(
        &self,
        tenant: &str,
        incomplete: fn(String) -> InvalidCredentials,
    ) -> Result<Proof<'_>, Failure> {
        let entry = self.by_tenant.get(tenant);
        let entry = entry.ok_or_else(|| self.refuse_absent(tenant))?;

        entry.prove().map_err(|_| {
            let why = incomplete(tenant.to_owned());
            refuse(&self.path, why)
        })
    }

    /// It has nothing for this tenant.
    pub(super) fn refuse_absent(&self, tenant: &str) -> Failure {
        let why = InvalidCredentials::Absent(tenant.to_owned());
        refuse(&self.path, why)
    }

    pub(super) fn audience_of(&self, domain: &Domain) -> Option<String> {
        let entry = self
            .by_tenant
            .get(&domain.to_string())?;
        entry.audience.clone()
    }

    pub(super) fn auth_realm_of(&self, realm: &Realm) -> Option<String> {
        let entry = self.by_tenant.get(&realm.to_string())?;
        entry.auth_realm.clone()
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

fn read_entries(
    text: &[u8],
) -> Result<BTreeMap<String, Identity>, InvalidCredentials> {
    // Two keys that are spelt alike are refused by this already.
    let entries: BTreeMap<String, Identity> =
        config::read_secrets(text).map_err(|(line, column)| {
            InvalidCredentials::Malformed { line, column }
        })?;

    let mut by_tenant = BTreeMap::new();
    for (index, (key, entry)) in entries.into_iter().enumerate() {
        let place = index + 1;
        let key = parse_key(&key);
        let key = key.ok_or(InvalidCredentials::NoDomain { place })?;

        entry.keep_secrets();
        let (tenant, foreign) = match key {
            Key::Domain(domain) => {
                (domain.to_string(), entry.foreign_to_domain())
            }
            Key::Realm(realm) => (realm.to_string(), entry.foreign_to_realm()),
        };
        if let Some(field) = foreign {
            return Err(InvalidCredentials::Foreign { tenant, field });
        }
        let other = by_tenant.insert(tenant.clone(), entry);
        if other.is_some() {
            return Err(InvalidCredentials::Twice(tenant));
        }
    }
    Ok(by_tenant)
}

/// Whose credentials an entry has.
enum Key {
    Domain(Domain),
    Realm(Realm),
}

/// A key with a path is a realm.
fn parse_key(key: &str) -> Option<Key> {
    let rest = key
        .split_once("://")
        .map_or(key, |(_, rest)| rest);
    let has_path = rest.trim_end_matches('/').contains('/');

    if has_path {
        Realm::parse(key).ok().map(Key::Realm)
    } else {
        Domain::parse(key).ok().map(Key::Domain)
    }
}
