//! What the tenant means when it says no: Auth0 tells many things apart by
//! their text alone.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};

use crate::provider::{ForbiddenReason, RejectedReason, UnauthorizedReason};

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

/// How the refusal of a change to something begins that is the tenant's own.
const OF_SYSTEM_OBJECTS: [&str; 3] = [
    "System resource server",
    "System grant",
    "Global client",
];

/// A 401 has one code or none, but several texts.
pub(super) fn distrust_of(reason: &str) -> UnauthorizedReason {
    let says = |words: &str| {
        reason
            .to_ascii_lowercase()
            .contains(words)
    };

    if says("expired") {
        UnauthorizedReason::Expired
    } else if says("audience") {
        UnauthorizedReason::Audience
    } else if says("signature") || says("issuer") || says("invalid token") {
        // So is a token called that another domain of the tenant issued.
        UnauthorizedReason::Issuer
    } else if reason == "Unauthorized" || says("client authentication failed") {
        UnauthorizedReason::Credentials
    } else {
        UnauthorizedReason::Unsaid
    }
}

/// A 403 means one of several things. The text is looked at before the code: a
/// plan that lacks a feature has been seen with the code of a missing scope.
pub(super) fn denial_of(code: &str, reason: &str) -> ForbiddenReason {
    let begins = |words: &str| reason.starts_with(words);
    let is_code_of_plan = matches!(
        code,
        "feature_not_enabled" | "insufficient_entitlement"
    );

    if let Some(scopes) = reason.strip_prefix("Insufficient scope") {
        ForbiddenReason::Scope {
            any_of: read_scopes(scopes),
        }
    } else if begins("Please upgrade") || is_code_of_plan {
        ForbiddenReason::Plan
    } else if code == "too_many_entities"
        || begins("You reached the limit of entities")
    {
        ForbiddenReason::EntityLimit
    } else if begins("Service not enabled within domain") {
        ForbiddenReason::Audience
    } else if begins("Client is not authorized to access") {
        ForbiddenReason::NoGrant
    } else if begins("Client has not been granted scopes") {
        ForbiddenReason::ScopeNotGranted
    } else if begins("Grant type 'client_credentials' not allowed") {
        ForbiddenReason::GrantType
    } else {
        ForbiddenReason::Unsaid
    }
}

/// The scopes of a text such as `, expected any of: read:clients,
/// read:client_keys`.
fn read_scopes(text: &str) -> BTreeSet<String> {
    // At the last colon that a space follows: the names
    // of scopes have colons too.
    let list = text
        .rsplit(": ")
        .next()
        .unwrap_or_default();

    list.split([',', ' '])
        .filter(|scope| scope.contains(':'))
        .map(str::to_owned)
        .collect()
}

pub(super) fn objection_to(
    method: &Method,
    status: StatusCode,
    code: &str,
    reason: &str,
) -> RejectedReason {
    match status {
        StatusCode::NOT_FOUND => RejectedReason::NotFound,
        StatusCode::CONFLICT => RejectedReason::Conflict,
        StatusCode::BAD_REQUEST if code == "invalid_paging" => {
            RejectedReason::Paging
        }
        StatusCode::BAD_REQUEST => objection_to_body(method, reason),
        _ => RejectedReason::Other,
    }
}

fn objection_to_body(method: &Method, reason: &str) -> RejectedReason {
    if let Some((_, fields)) =
        reason.split_once("Additional properties not allowed: ")
    {
        return objection_to_fields(method, read_fields(fields));
    }

    let is_system = OF_SYSTEM_OBJECTS
        .iter()
        .any(|words| reason.starts_with(words));
    if is_system {
        RejectedReason::System
    } else if reason
        .to_ascii_lowercase()
        .contains("is reserved")
    {
        RejectedReason::Reserved
    } else {
        RejectedReason::Other
    }
}

/// Auth0 says the same of a field that it does not know and of
/// one that cannot be changed.
fn objection_to_fields(
    method: &Method,
    fields: BTreeSet<String>,
) -> RejectedReason {
    let is_immutable = |field: &String| IMMUTABLE.contains(&field.as_str());

    // Only where all of them are: a new object, which is advised then, would
    // not take an unknown one either.
    if *method == Method::PATCH && fields.iter().all(is_immutable) {
        RejectedReason::Immutable { fields }
    } else {
        RejectedReason::UnknownFields { fields }
    }
}

/// The fields of a text such as `audience,client_id'.`
fn read_fields(text: &str) -> BTreeSet<String> {
    let list = text
        .split('\'')
        .next()
        .unwrap_or_default();

    list.split(',')
        .map(|field| field.trim().to_owned())
        .collect()
}
