//! The keys a client authenticates with, as the tenant shows them.
//! `procedure::keys` changes them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join;
use serde_json::Value as Json;
use smol_str::SmolStr;

use super::fields::decode;
use super::http::Getter;
use super::object::Object;
use super::procedure::{Credential, Keys};
use crate::model::{
    Attrs, ClientAuthenticationMethods, ClientSpec, Digest, Kind, RemoteId,
    Value,
};
use crate::provider::ProviderError;
use crate::provider::web::{RequestLine, unexpected_answer};

const METHODS: &str = ClientSpec::METHODS;
const DETACHED: &str = ClientAuthenticationMethods::DETACHED;

/// Reads the keys of a client, and which of them count.
pub(super) async fn read(
    getter: &Getter,
    client: &RemoteId,
) -> Result<Keys, ProviderError> {
    let stored = read_credentials(getter, client);
    let attached = read_attached(getter, client);
    let (stored, attached) = try_join(stored, attached).await?;

    Ok(Keys {
        stored,
        attached,
    })
}

/// Reads the methods of a client with all there is to see of its keys, none if
/// it has neither; and what tells whether the keys are still the same. `shown`
/// is what the listing of clients shows.
pub(super) async fn read_methods(
    getter: &Getter,
    client: &RemoteId,
    shown: Option<&Value>,
) -> Result<(Option<Value>, Digest), ProviderError> {
    let shown = shown.and_then(Value::as_map);
    // What counts was in the listing already, so this takes
    // one request and not two.
    let keys = Keys {
        attached: shown
            .map(ids_by_method)
            .unwrap_or_default(),
        stored: read_credentials(getter, client).await?,
    };

    let revision = keys.revision();
    let methods = describe_methods(shown, keys.stored);
    let value = (!methods.is_empty()).then_some(Value::Map(methods));
    Ok((value, revision))
}

/// The credentials by the methods that name them, each by
/// its name instead of its id.
fn describe_methods(
    shown: Option<&Attrs>,
    credentials: Vec<Credential>,
) -> Attrs {
    let mut methods = Attrs::new();
    for method in shown.into_iter().flat_map(Attrs::keys) {
        methods.insert(method.clone(), Value::Map(Attrs::new()));
    }

    for Credential {
        id,
        name,
        fields,
    } in credentials
    {
        let method = find_method(shown, &id);
        let keys = methods
            .entry(method)
            .or_insert_with(|| Value::Map(Attrs::new()));
        if let Value::Map(keys) = keys {
            let name = choose_free_name(keys, &name);
            keys.insert(name.into(), Value::Map(fields));
        }
    }
    methods
}

/// The method that names a credential.
fn find_method(shown: Option<&Attrs>, credential: &str) -> SmolStr {
    let names_it = |keys: &Value| {
        keys.as_map()
            .is_some_and(|keys| keys.contains_key(credential))
    };

    shown
        .into_iter()
        .flatten()
        .find(|(_, keys)| names_it(keys))
        .map_or_else(|| DETACHED.into(), |(method, _)| method.clone())
}

/// Of two that have one name, each is shown: one of them may have to go. By a
/// number, for a plan holds no ids of the tenant.
fn choose_free_name(keys: &Attrs, name: &str) -> String {
    let mut free = name.to_owned();
    let mut same = 1;
    while keys.contains_key(free.as_str()) {
        same += 1;
        free = format!("{name} ({same})");
    }
    free
}

/// Every credential of a client. Auth0 gives them all at once.
async fn read_credentials(
    getter: &Getter,
    client: &RemoteId,
) -> Result<Vec<Credential>, ProviderError> {
    let path = ["clients", client.as_str(), "credentials"];
    let (asked, listed): (_, Vec<Object>) = getter.get(path, &[]).await?;

    listed
        .into_iter()
        .map(|object| decode_credential(&asked, object))
        .collect()
}

fn decode_credential(
    asked: &RequestLine,
    mut object: Object,
) -> Result<Credential, ProviderError> {
    let id = take_text(&mut object, "id").ok_or_else(|| {
        unexpected_answer(asked, "a credential in it has no `id`")
    })?;
    // By what Auth0 makes of the key alone: a configuration knows its name
    // before the tenant has seen it.
    let name = take_text(&mut object, "kid")
        .or_else(|| take_text(&mut object, "thumbprint_sha256"))
        .or_else(|| take_text(&mut object, "subject_dn"));

    let expires_at = take_text(&mut object, "expires_at");
    let fields = [
        ("alg", take_text(&mut object, "alg")),
        ("name", take_text(&mut object, "name")),
        (
            "expires_at",
            expires_at.map(without_milliseconds),
        ),
    ];
    let fields = fields
        .into_iter()
        .filter_map(|(name, text)| {
            Some((name.into(), Value::Text(text?.into())))
        })
        .collect();

    Ok(Credential {
        // A credential of a type that is not known yet has no better name.
        name: name.unwrap_or_else(|| id.clone()),
        fields,
        id,
    })
}

fn take_text(object: &mut Object, name: &str) -> Option<String> {
    match object.remove(name) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    }
}

/// A time without its milliseconds, where there are none: Auth0 adds them.
fn without_milliseconds(time: String) -> String {
    match time.strip_suffix(".000Z") {
        Some(seconds) => format!("{seconds}Z"),
        None => time,
    }
}

/// The ids of the credentials that count now, by method.
async fn read_attached(
    getter: &Getter,
    client: &RemoteId,
) -> Result<BTreeMap<String, BTreeSet<String>>, ProviderError> {
    let path = ["clients", client.as_str()];
    // Whole, the client would come with its secret: whoever
    // sees its keys sees that too.
    let fields = format!("client_id,{METHODS}");
    let query = [
        ("fields", fields.as_str()),
        ("include_fields", "true"),
    ];
    let (asked, mut object): (_, Object) = getter.get(path, &query).await?;

    let attrs = decode(Kind::Client, &mut object).ok_or_else(|| {
        unexpected_answer(
            &asked,
            "its methods are not what they should be",
        )
    })?;
    let methods = attrs
        .get(METHODS)
        .and_then(Value::as_map);
    Ok(methods
        .map(ids_by_method)
        .unwrap_or_default())
}

fn ids_by_method(methods: &Attrs) -> BTreeMap<String, BTreeSet<String>> {
    methods
        .iter()
        .map(|(method, keys)| (method.to_string(), ids_of(keys)))
        .collect()
}

fn ids_of(keys: &Value) -> BTreeSet<String> {
    keys.as_map()
        .into_iter()
        .flatten()
        .map(|(id, _)| id.to_string())
        .collect()
}
