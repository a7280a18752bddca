//! How to get in: with what a token is asked for.

use secrecy::{ExposeSecret, SecretString};

use super::invalid::{InvalidSetting, invalid};
use crate::model::{ClientId, Secrets};
use crate::provider::ProviderError;
use crate::provider::web::{ASSERTION_TYPE, Signer};

/// How to get in.
#[derive(Debug, Clone)]
pub struct Credentials(Access);

#[derive(Debug, Clone)]
enum Access {
    /// A client asks for a token with its secret.
    Secret {
        client_id: ClientId,
        secret: SecretString,
    },
    /// A client asks for a token with an assertion that its key has signed.
    Key {
        client_id: ClientId,
        signer: Box<Signer>,
    },
    /// There is none: only what the realm shows to everybody can be looked at.
    None,
}

impl Credentials {
    /// A client with a service account, and its secret.
    pub fn client_secret(client_id: &str, secret: SecretString) -> Result<Self, ProviderError> {
        let client_id = parse_client_id(client_id)?;
        // An empty variable was forgotten, and the realm would call it a wrong secret.
        if secret.expose_secret().is_empty() {
            return Err(invalid(InvalidSetting::NoSecret));
        }

        Ok(Self(Access::Secret { client_id, secret }))
    }

    /// A client with a service account, and its private RSA key in PEM, with the algorithm that it
    /// signs with: `RS256`, `RS384` or `PS256`.
    pub fn client_key(
        client_id: &str,
        pem: &SecretString,
        algorithm: &str,
    ) -> Result<Self, ProviderError> {
        let client_id = parse_client_id(client_id)?;
        let signer = Signer::new(pem, algorithm)
            .map(Box::new)
            .map_err(|why| invalid(InvalidSetting::Key { why }))?;

        Ok(Self(Access::Key { client_id, signer }))
    }

    /// None: what needs any is refused without being asked for.
    #[must_use]
    pub fn none() -> Self {
        Self(Access::None)
    }

    /// The client that we are.
    pub(super) fn client_id(&self) -> Result<&ClientId, ProviderError> {
        match &self.0 {
            Access::Secret { client_id, .. } | Access::Key { client_id, .. } => Ok(client_id),
            Access::None => Err(invalid(InvalidSetting::NoCredentials)),
        }
    }

    /// Whether a key is what shows who we are.
    pub(super) fn has_key(&self) -> bool {
        matches!(self.0, Access::Key { .. })
    }

    /// What shows the token endpoint of an issuer that we are the client: fields of a form, anew for
    /// each request.
    pub(super) fn proof(&self, issuer: &str) -> Vec<(&'static str, SecretString)> {
        match &self.0 {
            Access::Secret { secret, .. } => vec![("client_secret", secret.clone())],
            Access::Key { client_id, signer } => {
                // A key that was read can sign; if not, the realm says what is missing.
                let assertion = signer.sign_assertion(client_id, issuer).unwrap_or_default();
                vec![
                    ("client_assertion_type", ASSERTION_TYPE.into()),
                    ("client_assertion", assertion.into()),
                ]
            }
            Access::None => Vec::new(),
        }
    }

    /// Has what is known of them beforehand kept out of every text. A key is never sent.
    pub(super) fn keep_secret_in(&self, secrets: &Secrets) {
        match &self.0 {
            Access::Secret { secret, .. } => secrets.keep(secret),
            Access::Key { .. } | Access::None => {}
        }
    }
}

fn parse_client_id(text: &str) -> Result<ClientId, ProviderError> {
    text.trim().parse::<ClientId>().map_err(|problem| {
        let why = problem.to_string();
        invalid(InvalidSetting::ClientId { why })
    })
}
