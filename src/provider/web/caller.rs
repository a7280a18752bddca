//! A service that asks for a token, and the token that it is given.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value as Json;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::model::{ClientId, Secrets, TokenEndpointAuthMethod};

/// A service: its id, its secret, and where in a request the secret goes.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The id of its client.
    pub id: ClientId,
    /// Its secret.
    pub secret: SecretString,
    /// Where the secret goes: as a field, unless it is HTTP Basic.
    pub method: TokenEndpointAuthMethod,
}

/// A token that was given, kept in memory only.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

impl Caller {
    /// Makes a request one for a token, which tells this as well.
    pub(super) fn ask(
        &self,
        request: RequestBuilder,
        told: &[(&str, &str)],
        secrets: &Secrets,
    ) -> RequestBuilder {
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(told);
        if self.method == TokenEndpointAuthMethod::ClientSecretBasic {
            let header = self.basic();
            secrets.keep(&header);
            let value = HeaderValue::try_from(header.expose_secret());
            return match value {
                Ok(mut value) => {
                    value.set_sensitive(true);
                    request
                        .header(AUTHORIZATION, value)
                        .form(&form)
                }
                // What is encoded is plain; if not, the tenant
                // says what is missing.
                Err(_) => request.form(&form),
            };
        }

        form.push(("client_id", self.id.as_str()));
        form.push(("client_secret", self.secret.expose_secret()));
        request.form(&form)
    }

    /// The header of HTTP Basic, each half encoded as in a form (RFC 6749,
    /// 2.3.1).
    fn basic(&self) -> SecretString {
        let encode = |text: &str| {
            let encoded = form_urlencoded::byte_serialize(text.as_bytes());
            Zeroizing::new(encoded.collect::<String>())
        };
        let (id, secret) = (
            encode(self.id.as_str()),
            encode(self.secret.expose_secret()),
        );
        let pair = Zeroizing::new(format!("{}:{}", *id, *secret));

        format!("Basic {}", STANDARD.encode(pair.as_bytes())).into()
    }
}

impl Token {
    /// The token itself.
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.0
    }

    pub(super) fn of(text: &str) -> Self {
        Self(text.into())
    }

    /// Its header and its claims, whoever has signed them; none where it is no
    /// JWT that can be read.
    #[must_use]
    pub fn decode(&self) -> Option<[Json; 2]> {
        let mut parts = self.0.expose_secret().split('.');
        let mut read = || {
            let bytes = URL_SAFE_NO_PAD
                .decode(parts.next()?)
                .ok()?;
            serde_json::from_slice(&bytes).ok()
        };

        Some([read()?, read()?])
    }
}

#[cfg(test)]
mod tests;
