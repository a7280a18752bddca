//! How the value of a field is written there, where that is not as here.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use super::object::Object;
use crate::model::{Attrs, Value, compact};

/// How a value is written there.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// As here.
    Plain,
    /// A list of `{value, description}`.
    Scopes,
    /// An object of which only some keys are ours.
    Entries,
    /// An object of which only two keys can be set.
    JwtConfiguration,
    /// An object that is never shown whole, but with the thumbprint of its key.
    TokenEncryption,
    /// An object that says the same in several ways.
    RefreshToken,
    /// Lists of credentials, which are shown with nothing but their ids.
    Methods,
}

impl Shape {
    /// The value that is written here; none if it is not what it should be.
    pub(super) fn decode(self, json: Json) -> Option<Value> {
        match (self, json) {
            (Self::Plain | Self::TokenEncryption, json) => Some(json.into()),
            (Self::Scopes, Json::Array(scopes)) => {
                decode_map(scopes, decode_scope)
            }
            (Self::Entries, Json::Object(mut entries)) => {
                entries.retain(|_, value| !value.is_null());
                Some(decode_entries(entries))
            }
            (Self::JwtConfiguration, Json::Object(mut settings)) => {
                // Auth0 adds others by itself, and merges what it is sent.
                settings.retain(|key, _| {
                    ["alg", "lifetime_in_seconds"].contains(&key.as_str())
                });
                Some(decode_entries(settings))
            }
            (Self::RefreshToken, Json::Object(tokens)) => {
                decode_refresh_token(tokens)
            }
            (Self::Methods, Json::Object(methods)) => {
                decode_map(methods, |(name, method)| {
                    Some((name.into(), decode_credential_ids(&method)?))
                })
            }
            _ => None,
        }
    }

    /// The value as it is written there.
    pub(super) fn encode(self, value: &Value) -> Json {
        match (self, value) {
            (Self::Scopes, Value::Map(scopes)) => encode_scopes(scopes),
            (Self::TokenEncryption, Value::Map(_)) => {
                encode_token_encryption(value)
            }
            (Self::RefreshToken, Value::Map(tokens)) => {
                encode_refresh_token(value, tokens)
            }
            (Self::Methods, Value::Map(methods)) => methods
                .iter()
                .map(|(method, keys)| {
                    (method.clone(), encode_new_keys(method, keys))
                })
                .collect(),
            (_, value) => value.clone().into(),
        }
    }
}

/// A map of what can be decoded; none if something in it cannot.
fn decode_map<T>(
    items: impl IntoIterator<Item = T>,
    decode: impl Fn(T) -> Option<(SmolStr, Value)>,
) -> Option<Value> {
    items
        .into_iter()
        .map(decode)
        // All or nothing: what was overlooked here would go with the next
        // write, which replaces the whole.
        .collect::<Option<_>>()
        .map(Value::Map)
}

fn decode_entries(json: Object) -> Value {
    let entries: Attrs = json
        .into_iter()
        .map(|(key, value)| (key.into(), value.into()))
        .collect();

    Value::Entries(compact(entries))
}

/// One scope of a resource server, by its name.
fn decode_scope(json: Json) -> Option<(SmolStr, Value)> {
    let Json::Object(mut scope) = json else {
        return None;
    };
    let Json::String(name) = scope.remove("value")? else {
        return None;
    };

    let description = scope
        .remove("description")
        .map_or(Value::Null, Value::from);
    Some((name.into(), description))
}

fn encode_scopes(scopes: &Attrs) -> Json {
    scopes
        .iter()
        .map(|(scope, description)| match description {
            // Auth0 keeps one without a description and one
            // with an empty one apart.
            Value::Null => json!({ "value": scope }),
            text => {
                let description = Json::from(text.clone());
                json!({ "value": scope, "description": description })
            }
        })
        .collect()
}

