//! The credentials of a client: who asks for a token, and what shows it.

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};

use super::assertion::{ASSERTION_TYPE, Signer};
use crate::model::{ClientId, Secrets};

/// A client, and what shows that we are it.
#[derive(Debug, Clone)]
pub(in crate::provider) struct ClientCredentials {
    id: ClientId,
    proof: Proof,
}

#[derive(Debug, Clone)]
enum Proof {
    Secret(SecretString),
    /// It signs an assertion.
    Key(Box<Signer>),
}

/// Why credentials cannot work. None of it shows a secret.
#[derive(Debug)]
pub(in crate::provider) enum UnusableCredentials {
    ClientId { why: String },
    NoSecret,
    Key { why: &'static str },
}

impl ClientCredentials {
    /// A client and its secret.
    pub(in crate::provider) fn with_secret(
        client_id: &str,
        secret: SecretString,
    ) -> Result<Self, UnusableCredentials> {
        let id = parse_client_id(client_id)?;
        // An empty variable was forgotten, and the tenant would
        // call it a wrong secret.
        if secret.expose_secret().is_empty() {
            return Err(UnusableCredentials::NoSecret);
        }

        Ok(Self {
            id,
            proof: Proof::Secret(secret),
        })
    }

    /// A client and its private RSA key in PEM, with the
    /// algorithm that it signs with.
    pub(in crate::provider) fn with_key(
        client_id: &str,
        pem: &SecretString,
        algorithm: &str,
    ) -> Result<Self, UnusableCredentials> {
        let id = parse_client_id(client_id)?;
        let signer = Signer::new(pem, algorithm)
            .map_err(|why| UnusableCredentials::Key { why })?;

        Ok(Self {
            id,
            proof: Proof::Key(Box::new(signer)),
        })
    }

    pub(in crate::provider) fn id(&self) -> &ClientId {
        &self.id
    }

    /// Whether a key is what shows who we are.
    #[cfg(feature = "keycloak")]
    pub(in crate::provider) fn has_key(&self) -> bool {
        matches!(self.proof, Proof::Key(_))
    }

    /// Makes a request one for a token of an issuer, who wants to be told this
    /// as well. Made anew for each attempt: an assertion is taken once.
    pub(in crate::provider) fn ask_for_token(
        &self,
        request: RequestBuilder,
        issuer: &str,
        told: &[(&str, &str)],
        secrets: &Secrets,
    ) -> RequestBuilder {
        let proof = self.prove(issuer);
        for (_, secret) in &proof {
            secrets.keep(secret);
        }

        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", self.id.as_str()),
        ];
        form.extend(told);
        let proof = proof
            .iter()
            .map(|(name, value)| (*name, value.expose_secret()));
        form.extend(proof);
        // As a form, which is the body of such a request in OAuth, whatever
        // else a tenant takes.
        request.form(&form)
    }

    /// The fields of a form that show who we are.
    fn prove(&self, issuer: &str) -> Vec<(&'static str, SecretString)> {
        match &self.proof {
            Proof::Secret(secret) => vec![("client_secret", secret.clone())],
            Proof::Key(signer) => {
                // A key that was read can sign; if not, the tenant
                // says what is missing.
                let assertion = signer
                    .sign_assertion(&self.id, issuer)
                    .unwrap_or_default();
                vec![
                    ("client_assertion_type", ASSERTION_TYPE.into()),
                    ("client_assertion", assertion.into()),
                ]
            }
        }
    }

    /// Has what is known of them beforehand kept out of every
    /// text. A key is never sent.
    pub(in crate::provider) fn keep_secret_in(&self, secrets: &Secrets) {
        match &self.proof {
            Proof::Secret(secret) => secrets.keep(secret),
            Proof::Key(_) => {}
        }
    }
}

fn parse_client_id(text: &str) -> Result<ClientId, UnusableCredentials> {
    text.trim()
        .parse::<ClientId>()
        .map_err(|problem| UnusableCredentials::ClientId {
            why: problem.to_string(),
        })
}
