//! The objects within a client: how a change is laid over them, and what is
//! filled in.

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

/// The field by the name that it is kept under, where a body has it by the old
/// one.
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
    value.as_object().is_some_and(Object::is_empty)
}

#[cfg(test)]
mod tests {
    use super::super::Tenant;
    use super::super::tests::{object, seeded};
    use super::*;

    struct Scene {
        tenant: Tenant,
        id: String,
    }

    impl Scene {
        fn with(body: Value) -> (Self, Object) {
            let mut tenant = seeded();
            let mut body = object(body);
            body.insert("name".to_owned(), json!("n"));
            let created = tenant.create_client(body).unwrap();
            let id = text(&created, "client_id").unwrap().to_owned();
            (Self { tenant, id }, created)
        }

        fn change(&mut self, body: Value) -> Object {
            self.tenant
                .update_client(&self.id, object(body))
                .unwrap()
        }
    }

    #[test]
    fn what_a_change_does_not_name_within_an_object_stays() {
        for (key, before, change, after) in [
            (
                "mobile",
                json!({"android": {"app_package_name": "a"}, "ios": {"team_id": "t"}}),
                json!({"android": {"sha256_cert_fingerprints": ["DE:AD"]}}),
                json!({"android": {"sha256_cert_fingerprints": ["DE:AD"]}, "ios": {"team_id": "t"}}),
            ),
            (
                "native_social_login",
                json!({"apple": {"enabled": true}, "google": {"enabled": true}}),
                json!({"google": {"enabled": false}, "apple": null}),
                json!({"google": {"enabled": false}}),
            ),
            (
                "addons",
                json!({"samlp": {"audience": "a"}, "wsfed": {}}),
                json!({"wsfed": {"realm": "r"}}),
                json!({"samlp": {"audience": "a"}, "wsfed": {"realm": "r"}}),
            ),
            (
                "signed_request_object",
                json!({"required": true, "credentials": []}),
                json!({"required": false}),
                json!({"required": false, "credentials": []}),
            ),
            (
                "oidc_support",
                json!({"is_allowed": true, "allowed_scopes": ["email"]}),
                json!({"is_allowed": false}),
                json!({"is_allowed": false}),
            ),
        ] {
            let (mut scene, _) = Scene::with(json!({key: before}));
            assert_eq!(
                scene.change(json!({key: change}))[key],
                after,
                "{key}"
            );
        }
    }

    #[test]
    fn grants_of_a_vault_differ_and_have_twenty_scopes_together() {
        let grants = |grants: &[(&str, usize)]| -> Value {
            grants
                .iter()
                .map(|(connection, count)| {
                    let scopes: Vec<String> = (0..*count)
                        .map(|scope| scope.to_string())
                        .collect();
                    json!({"connection": connection, "scopes": scopes})
                })
                .collect()
        };
        let whole = |grants: Value| {
            object(json!({
                "name": "n",
                "token_vault_privileged_access": {"credentials": [], "grants": grants}
            }))
        };
        let mut tenant = seeded();
        let mut create =
            |some: &[(&str, usize)]| tenant.create_client(whole(grants(some)));
        assert!(create(&[("a", 1), ("a", 1)]).is_err());
        assert!(create(&[("a", 11), ("b", 10)]).is_err());
        let created = create(&[("a", 10), ("b", 10)]).unwrap();

        let more = whole(grants(&[("a", 20), ("b", 1)]));
        let id = text(&created, "client_id").unwrap();
        assert!(tenant.update_client(id, more).is_err());
    }

    #[test]
    fn null_takes_an_object_away() {
        let (mut scene, _) = Scene::with(
            json!({"addons": {"wsfed": {}}, "session_transfer": {}}),
        );
        let updated =
            scene.change(json!({"addons": null, "session_transfer": null}));
        assert!(!updated.contains_key("addons"));
        assert!(!updated.contains_key("session_transfer"));
    }

    #[test]
    fn session_transfer_is_whole_once_it_is_there() {
        let (mut scene, created) = Scene::with(json!({"session_transfer": {}}));
        let mut whole = json!({
            "can_create_session_transfer_token": false,
            "allowed_authentication_methods": [],
            "enforce_device_binding": "ip",
            "allow_refresh_token": false
        });
        assert_eq!(created["session_transfer"], whole);

        let part = json!({"enforce_device_binding": "asn", "allow_refresh_token": true});
        let updated = scene.change(json!({"session_transfer": part}));
        whole["enforce_device_binding"] = "asn".into();
        whole["allow_refresh_token"] = true.into();
        assert_eq!(updated["session_transfer"], whole);

        let nothing = json!({"allowed_authentication_methods": null});
        let updated = scene.change(json!({"session_transfer": nothing}));
        assert_eq!(updated["session_transfer"], whole);
    }

    #[test]
    fn a_logout_has_two_names_and_goes_by_either() {
        let filled = json!({
            "backchannel_logout_initiators":
                {"mode": "custom", "selected_initiators": ["rp-logout", "idp-logout"]}
        });
        let (mut scene, created) = Scene::with(json!({"oidc_logout": {}}));
        assert_eq!(
            (
                &created["oidc_logout"],
                &created["oidc_backchannel_logout"]
            ),
            (&filled, &filled)
        );

        let urls = json!({"backchannel_logout_urls": ["https://a.example/"]});
        let mut whole = filled.clone();
        whole["backchannel_logout_urls"] = json!(["https://a.example/"]);
        for gone in [
            json!({"oidc_logout": {}}),
            json!({"oidc_backchannel_logout": null}),
        ] {
            for name in ["oidc_logout", "oidc_backchannel_logout"] {
                let updated = scene.change(json!({name: urls}));
                assert_eq!(
                    (
                        &updated["oidc_logout"],
                        &updated["oidc_backchannel_logout"]
                    ),
                    (&whole, &whole)
                );
            }
            let updated = scene.change(gone);
            assert!(!updated.contains_key("oidc_logout"));
            assert!(!updated.contains_key("oidc_backchannel_logout"));
        }
    }
}
