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
        let id = text(&created, "client_id")
            .unwrap()
            .to_owned();
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
    let (mut scene, _) =
        Scene::with(json!({"addons": {"wsfed": {}}, "session_transfer": {}}));
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

    let part =
        json!({"enforce_device_binding": "asn", "allow_refresh_token": true});
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
