//! Who we are in an Auth0 tenant.

use super::CredentialSet;
use super::identity::{Identity, Proof};
use super::names::{
    ALGORITHM, AUDIENCE, CLIENT_ID, DOMAIN, FILE, KEY, SECRET, TOKENS,
};
use crate::cli::exit::{Failure, UnsetPlace};
use crate::provider::auth0::{Credentials, Domain};

impl CredentialSet<'_> {
    /// How to get into a tenant.
    pub(in crate::cli) fn credentials(
        &self,
        domain: &Domain,
    ) -> Result<Credentials, Failure> {
        let Some(file) = &self.source.file else {
            return self.credentials_of_variables();
        };

        let names = self.names_of_set(&[
            TOKENS[0], TOKENS[1], KEY, SECRET, CLIENT_ID, AUDIENCE,
        ]);
        if names.is_empty() {
            file.credentials_for(domain)
        } else {
            Err(Failure::TwoCredentials { names })
        }
    }

    fn credentials_of_variables(&self) -> Result<Credentials, Failure> {
        let identity = self.read_identity();
        let proof = identity.prove().map_err(|missing| {
            let client = [CLIENT_ID, SECRET];
            let missing = self.names_of_missing(&missing, client);
            self.refuse_without_domain(missing, None)
        })?;
        Ok(proof.credentials()?)
    }

    /// The audience of a tenant's Management API, where it is said.
    pub(in crate::cli) fn audience(&self, domain: &Domain) -> Option<String> {
        match &self.source.file {
            Some(file) => file.audience_of(domain),
            None => self.get(AUDIENCE),
        }
    }

    /// The names of the variables that credentials are taken from; none if they
    /// are not enough.
    pub(in crate::cli) fn names(&self) -> Vec<String> {
        if self.source.file.is_some() {
            return vec![FILE.to_owned()];
        }

        match self.read_identity().prove() {
            Ok(Proof::Token(_)) => {
                let mut tokens = TOKENS.into_iter();
                let token = tokens.find(|name| self.secret(name).is_some());
                self.names_of(token.as_slice())
            }
            Ok(Proof::Key { .. }) => self.names_of(&[CLIENT_ID, KEY]),
            Ok(Proof::Secret { .. }) => self.names_of(&[CLIENT_ID, SECRET]),
            Err(_) => Vec::new(),
        }
    }

    /// Why it is not known where the tenant is.
    pub(in crate::cli) fn refuse_unnamed(
        &self,
        stated: Option<Domain>,
    ) -> Failure {
        if let (Some(file), Some(stated)) = (&self.source.file, &stated) {
            return file.refuse_absent(&stated.to_string());
        }

        let mut missing = vec![self.name(DOMAIN)];
        if self.source.file.is_none()
            && let Err(without) = self.read_identity().prove()
        {
            let client = [CLIENT_ID, SECRET];
            missing.extend(self.names_of_missing(&without, client));
        }
        self.refuse_without_domain(missing, stated)
    }

    /// Who we are, as the variables say it.
    fn read_identity(&self) -> Identity {
        let mut tokens = TOKENS.into_iter();

        Identity {
            client_id: self.get(CLIENT_ID),
            client_secret: self.secret(SECRET),
            client_assertion_private_key: self.secret(KEY),
            client_assertion_signing_alg: self.get(ALGORITHM),
            api_token: tokens.find_map(|name| self.secret(name)),
            audience: self.get(AUDIENCE),
            auth_realm: None,
        }
    }

    fn refuse_without_domain(
        &self,
        missing: Vec<String>,
        stated: Option<Domain>,
    ) -> Failure {
        let variable = self.name(DOMAIN);
        self.refuse_unset(
            missing,
            UnsetPlace::Domain {
                variable,
                stated,
            },
        )
    }
}
