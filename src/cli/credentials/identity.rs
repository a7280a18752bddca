//! One set of credentials, wherever it stands.

use secrecy::SecretString;
use serde::Deserialize;

use crate::cli::output;
use crate::provider::ProviderError;
use crate::provider::auth0::Credentials;
use crate::provider::keycloak;

/// Who we are in one tenant, as far as that is said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Identity {
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<SecretString>,
    pub(super) client_assertion_private_key: Option<SecretString>,
    pub(super) client_assertion_signing_alg: Option<String>,
    pub(super) api_token: Option<SecretString>,
    pub(super) audience: Option<String>,
    /// Of a realm: the one that the client is of.
    pub(super) auth_realm: Option<String>,
}

/// What of it is used.
pub(super) enum Proof<'a> {
    Token(&'a SecretString),
    Key {
        id: &'a str,
        key: &'a SecretString,
        algorithm: &'a str,
    },
    Secret {
        id: &'a str,
        secret: &'a SecretString,
    },
}

/// What is not said, and has to be.
pub(super) enum Missing {
    Client,
    Secret,
    ClientAndSecret,
}

impl Identity {
    /// A ready token first, then a client with its key, then one with its
    /// secret, as Auth0's own tools do.
    pub(super) fn prove(&self) -> Result<Proof<'_>, Missing> {
        if let Some(token) = &self.api_token {
            return Ok(Proof::Token(token));
        }

        let id = self.client_id.as_deref();
        let key = self
            .client_assertion_private_key
            .as_ref();
        let secret = self.client_secret.as_ref();
        match (id, key, secret) {
            (Some(id), Some(key), _) => {
                let algorithm = self
                    .client_assertion_signing_alg
                    .as_deref();
                Ok(Proof::Key {
                    id,
                    key,
                    algorithm: algorithm.unwrap_or("RS256"),
                })
            }
            (Some(id), None, Some(secret)) => Ok(Proof::Secret { id, secret }),
            (Some(_), None, None) => Err(Missing::Secret),
            (None, None, None) => Err(Missing::ClientAndSecret),
            (None, _, _) => Err(Missing::Client),
        }
    }

    /// What it says that no realm takes: a token that is ready would hide the
    /// client beside it.
    pub(super) fn foreign_to_realm(&self) -> Option<&'static str> {
        if self.api_token.is_some() {
            return Some("api_token");
        }
        self.audience
            .as_ref()
            .map(|_| "audience")
    }

    /// What it says that no domain takes.
    pub(super) fn foreign_to_domain(&self) -> Option<&'static str> {
        self.auth_realm
            .as_ref()
            .map(|_| "auth_realm")
    }

    /// From here on, none of its secrets is said.
    pub(super) fn keep_secrets(&self) {
        let secrets = [
            &self.client_secret,
            &self.client_assertion_private_key,
            &self.api_token,
        ];
        for secret in secrets.into_iter().flatten() {
            output::secrets().keep(secret);
        }
    }
}

impl Proof<'_> {
    /// The same for the provider.
    pub(super) fn credentials(&self) -> Result<Credentials, ProviderError> {
        match self {
            Self::Token(token) => Credentials::token(token),
            Self::Key {
                id,
                key,
                algorithm,
            } => Credentials::client_key(id, key, algorithm),
            Self::Secret { id, secret } => {
                Credentials::client_secret(id, (*secret).clone())
            }
        }
    }

    /// The same for a realm. No token that is ready comes so far: the file with
    /// one is refused, and no variable has one.
    pub(super) fn realm_credentials(
        &self,
    ) -> Result<keycloak::Credentials, ProviderError> {
        match self {
            Self::Token(_) => Ok(keycloak::Credentials::none()),
            Self::Key {
                id,
                key,
                algorithm,
            } => keycloak::Credentials::client_key(id, key, algorithm),
            Self::Secret { id, secret } => {
                keycloak::Credentials::client_secret(id, (*secret).clone())
            }
        }
    }
}
