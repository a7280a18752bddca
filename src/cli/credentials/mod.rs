//! Who we are in a tenant, as the environment says it: for each environment of
//! a configuration apart.
//!
//! Credentials are a set: all of an environment's own, with its suffix, or all
//! plain. None is filled up from the other, for half of staging's and half of
//! production's is nobody's.

use std::collections::BTreeSet;
use std::sync::Arc;

use secrecy::SecretString;

use super::choice::Surroundings;
use super::environment::{self, variable};
use super::exit::{Failure, Unset, UnsetPlace};
use crate::model::EnvironmentName;
use crate::provider::auth0::{Credentials, Domain};
use crate::provider::keycloak::{self, Realm};

mod file;
mod identity;
pub(super) mod invalid;
pub(super) mod names;

use file::CredentialsFile;
use identity::{Identity, Missing, Proof};
use names::{
    ALGORITHM, AUDIENCE, AUTH_REALM, CLIENT_ID, DOMAIN, FILE, KEY, REALM,
    REALM_ALGORITHM, REALM_CLIENT_ID, REALM_KEY, REALM_SECRET, SECRET, SET,
    TOKENS, URL, suffix_of,
};

/// Where credentials come from in this run: read once, for however many
/// tenants.
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
        let tenants = file.as_ref().map(CredentialsFile::tenants);

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

