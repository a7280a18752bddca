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

/// Who asks for which audience and scopes. Deliberately not
/// `Debug`: it holds a secret.
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

    // An assertion says itself whose it is: the id is for those
    // who send it all the same.
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
    let header = headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?;
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
    let encoded = text
        .replace('=', "%3D")
        .replace('&', "%26");
    form_urlencoded::parse(encoded.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// A text with blanks, as the standard has it, or a
/// list, as Auth0 takes it too.
fn parse_scopes(value: Option<Value>) -> Result<Vec<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(text
            .split_whitespace()
            .map(str::to_owned)
            .collect()),
        Some(Value::Array(items)) => items
            .into_iter()
            .map(parse_scope)
            .collect(),
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
mod tests;
