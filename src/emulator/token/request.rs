//! The request for a token: a form, JSON, or either with HTTP Basic.

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::assertion::{Flaw, claimed_client};
use super::refusal::Refusal;

type Parameters = Map<String, Value>;

const JWT_BEARER: &str =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client proves itself with. Deliberately not `Debug`.
pub(crate) enum Proof {
    Secret(String),
    /// A signed JWT.
    Assertion(String),
}

/// Who asks for which audience and scopes. Deliberately not `Debug`: it holds a
/// secret.
pub(crate) struct TokenRequest {
    pub(crate) client_id: String,
    pub(crate) proof: Proof,
    pub(crate) audience: Option<String>,
    /// By id or name.
    pub(crate) organization: Option<String>,
    /// None asked for means all that are granted.
    pub(crate) scopes: Vec<String>,
}

impl TokenRequest {
    pub(crate) fn parse(
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Refusal> {
        let mut parameters = parse_parameters(headers, body)?;
        let grant_type = take_text(&mut parameters, "grant_type")?;
        if grant_type != "client_credentials" {
            return Err(Refusal::UnsupportedGrantType(grant_type));
        }

        let (client_id, proof) = identify_client(headers, &mut parameters)?;
        // Whoever leaves it out is told so once it is known who that is.
        let audience = take_text(&mut parameters, "audience").ok();
        let organization = take_text(&mut parameters, "organization").ok();
        let scopes = parse_scopes(parameters.remove("scope"))?;
        Ok(Self {
            client_id,
            proof,
            audience,
            organization,
            scopes,
        })
    }
}

fn parse_parameters(
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Parameters, Refusal> {
    if is_json(headers) {
        return serde_json::from_slice(body).map_err(|_| Refusal::Malformed);
    }

    // Whatever else a body says it is, or nothing: the standard knows forms
    // only (RFC 6749, 4.4.2).
    let mut parameters = Parameters::new();
    for (name, value) in form_urlencoded::parse(body) {
        parameters.insert(name.into_owned(), value.into());
    }
    Ok(parameters)
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    content_type.is_some_and(|content_type| {
        content_type.starts_with("application/json")
    })
}

fn take_text(
    parameters: &mut Parameters,
    name: &'static str,
) -> Result<String, Refusal> {
    match parameters.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        _ => Err(Refusal::Missing(name)),
    }
}

/// Who asks, and what with.
fn identify_client(
    headers: &HeaderMap,
    parameters: &mut Parameters,
) -> Result<(String, Proof), Refusal> {
    let basic = parse_basic(headers);
    let Ok(assertion) = take_text(parameters, "client_assertion") else {
        return match basic {
            Some(client) => Ok(client),
            None => take_secret(parameters),
        };
    };
    // RFC 6749, 2.3: a client proves itself in one way a request.
    if basic.is_some() || parameters.contains_key("client_secret") {
        return Err(Refusal::TwoProofs);
    }

    let assertion_type = take_text(parameters, "client_assertion_type")?;
    if assertion_type != JWT_BEARER {
        return Err(Refusal::AssertionType(assertion_type));
    }

    // An assertion says itself whose it is: the id is for those who send it all
    // the same.
    let client_id = match take_text(parameters, "client_id") {
        Ok(client_id) => client_id,
        Err(_) => claimed_client(&assertion).ok_or(Flaw::NotJwt)?,
    };
    Ok((client_id, Proof::Assertion(assertion)))
}

fn take_secret(
    parameters: &mut Parameters,
) -> Result<(String, Proof), Refusal> {
    let client_id = take_text(parameters, "client_id")?;
    let secret = take_text(parameters, "client_secret")?;
    Ok((client_id, Proof::Secret(secret)))
}

/// The client in an `Authorization: Basic` header, each half form-encoded (RFC
/// 6749, 2.3.1).
fn parse_basic(headers: &HeaderMap) -> Option<(String, Proof)> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }

    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let pair = String::from_utf8(decoded).ok()?;
    let (client_id, secret) = pair.split_once(':')?;
    Some((
        form_decode(client_id),
        Proof::Secret(form_decode(secret)),
    ))
}

fn form_decode(text: &str) -> String {
    // Callers that skip the encoding send `=` and `&` as they are.
    let encoded = text.replace('=', "%3D").replace('&', "%26");
    form_urlencoded::parse(encoded.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// A text with blanks, as the standard has it, or a list, as Auth0 takes it
/// too.
fn parse_scopes(value: Option<Value>) -> Result<Vec<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(text
            .split_whitespace()
            .map(str::to_owned)
            .collect()),
        Some(Value::Array(items)) => {
            items.into_iter().map(parse_scope).collect()
        }
        Some(_) => Err(Refusal::ScopeShape),
    }
}

