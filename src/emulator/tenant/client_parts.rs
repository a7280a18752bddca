//! The objects within a client: how a change is laid over
//! them, and what is filled in.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Object, Refusal, into_object, merge, merge_within, text, texts};

/// What a change gives whole: a client has one method at most, so that two
/// never stand side by side, and of the other the published definition says so.
const REPLACED: [&str; 2] = ["client_authentication_methods", "oidc_support"];

/// The old name of `oidc_logout`, which answers show under both.
const OLD_LOGOUT: &str = "oidc_backchannel_logout";
const LOGOUT: &str = "oidc_logout";

/// The scopes of all grants of `token_vault_privileged_access` together.
const MOST_VAULT_SCOPES: usize = 20;

/// Lays a change over a client. What an object within it does not name stays:
/// recorded of five of them, and supposed of the others. What is within those
/// in turn is replaced.
pub(super) fn merge_change(client: &mut Object, mut change: Object) {
    rename_old_logout(&mut change);
    // Recorded: with nothing in it, this one goes instead of staying as it is.
    if change.get(LOGOUT).is_some_and(is_empty) {
        change.insert(LOGOUT.to_owned(), Value::Null);
    }

    let merged: Vec<String> = change
        .iter()
        .filter(|(key, value)| {
            value.is_object() && !REPLACED.contains(&key.as_str())
        })
        .map(|(key, _)| key.clone())
        .collect();
    for key in merged {
        merge_within(client, &mut change, &key);
    }

    merge(client, change);
}

/// The field by the name that it is kept under, where a
/// body has it by the old one.
pub(super) fn rename_old_logout(body: &mut Object) {
    if let Some(logout) = body.remove(OLD_LOGOUT) {
        // Which counts where a body has both is not recorded.
        body.entry(LOGOUT).or_insert(logout);
    }
}

/// Fills in what the objects within a client have once they are there, and what
/// mirrors them.
pub(super) fn complete(client: &mut Object) {
    complete_part(client, "session_transfer", || {
        json!({
            "can_create_session_transfer_token": false,
            "allowed_authentication_methods": [],
            "enforce_device_binding": "ip",
            "allow_refresh_token": false
        })
    });
    complete_part(client, LOGOUT, || {
        json!({
            "backchannel_logout_initiators": {
                "mode": "custom",
                "selected_initiators": ["rp-logout", "idp-logout"]
            }
        })
    });
    // Filled in where the rest of a partial object is not: recorded.
    complete_part(
        client,
        "jwt_configuration",
        || json!({"secret_encoded": false}),
    );

    if text(client, "initiate_login_uri") == Some("") {
        client.remove("initiate_login_uri");
    }
    if let Some(Value::Object(metadata)) = client.get_mut("client_metadata") {
        // The object stays when its last key goes: recorded.
        metadata.retain(|_, value| !value.is_null());
    }

    mirror(client);
}

/// What holds within the objects of a client and no form says. The words are
/// ours: only that such grants are refused was seen.
pub(super) fn check_parts(client: &Object) -> Result<(), Refusal> {
    let grants = client
        .get("token_vault_privileged_access")
        .and_then(|access| access.get("grants")?.as_array());

    let mut connections = BTreeSet::new();
    let mut scopes = 0;
    for grant in grants
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
    {
        if !connections.insert(text(grant, "connection")) {
            return Err(Refusal::Rule(
                "Two grants of token_vault_privileged_access have the same \
                 connection",
            ));
        }
        scopes += texts(grant, "scopes").count();
    }

    if scopes > MOST_VAULT_SCOPES {
        return Err(Refusal::Rule(
            "The grants of token_vault_privileged_access have more than 20 \
             scopes",
        ));
    }
    Ok(())
}

/// Gives a part of a client what it lacks, if the client has the part.
fn complete_part(
    client: &mut Object,
    key: &str,
    defaults: impl FnOnce() -> Value,
) {
    let Some(Value::Object(part)) = client.get_mut(key) else {
        return;
    };

    for (key, default) in into_object(defaults()) {
        let value = part.entry(key).or_insert(Value::Null);
        if value.is_null() {
            *value = default;
        }
    }
}

/// Shows what has two names under the old one too.
fn mirror(client: &mut Object) {
    match client.get(LOGOUT).cloned() {
        Some(logout) => drop(client.insert(OLD_LOGOUT.to_owned(), logout)),
        None => drop(client.remove(OLD_LOGOUT)),
    }

    // The global client has the new name of this one only.
    let is_allowed = client
        .get("cross_origin_authentication")
        .cloned();
    if let Some(mirror) = client.get_mut("cross_origin_auth") {
        *mirror = is_allowed.unwrap_or(Value::Bool(false));
    }
}

fn is_empty(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(Object::is_empty)
}

#[cfg(test)]
mod tests;