/// Who we are in the tenant of one environment, as variables or the file say
/// it.
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

    /// How to get into a tenant.
    pub(super) fn credentials(
        &self,
        domain: &Domain,
    ) -> Result<Credentials, Failure> {
        let Some(file) = &self.source.file else {
            return self.credentials_of_variables();
        };

        let names = self.set_names();
        if names.is_empty() {
            file.credentials_for(domain)
        } else {
            Err(Failure::TwoCredentials { names })
        }
    }

    /// How to get into a realm.
    pub(super) fn realm_credentials(
        &self,
        realm: &Realm,
    ) -> Result<keycloak::Credentials, Failure> {
        let Some(file) = &self.source.file else {
            let identity = self.read_realm_identity();
            let proof = identity.prove().map_err(|missing| {
                Failure::NotSet(Box::new(
                    self.unset_of_realm(self.realm_names(&missing), None),
                ))
            })?;
            return Ok(proof.realm_credentials()?);
        };

        let names = self.set_realm_names();
        if names.is_empty() {
            file.realm_credentials_for(realm)
        } else {
            Err(Failure::TwoCredentials { names })
        }
    }

    /// The realm that our client is of, where that is said.
    pub(super) fn auth_realm(&self, realm: &Realm) -> Option<String> {
        match &self.source.file {
            Some(file) => file.auth_realm_of(realm),
            None => self.get(AUTH_REALM),
        }
    }

    /// The audience of a tenant's Management API, where it is said.
    pub(super) fn audience(&self, domain: &Domain) -> Option<String> {
        match &self.source.file {
            Some(file) => file.audience_of(domain),
            None => self.get(AUDIENCE),
        }
    }

    /// The names of the variables that credentials are taken from; none if they
    /// are not enough.
    pub(super) fn names(&self) -> Vec<String> {
        if self.source.file.is_some() {
            return vec![FILE.to_owned()];
        }

        let names = match self.read_identity().prove() {
            Ok(Proof::Token(_)) => {
                let token = TOKENS
                    .into_iter()
                    .find(|name| self.secret(name).is_some());
                token.into_iter().collect()
            }
            Ok(Proof::Key { .. }) => vec![CLIENT_ID, KEY],
            Ok(Proof::Secret { .. }) => vec![CLIENT_ID, SECRET],
            Err(_) => Vec::new(),
        };
        names
            .into_iter()
            .map(|name| self.name(name))
            .collect()
    }

    /// What a variable of this set is called.
    fn name(&self, variable: &str) -> String {
        format!("{variable}{}", self.suffix)
    }

    fn get(&self, name: &str) -> Option<String> {
        variable(&self.name(name))
    }

    fn secret(&self, name: &str) -> Option<SecretString> {
        environment::secret(&self.name(name))
    }

    /// The variables that say who we are, and are set.
    fn set_names(&self) -> Vec<String> {
        let names = [
            TOKENS[0], TOKENS[1], KEY, SECRET, CLIENT_ID, AUDIENCE,
        ];
        let set = names
            .iter()
            .filter(|name| self.get(name).is_some());
        set.map(|name| self.name(name)).collect()
    }

    /// Who we are, as the variables say it.
    fn read_identity(&self) -> Identity {
        Identity {
            client_id: self.get(CLIENT_ID),
            client_secret: self.secret(SECRET),
            client_assertion_private_key: self.secret(KEY),
            client_assertion_signing_alg: self.get(ALGORITHM),
            api_token: TOKENS
                .into_iter()
                .find_map(|name| self.secret(name)),
            audience: self.get(AUDIENCE),
            auth_realm: None,
        }
    }

    /// The variables that say who we are in a realm, and are set.
    fn set_realm_names(&self) -> Vec<String> {
        let names = [
            REALM_KEY,
            REALM_SECRET,
            REALM_CLIENT_ID,
            AUTH_REALM,
        ];
        let set = names
            .iter()
            .filter(|name| self.get(name).is_some());
        set.map(|name| self.name(name)).collect()
    }

    /// Who we are in a realm, as the variables say it.
    fn read_realm_identity(&self) -> Identity {
        Identity {
            client_id: self.get(REALM_CLIENT_ID),
            client_secret: self.secret(REALM_SECRET),
            client_assertion_private_key: self.secret(REALM_KEY),
            client_assertion_signing_alg: self.get(REALM_ALGORITHM),
            api_token: None,
            audience: None,
            auth_realm: self.get(AUTH_REALM),
        }
    }

    /// The variables that have to be set for this in a realm.
    fn realm_names(&self, missing: &Missing) -> Vec<String> {
        let names = match missing {
            Missing::Client => &[REALM_CLIENT_ID][..],
            Missing::Secret => &[REALM_SECRET],
            Missing::ClientAndSecret => &[REALM_CLIENT_ID, REALM_SECRET],
        };
        names
            .iter()
            .map(|name| self.name(name))
            .collect()
    }

    /// The names of the variables that credentials of a realm are taken from;
    /// none if they are not enough.
    pub(super) fn names_for_realm(&self) -> Vec<String> {
        if self.source.file.is_some() {
            return vec![FILE.to_owned()];
        }

        let names = match self.read_realm_identity().prove() {
            Ok(Proof::Key { .. }) => &[REALM_CLIENT_ID, REALM_KEY][..],
            Ok(Proof::Secret { .. }) => &[REALM_CLIENT_ID, REALM_SECRET],
            Ok(Proof::Token(_)) | Err(_) => &[],
        };
        names
            .iter()
            .map(|name| self.name(name))
            .collect()
    }

    /// Why it is not known which realm is meant.
    pub(super) fn refuse_unnamed_realm(
        &self,
        stated: Option<Realm>,
    ) -> Failure {
        let absent = [URL, REALM].into_iter();
        let absent: Vec<_> = absent
            .filter(|name| self.get(name).is_none())
            .collect();
        let is_half_said = absent.len() == 1;

        match (&self.source.file, stated) {
            (Some(file), Some(stated)) if !is_half_said => {
                file.refuse_absent(&stated.to_string())
            }
            (_, stated) => {
                let mut missing: Vec<_> = absent
                    .iter()
                    .map(|name| self.name(name))
                    .collect();
                if self.source.file.is_none() {
                    let without = self.read_realm_identity().prove().err();
                    missing.extend(
                        without
                            .iter()
                            .flat_map(|without| self.realm_names(without)),
                    );
                }
                Failure::NotSet(Box::new(self.unset_of_realm(missing, stated)))
            }
        }
    }

    fn unset_of_realm(
        &self,
        missing: Vec<String>,
        stated: Option<Realm>,
    ) -> Unset {
        Unset {
            missing,
            place: UnsetPlace::Realm {
                url: self.name(URL),
                realm: self.name(REALM),
                stated,
            },
            suffix: self.suffix.clone(),
            environment: self.environment.clone(),
        }
    }

    /// The variables that have to be set for this.
    fn names_of(&self, missing: &Missing) -> Vec<String> {
        let names = match missing {
            Missing::Client => &[CLIENT_ID][..],
            Missing::Secret => &[SECRET],
            Missing::ClientAndSecret => &[CLIENT_ID, SECRET],
        };
        names
            .iter()
            .map(|name| self.name(name))
            .collect()
    }

    fn credentials_of_variables(&self) -> Result<Credentials, Failure> {
        let identity = self.read_identity();
        let proof = identity.prove().map_err(|missing| {
            Failure::NotSet(Box::new(
                self.unset(self.names_of(&missing), None),
            ))
        })?;
        Ok(proof.credentials()?)
    }

    /// Why it is not known where the tenant is.
    pub(super) fn refuse_unnamed(&self, stated: Option<Domain>) -> Failure {
        match (&self.source.file, stated) {
            (Some(file), Some(stated)) => {
                file.refuse_absent(&stated.to_string())
            }
            (_, stated) => {
                Failure::NotSet(Box::new(self.without_domain(stated)))
            }
        }
    }

    /// What is missing where nobody says where the tenant is.
    fn without_domain(&self, stated: Option<Domain>) -> Unset {
        let mut missing = vec![self.name(DOMAIN)];
        if self.source.file.is_none() {
            let without = self.read_identity().prove().err();
            missing.extend(
                without
                    .iter()
                    .flat_map(|without| self.names_of(without)),
            );
        }
        self.unset(missing, stated)
    }

    fn unset(&self, missing: Vec<String>, stated: Option<Domain>) -> Unset {
        Unset {
            missing,
            place: UnsetPlace::Domain {
                variable: self.name(DOMAIN),
                stated,
            },
            suffix: self.suffix.clone(),
            environment: self.environment.clone(),
        }
    }
}
