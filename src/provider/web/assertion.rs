//! A client that shows a key instead of a secret: a
//! signed assertion of who it is.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::clock;
use super::random::random_hexadecimal;
use crate::model::ClientId;

/// The type of assertion, as the token endpoint calls it.
pub(super) const ASSERTION_TYPE: &str =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion counts; Auth0 takes no more than five minutes, and
/// Keycloak no bound at all.
const LIFETIME: Duration = Duration::from_mins(2);

const UNUSABLE: &str = "is no private RSA key in PEM";

/// A private key, ready to sign.
#[derive(Clone)]
pub(super) struct Signer {
    key: EncodingKey,
    header: Header,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
    jti: String,
}

impl Signer {
    /// Reads a private RSA key in PEM; the name of the algorithm is the
    /// credential's.
    pub(super) fn new(
        pem: &SecretString,
        algorithm: &str,
    ) -> Result<Self, &'static str> {
        let algorithm = parse_algorithm(algorithm)?;
        let key = read_key(pem).ok_or(UNUSABLE)?;
        // Auth0 calls a credential by this thumbprint as well, so
        // it finds the key by it.
        let thumbprint = compute_thumbprint(&key, algorithm).ok_or(UNUSABLE)?;

        let mut header = Header::new(algorithm);
        header.kid = Some(thumbprint);
        Ok(Self { key, header })
    }

    /// A new assertion for whom it is said to be for; each can be used once.
    pub(super) fn sign_assertion(
        &self,
        client: &ClientId,
        audience: &str,
    ) -> Result<String, &'static str> {
        let now = clock::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();

        let claims = Claims {
            iss: client.as_str(),
            sub: client.as_str(),
            aud: audience,
            iat: now,
            exp: now + LIFETIME.as_secs(),
            jti: random_hexadecimal::<16>().unwrap_or_default(),
        };
        encode(&self.header, &claims, &self.key).map_err(|_| "cannot sign")
    }
}

fn parse_algorithm(name: &str) -> Result<Algorithm, &'static str> {
    match name {
        "RS256" => Ok(Algorithm::RS256),
        "RS384" => Ok(Algorithm::RS384),
        "PS256" => Ok(Algorithm::PS256),
        _ => Err(
            "is to be used with an algorithm other than RS256, RS384 and PS256",
        ),
    }
}

fn read_key(pem: &SecretString) -> Option<EncodingKey> {
    // Where a variable cannot hold line breaks, they are written as `\n`.
    let pem = SecretString::from(pem.expose_secret().replace("\\n", "\n"));

    EncodingKey::from_rsa_pem(pem.expose_secret().as_bytes()).ok()
}

fn compute_thumbprint(
    key: &EncodingKey,
    algorithm: Algorithm,
) -> Option<String> {
    let public = Jwk::from_encoding_key(key, algorithm).ok()?;

    public
        .thumbprint(ThumbprintHash::SHA256)
        .ok()
}

/// Neither the key nor anything made of it is shown.
impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Signer")
            .field("kid", &self.header.kid)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_refused_unseen() {
        for (pem, algorithm) in [
            ("hunter2", "RS256"),
            ("hunter2", "HS256"),
            ("", "RS256"),
        ] {
            let problem = Signer::new(&pem.into(), algorithm).unwrap_err();
            assert!(!problem.contains("hunter2"), "{problem}");
        }
    }
}
