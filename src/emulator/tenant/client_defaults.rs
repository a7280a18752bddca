//! What a new client gets that the request does not say.

use serde_json::{Value, json};

use super::{DOMAIN, Object, into_object, text};

/// Stands where Auth0 puts keys and certificates made for SAML: nobody may mistake it for one.
pub(super) const NO_KEY: &str = "the emulator makes no such key";

/// Whether the client is another party's, under the rules that Auth0 made for those.
pub(super) fn is_strict(body: &Object) -> bool {
    body.get("is_first_party") == Some(&Value::Bool(false))
        && text(body, "third_party_security_mode") == Some("strict")
}

pub(super) fn fill_in_defaults(body: &Object) -> Object {
    let app_type = text(body, "app_type");
    let strict = is_strict(body);

    let grant_types = match app_type {
        Some("resource_server") => json!([]),
        _ if strict => json!(["authorization_code"]),
        // Also where `app_type` is `non_interactive`: a type was recorded to narrow nothing.
        _ => json!([
            "authorization_code",
            "implicit",
            "refresh_token",
            "client_credentials"
        ]),
    };
    let is_conformant =
        strict || matches!(app_type, Some("resource_server" | "express_configuration"));
    let jwt_configuration = if strict {
        json!({"alg": "RS256", "lifetime_in_seconds": 3600, "secret_encoded": false})
    } else {
        json!({"lifetime_in_seconds": 36000, "secret_encoded": false})
    };

    into_object(json!({
        "tenant": DOMAIN.split('.').next(),
        "global": false,
        "is_token_endpoint_ip_header_trusted": false,
        "cross_origin_authentication": false,
        "cross_origin_auth": false,
        "is_first_party": true,
        "oidc_conformant": is_conformant,
        "refresh_token": default_refresh_token(body),
        "sso_disabled": false,
        "signing_keys": signing_keys(),
        "callback_url_template": false,
        "jwt_configuration": jwt_configuration,
        "grant_types": grant_types,
        "custom_login_page_on": true
    }))
}

/// Lifetimes are longer when the request names a way to send the secret: observed, not explained.
fn default_refresh_token(body: &Object) -> Value {
    let strict = is_strict(body);
    let (lifetime, idle_lifetime) = match text(body, "token_endpoint_auth_method") {
        Some("client_secret_post" | "client_secret_basic") => (31_557_600, 2_592_000),
        _ => (2_592_000, 1_296_000),
    };

    json!({
        "rotation_type": "non-rotating",
        "expiration_type": if strict { "expiring" } else { "non-expiring" },
        "leeway": 0,
        "token_lifetime": lifetime,
        "infinite_token_lifetime": true,
        "idle_token_lifetime": idle_lifetime,
        "infinite_idle_token_lifetime": !strict
    })
}

pub(super) fn signing_keys() -> Value {
    json!([{"cert": NO_KEY, "pkcs7": NO_KEY, "subject": format!("/CN={DOMAIN}")}])
}
