//! How to get in: with what a token is asked for.

use secrecy::SecretString;

use super::invalid::{InvalidSetting, invalid};
use crate::model::{ClientId, Secrets};
use crate::provider::ProviderError;
use crate::provider::web::{ClientCredentials, UnusableCredentials};

/// How to get in; where there is nothing, only what the realm shows to
/// everybody can be looked at.
#[derive(Debug, Clone)]
pub struct Credentials(Option<ClientCredentials>);

impl Credentials {
    /// A client with a service account, and its secret.
    pub fn client_secret(
        client_id: &str,
        secret: SecretString,
    ) -> Result<Self, ProviderError> {
        Self::of_client(ClientCredentials::with_secret(
            client_id, secret,
        ))
    }

    /// A client with a service account, and its private RSA key in PEM, with
    /// the algorithm that it signs with: `RS256`, `RS384` or `PS256`.
    pub fn client_key(
        client_id: &str,
        pem: &SecretString,
        algorithm: &str,
    ) -> Result<Self, ProviderError> {
        Self::of_client(ClientCredentials::with_key(
            client_id, pem, algorithm,
        ))
    }

    fn of_client(
        client: Result<ClientCredentials, UnusableCredentials>,
    ) -> Result<Self, ProviderError> {
        client
            .map(|client| Self(Some(client)))
            .map_err(|problem| invalid(problem.into()))
    }

    /// None: what needs any is refused without being asked for.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    pub(super) fn client(&self) -> Result<&ClientCredentials, ProviderError> {
        self.0
            .as_ref()
            .ok_or_else(|| invalid(InvalidSetting::NoCredentials))
    }

    /// The client that we are.
    pub(super) fn client_id(&self) -> Result<&ClientId, ProviderError> {
        self.client().map(ClientCredentials::id)
    }

    /// Has what is known of them beforehand kept out of every text.
    pub(super) fn keep_secret_in(&self, secrets: &Secrets) {
        if let Some(client) = &self.0 {
            client.keep_secret_in(secrets);
        }
    }
}
