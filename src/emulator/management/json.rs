//! Answers with their keys in the order in which Auth0 writes them.
//!
//! The tenant keeps its objects sorted by key, so the order is made here, as an answer is written.
//! People read these answers, and some tools show a difference when only the order changed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use crate::emulator::tenant::Object;

/// One order that holds for every object but those of [`APART`]: no two of the others disagree.
/// Keys that are not here follow, sorted.
static KEYS: &[&str] = &[
    // Errors, and lists.
    "statusCode",
    "error",
    "message",
    "errorCode",
    "attributes",
    "total",
    "start",
    "limit",
    "clients",
    "client_grants",
    "resource_servers",
    "organizations",
    "next",
    // Objects: what they are called, then what they are.
    "id",
    "grant_id",
    "credential_type",
    "kid",
    "alg",
    "subject_dn",
    "thumbprint_sha256",
    "tenant",
    "global",
    "is_token_endpoint_ip_header_trusted",
    "name",
    "display_name",
    "value",
    "description",
    "created_at",
    "updated_at",
    "expires_at",
    "identifier",
    "allow_offline_access",
    "skip_consent_for_verifiable_first_party_clients",
    "allow_online_access",
    "allow_online_access_with_ephemeral_sessions",
    "subject_type_authorization",
    "allowed_clients",
    "allowed_logout_urls",
    "callbacks",
    "client_metadata",
    "cross_origin_authentication",
    "is_first_party",
    "native_social_login",
    "oidc_conformant",
    "refresh_token",
    "expiration_type",
    "leeway",
    "infinite_token_lifetime",
    "infinite_idle_token_lifetime",
    "token_lifetime",
    "token_lifetime_for_web",
    "idle_token_lifetime",
    "rotation_type",
    "sso",
    "sso_disabled",
    "cross_origin_auth",
    "encrypted",
    "client_authentication_methods",
    "signing_keys",
    "allowed_origins",
    "client_id",
    "callback_url_template",
    "client_secret",
    "jwt_configuration",
    "client_aliases",
    "token_endpoint_auth_method",
    "app_type",
    "grant_types",
    "web_origins",
    "custom_login_page_on",
    "audience",
    "scope",
    "organization_usage",
    "allow_any_organization",
    "subject_type",
    "authorization_details_types",
    "allow_all_scopes",
    "default_for",
    "signing_alg",
    "signing_secret",
    "scopes",
    "enforce_policies",
    "token_dialect",
    "is_system",
    "token_encryption",
    "consent_policy",
    "authorization_details",
    "proof_of_possession",
    "authorization_policy",
];

/// Objects with an order of their own, by the key they stand under.
static APART: [(&str, &[&str]); 1] = [(
    "encryption_key",
    &["name", "alg", "kid", "thumbprint_sha256"],
)];

static RANKS: LazyLock<BTreeMap<&str, usize>> = LazyLock::new(|| {
    KEYS.iter()
        .enumerate()
        .map(|(rank, key)| (*key, rank))
        .collect()
});

/// A JSON answer.
pub(crate) struct Json<Body>(pub(crate) Body);

impl<Body: Into<Value>> IntoResponse for Json<Body> {
    fn into_response(self) -> Response {
        let value = self.0.into();
        let text = serde_json::to_string(&Ordered {
            under: "",
            value: &value,
        });
        let headers = [(CONTENT_TYPE, "application/json; charset=utf-8")];
        // What was a JSON value a moment ago is written without fail.
        (headers, text.unwrap_or_default()).into_response()
    }
}

/// A value, and the key it stands under; the items of a list stand under the key of the list.
struct Ordered<'a> {
    under: &'a str,
    value: &'a Value,
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (key, value) in in_order(self.under, object) {
                    map.serialize_entry(key, &Ordered { under: key, value })?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for value in items {
                    list.serialize_element(&Ordered {
                        under: self.under,
                        value,
                    })?;
                }
                list.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

fn in_order<'a>(under: &str, object: &'a Object) -> Vec<(&'a String, &'a Value)> {
    let apart = APART
        .iter()
        .find(|(name, _)| *name == under)
        .map(|(_, keys)| *keys);
    let rank = |key: &str| match apart {
        Some(keys) => keys.iter().position(|known| *known == key),
        None => RANKS.get(key).copied(),
    };
    let mut entries: Vec<_> = object.iter().collect();
    // The sort is stable, and the entries are sorted by key.
    entries.sort_by_key(|(key, _)| rank(key).unwrap_or(usize::MAX));
    entries
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn written(value: &Value, expected: &str) {
        let text = serde_json::to_string(&Ordered { under: "", value }).unwrap();
        assert_eq!(text, expected.replace(['\n', ' '], ""));
    }

    #[test]
    fn a_key_has_one_place() {
        assert_eq!(RANKS.len(), KEYS.len());
    }

    #[test]
    fn an_api_begins_with_what_it_is_called_and_ends_with_what_is_rare() {
        written(
            &json!({
                "token_encryption": {
                    "format": "f",
                    "encryption_key": {"alg": "a", "thumbprint_sha256": "t", "name": "n"}
                },
                "enforce_policies": true, "scopes": [{"description": "d", "value": "v"}],
                "signing_alg": "RS256", "token_lifetime_for_web": 1, "token_lifetime": 2,
                "subject_type_authorization": {}, "allow_offline_access": false,
                "identifier": "urn:a", "name": "n", "id": "i", "consent_policy": "c"
            }),
            r#"{"id":"i","name":"n","identifier":"urn:a","allow_offline_access":false,
                "subject_type_authorization":{},"token_lifetime":2,"token_lifetime_for_web":1,
                "signing_alg":"RS256","scopes":[{"value":"v","description":"d"}],
                "enforce_policies":true,"token_encryption":{
                "encryption_key":{"name":"n","alg":"a","thumbprint_sha256":"t"},"format":"f"},
                "consent_policy":"c"}"#,
        );
    }

    #[test]
    fn a_client_has_its_id_late() {
        written(
            &json!([{
                "app_type": "spa", "client_id": "c", "client_secret": "s", "custom_login_page_on": true,
                "global": false, "grant_types": [], "jwt_configuration": {}, "name": "n",
                "refresh_token": {
                    "leeway": 0, "rotation_type": "r", "expiration_type": "e",
                    "idle_token_lifetime": 1, "token_lifetime": 2
                },
                "signing_keys": [], "tenant": "t", "web_origins": [], "zzz": 1, "aaa": 1
            }]),
            r#"[{"tenant":"t","global":false,"name":"n",
                "refresh_token":{"expiration_type":"e","leeway":0,"token_lifetime":2,
                "idle_token_lifetime":1,"rotation_type":"r"},"signing_keys":[],"client_id":"c",
                "client_secret":"s","jwt_configuration":{},"app_type":"spa","grant_types":[],
                "web_origins":[],"custom_login_page_on":true,"aaa":1,"zzz":1}]"#,
        );
    }

    #[test]
    fn a_page_of_grants_says_how_many_there_are_first() {
        written(
            &json!({"client_grants": [{
                "subject_type": "client", "scope": [], "organization_usage": "allow", "id": "cgr_1",
                "client_id": "c", "audience": "urn:a", "allow_any_organization": true
            }], "limit": 50, "start": 0, "total": 1}),
            r#"{"total":1,"start":0,"limit":50,"client_grants":[{"id":"cgr_1","client_id":"c",
                "audience":"urn:a","scope":[],"organization_usage":"allow",
                "allow_any_organization":true,"subject_type":"client"}]}"#,
        );
    }
}
