//! How to get in: with which credentials a token is asked for, or the token itself.

use secrecy::{ExposeSecret, SecretString};

use super::invalid::{InvalidSetting, invalid};
use super::site::API_PATH;
use super::token::Session;
use crate::model::{ClientId, Secrets};
use crate::provider::ProviderError;
use crate::provider::web::{ASSERTION_TYPE, Signer};

/// How to get in.
#[derive(Debug, Clone)]
pub struct Credentials(pub(super) Access);

/// The ways in.
#[derive(Debug, Clone)]
pub(super) enum Access {
    /// A client asks for a token with its secret.
    ClientSecret {
        client_id: ClientId,
        secret: SecretString,
    },
    /// A client asks for a token with an assertion that its key has signed.
    ClientKey {
        client_id: ClientId,
        signer: Box<Signer>,
    },
    /// The token is there already.
    Token(Session),
    /// There is none: only what the tenant shows to everybody can be looked at.
    None,
}

impl Credentials {
    /// A client that may ask for tokens of the Management API, and its secret.
    pub fn client_secret(client_id: &str, secret: SecretString) -> Result<Self, ProviderError> {
        let client_id = parse_client_id(client_id)?;
        // An empty variable was forgotten, and the tenant would call it a wrong secret.
        if secret.expose_secret().is_empty() {
            return Err(invalid(InvalidSetting::NoSecret));
        }

        Ok(Self(Access::ClientSecret { client_id, secret }))
    }

    /// A client that may ask for tokens of the Management API, and its private RSA key in PEM, with
    /// the algorithm of the credential: `RS256`, `RS384` or `PS256`.
    pub fn client_key(
        client_id: &str,
        pem: &SecretString,
        algorithm: &str,
    ) -> Result<Self, ProviderError> {
        let client_id = parse_client_id(client_id)?;
        let signer = Signer::new(pem, algorithm)
            .map(Box::new)
            .map_err(|why| invalid(InvalidSetting::Key { why }))?;

        Ok(Self(Access::ClientKey { client_id, signer }))
    }

    /// None: what needs any is refused without being asked for.
    #[must_use]
    pub fn none() -> Self {
        Self(Access::None)
    }

    /// A ready token of the Management API.
    pub fn token(token: &SecretString) -> Result<Self, ProviderError> {
        let session = Session::of(token).map_err(|why| invalid(InvalidSetting::Token { why }))?;

        Ok(Self(Access::Token(session)))
    }
}

impl Credentials {
    /// What shows the token endpoint of a site that we are the client: fields of a form, anew for
    /// each request.
    pub(super) fn proof(&self, site: &str) -> Vec<(&'static str, SecretString)> {
        match &self.0 {
            Access::ClientSecret { secret, .. } => vec![("client_secret", secret.clone())],
            Access::ClientKey { client_id, signer } => {
                // A key that was read can sign; if not, the tenant says what is missing. With the
                // slash at its end, as Auth0 wants it: an address without a path is written so.
                let assertion = signer.sign_assertion(client_id, site).unwrap_or_default();
                vec![
                    ("client_assertion_type", ASSERTION_TYPE.into()),
                    ("client_assertion", assertion.into()),
                ]
            }
            Access::Token(_) | Access::None => Vec::new(),
        }
    }

    /// Has what is known of them beforehand kept out of every text. A key is never sent.
    pub(super) fn keep_secret_in(&self, secrets: &Secrets) {
        match &self.0 {
            Access::ClientSecret { secret, .. } => secrets.keep(secret),
            Access::Token(session) => session.keep_secret_in(secrets),
            Access::ClientKey { .. } | Access::None => {}
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

fn parse_client_id(text: &str) -> Result<ClientId, ProviderError> {
    text.trim().parse::<ClientId>().map_err(|problem| {
        let why = problem.to_string();
        invalid(InvalidSetting::ClientId { why })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_that_cannot_work_are_refused_and_never_shown() {
        let refused =
            |made: Result<Credentials, ProviderError>| made.map(drop).unwrap_err().to_string();

        let error = refused(Credentials::client_secret("a b", "s3cret".into()));
        assert!(error.contains("client id"), "{error}");

        let error = refused(Credentials::client_secret("a", "".into()));
        assert!(error.contains("secret is empty"), "{error}");

        let error = refused(Credentials::token(&"opaque-t0ken".into()));
        assert!(error.contains("API token"), "{error}");
        assert!(!error.contains("t0ken"), "{error}");

        let credentials = Credentials::client_secret("grantry", "s3cret".into()).unwrap();
        let shown = format!("{credentials:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
