//! What the tenant says when it says no.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde::Deserialize;

use super::answer::{Answer, Asked, Cause, Fault};
use crate::model::Secrets;
use crate::provider::auth0::advice;
use crate::provider::auth0::text::printable;
use crate::provider::{Denial, Distrust, Objection, ProviderError};

/// Both of Auth0's shapes of error: the Management API's and the token endpoint's.
#[derive(Deserialize, Default)]
struct Body {
    #[serde(rename = "statusCode")]
    status: Option<u16>,
    message: Option<String>,
    error_description: Option<String>,
    error: Option<String>,
    #[serde(rename = "errorCode")]
    code: Option<String>,
}

impl Body {
    /// Whether the Management API itself says that something is not there. Anything else may stand
    /// between it and us, and know nothing of its objects.
    fn is_not_found(&self) -> bool {
        self.status == Some(404) && self.error.is_some() && self.message.is_some()
    }
}

/// What to say of a 404 that is not the Management API's own.
const FOREIGN_404: &str = "a 404 that is not Auth0's own, so nothing is known to be gone; something \
                           else answers at this address, such as a proxy";

/// The body of a successful answer.
pub(super) fn success(
    asked: &Asked,
    answer: Result<Answer, Fault>,
    secrets: &Secrets,
) -> Result<Vec<u8>, ProviderError> {
    match answer {
        Ok(answer) if answer.status.is_success() => Ok(answer.body),
        Ok(answer) => Err(refusal(asked, &answer, secrets)),
        Err(Fault::NotSent(cause) | Fault::Lost(cause)) => {
            let Cause { silence, reason } = cause;
            let next_step = Some(advice::of_silence(silence, &asked.url()));
            Err(ProviderError::Unreachable {
                url: asked.url(),
                silence,
                reason,
                next_step,
            })
        }
        Err(Fault::OutOfTime) => Err(ProviderError::OutOfTime {
            request: asked.to_string(),
        }),
    }
}

/// The error that stands for an answer that is no success.
fn refusal(asked: &Asked, answer: &Answer, secrets: &Secrets) -> ProviderError {
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status == StatusCode::NOT_FOUND && !body.is_not_found() {
        return nonsense(asked, FOREIGN_404);
    }
    let code = body.code.as_deref().unwrap_or_default();
    let reason = body.message.or(body.error_description).or(body.error);
    // What is not Auth0's own error is not quoted: it may echo what was sent, secrets and all.
    let reason = reason.map(|reason| printable(&secrets.hide(&reason)));
    let reason = match reason {
        Some(text) if !text.is_empty() => text,
        _ => "no reason given".to_owned(),
    };
    let request = asked.to_string();
    match answer.status {
        StatusCode::UNAUTHORIZED => unauthorized(asked, distrust(&reason), reason),
        // What is not even shaped like a token is refused with 400.
        StatusCode::BAD_REQUEST if code == "Bearer" => {
            unauthorized(asked, Distrust::NoToken, reason)
        }
        StatusCode::FORBIDDEN => {
            let denial = denial(code, &reason);
            let next_step = advice::of_denial(&denial);
            ProviderError::Forbidden {
                request,
                denial,
                reason,
                next_step,
            }
        }
        StatusCode::TOO_MANY_REQUESTS => ProviderError::RateLimited { request },
        status => {
            let objection = objection(asked.method(), status, code, &reason);
            let (status, next_step) = (status.as_u16(), advice::of_objection(&objection));
            ProviderError::Rejected {
                request,
                status,
                objection,
                reason,
                next_step,
            }
        }
    }
}

fn unauthorized(asked: &Asked, distrust: Distrust, reason: String) -> ProviderError {
    let (url, next_step) = (asked.url(), Some(advice::of_distrust(distrust)));

    ProviderError::Unauthorized {
        url,
        distrust,
        reason,
        next_step,
    }
}

/// A 401 has one code or none, but several texts.
fn distrust(reason: &str) -> Distrust {
    let says = |words: &str| reason.to_ascii_lowercase().contains(words);
    if says("expired") {
        Distrust::Expired
    } else if says("audience") {
        Distrust::Audience
    } else if says("signature") || says("issuer") || says("invalid token") {
        Distrust::Issuer
    } else if reason == "Unauthorized" || says("client authentication failed") {
        Distrust::Credentials
    } else {
        Distrust::Unsaid
    }
}

/// A 403 means one of several things. The text is looked at before the code: a plan that lacks a
/// feature has been seen with the code of a missing scope.
fn denial(code: &str, reason: &str) -> Denial {
    let begins = |words: &str| reason.starts_with(words);
    if let Some(scopes) = reason.strip_prefix("Insufficient scope") {
        let scopes = scopes.rsplit(": ").next().unwrap_or_default();
        let any_of = scopes.split([',', ' ']).filter(|scope| scope.contains(':'));
        Denial::Scope {
            any_of: any_of.map(str::to_owned).collect(),
        }
    } else if begins("Please upgrade")
        || matches!(code, "feature_not_enabled" | "insufficient_entitlement")
    {
        Denial::Plan
    } else if code == "too_many_entities" || begins("You reached the limit of entities") {
        Denial::EntityLimit
    } else if begins("Service not enabled within domain") {
        Denial::Audience
    } else if begins("Client is not authorized to access") {
        Denial::NoGrant
    } else if begins("Client has not been granted scopes") {
        Denial::ScopeNotGranted
    } else if begins("Grant type 'client_credentials' not allowed") {
        Denial::GrantType
    } else {
        Denial::Unsaid
    }
}

