//! The keys that a tenant publishes, and what the tokens say
//! that it has signed with them.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::Value as Json;

use super::caller::Token;
use crate::model::TokenClaims;
use crate::words::sanitize;

/// How many parts a token has that is encrypted (RFC 7516, 3.1).
const ENCRYPTED: usize = 5;

/// The keys that a tenant publishes.
#[derive(Debug)]
pub struct KeySet {
    issuer: String,
    keys: Vec<Jwk>,
}

/// Why it is not known what a token says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untold {
    /// It is one that no published key can verify.
    #[error("{0}")]
    Unverifiable(&'static str),
    /// It is one that published keys do verify, and they do not.
    #[error("{0}")]
    Wrong(String),
}

#[derive(Deserialize)]
struct Claims {
    aud: Option<Json>,
    scope: Option<String>,
    #[serde(default)]
    permissions: Vec<String>,
    azp: Option<String>,
    client_id: Option<String>,
}

impl KeySet {
    /// The keys of an issuer; none where it is no set of keys. A key of a kind
    /// that is not known is passed over.
    pub(super) fn read(published: &Json, issuer: &str) -> Option<Self> {
        let keys = published
            .get("keys")?
            .as_array()?
            .iter();
        let keys =
            keys.filter_map(|key| serde_json::from_value(key.clone()).ok());

        Some(Self {
            issuer: issuer.to_owned(),
            keys: keys.collect(),
        })
    }

    /// What a token says that is of this issuer, signed by one of these keys,
    /// and not over.
    pub fn read_token(&self, token: &Token) -> Result<TokenClaims, Untold> {
        let text = token.secret().expose_secret();
        if text.split('.').count() == ENCRYPTED {
            return Err(Untold::Unverifiable(
                "it is encrypted to its API",
            ));
        }
        let header = decode_header(text).map_err(|_| explain_header(text))?;
        if is_shared(header.alg) {
            let why =
                "it is signed with a secret of its API, which is not published";
            return Err(Untold::Unverifiable(why));
        }

        let key = DecodingKey::from_jwk(self.find(&header)?).map_err(|_| {
            Untold::Wrong("the published key it names is none".to_owned())
        })?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_nbf = true;
        // Whether it is for the API and nothing else is compared
        // with what was asked for.
        validation.validate_aud = false;

        let decoded = decode::<Claims>(text, &key, &validation);
        decoded
            .map(|token| token.claims.into())
            .map_err(|error| Untold::Wrong(self.explain(error.kind())))
    }

    fn find(&self, header: &Header) -> Result<&Jwk, Untold> {
        let id = header.kid.as_deref();
        let mut keys = self.keys.iter();
        let found =
            keys.find(|key| id.is_some() && key.common.key_id.as_deref() == id);

        found.ok_or_else(|| {
            let id = sanitize(id.unwrap_or_default());
            Untold::Wrong(format!(
                "no key is published that it could be signed with (`{id}`)"
            ))
        })
    }

    fn explain(&self, kind: &ErrorKind) -> String {
        match kind {
            ErrorKind::InvalidSignature => "its signature is not of the \
                                            published key that it names"
                .to_owned(),
            ErrorKind::InvalidIssuer => {
                format!("its issuer is not {}", self.issuer)
            }
            ErrorKind::ExpiredSignature => "it is over already".to_owned(),
            ErrorKind::ImmatureSignature => "it does not count yet".to_owned(),
            ErrorKind::MissingRequiredClaim(claim) => {
                format!("it has no `{claim}`")
            }
            other => format!(
                "it does not verify: {}",
                sanitize(&format!("{other:?}"))
            ),
        }
    }
}

/// Why the header of a token is none. One that says how it is signed, in a way
/// that is none, pretends to be signed.
fn explain_header(text: &str) -> Untold {
    let first = text
        .split('.')
        .next()
        .unwrap_or_default();
    let header: Option<Json> = URL_SAFE_NO_PAD
        .decode(first)
        .ok()
        .and_then(|header| serde_json::from_slice(&header).ok());

    match header
        .as_ref()
        .and_then(|header| header["alg"].as_str())
    {
        Some(algorithm) => Untold::Wrong(format!(
            "it is signed in a way that is not known (`{}`)",
            sanitize(algorithm)
        )),
        None => {
            Untold::Unverifiable("it is opaque: only the tenant can read it")
        }
    }
}

/// Whether whoever verifies a signature could also make it.
fn is_shared(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512
    )
}

impl From<Claims> for TokenClaims {
    fn from(claims: Claims) -> Self {
        let scopes = claims
            .scope
            .as_deref()
            .unwrap_or_default();

        Self {
            audiences: claims
                .aud
                .as_ref()
                .map(texts)
                .unwrap_or_default(),
            scopes: scopes
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            permissions: claims.permissions.into_iter().collect(),
            client: claims.azp.or(claims.client_id),
        }
    }
}

/// One text, or several.
fn texts(value: &Json) -> BTreeSet<String> {
    match value {
        Json::Array(members) => members.iter().flat_map(texts).collect(),
        Json::String(text) => BTreeSet::from([text.clone()]),
        other => BTreeSet::from([other.to_string()]),
    }
}

#[cfg(test)]
mod tests;
