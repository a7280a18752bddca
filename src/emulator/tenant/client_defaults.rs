//! What a new client gets that the request does not say.

use serde_json::{Value, json};

use super::{DOMAIN, Object, into_object, text};

/// Stands where Auth0 puts keys and certificates made for SAML: nobody may
/// mistake it for one.
pub(super) const NO_KEY: &str = "the emulator makes no such key";

/// What decides most of what is filled in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ClientKind {
    Ordinary,
    /// Another party's, under the rules that Auth0 made for those.
    StrictThirdParty,
    /// Another party's, as they were before those rules.
    OtherThirdParty,
    /// The client that an API exchanges tokens as.
    ResourceServer,
    /// What Okta's integration network sets up others with.
    ExpressConfiguration,
}

impl ClientKind {
    fn of(body: &Object) -> Self {
        match text(body, "app_type") {
            Some("resource_server") => Self::ResourceServer,
            Some("express_configuration") => Self::ExpressConfiguration,
            _ if is_strict(body) => Self::StrictThirdParty,
            _ if is_third_party(body) => Self::OtherThirdParty,
            // Also where `app_type` is `non_interactive`: other types were
            // recorded to change nothing.
            _ => Self::Ordinary,
        }
    }

    fn grant_types(self, body: &Object) -> Value {
        // An app in a browser, which has no secret to get
        // tokens for itself with.
        let is_public =
            text(body, "token_endpoint_auth_method") == Some("none");

        match self {
            Self::ResourceServer => json!([]),
            Self::StrictThirdParty => json!(["authorization_code"]),
            Self::ExpressConfiguration => {
                json!(["authorization_code", "client_credentials"])
            }
            Self::Ordinary | Self::OtherThirdParty if is_public => {
                json!([
                    "authorization_code",
                    "implicit",
                    "refresh_token"
                ])
            }
            Self::Ordinary | Self::OtherThirdParty => json!([
                "authorization_code",
                "implicit",
                "refresh_token",
                "client_credentials"
            ]),
        }
    }

    fn jwt_configuration(self) -> Value {
        match self {
            Self::StrictThirdParty => {
                json!({
                    "alg": "RS256",
                    "lifetime_in_seconds": 3600,
                    "secret_encoded": false
                })
            }
            Self::ResourceServer | Self::ExpressConfiguration => {
                json!({"alg": "RS256", "secret_encoded": false})
            }
            Self::Ordinary | Self::OtherThirdParty => {
                json!({"lifetime_in_seconds": 36000, "secret_encoded": false})
            }
        }
    }

    fn is_conformant(self) -> bool {
        self != Self::Ordinary
    }

    /// How its refresh tokens are changed and end.
    fn refreshing(self) -> Object {
        into_object(match self {
            Self::StrictThirdParty => json!({
                "rotation_type": "non-rotating",
                "expiration_type": "expiring",
                "infinite_token_lifetime": true,
                "infinite_idle_token_lifetime": false
            }),
            Self::OtherThirdParty => json!({
                "rotation_type": "rotating",
                "expiration_type": "expiring",
                "infinite_token_lifetime": false,
                "infinite_idle_token_lifetime": false
            }),
            Self::Ordinary
            | Self::ResourceServer
            | Self::ExpressConfiguration => json!({
                "rotation_type": "non-rotating",
                "expiration_type": "non-expiring",
                "infinite_token_lifetime": true,
                "infinite_idle_token_lifetime": true
            }),
        })
    }
}

/// Whether the client is another party's, under the rules
/// that Auth0 made for those.
pub(super) fn is_strict(body: &Object) -> bool {
    is_third_party(body)
        && text(body, "third_party_security_mode") == Some("strict")
}

fn is_third_party(body: &Object) -> bool {
    body.get("is_first_party") == Some(&Value::Bool(false))
}

pub(super) fn fill_in_defaults(body: &Object) -> Object {
    let kind = ClientKind::of(body);

    let mut client = into_object(json!({
        "tenant": DOMAIN.split('.').next(),
        "global": false,
        "is_token_endpoint_ip_header_trusted": false,
        "cross_origin_authentication": false,
        "cross_origin_auth": false,
        "is_first_party": true,
        "oidc_conformant": kind.is_conformant(),
        "refresh_token": default_refresh_token(body, kind),
        "sso_disabled": false,
        "signing_keys": signing_keys(),
        "callback_url_template": false,
        "jwt_configuration": kind.jwt_configuration(),
        "grant_types": kind.grant_types(body),
        "custom_login_page_on": true
    }));

    match kind {
        ClientKind::OtherThirdParty => {
            client.insert(
                "third_party_security_mode".to_owned(),
                "permissive".into(),
            );
        }
        ClientKind::ExpressConfiguration => {
            client.append(&mut express_defaults(body));
        }
        _ => {}
    }

    client
}

/// Lifetimes are longer when the request names a way to send the secret:
/// observed, not explained.
fn default_refresh_token(body: &Object, kind: ClientKind) -> Value {
    let (lifetime, idle_lifetime) =
        match text(body, "token_endpoint_auth_method") {
            Some("client_secret_post" | "client_secret_basic") => {
                (31_557_600, 2_592_000)
            }
            _ => (2_592_000, 1_296_000),
        };
    let mut refresh_token = kind.refreshing();
    refresh_token.append(&mut into_object(json!({
        "leeway": 0,
        "token_lifetime": lifetime,
        "idle_token_lifetime": idle_lifetime
    })));

    refresh_token.into()
}

fn express_defaults(body: &Object) -> Object {
    let mut defaults = into_object(json!({
        "callbacks": [
            "https://system-admin.okta.com/admin/app/generic/oauth20redirect"
        ],
        "organization_usage": "require",
        "organization_require_behavior": "pre_login_prompt"
    }));

    // Not beside a way to send a secret: the two exclude each other.
    if !body.contains_key("token_endpoint_auth_method") {
        let methods = json!({"private_key_jwt": {"credentials": []}});
        defaults.insert(
            "client_authentication_methods".to_owned(),
            methods,
        );
    }

    defaults
}

pub(super) fn signing_keys() -> Value {
    let subject = format!("/CN={DOMAIN}");
    json!([{"cert": NO_KEY, "pkcs7": NO_KEY, "subject": subject}])
}

#[cfg(test)]
mod tests;
