//! The My Account API: a system API that a tenant has once it is asked for by
//! its identifier.

use serde_json::{Value, json};

use super::{Object, Refusal, into_object, text};

/// Its scopes, with what each allows. The answer that enables
/// it shows fewer: recorded.
const SCOPES: [(&str, &str); 8] = [
    (
        "create:me:connected_accounts",
        "Create Connected Accounts",
    ),
    (
        "read:me:connected_accounts",
        "Read Connected Accounts",
    ),
    (
        "delete:me:connected_accounts",
        "Delete Connected Accounts",
    ),
    (
        "read:me:authentication_methods",
        "Read Authentication Methods",
    ),
    (
        "delete:me:authentication_methods",
        "Delete Authentication Methods",
    ),
    (
        "update:me:authentication_methods",
        "Update Authentication Methods",
    ),
    ("read:me:factors", "Read Factors"),
    (
        "create:me:authentication_methods",
        "Create Authentication Methods",
    ),
];

/// How many of them, from the first on, the answer that enables it shows.
const SHOWN_AT_FIRST: usize = 3;

/// The identifier that enables it.
pub(super) const MY_ACCOUNT_AUDIENCE: &str =
    "https://grantry-emulator.eu.auth0.com/me/";

/// What an update cannot change. Of the name that is observed; of the scopes it
/// is supposed, as they too are the same whatever was asked for.
const FIXED: [&str; 2] = ["name", "scopes"];

pub(super) fn is_my_account(object: &Object) -> bool {
    text(object, "identifier") == Some(MY_ACCOUNT_AUDIENCE)
}

/// What it is, whatever was asked for.
pub(super) fn overwrite(object: &mut Object) {
    object.append(&mut into_object(json!({
        "name": "Auth0 My Account API",
        "allow_offline_access": true,
        "skip_consent_for_verifiable_first_party_clients": true,
        "subject_type_authorization": {
            "client": {"policy": "deny_all"},
            "user": {"policy": "require_client_grant"}
        },
        "token_lifetime": 600,
        "token_lifetime_for_web": 600,
        "signing_alg": "RS256",
        "scopes": describe(&SCOPES),
        "is_system": true,
        "proof_of_possession": {"mechanism": "dpop", "required": false}
    })));
}

/// As the answer shows it that enables it.
pub(super) fn show_enabled(object: &mut Object) {
    if let Some(Value::Array(scopes)) = object.get_mut("scopes") {
        scopes.truncate(SHOWN_AT_FIRST);
    }
}

fn describe(scopes: &[(&str, &str)]) -> Value {
    scopes
        .iter()
        .map(|(value, description)| {
            json!({"value": value, "description": description})
        })
        .collect()
}

pub(super) fn check_change(
    object: &Object,
    body: &Object,
) -> Result<(), Refusal> {
    if FIXED
        .iter()
        .any(|key| is_changed(object, body, key))
    {
        return Err(Refusal::Rule(
            "System resource servers cannot be patched",
        ));
    }

    Ok(())
}

/// Sending what is there already changes nothing.
fn is_changed(object: &Object, body: &Object, key: &str) -> bool {
    body.get(key)
        .is_some_and(|value| object.get(key) != Some(value))
}

#[cfg(test)]
mod tests;
