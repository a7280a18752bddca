//! The access token, and whose it is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::model::ClientId;

/// A token that was obtained, kept in memory only.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// The value of the `Authorization` header; marked sensitive, so that nothing prints it.
    pub(super) bearer: HeaderValue,
    /// The client we authenticate as.
    pub(super) client_id: ClientId,
}

impl Session {
    /// A session with a ready token, which itself says whose it is.
    pub(super) fn of(token: &SecretString) -> Result<Self, &'static str> {
        let client_id = owner(token.expose_secret())
            .ok_or("is not a JWT that names its client (`azp`, `client_id` or `sub`)")?;
        Self::new(token, client_id)
    }

    /// A session of a known client; a token that names its client itself is believed.
    pub(super) fn new(token: &SecretString, client_id: ClientId) -> Result<Self, &'static str> {
        let token = token.expose_secret();
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| "holds characters no token has")?;
        bearer.set_sensitive(true);
        Ok(Self { bearer, client_id: owner(token).unwrap_or(client_id) })
    }
}

/// The client a token was issued to. The signature is not looked at: the token is ours, and the
/// answer only keeps us from changing ourselves.
fn owner(token: &str) -> Option<ClientId> {
    #[derive(Deserialize)]
    struct Claims {
        azp: Option<String>,
        client_id: Option<String>,
        sub: Option<String>,
    }
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    let subject = claims.sub.as_deref().and_then(|sub| sub.strip_suffix("@clients"));
    claims.azp.as_deref().or(claims.client_id.as_deref()).or(subject)?.parse().ok()
}

/// The answer of the token endpoint, as far as it matters here.
#[derive(Deserialize)]
pub(super) struct Issued {
    access_token: String,
}

impl Issued {
    /// The token.
    pub(super) fn token(self) -> SecretString {
        self.access_token.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> SecretString {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)).into()
    }

    #[test]
    fn a_token_says_whose_it_is_in_each_profile() {
        for claims in [
            r#"{"azp":"me","client_id":"other","sub":"other@clients"}"#,
            r#"{"client_id":"me","sub":"auth0|1"}"#,
            r#"{"sub":"me@clients"}"#,
        ] {
            assert_eq!(Session::of(&token(claims)).unwrap().client_id.as_str(), "me", "{claims}");
        }
        for claims in ["{}", r#"{"sub":"auth0|1"}"#, "[]", r#"{"azp":"no client"}"#] {
            assert!(Session::of(&token(claims)).is_err(), "{claims}");
        }
    }

    #[test]
    fn a_session_never_shows_its_token() {
        let session = Session::of(&token(r#"{"azp":"me"}"#)).unwrap();
        assert!(!format!("{session:?}").contains("c2ln"), "{session:?}");
        assert!(Session::new(&"a\nb".into(), "me".parse().unwrap()).is_err());
    }
}
