//! What the tenant says when it says no.

use reqwest::StatusCode;
use serde::Deserialize;

use super::http::{Answer, Asked};
use crate::provider::ProviderError;

/// The most characters of somebody else's text that go into a message.
const LONGEST: usize = 300;

/// Both of Auth0's shapes of error: the Management API's and the token endpoint's.
#[derive(Deserialize, Default)]
struct Body {
    message: Option<String>,
    error_description: Option<String>,
    error: Option<String>,
    #[serde(rename = "errorCode")]
    code: Option<String>,
}

/// The error that stands for an answer that is no success.
pub(super) fn refusal(asked: &Asked, answer: &Answer) -> ProviderError {
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = body.code.as_deref().unwrap_or_default();
    let reason = body.message.or(body.error_description).or(body.error);
    // What is not Auth0's own error is not quoted: it may echo what was sent, secrets and all.
    let reason = match reason.as_deref().map(printable) {
        Some(text) if !text.is_empty() => text,
        _ => "no reason given".to_owned(),
    };
    let request = asked.to_string();
    match answer.status {
        StatusCode::UNAUTHORIZED => ProviderError::Unauthorized { url: asked.url(), reason },
        // What is not even shaped like a token is refused with 400.
        StatusCode::BAD_REQUEST if code == "Bearer" => {
            ProviderError::Unauthorized { url: asked.url(), reason }
        }
        StatusCode::FORBIDDEN => {
            ProviderError::Forbidden { request, reason: forbidden(code, &reason) }
        }
        StatusCode::TOO_MANY_REQUESTS => ProviderError::RateLimited { request },
        status => ProviderError::Rejected { request, status: status.as_u16(), reason },
    }
}

/// A 403 means one of several things. The text is looked at before the code: a plan that lacks a
/// feature has been seen with the code of a missing scope.
fn forbidden(code: &str, reason: &str) -> String {
    if reason.starts_with("Insufficient scope") {
        format!("{reason}; add it to this client's grant on the Management API")
    } else if reason.starts_with("Please upgrade")
        || matches!(code, "feature_not_enabled" | "insufficient_entitlement")
    {
        format!("the tenant's plan does not include it: {reason}")
    } else if code == "too_many_entities" {
        format!("the tenant is full: {reason}")
    } else if reason.starts_with("Service not enabled within domain") {
        format!(
            "{reason}; with a custom domain, set AUTH0_AUDIENCE to the tenant's own Management API"
        )
    } else {
        reason.to_owned()
    }
}

/// An answer that says yes, but not in the way it should.
pub(super) fn nonsense(asked: &Asked, reason: impl Into<String>) -> ProviderError {
    ProviderError::Unexpected { request: asked.to_string(), reason: reason.into() }
}

/// Where an answer stops being what it should be. The parser's own words are not used: they quote
/// the answer, which may hold secrets.
pub(super) fn misread(asked: &Asked, error: &serde_json::Error) -> ProviderError {
    let (line, column) = (error.line(), error.column());
    nonsense(asked, format!("it is not the JSON it should be at line {line}, column {column}"))
}

/// Somebody else's text, fit for a message: short, on one line, without control characters.
pub(super) fn printable(text: &str) -> String {
    let line = text
        .split(|character: char| character.is_control() || character.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, body: &str) -> String {
        let asked = Asked::get("https://acme.eu.auth0.com/api/v2/clients?page=0");
        let answer = Answer::new(status, body);
        refusal(&asked, &answer).to_string()
    }

    #[test]
    fn a_403_says_which_of_its_meanings_it_has() {
        let upgrade = "GET /api/v2/clients is not allowed: the tenant's plan does not include it: \
                       Please upgrade your subscription to use x.";
        for (body, text) in [
            (
                r#"{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:clients","errorCode":"insufficient_scope"}"#,
                "GET /api/v2/clients is not allowed: Insufficient scope, expected any of: \
                 read:clients; add it to this client's grant on the Management API",
            ),
            (
                r#"{"message":"Please upgrade your subscription to use x.","errorCode":"feature_not_enabled"}"#,
                upgrade,
            ),
            (
                r#"{"message":"Please upgrade your subscription to use x.","errorCode":"insufficient_scope"}"#,
                upgrade,
            ),
            (
                r#"{"message":"You reached the limit.","errorCode":"too_many_entities"}"#,
                "GET /api/v2/clients is not allowed: the tenant is full: You reached the limit.",
            ),
        ] {
            assert_eq!(said(403, body), text);
        }
    }

    #[test]
    fn credentials_and_requests_are_told_apart() {
        let url = "https://acme.eu.auth0.com/api/v2/clients refused the credentials: ";
        assert_eq!(
            said(401, r#"{"error":"access_denied","error_description":"Unauthorized"}"#),
            format!("{url}Unauthorized")
        );
        assert_eq!(
            said(
                400,
                r#"{"message":"Bad HTTP authentication header format","errorCode":"Bearer"}"#
            ),
            format!("{url}Bad HTTP authentication header format")
        );
        assert_eq!(
            said(409, r#"{"message":"exists"}"#),
            "GET /api/v2/clients was refused with 409: exists"
        );
    }

    #[test]
    fn a_body_that_is_not_auth0s_is_not_quoted() {
        let echoed = Answer::new(502, "POST /oauth/token client_secret=hunter2");
        let error = refusal(&Asked::get("https://acme/api/v2/clients"), &echoed).to_string();
        assert!(error.contains("no reason given") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_reason_is_shown_short_and_harmless() {
        let message = format!("\u{1b}[31m{}", "x".repeat(2 * LONGEST));
        let body = serde_json::json!({ "message": message }).to_string();
        let error = refusal(&Asked::get("https://acme/api/v2/clients"), &Answer::new(400, &body));
        let text = error.to_string();
        assert!(!text.contains('\u{1b}') && text.len() < LONGEST + 100, "{text}");
    }
}