fn encode_token_encryption(encryption: &Value) -> Json {
    let mut json = Json::from(encryption.clone());

    // It is only shown: Auth0 makes it of the key.
    if let Some(Json::Object(key)) = json.get_mut("encryption_key") {
        key.remove("thumbprint_sha256");
    }
    json
}

/// The life of refresh tokens, with nothing said twice: what
/// is infinite has no number.
fn decode_refresh_token(mut tokens: Object) -> Option<Value> {
    for (lifetime, infinite) in [
        ("token_lifetime", "infinite_token_lifetime"),
        (
            "idle_token_lifetime",
            "infinite_idle_token_lifetime",
        ),
    ] {
        let is_infinite = tokens
            .entry(infinite)
            .or_insert(Json::Bool(false));
        if *is_infinite == Json::Bool(true) {
            tokens.remove(lifetime);
        }
    }
    tokens
        .entry("leeway")
        .or_insert_with(|| 0.into());

    let policies = match tokens.remove("policies") {
        None | Some(Json::Null) => Attrs::new(),
        Some(Json::Array(policies)) => policies
            .iter()
            .map(decode_policy)
            .collect::<Option<_>>()?,
        Some(_) => return None,
    };

    let Value::Map(mut decoded) = Json::Object(tokens).into() else {
        return None;
    };
    decoded.insert("policies".into(), Value::Map(policies));
    Some(Value::Map(decoded))
}

fn encode_refresh_token(value: &Value, tokens: &Attrs) -> Json {
    // Auth0 takes no empty list of policies: where there
    // are none, it wants `null`.
    let policies = tokens
        .get("policies")
        .and_then(Value::as_map)
        .filter(|policies| !policies.is_empty())
        .map(encode_policies);

    let mut json = Json::from(value.clone());
    if let Json::Object(tokens) = &mut json {
        tokens.insert("policies".into(), policies.into());
    }
    json
}

fn decode_policy(json: &Json) -> Option<(SmolStr, Value)> {
    let audience = json.get("audience")?.as_str()?.into();
    let scope = json.get("scope")?.clone().into();

    Some((audience, scope))
}

fn encode_policies(policies: &Attrs) -> Json {
    policies
        .iter()
        .map(|(audience, scope)| {
            let scope = Json::from(scope.clone());
            json!({ "audience": audience.as_str(), "scope": scope })
        })
        .collect()
}

/// The credentials of a method, by their ids: a client shows no more of them.
fn decode_credential_ids(method: &Json) -> Option<Value> {
    let credentials = method.get("credentials")?.as_array()?;

    let ids: BTreeSet<&str> = credentials
        .iter()
        .map(|credential| credential.get("id")?.as_str())
        .collect::<Option<_>>()?;
    let keys: Attrs = ids
        .into_iter()
        .map(|id| (id.into(), Value::Map(Attrs::new())))
        .collect();
    Some(Value::Map(keys))
}

/// The keys of a method of a new client.
fn encode_new_keys(method: &str, keys: &Value) -> Json {
    let credentials: Vec<Json> = keys
        .as_map()
        .into_iter()
        .flatten()
        .map(|(name, key)| encode_credential(method, name, key))
        .collect();

    json!({ "credentials": credentials })
}

/// A new credential of a method. Its name in the tenant follows from its key,
/// except where there is no key.
pub(super) fn encode_credential(method: &str, name: &str, key: &Value) -> Json {
    let mut json = Json::from(key.clone());

    if let Json::Object(fields) = &mut json {
        fields.retain(|_, value| !value.is_null());
        let credential_type = match method {
            "tls_client_auth" => {
                fields.insert("subject_dn".to_owned(), name.into());
                "cert_subject_dn"
            }
            "self_signed_tls_client_auth" => "x509_cert",
            _ => "public_key",
        };
        fields.insert(
            "credential_type".to_owned(),
            credential_type.into(),
        );
    }
    json
}

#[cfg(test)]
mod tests;
