//! The request for a token: a form, JSON, or either with HTTP Basic.

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::assertion::{Flaw, claimed_client};
use super::refusal::Refusal;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client proves itself with. Deliberately not `Debug`.
pub(crate) enum Proof {
    Secret(String),
    /// A signed JWT.
    Assertion(String),
}

/// Who asks for which audience and scopes. Deliberately not `Debug`: it holds a secret.
pub(crate) struct TokenRequest {
    pub(crate) client_id: String,
    pub(crate) proof: Proof,
    pub(crate) audience: String,
    /// By id or name.
    pub(crate) organization: Option<String>,
    /// None asked for means all that are granted.
    pub(crate) scopes: Vec<String>,
}

impl TokenRequest {
    pub(crate) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let mut parameters = parameters(headers, body)?;
        let grant_type = take(&mut parameters, "grant_type")?;
        if grant_type != "client_credentials" {
            return Err(Refusal::UnsupportedGrantType(grant_type));
        }
        let (client_id, proof) = client(headers, &mut parameters)?;
        let audience = take(&mut parameters, "audience")?;
        let organization = take(&mut parameters, "organization").ok();
        let scopes = scopes(parameters.remove("scope"))?;
        Ok(Self {
            client_id,
            proof,
            audience,
            organization,
            scopes,
        })
    }
}

fn take(parameters: &mut Map<String, Value>, name: &'static str) -> Result<String, Refusal> {
    match parameters.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        _ => Err(Refusal::Missing(name)),
    }
}

/// Who asks, and what with. An assertion says itself whose it is.
fn client(
    headers: &HeaderMap,
    parameters: &mut Map<String, Value>,
) -> Result<(String, Proof), Refusal> {
    let basic = basic(headers);
    let Ok(assertion) = take(parameters, "client_assertion") else {
        return match basic {
            Some((id, secret)) => Ok((id, Proof::Secret(secret))),
            None => Ok((
                take(parameters, "client_id")?,
                Proof::Secret(take(parameters, "client_secret")?),
            )),
        };
    };
    if basic.is_some() || parameters.contains_key("client_secret") {
        return Err(Refusal::TwoProofs);
    }
    let assertion_type = take(parameters, "client_assertion_type")?;
    if assertion_type != JWT_BEARER {
        return Err(Refusal::AssertionType(assertion_type));
    }
    let id = take(parameters, "client_id")
        .ok()
        .or_else(|| claimed_client(&assertion));
    Ok((id.ok_or(Flaw::NotJwt)?, Proof::Assertion(assertion)))
}

fn parameters(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if content_type.is_some_and(|content_type| content_type.starts_with("application/json")) {
        return serde_json::from_slice(body).map_err(|_| Refusal::Malformed);
    }
    Ok(form_urlencoded::parse(body)
        .map(|(key, value)| (key.into_owned(), Value::String(value.into_owned())))
        .collect())
}

/// The client in an `Authorization: Basic` header, each half form-encoded (RFC 6749, 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decode(id), form_decode(secret)))
}

/// Callers that skip the encoding send `=` and `&` as they are.
fn form_decode(text: &str) -> String {
    let text = text.replace('=', "%3D").replace('&', "%26");
    form_urlencoded::parse(text.as_bytes())
        .map(|(key, _)| key.into_owned())
        .collect()
}

fn scopes(value: Option<Value>) -> Result<Vec<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(text.split_whitespace().map(str::to_owned).collect()),
        Some(Value::Array(items)) => items
            .into_iter()
            .map(|item| match item {
                Value::String(text) => Ok(text),
                _ => Err(Refusal::ScopeShape),
            })
            .collect(),
        Some(_) => Err(Refusal::ScopeShape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(headers: &[(&str, &str)], body: &str) -> Result<TokenRequest, Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            map.insert(name, value.parse().unwrap());
        }
        TokenRequest::parse(&map, body.as_bytes())
    }

    #[test]
    fn a_form_json_and_basic_say_the_same() {
        let form = parse(
            &[],
            "grant_type=client_credentials&client_id=c&client_secret=s%2B&audience=a&scope=x+y",
        );
        let json = parse(
            &[("content-type", "application/json; charset=utf-8")],
            r#"{"grant_type":"client_credentials","client_id":"c","client_secret":"s+",
                "audience":"a","scope":["x","y"]}"#,
        );
        let basic = parse(
            &[(
                "authorization",
                &format!("Basic {}", STANDARD.encode("c:s%2B")),
            )],
            "grant_type=client_credentials&audience=a&scope=x%20y",
        );
        for request in [form, json, basic] {
            let request = request.map_err(|refusal| refusal.to_string()).unwrap();
            assert_eq!(request.client_id, "c");
            assert!(matches!(request.proof, Proof::Secret(secret) if secret == "s+"));
            assert_eq!(
                (&*request.audience, request.scopes),
                ("a", vec!["x".into(), "y".into()])
            );
        }
    }

    #[test]
    fn malformed_requests_are_told_apart() {
        let json = [("content-type", "application/json")];
        let refusal = |headers: &[(&str, &str)], body| parse(headers, body).err().unwrap();
        assert_eq!(refusal(&json, "{"), Refusal::Malformed);
        assert_eq!(refusal(&[], "client_id=c"), Refusal::Missing("grant_type"));
        assert_eq!(
            refusal(&[], "grant_type=password"),
            Refusal::UnsupportedGrantType("password".to_owned())
        );
        assert_eq!(
            refusal(
                &json,
                r#"{"grant_type":"client_credentials","client_id":"c","client_secret":"s",
                    "audience":"a","scope":7}"#
            ),
            Refusal::ScopeShape
        );
    }

    #[test]
    fn an_assertion_comes_alone_and_says_whose_it_is() {
        // {"sub":"c"}
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjIn0.AA";
        let form = |more: &str| {
            format!("grant_type=client_credentials&audience=a&client_assertion={jwt}{more}")
        };
        let kind = "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        for more in ["", "&client_id=c"] {
            let request = parse(&[], &form(&format!("{kind}{more}")));
            let request = request.map_err(|refusal| refusal.to_string()).unwrap();
            assert_eq!(request.client_id, "c");
            assert!(matches!(request.proof, Proof::Assertion(assertion) if assertion == jwt));
        }
        let refusal = |headers: &[(&str, &str)], body: &str| parse(headers, body).err().unwrap();
        assert_eq!(
            refusal(&[], &form("")),
            Refusal::Missing("client_assertion_type")
        );
        assert_eq!(
            refusal(&[], &form("&client_assertion_type=saml")),
            Refusal::AssertionType("saml".to_owned())
        );
        let secret = form(&format!("{kind}&client_secret=s"));
        assert_eq!(refusal(&[], &secret), Refusal::TwoProofs);
        let basic = [(
            "authorization",
            &*format!("Basic {}", STANDARD.encode("c:s")),
        )];
        assert_eq!(refusal(&basic, &form(kind)), Refusal::TwoProofs);
    }
}
