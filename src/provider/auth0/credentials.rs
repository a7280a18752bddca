//! How to get in: with which credentials a token is asked
//! for, or the token itself.

use secrecy::SecretString;

use super::invalid::{InvalidSetting, invalid};
use super::site::API_PATH;
use super::token::Session;
use crate::model::Secrets;
use crate::provider::ProviderError;
use crate::provider::web::{ClientCredentials, UnusableCredentials};

/// How to get in.
#[derive(Debug, Clone)]
pub struct Credentials(pub(super) Access);

/// The ways in.
#[derive(Debug, Clone)]
pub(super) enum Access {
    /// A client asks for a token.
    Client(ClientCredentials),
    /// The token is there already.
    Token(Session),
    /// There is none: only what the tenant shows to everybody can be looked at.
    None,
}

impl Credentials {
    /// A client that may ask for tokens of the Management API, and its secret.
    pub fn client_secret(
        client_id: &str,
        secret: SecretString,
    ) -> Result<Self, ProviderError> {
        Self::of_client(ClientCredentials::with_secret(
            client_id, secret,
        ))
    }

    /// A client that may ask for tokens of the Management API, and its
    /// private RSA key in PEM, with the algorithm of the credential:
    /// `RS256`, `RS384` or `PS256`.
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
            .map(|client| Self(Access::Client(client)))
            .map_err(|problem| invalid(problem.into()))
    }

    /// None: what needs any is refused without being asked for.
    #[must_use]
    pub fn none() -> Self {
        Self(Access::None)
    }

    /// A ready token of the Management API.
    pub fn token(token: &SecretString) -> Result<Self, ProviderError> {
        let session = Session::of(token)
            .map_err(|why| invalid(InvalidSetting::Token { why }))?;

        Ok(Self(Access::Token(session)))
    }
}

impl Credentials {
    /// Has what is known of them beforehand kept out of every text.
    pub(super) fn keep_secret_in(&self, secrets: &Secrets) {
        match &self.0 {
            Access::Client(client) => client.keep_secret_in(secrets),
            Access::Token(session) => session.keep_secret_in(secrets),
            Access::None => {}
        }
    }

    /// The Management APIs that a ready token is for, as far as it says so.
    pub(super) fn management_audiences(&self) -> Vec<&str> {
        let Access::Token(session) = &self.0 else {
            return Vec::new();
        };

        // A token is often for the user-info endpoint of its tenant as well.
        session
            .audiences
            .iter()
            .map(String::as_str)
            .filter(|audience| audience.ends_with(API_PATH))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_that_cannot_work_are_refused_and_never_shown() {
        let refused = |made: Result<Credentials, ProviderError>| {
            made.map(drop).unwrap_err().to_string()
        };

        let error = refused(Credentials::client_secret(
            "a b",
            "s3cret".into(),
        ));
        assert!(error.contains("client id"), "{error}");

        let error = refused(Credentials::client_secret("a", "".into()));
        assert!(error.contains("secret is empty"), "{error}");

        let error = refused(Credentials::token(&"opaque-t0ken".into()));
        assert!(error.contains("API token"), "{error}");
        assert!(!error.contains("t0ken"), "{error}");

        let credentials =
            Credentials::client_secret("grantry", "s3cret".into()).unwrap();
        let shown = format!("{credentials:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