fn parse_scope(item: Value) -> Result<String, Refusal> {
    match item {
        Value::String(scope) => Ok(scope),
        _ => Err(Refusal::ScopeShape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<TokenRequest, Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            map.insert(name, value.parse().unwrap());
        }
        TokenRequest::parse(&map, body.as_bytes())
    }

    fn refusal_of(headers: &[(&str, &str)], body: &str) -> Refusal {
        parse(headers, body).err().unwrap()
    }

    #[test]
    fn a_form_json_and_basic_say_the_same() {
        let form = parse(
            &[],
            "grant_type=client_credentials&client_id=c&client_secret=s%2B&\
             audience=a&scope=x+y",
        );
        let json = parse(
            &[(
                "content-type",
                "application/json; charset=utf-8",
            )],
            r#"{"grant_type":"client_credentials","client_id":"c","client_secret":"s+",
                "audience":"a","scope":["x","y"]}"#,
        );
        let authorization = format!("Basic {}", STANDARD.encode("c:s%2B"));
        let basic = parse(
            &[("authorization", &authorization)],
            "grant_type=client_credentials&audience=a&scope=x%20y",
        );

        for request in [form, json, basic] {
            let request = request
                .map_err(|refusal| refusal.to_string())
                .unwrap();
            assert_eq!(request.client_id, "c");
            assert!(
                matches!(request.proof, Proof::Secret(secret) if secret == "s+")
            );
            assert_eq!(request.audience.as_deref(), Some("a"));
            assert_eq!(request.scopes, ["x", "y"]);
        }
    }

    #[test]
    fn malformed_requests_are_told_apart() {
        let json = [("content-type", "application/json")];
        assert_eq!(refusal_of(&json, "{"), Refusal::Malformed);

        let no_grant_type = refusal_of(&[], "client_id=c");
        assert_eq!(no_grant_type, Refusal::Missing("grant_type"));

        let unsupported = Refusal::UnsupportedGrantType("password".to_owned());
        assert_eq!(
            refusal_of(&[], "grant_type=password"),
            unsupported
        );

        let body = r#"{"grant_type":"client_credentials","client_id":"c","client_secret":"s",
            "audience":"a","scope":7}"#;
        assert_eq!(refusal_of(&json, body), Refusal::ScopeShape);
    }

    const ASSERTION_TYPE: &str = "&client_assertion_type=urn:ietf:params:\
                                  oauth:client-assertion-type:jwt-bearer";

    /// The assertion `{"sub":"c"}`.
    const ASSERTION: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjIn0.AA";

    fn form_with_assertion(more: &str) -> String {
        format!(
            "grant_type=client_credentials&audience=a&\
             client_assertion={ASSERTION}{more}"
        )
    }

    #[test]
    fn an_assertion_says_whose_it_is() {
        for more in ["", "&client_id=c"] {
            let form = form_with_assertion(&format!("{ASSERTION_TYPE}{more}"));
            let request =
                parse(&[], &form).map_err(|refusal| refusal.to_string());
            let request = request.unwrap();
            assert_eq!(request.client_id, "c");
            assert!(
                matches!(request.proof, Proof::Assertion(assertion) if assertion == ASSERTION)
            );
        }

        let no_type = refusal_of(&[], &form_with_assertion(""));
        assert_eq!(
            no_type,
            Refusal::Missing("client_assertion_type")
        );

        let other_type = form_with_assertion("&client_assertion_type=saml");
        let refusal = Refusal::AssertionType("saml".to_owned());
        assert_eq!(refusal_of(&[], &other_type), refusal);
    }

    #[test]
    fn an_assertion_comes_alone() {
        let with_secret =
            form_with_assertion(&format!("{ASSERTION_TYPE}&client_secret=s"));
        assert_eq!(
            refusal_of(&[], &with_secret),
            Refusal::TwoProofs
        );

        let authorization = format!("Basic {}", STANDARD.encode("c:s"));
        let basic = [("authorization", authorization.as_str())];
        let form = form_with_assertion(ASSERTION_TYPE);
        assert_eq!(refusal_of(&basic, &form), Refusal::TwoProofs);
    }
}
