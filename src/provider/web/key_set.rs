//! The keys that a tenant publishes, and what the tokens say that it has signed
//! with them.

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
        let keys = published.get("keys")?.as_array()?.iter();
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
        // Whether it is for the API and nothing else is compared with what was
        // asked for.
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
    let first = text.split('.').next().unwrap_or_default();
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
        let scopes = claims.scope.as_deref().unwrap_or_default();

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
mod tests {
    use jsonwebtoken::{EncodingKey, encode, get_current_timestamp};
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://tenant.example/";

    fn make_key() -> EncodingKey {
        let pair = rcgen::KeyPair::generate().unwrap();
        EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).unwrap()
    }

    /// The keys of a tenant, among them one of a kind that nobody knows.
    fn publish(key: &EncodingKey) -> KeySet {
        let mut jwk = Jwk::from_encoding_key(key, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some("one".to_owned());
        let published =
            json!({ "keys": [{ "kty": "of tomorrow", "kid": "zero" }, jwk] });
        KeySet::read(&published, ISSUER).unwrap()
    }

    fn claims() -> Json {
        json!({
            "iss": ISSUER, "aud": ["urn:maps"], "exp": get_current_timestamp() + 60,
            "scope": "read write", "azp": "gift-deliveries",
        })
    }

    fn sign(key: &EncodingKey, id: &str, claims: &Json) -> Token {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(id.to_owned());
        Token::of(&encode(&header, claims, key).unwrap())
    }

    #[test]
    fn a_token_of_a_published_key_is_read() {
        let key = make_key();
        let read = publish(&key).read_token(&sign(&key, "one", &claims()));

        let read = read.unwrap();
        assert_eq!(
            read.audiences,
            BTreeSet::from(["urn:maps".to_owned()])
        );
        assert_eq!(read.scopes.len(), 2);
        assert_eq!(read.client.as_deref(), Some("gift-deliveries"));
    }

    #[test]
    fn what_does_not_verify_says_nothing() {
        let (key, other) = (make_key(), make_key());
        let keys = publish(&key);
        let with = |name: &str, value: Json| {
            let mut changed = claims();
            changed[name] = value;
            sign(&key, "one", &changed)
        };
        let mut no_audience = claims();
        no_audience
            .as_object_mut()
            .unwrap()
            .remove("aud");

        for (token, why) in [
            (
                sign(&other, "one", &claims()),
                "its signature is not",
            ),
            (
                sign(&key, "two", &claims()),
                "no key is published",
            ),
            (
                with("iss", json!("https://other.example/")),
                "its issuer is not",
            ),
            (with("exp", json!(1_000)), "it is over already"),
            (
                sign(&key, "one", &no_audience),
                "it has no `aud`",
            ),
        ] {
            match keys.read_token(&token) {
                Err(Untold::Wrong(said)) => {
                    assert!(said.contains(why), "{said}")
                }
                other => panic!("{why}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_token_that_only_pretends_to_be_signed_is_wrong() {
        let keys = publish(&make_key());
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"RS1024","kid":"key"}"#,
        ] {
            let header = URL_SAFE_NO_PAD.encode(header);
            let claims = URL_SAFE_NO_PAD.encode(claims().to_string());
            let token = Token::of(&format!("{header}.{claims}."));
            match keys.read_token(&token) {
                Err(Untold::Wrong(why)) => {
                    assert!(why.contains("is not known"), "{why}")
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn what_no_published_key_verifies_is_told_from_what_is_wrong() {
        let keys = publish(&make_key());
        let shared =
            EncodingKey::from_secret(b"0123456789abcdef0123456789abcdef");
        let shared = encode(
            &Header::new(Algorithm::HS256),
            &claims(),
            &shared,
        )
        .unwrap();

        for (token, why) in [
            (shared.as_str(), "a secret of its API"),
            ("eyJhbGciOiJkaXIifQ.a.b.c.d", "encrypted"),
            ("opaque", "opaque"),
        ] {
            match keys.read_token(&Token::of(token)) {
                Err(Untold::Unverifiable(said)) => {
                    assert!(said.contains(why), "{said}")
                }
                other => panic!("{why}: {other:?}"),
            }
        }
    }
}
