//! Each refusal, in Auth0's own words, and what it is taken for.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::provider::{ForbiddenReason, RejectedReason};
use crate::words::LONGEST;

const CLIENTS: &str = "https://acme.eu.auth0.com/api/v2/clients";
const RESOURCE_SERVER: &str =
    "https://acme.eu.auth0.com/api/v2/resource-servers/1";

/// What a response with this body is told as.
fn told(status: u16, body: &str) -> String {
    let line =
        RequestLine::get("https://acme.eu.auth0.com/api/v2/clients?page=0");
    let response = Response::new(status, body);

    read_refusal(&line, &response, &Secrets::default()).to_string()
}

fn told_of_message(message: &str, secrets: &Secrets) -> String {
    let line = RequestLine::get(CLIENTS);
    let body = json!({ "message": message }).to_string();

    read_refusal(&line, &Response::new(400, &body), secrets).to_string()
}

/// What the Management API's own error is taken for.
fn refused(
    line: &RequestLine,
    status: u16,
    message: &str,
    code: &str,
) -> ProviderError {
    let error = StatusCode::from_u16(status)
        .unwrap()
        .canonical_reason();
    let body = json!({
        "statusCode": status,
        "error": error,
        "message": message,
        "errorCode": code,
    });
    let response = Response::new(status, &body.to_string());

    read_refusal(line, &response, &Secrets::default())
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names
        .iter()
        .map(|name| (*name).to_owned())
        .collect()
}

#[track_caller]
fn assert_denied(message: &str, code: &str, expected: &ForbiddenReason) {
    match refused(&RequestLine::get(CLIENTS), 403, message, code) {
        ProviderError::Forbidden { denial, .. } => {
            assert_eq!(denial, *expected, "{message}");
        }
        error => panic!("{error}"),
    }
}

#[test]
fn a_403_says_which_of_its_meanings_it_has() {
    let scopes = ForbiddenReason::Scope {
        any_of: names(&["read:clients", "read:client_keys"]),
    };
    assert_denied(
        "Insufficient scope, expected any of: read:clients, read:client_keys",
        "insufficient_scope",
        &scopes,
    );

    let upgrade = "Please upgrade your subscription to use token_encryption.";
    assert_denied(
        upgrade,
        "feature_not_enabled",
        &ForbiddenReason::Plan,
    );
    assert_denied(
        upgrade,
        "insufficient_scope",
        &ForbiddenReason::Plan,
    );
    assert_denied(
        "Not included",
        "insufficient_entitlement",
        &ForbiddenReason::Plan,
    );

    let limit = "You reached the limit of entities of this type";
    assert_denied(limit, "", &ForbiddenReason::EntityLimit);
    assert_denied(
        "No more",
        "too_many_entities",
        &ForbiddenReason::EntityLimit,
    );

    for (message, expected) in [
        (
            "Service not enabled within domain: https://x/",
            ForbiddenReason::Audience,
        ),
        (
            "Client is not authorized to access \"https://x/\". You need to create a \
             \"client-grant\" associated to this API.",
            ForbiddenReason::NoGrant,
        ),
        (
            "Client has not been granted scopes: a",
            ForbiddenReason::ScopeNotGranted,
        ),
        (
            "Grant type 'client_credentials' not allowed for the client.",
            ForbiddenReason::GrantType,
        ),
        ("No.", ForbiddenReason::Unsaid),
    ] {
        assert_denied(message, "", &expected);
    }
}

#[track_caller]
fn assert_distrusted(
    status: u16,
    message: &str,
    code: &str,
    expected: UnauthorizedReason,
) {
    match refused(
        &RequestLine::get(CLIENTS),
        status,
        message,
        code,
    ) {
        ProviderError::Unauthorized { distrust, .. } => {
            assert_eq!(distrust, expected, "{message}");
        }
        error => panic!("{error}"),
    }
}

#[test]
fn a_401_says_what_is_wrong_with_us() {
    for (message, expected) in [
        ("Unauthorized", UnauthorizedReason::Credentials),
        (
            "Client authentication failed",
            UnauthorizedReason::Credentials,
        ),
        (
            "Expired token received for JSON Web Token validation",
            UnauthorizedReason::Expired,
        ),
        (
            "Bad audience: https://x/",
            UnauthorizedReason::Audience,
        ),
        (
            "Invalid signature received for JSON Web Token validation",
            UnauthorizedReason::Issuer,
        ),
        ("Invalid token", UnauthorizedReason::Issuer),
        ("No.", UnauthorizedReason::Unsaid),
    ] {
        assert_distrusted(401, message, "", expected);
    }

    let no_token = "Bad HTTP authentication header format";
    assert_distrusted(
        400,
        no_token,
        "Bearer",
        UnauthorizedReason::NoToken,
    );
}

