//! What is refused, and in which words.

use serde_json::json;

use super::super::super::client_grants::CLIENT_GRANT;
use super::super::{CLIENT, ORGANIZATION, RESOURCE_SERVER};
use super::*;

#[track_caller]
fn check_refused(
    record: &Record,
    operation: Operation,
    body: &Value,
    message: &str,
) {
    let violation =
        check(record, body.as_object().unwrap(), operation).unwrap_err();
    assert_eq!(violation.to_string(), message);
}

#[test]
fn bodies_are_refused_in_the_words_of_auth0() {
    use Operation::{Create, Update};
    check_refused(
        &CLIENT,
        Update,
        &json!({}),
        "'Too few properties defined (0), minimum 1'.",
    );
    check_refused(
        &CLIENT_GRANT,
        Update,
        &json!({"client_id": "c", "scope": [], "audience": "a"}),
        "'Additional properties not allowed: audience,client_id'.",
    );
    check_refused(
        &RESOURCE_SERVER,
        Create,
        &json!({"identifier": "a", "scopes": [{"value": "s"}, {"description": "d"}]}),
        "'Missing required property: value' on property scopes[1].",
    );
    check_refused(
        &RESOURCE_SERVER,
        Update,
        &json!({"scopes": null}),
        "'Expected type array but found type null' on property scopes.",
    );
    check_refused(
        &CLIENT,
        Create,
        &json!({"name": "n", "token_quota": {"client_credentials": {"per_day": 0}}}),
        "'Value 0 is less than minimum 1' on property \
         token_quota.client_credentials.per_day.",
    );
    check_refused(
        &CLIENT,
        Update,
        &json!({"jwt_configuration": {"alg": "RS256", "secret_encoded": false}}),
        "'Additional properties not allowed: secret_encoded' on property jwt_configuration.",
    );
}

#[test]
fn null_is_taken_only_where_it_clears() {
    let grant = json!({"organization_usage": null, "scope": null});
    assert!(
        check(
            &CLIENT_GRANT,
            grant.as_object().unwrap(),
            Operation::Update
        )
        .is_ok()
    );
    check_refused(
        &CLIENT_GRANT,
        Operation::Create,
        &json!({"audience": "a", "scope": null}),
        "'Expected type array but found type null' on property scope.",
    );
}

#[test]
fn metadata_is_bounded_text() {
    let long = "x".repeat(256);
    check_refused(
        &CLIENT,
        Operation::Update,
        &json!({"client_metadata": {"key": long}}),
        "'String is too long (256 chars), maximum 255' on property client_metadata.key.",
    );
    check_refused(
        &CLIENT,
        Operation::Update,
        &json!({"client_metadata": {"key": 1}}),
        "'Expected type string but found type integer' on property client_metadata.key.",
    );
}

#[test]
fn an_organization_is_of_known_parts() {
    let many: Object = (0..26)
        .map(|key| (key.to_string(), json!("v")))
        .collect();
    for (body, message) in [
        (
            json!({"metadata": many}),
            "'Too many properties defined (26), maximum 25' on property metadata.",
        ),
        (
            json!({"metadata": {"any letter: ä": 1}}),
            "'Expected type string but found type integer' on property metadata.any letter: ä.",
        ),
        (
            json!({"branding": {"colors": {"primary": "#fff"}}}),
            "'Missing required property: page_background' on property branding.colors.",
        ),
        (
            json!({"enabled_connections": []}),
            "'Additional properties not allowed: enabled_connections'.",
        ),
    ] {
        check_refused(&ORGANIZATION, Operation::Update, &body, message);
    }
}
