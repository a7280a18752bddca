//! The keys a client authenticates with, as the tenant shows them. `procedure::keys` changes them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join;
use serde_json::Value as Json;

use super::fields::decode;
use super::http::{Getter, RequestLine, nonsense};
use super::object::Object;
use super::procedure::{Credential, Keys};
use crate::model::{Attrs, ClientAuthenticationMethods, ClientSpec, Digest, Kind, RemoteId, Value};
use crate::provider::ProviderError;

const METHODS: &str = ClientSpec::METHODS;
const DETACHED: &str = ClientAuthenticationMethods::DETACHED;

/// The keys of a client, and which of them count.
pub(super) async fn keys(getter: &Getter, client: &RemoteId) -> Result<Keys, ProviderError> {
    let (stored, attached) = try_join(stored(getter, client), attached(getter, client)).await?;

    Ok(Keys { stored, attached })
}

/// The methods of a client with all there is to see of its keys, none if it has neither; and what tells
/// whether the keys are still the same. `shown` is what the listing of clients shows.
pub(super) async fn read(
    getter: &Getter,
    client: &RemoteId,
    shown: Option<&Value>,
) -> Result<(Option<Value>, Digest), ProviderError> {
    let shown = shown.and_then(Value::as_map);
    let attached = shown.map(ids_by_method).unwrap_or_default();
    let keys = Keys {
        stored: stored(getter, client).await?,
        attached,
    };
    let revision = keys.revision();

    let mut methods = Attrs::new();
    for method in shown.iter().flat_map(|shown| shown.keys()) {
        methods.insert(method.clone(), Value::Map(Attrs::new()));
    }
    for Credential { id, name, fields } in keys.stored {
        let names = |keys: &Value| {
            keys.as_map()
                .is_some_and(|keys| keys.contains_key(id.as_str()))
        };
        let mut attached = shown.into_iter().flatten();
        let method = attached
            .find(|(_, keys)| names(keys))
            .map_or(DETACHED, |(method, _)| method);
        let of_method = methods.entry(method.into());
        if let Value::Map(of_method) = of_method.or_insert_with(|| Value::Map(Attrs::new())) {
            // Of two that have one name, each is shown: one of them may have to go.
            let mut shown_as = name.clone();
            let mut same = 1;
            while of_method.contains_key(shown_as.as_str()) {
                same += 1;
                shown_as = format!("{name} ({same})");
            }
            of_method.insert(shown_as.into(), Value::Map(fields));
        }
    }
    Ok((
        (!methods.is_empty()).then_some(Value::Map(methods)),
        revision,
    ))
}

/// Every credential of a client. Auth0 gives them all at once.
async fn stored(getter: &Getter, client: &RemoteId) -> Result<Vec<Credential>, ProviderError> {
    let path = ["clients", client.as_str(), "credentials"];
    let (asked, listed): (_, Vec<Object>) = getter.get(path, &[]).await?;
    listed
        .into_iter()
        .map(|object| one(&asked, object))
        .collect()
}

fn one(asked: &RequestLine, mut object: Object) -> Result<Credential, ProviderError> {
    let mut text = |name: &str| match object.remove(name) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    };
    let id = text("id").ok_or_else(|| nonsense(asked, "a credential in it has no `id`"))?;
    let name = text("kid")
        .or_else(|| text("thumbprint_sha256"))
        .or_else(|| text("subject_dn"));
    let fields = [
        ("alg", text("alg")),
        ("name", text("name")),
        (
            "expires_at",
            text("expires_at").map(|time| to_the_second(&time)),
        ),
    ];
    let fields = fields
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)));
    Ok(Credential {
        // A credential of a type that is not known yet has no better name.
        name: name.unwrap_or_else(|| id.clone()),
        fields: fields
            .map(|(name, text)| (name.into(), Value::Text(text.into())))
            .collect(),
        id,
    })
}

/// A time without its milliseconds, where there are none: Auth0 adds them.
fn to_the_second(time: &str) -> String {
    time.strip_suffix(".000Z")
        .map_or_else(|| time.to_owned(), |time| format!("{time}Z"))
}

/// The ids of the credentials that count now, by method.
async fn attached(
    getter: &Getter,
    client: &RemoteId,
) -> Result<BTreeMap<String, BTreeSet<String>>, ProviderError> {
    let fields = format!("client_id,{METHODS}");
    let query = [("fields", fields.as_str()), ("include_fields", "true")];
    let path = ["clients", client.as_str()];
    let (asked, mut object): (_, Object) = getter.get(path, &query).await?;
    let attrs = decode(Kind::Client, &mut object)
        .ok_or_else(|| nonsense(&asked, "its methods are not what they should be"))?;
    Ok(attrs
        .get(METHODS)
        .and_then(Value::as_map)
        .map(ids_by_method)
        .unwrap_or_default())
}

fn ids_by_method(methods: &Attrs) -> BTreeMap<String, BTreeSet<String>> {
    let ids = |keys: &Value| {
        keys.as_map()
            .into_iter()
            .flatten()
            .map(|(id, _)| id.to_string())
            .collect()
    };

    methods
        .iter()
        .map(|(method, keys)| (method.to_string(), ids(keys)))
        .collect()
}
