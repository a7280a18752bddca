//! Answers with their keys in the order in which Auth0 writes them.
//!
//! The tenant keeps its objects sorted by key, so the order is made here, as an
//! answer is written. People read these answers, and some tools show a
//! difference when only the order changed.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use crate::emulator::tenant::{Collection, Schema};

const ERROR_KEYS: [&str; 5] = [
    "statusCode",
    "error",
    "message",
    "errorCode",
    "attributes",
];

/// An answer with one object or a bare list of them.
pub(crate) struct Json<S> {
    value: Value,
    schema: PhantomData<S>,
}

impl<S> Json<S> {
    pub(crate) fn new(value: impl Into<Value>) -> Self {
        Self {
            value: value.into(),
            schema: PhantomData,
        }
    }
}

impl<S: Schema> IntoResponse for Json<S> {
    fn into_response(self) -> Response {
        respond(S::KEYS, &self.value)
    }
}

/// What is kept as it was sent, whatever it is: its keys are answered sorted.
pub(crate) enum AnyJson {}

impl Schema for AnyJson {}

/// A page of a list: bare, or with what goes around it.
pub(crate) struct Page<C> {
    value: Value,
    collection: PhantomData<C>,
}

impl<C> Page<C> {
    pub(crate) fn new(value: Value) -> Self {
        Self {
            value,
            collection: PhantomData,
        }
    }
}

impl<C: Collection> IntoResponse for Page<C> {
    fn into_response(self) -> Response {
        respond(&page_keys::<C>(), &self.value)
    }
}

fn page_keys<C: Collection>() -> Vec<&'static str> {
    let around = ["total", "start", "limit", C::NAME, "next"];

    [&around, C::KEYS].concat()
}

/// An answer that says what is wrong.
pub(crate) fn respond_error(value: &Value) -> Response {
    respond(&ERROR_KEYS, value)
}

fn respond(keys: &[&str], value: &Value) -> Response {
    let headers = [(CONTENT_TYPE, "application/json; charset=utf-8")];

    (headers, write_in_order(keys, value)).into_response()
}

fn write_in_order(keys: &[&str], value: &Value) -> String {
    let ranks = rank_keys(keys);
    let text = serde_json::to_string(&Ordered {
        ranks: &ranks,
        value,
    });

    // What was a JSON value a moment ago is written without fail.
    text.unwrap_or_default()
}

/// The place of each key that has one.
type Ranks<'a> = BTreeMap<&'a str, usize>;

fn rank_keys<'a>(keys: &[&'a str]) -> Ranks<'a> {
    keys.iter()
        .enumerate()
        .map(|(rank, key)| (*key, rank))
        .collect()
}

/// A value to be written with its keys in order, and so are those of the
/// objects in it.
struct Ordered<'a> {
    ranks: &'a Ranks<'a>,
    value: &'a Value,
}

impl<'a> Ordered<'a> {
    fn with(&self, value: &'a Value) -> Self {
        Self { value, ..*self }
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(object) => {
                let mut entries: Vec<(&String, &Value)> =
                    object.iter().collect();
                // The sort is stable and the entries are sorted by key, so keys
                // without a place follow in that order.
                entries.sort_by_key(|(key, _)| {
                    let rank = self.ranks.get(key.as_str());
                    rank.copied().unwrap_or(usize::MAX)
                });

                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, &self.with(value))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&self.with(item))?;
                }
                list.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::emulator::tenant::{Client, ClientGrant, ResourceServer};

    #[track_caller]
    fn check_written(keys: &[&str], value: &Value, expected: &str) {
        let text = write_in_order(keys, value);
        assert_eq!(text, expected.replace(['\n', ' '], ""));
    }

    #[test]
    fn an_api_begins_with_what_it_is_called_and_ends_with_what_is_rare() {
        check_written(
            ResourceServer::KEYS,
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
        check_written(
            Client::KEYS,
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
        check_written(
            &page_keys::<ClientGrant>(),
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
