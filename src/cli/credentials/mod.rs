//! Who we are in a tenant, as the environment says it: for each environment of
//! a configuration apart.
//!
//! Credentials are a set: all of an environment's own, with its suffix, or all
//! plain. None is filled up from the other, for half of staging's and half of
//! production's is nobody's.
//!
//! An `identity` is one set: of the variables whose `names` are here, or of a
//! `file`. `domain` and `realm` are what is made of it for Auth0 and for
//! Keycloak, and `invalid` is why a file is of no use.

use std::collections::BTreeSet;
use std::sync::Arc;

use secrecy::SecretString;

use super::choice::Surroundings;
use super::environment::{self, variable};
use super::exit::{Failure, Unset, UnsetPlace};
use crate::model::EnvironmentName;

mod domain;
mod file;
mod identity;
pub(super) mod invalid;
pub(super) mod names;
mod realm;

use file::CredentialsFile;
use identity::Missing;
use names::{AUDIENCE, DOMAIN, FILE, REALM, SET, URL, suffix_of};

/// Where credentials come from in this run: read once,
/// for however many tenants.
#[derive(Debug, Default)]
pub(super) struct CredentialSource {
    file: Option<CredentialsFile>,
    /// The tenants that the file has credentials for.
    tenants: Arc<BTreeSet<String>>,
    /// The names of all variables that are some provider's.
    variables: Arc<BTreeSet<String>>,
}

impl CredentialSource {
    /// Reads the file of credentials, if one is named.
    pub(super) fn read() -> Result<Self, Failure> {
        let file = environment::path(FILE)
            .map(|path| CredentialsFile::read(&path))
            .transpose()?;
        let tenants = file
            .as_ref()
            .map(CredentialsFile::tenants);

        Ok(Self {
            tenants: Arc::new(tenants.unwrap_or_default()),
            variables: Arc::new(environment::provider_variables()),
            file,
        })
    }

    /// What there is for an environment: its own variables, where any of them
    /// is set, or else the plain ones.
    pub(super) fn for_environment(
        &self,
        environment: Option<&EnvironmentName>,
    ) -> CredentialSet<'_> {
        let own = CredentialSet {
            source: self,
            environment: environment.cloned(),
            suffix: environment.map_or_else(String::new, suffix_of),
        };
        // Also where they say nothing, as a secret that was forgotten: what is
        // plain is another tenant's.
        let is_there = |name: &&str| environment::exists(&own.name(name));
        if !own.suffix.is_empty() && SET.iter().any(is_there) {
            return own;
        }

        CredentialSet {
            suffix: String::new(),
            ..own
        }
    }
}

/// Who we are in the tenant of one environment, as
/// variables or the file say it.
#[derive(Debug)]
pub(super) struct CredentialSet<'a> {
    source: &'a CredentialSource,
    environment: Option<EnvironmentName>,
    suffix: String,
}

impl CredentialSet<'_> {
    /// What is said of the tenant.
    pub(super) fn surroundings(&self) -> Surroundings {
        Surroundings {
            variables: Arc::clone(&self.source.variables),
            domain: self.get(DOMAIN),
            domain_variable: self.name(DOMAIN),
            audience: self.get(AUDIENCE),
            url: self.get(URL),
            url_variable: self.name(URL),
            realm: self.get(REALM),
            realm_variable: self.name(REALM),
            keyed_tenants: Arc::clone(&self.source.tenants),
        }
    }

    /// What a variable of this set is called.
    fn name(&self, variable: &str) -> String {
        format!("{variable}{}", self.suffix)
    }

    fn names_of(&self, variables: &[&str]) -> Vec<String> {
        variables
            .iter()
            .map(|variable| self.name(variable))
            .collect()
    }

    /// The names of those that are set.
    fn names_of_set(&self, variables: &[&str]) -> Vec<String> {
        let mut set = variables.to_vec();
        set.retain(|variable| self.get(variable).is_some());
        self.names_of(&set)
    }

    /// The names of those that have to be set where this is missing: of a
    /// client's id, and of its secret.
    fn names_of_missing(
        &self,
        missing: &Missing,
        [client_id, secret]: [&str; 2],
    ) -> Vec<String> {
        match missing {
            Missing::Client => self.names_of(&[client_id]),
            Missing::Secret => self.names_of(&[secret]),
            Missing::ClientAndSecret => self.names_of(&[client_id, secret]),
        }
    }

    fn get(&self, name: &str) -> Option<String> {
        variable(&self.name(name))
    }

    fn secret(&self, name: &str) -> Option<SecretString> {
        environment::secret(&self.name(name))
    }

    fn refuse_unset(&self, missing: Vec<String>, place: UnsetPlace) -> Failure {
        Failure::NotSet(Box::new(Unset {
            missing,
            place,
            suffix: self.suffix.clone(),
            environment: self.environment.clone(),
        }))
    }
}
