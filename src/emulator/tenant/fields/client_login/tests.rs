use serde_json::{Value, json};

use super::super::{CLIENT, Operation, check};

fn check_field(
    operation: Operation,
    key: &str,
    value: &Value,
) -> Result<(), String> {
    let mut body = json!({key: value});
    if operation == Operation::Create {
        body["name"] = "n".into();
    }

    let outcome = check(&CLIENT, body.as_object().unwrap(), operation);
    outcome.map_err(|violation| violation.to_string())
}

#[test]
fn fields_of_logins_have_a_form_too() {
    for (key, value, message) in [
        (
            "session_transfer",
            json!({"can_create": true}),
            "'Additional properties not allowed: can_create' on property \
             session_transfer.",
        ),
        (
            "native_social_login",
            json!({}),
            "'Too few properties defined (0), minimum 1' on property \
             native_social_login.",
        ),
        (
            "async_approval_notification_channels",
            json!([]),
            "'Array is too short (0), minimum 1' on property \
             async_approval_notification_channels.",
        ),
        (
            "addons",
            json!({"aws": {"lifetime_in_seconds": 60}}),
            "'Value 60 is less than minimum 900' on property \
             addons.aws.lifetime_in_seconds.",
        ),
        (
            "addons",
            json!({"unheard_of": {}}),
            "'Additional properties not allowed: unheard_of' on property \
             addons.",
        ),
        (
            "oidc_logout",
            json!({"backchannel_logout_initiators": {"selected_initiators": ["boredom"]}}),
            "'No enum match for: boredom' on property \
             oidc_logout.backchannel_logout_initiators.\
             selected_initiators[0].",
        ),
        (
            "token_vault_privileged_access",
            json!({"credentials": [], "ip_allowlist": ["10.0.0.1/33"]}),
            "'Object didn't pass validation for format ipv4: 10.0.0.1/33' \
             on property token_vault_privileged_access.ip_allowlist[0].",
        ),
        (
            "oidc_support",
            json!({"is_allowed": true, "allowed_scopes": ["openid"]}),
            "'No enum match for: openid' on property \
             oidc_support.allowed_scopes[0].",
        ),
        (
            "mobile",
            json!({"ios": {"team_id": 1}}),
            "'Expected type string but found type integer' on property \
             mobile.ios.team_id.",
        ),
    ] {
        assert_eq!(
            check_field(Operation::Create, key, &value),
            Err(message.to_owned())
        );
    }
}

#[test]
fn what_their_form_leaves_open_is_taken() {
    for (key, value) in [
        ("oidc_logout", json!({"of_tomorrow": 1})),
        (
            "addons",
            json!({"samlp": {"mappings": {}}, "oag": null}),
        ),
        ("jwt_configuration", json!({"of_tomorrow": 1})),
        (
            "token_vault_privileged_access",
            json!({
                "credentials": [],
                "ip_allowlist": ["10.0.0.1", "192.168.1.0/24", "2001:db8::/32"],
                "grants": [{"connection": "c", "scopes": ["openid", "profile"]}]
            }),
        ),
        ("anonymous_sessions", json!({"active": true})),
    ] {
        assert_eq!(
            check_field(Operation::Create, key, &value),
            Ok(()),
            "{key}"
        );
    }
}

#[test]
fn some_fields_are_laxer_once_the_client_is_there() {
    for (key, value) in [
        ("custom_login_page", json!("")),
        ("form_template", json!("")),
        ("native_social_login", json!({"apple": null})),
        ("native_social_login", Value::Null),
        ("express_configuration", Value::Null),
        ("addons", Value::Null),
        ("oidc_backchannel_logout", Value::Null),
        ("oidc_support", Value::Null),
        ("anonymous_sessions", Value::Null),
    ] {
        assert!(
            check_field(Operation::Create, key, &value).is_err(),
            "{key}"
        );
        assert_eq!(
            check_field(Operation::Update, key, &value),
            Ok(()),
            "{key}"
        );
    }
    let secret_encoded = json!({"secret_encoded": true});

    assert_eq!(
        check_field(
            Operation::Create,
            "jwt_configuration",
            &secret_encoded
        ),
        Ok(())
    );
    assert!(
        check_field(
            Operation::Update,
            "jwt_configuration",
            &secret_encoded
        )
        .is_err()
    );
}