#[track_caller]
fn assert_objected(
    line: &RequestLine,
    status: u16,
    (message, code): (&str, &str),
    expected: &RejectedReason,
) {
    match refused(line, status, message, code) {
        ProviderError::Rejected { objection, .. } => {
            assert_eq!(objection, *expected, "{message}");
        }
        error => panic!("{error}"),
    }
}

#[test]
fn a_request_is_refused_for_what_is_wrong_with_it() {
    let get = RequestLine::get(RESOURCE_SERVER);
    let patch = RequestLine::patch(RESOURCE_SERVER);

    let not_found = ("The client does not exist", "inexistent_client");
    assert_objected(
        &patch,
        404,
        not_found,
        &RejectedReason::NotFound,
    );
    assert_objected(
        &get,
        409,
        ("exists", ""),
        &RejectedReason::Conflict,
    );

    for message in [
        "System resource servers cannot be patched",
        "Global client cannot be deleted",
    ] {
        assert_objected(
            &patch,
            400,
            (message, ""),
            &RejectedReason::System,
        );
    }

    let reserved = ("The selected identifier is reserved.", "");
    assert_objected(&get, 400, reserved, &RejectedReason::Reserved);
    let paging = (
        "Requesting page exceeds the allowed maximum of 1000 records.",
        "invalid_paging",
    );
    assert_objected(&get, 400, paging, &RejectedReason::Paging);
    assert_objected(&get, 400, ("no", ""), &RejectedReason::Other);
}

/// What a request is refused for that names these fields.
#[track_caller]
fn assert_fields_refused(
    line: &RequestLine,
    fields: &str,
    expected: &RejectedReason,
) {
    let message = format!(
        "Payload validation error: 'Additional properties not allowed: {fields}'."
    );

    assert_objected(line, 400, (&message, "invalid_body"), expected);
}

#[test]
fn a_field_that_cannot_be_changed_is_told_from_one_that_is_not_known() {
    let get = RequestLine::get(RESOURCE_SERVER);
    let patch = RequestLine::patch(RESOURCE_SERVER);

    let immutable = RejectedReason::Immutable {
        fields: names(&["audience", "client_id"]),
    };
    assert_fields_refused(&patch, "audience,client_id", &immutable);

    let unknown = RejectedReason::UnknownFields {
        fields: names(&["identifier", "colour"]),
    };
    assert_fields_refused(&patch, "identifier,colour", &unknown);

    let not_of_a_change = RejectedReason::UnknownFields {
        fields: names(&["id"]),
    };
    assert_fields_refused(&get, "id", &not_of_a_change);
}

#[test]
fn what_the_tenant_says_is_told() {
    let unauthorized =
        r#"{"error":"access_denied","error_description":"Unauthorized"}"#;

    assert_eq!(
        told(401, unauthorized),
        "https://acme.eu.auth0.com/api/v2/clients refused the credentials: Unauthorized"
    );
    assert_eq!(
        told(409, r#"{"message":"exists"}"#),
        "GET /api/v2/clients was refused with 409: exists"
    );
}

#[test]
fn a_body_that_is_not_auth0s_is_not_quoted() {
    let text = told(502, "POST /oauth/token client_secret=hunter2");

    assert!(text.contains("no reason given"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_secret_that_the_tenant_repeats_is_hidden_before_the_text_is_cut() {
    let secrets = Secrets::default();
    secrets.keep(&"s3cret-of-the-client".into());
    let message = format!(
        "{} s3cret-of-the-client",
        "x".repeat(LONGEST - 10)
    );

    let text = told_of_message(&message, &secrets);

    assert!(text.ends_with("x (secret)"), "{text}");
}

#[test]
fn a_reason_is_shown_short_and_harmless() {
    let message = format!("\u{1b}[31m{}", "x".repeat(2 * LONGEST));

    let text = told_of_message(&message, &Secrets::default());

    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(text.len() < LONGEST + 100, "{text}");
}