/// Fields that are given once, when the object is created.
const IMMUTABLE: [&str; 8] = [
    "audience",
    "client_id",
    "default_for",
    "id",
    "identifier",
    "resource_server_identifier",
    "subject_type",
    "third_party_security_mode",
];

fn objection(method: &Method, status: StatusCode, code: &str, reason: &str) -> Objection {
    match status {
        StatusCode::NOT_FOUND => Objection::NotFound,
        StatusCode::CONFLICT => Objection::Conflict,
        StatusCode::BAD_REQUEST if code == "invalid_paging" => Objection::Paging,
        StatusCode::BAD_REQUEST => bad_request(method, reason),
        _ => Objection::Other,
    }
}

fn bad_request(method: &Method, reason: &str) -> Objection {
    if let Some((_, fields)) = reason.split_once("Additional properties not allowed: ") {
        let fields = fields.split('\'').next().unwrap_or_default().split(',');
        let fields: BTreeSet<String> = fields.map(|field| field.trim().to_owned()).collect();
        let is_immutable = |field: &String| IMMUTABLE.contains(&&**field);
        return if *method == Method::PATCH && fields.iter().all(is_immutable) {
            Objection::Immutable { fields }
        } else {
            Objection::UnknownFields { fields }
        };
    }
    let is_own = ["System resource server", "System grant", "Global client"];
    if is_own.iter().any(|words| reason.starts_with(words)) {
        Objection::System
    } else if reason.to_ascii_lowercase().contains("is reserved") {
        Objection::Reserved
    } else {
        Objection::Other
    }
}

/// An answer that says yes, but not in the way it should.
pub(in crate::provider::auth0) fn nonsense(
    asked: &Asked,
    reason: impl Into<String>,
) -> ProviderError {
    ProviderError::Unexpected {
        request: asked.to_string(),
        reason: reason.into(),
    }
}

