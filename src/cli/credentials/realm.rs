//! Who we are in a realm of a Keycloak.

use super::CredentialSet;
use super::identity::{Identity, Proof};
use super::names::{
    AUTH_REALM, FILE, REALM, REALM_ALGORITHM, REALM_CLIENT_ID, REALM_KEY,
    REALM_SECRET, URL,
};
use crate::cli::exit::{Failure, UnsetPlace};
use crate::provider::keycloak::{Credentials, Realm};

impl CredentialSet<'_> {
    /// How to get into a realm.
    pub(in crate::cli) fn realm_credentials(
        &self,
        realm: &Realm,
    ) -> Result<Credentials, Failure> {
        let Some(file) = &self.source.file else {
            return self.realm_credentials_of_variables();
        };

        let names = self.names_of_set(&[
            REALM_KEY,
            REALM_SECRET,
            REALM_CLIENT_ID,
            AUTH_REALM,
        ]);
        if names.is_empty() {
            file.realm_credentials_for(realm)
        } else {
            Err(Failure::TwoCredentials { names })
        }
    }

    fn realm_credentials_of_variables(&self) -> Result<Credentials, Failure> {
        let identity = self.read_realm_identity();
        let proof = identity.prove().map_err(|missing| {
            let client = [REALM_CLIENT_ID, REALM_SECRET];
            let missing = self.names_of_missing(&missing, client);
            self.refuse_without_realm(missing, None)
        })?;
        Ok(proof.realm_credentials()?)
    }

    /// The realm that our client is of, where that is said.
    pub(in crate::cli) fn auth_realm(&self, realm: &Realm) -> Option<String> {
        match &self.source.file {
            Some(file) => file.auth_realm_of(realm),
            None => self.get(AUTH_REALM),
        }
    }

    /// The names of the variables that credentials of a realm are taken from;
    /// none if they are not enough.
    pub(in crate::cli) fn names_for_realm(&self) -> Vec<String> {
        if self.source.file.is_some() {
            return vec![FILE.to_owned()];
        }

        match self.read_realm_identity().prove() {
            Ok(Proof::Key { .. }) => {
                self.names_of(&[REALM_CLIENT_ID, REALM_KEY])
            }
            Ok(Proof::Secret { .. }) => {
                self.names_of(&[REALM_CLIENT_ID, REALM_SECRET])
            }
            Ok(Proof::Token(_)) | Err(_) => Vec::new(),
        }
    }

    /// Why it is not known which realm is meant.
    pub(in crate::cli) fn refuse_unnamed_realm(
        &self,
        stated: Option<Realm>,
    ) -> Failure {
        let mut absent = vec![URL, REALM];
        absent.retain(|name| self.get(name).is_none());
        let is_half_said = absent.len() == 1;
        if let (Some(file), Some(stated)) = (&self.source.file, &stated)
            && !is_half_said
        {
            return file.refuse_absent(&stated.to_string());
        }

        let mut missing = self.names_of(&absent);
        if self.source.file.is_none()
            && let Err(without) = self.read_realm_identity().prove()
        {
            let client = [REALM_CLIENT_ID, REALM_SECRET];
            missing.extend(self.names_of_missing(&without, client));
        }
        self.refuse_without_realm(missing, stated)
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

    fn refuse_without_realm(
        &self,
        missing: Vec<String>,
        stated: Option<Realm>,
    ) -> Failure {
        let place = UnsetPlace::Realm {
            url: self.name(URL),
            realm: self.name(REALM),
            stated,
        };
        self.refuse_unset(missing, place)
    }
}