/// Where an answer stops being what it should be. The parser's own words are not used: they quote
/// the answer, which may hold secrets.
pub(in crate::provider::auth0) fn misread(
    asked: &Asked,
    error: &serde_json::Error,
) -> ProviderError {
    let (line, column) = (error.line(), error.column());
    nonsense(
        asked,
        format!("it is not the JSON it should be at line {line}, column {column}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::auth0::text::LONGEST;

    fn said(status: u16, body: &str) -> String {
        let asked = Asked::get("https://acme.eu.auth0.com/api/v2/clients?page=0");
        let answer = Answer::new(status, body);
        refusal(&asked, &answer, &Secrets::default()).to_string()
    }

    fn refused(asked: &Asked, status: u16, message: &str, code: &str) -> ProviderError {
        let error = StatusCode::from_u16(status).unwrap().canonical_reason();
        let body = serde_json::json!({ "statusCode": status, "error": error, "message": message,
            "errorCode": code })
        .to_string();
        refusal(asked, &Answer::new(status, &body), &Secrets::default())
    }

    #[test]
    fn a_403_says_which_of_its_meanings_it_has() {
        let asked = Asked::get("https://acme.eu.auth0.com/api/v2/clients");
        let scope = |scopes: &[&str]| Denial::Scope {
            any_of: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        };
        let upgrade = "Please upgrade your subscription to use token_encryption.";
        for (message, code, expected) in [
            (
                "Insufficient scope, expected any of: read:clients, read:client_keys",
                "insufficient_scope",
                scope(&["read:clients", "read:client_keys"]),
            ),
            (upgrade, "feature_not_enabled", Denial::Plan),
            (upgrade, "insufficient_scope", Denial::Plan),
            ("Not included", "insufficient_entitlement", Denial::Plan),
            (
                "You reached the limit of entities of this type",
                "",
                Denial::EntityLimit,
            ),
            ("No more", "too_many_entities", Denial::EntityLimit),
            (
                "Service not enabled within domain: https://x/",
                "",
                Denial::Audience,
            ),
            (
                "Client is not authorized to access \"https://x/\". You need to create a \
                 \"client-grant\" associated to this API.",
                "",
                Denial::NoGrant,
            ),
            (
                "Client has not been granted scopes: a",
                "",
                Denial::ScopeNotGranted,
            ),
            (
                "Grant type 'client_credentials' not allowed for the client.",
                "",
                Denial::GrantType,
            ),
            ("No.", "", Denial::Unsaid),
        ] {
            let error = refused(&asked, 403, message, code);
            let ProviderError::Forbidden { denial, .. } = error else {
                panic!("{error}")
            };
            assert_eq!(denial, expected, "{message}");
        }
    }

    #[test]
    fn a_401_says_what_is_wrong_with_us() {
        let asked = Asked::get("https://acme.eu.auth0.com/api/v2/clients");
        for (message, expected) in [
            ("Unauthorized", Distrust::Credentials),
            ("Client authentication failed", Distrust::Credentials),
            (
                "Expired token received for JSON Web Token validation",
                Distrust::Expired,
            ),
            ("Bad audience: https://x/", Distrust::Audience),
            (
                "Invalid signature received for JSON Web Token validation",
                Distrust::Issuer,
            ),
            ("Invalid token", Distrust::Issuer),
            ("No.", Distrust::Unsaid),
        ] {
            let error = refused(&asked, 401, message, "");
            let ProviderError::Unauthorized { distrust, .. } = error else {
                panic!("{error}")
            };
            assert_eq!(distrust, expected, "{message}");
        }
        let error = refused(
            &asked,
            400,
            "Bad HTTP authentication header format",
            "Bearer",
        );
        let is_no_token = matches!(
            error,
            ProviderError::Unauthorized {
                distrust: Distrust::NoToken,
                ..
            }
        );
        assert!(is_no_token, "{error}");
    }

    #[test]
    fn a_request_is_refused_for_what_is_wrong_with_it() {
        let asked = Asked::get("https://acme.eu.auth0.com/api/v2/resource-servers/1");
        let patch = Asked::patch("https://acme.eu.auth0.com/api/v2/resource-servers/1");
        let fields = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect();
        let more = "Payload validation error: 'Additional properties not allowed: ";
        for (asked, status, message, code, expected) in [
            (
                &patch,
                404,
                "The client does not exist",
                "inexistent_client",
                Objection::NotFound,
            ),
            (&asked, 409, "exists", "", Objection::Conflict),
            (
                &patch,
                400,
                &*format!("{more}audience,client_id'."),
                "invalid_body",
                Objection::Immutable {
                    fields: fields(&["audience", "client_id"]),
                },
            ),
            (
                &patch,
                400,
                &*format!("{more}identifier,colour'."),
                "invalid_body",
                Objection::UnknownFields {
                    fields: fields(&["identifier", "colour"]),
                },
            ),
            (
                &asked,
                400,
                &*format!("{more}id'."),
                "invalid_body",
                Objection::UnknownFields {
                    fields: fields(&["id"]),
                },
            ),
            (
                &patch,
                400,
                "System resource servers cannot be patched",
                "",
                Objection::System,
            ),
            (
                &patch,
                400,
                "Global client cannot be deleted",
                "",
                Objection::System,
            ),
            (
                &asked,
                400,
                "The selected identifier is reserved.",
                "",
                Objection::Reserved,
            ),
            (
                &asked,
                400,
                "Requesting page exceeds the allowed maximum of 1000 records.",
                "invalid_paging",
                Objection::Paging,
            ),
            (&asked, 400, "no", "", Objection::Other),
        ] {
            let error = refused(asked, status, message, code);
            let ProviderError::Rejected { objection, .. } = error else {
                panic!("{error}")
            };
            assert_eq!(objection, expected, "{message}");
        }
    }

    #[test]
    fn what_the_tenant_says_is_told() {
        let url = "https://acme.eu.auth0.com/api/v2/clients refused the credentials: ";
        assert_eq!(
            said(
                401,
                r#"{"error":"access_denied","error_description":"Unauthorized"}"#
            ),
            format!("{url}Unauthorized")
        );
        assert_eq!(
            said(409, r#"{"message":"exists"}"#),
            "GET /api/v2/clients was refused with 409: exists"
        );
    }

    #[test]
    fn a_body_that_is_not_auth0s_is_not_quoted() {
        let echoed = Answer::new(502, "POST /oauth/token client_secret=hunter2");
        let asked = Asked::get("https://acme/api/v2/clients");
        let error = refusal(&asked, &echoed, &Secrets::default()).to_string();
        assert!(
            error.contains("no reason given") && !error.contains("hunter2"),
            "{error}"
        );
    }

    #[test]
    fn a_secret_that_the_tenant_repeats_is_hidden_before_the_text_is_cut() {
        let secrets = Secrets::default();
        secrets.keep(&"s3cret-of-the-client".into());
        let message = format!("{} s3cret-of-the-client", "x".repeat(LONGEST - 10));
        let body = serde_json::json!({ "message": message }).to_string();
        let asked = Asked::get("https://acme/api/v2/clients");
        let text = refusal(&asked, &Answer::new(400, &body), &secrets).to_string();
        assert!(text.ends_with("x (secret)"), "{text}");
    }

    #[test]
    fn a_reason_is_shown_short_and_harmless() {
        let message = format!("\u{1b}[31m{}", "x".repeat(2 * LONGEST));
        let body = serde_json::json!({ "message": message }).to_string();
        let asked = Asked::get("https://acme/api/v2/clients");
        let text = refusal(&asked, &Answer::new(400, &body), &Secrets::default()).to_string();
        assert!(
            !text.contains('\u{1b}') && text.len() < LONGEST + 100,
            "{text}"
        );
    }
}
