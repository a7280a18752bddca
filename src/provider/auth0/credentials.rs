//! The keys a client authenticates with: which there are, and how they are changed so that a client
//! is never without one.
//!
//! Auth0 keeps the credentials of a client beside it, and the client names those that count. A
//! change therefore takes several requests: new keys are added, then the client is switched over in
//! one request, and only then what is not wanted any more is deleted.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use super::encode::{Change, updated};
use super::fields::{Object, decode};
use super::http::{Asked, Getter, Sender};
use super::refusal::{misread, nonsense};
use super::shape::credential;
use crate::model::{
    Address, Attrs, ClientAuthenticationMethods, ClientSpec, Kind, RemoteId, Value,
};
use crate::provider::{ProviderError, WriteError};

/// The most credentials Auth0 keeps of one client.
const MOST: usize = 4;

const METHODS: &str = ClientSpec::METHODS;
const DETACHED: &str = ClientAuthenticationMethods::DETACHED;

/// A credential of a client.
struct Stored {
    id: String,
    /// What its key alone tells: a thumbprint, or the subject of a certificate.
    name: String,
    fields: Attrs,
}

/// The methods of a client with all there is to see of its keys; none if it has neither. `shown` is
/// what the listing of clients shows.
pub(super) async fn read(
    getter: &Getter,
    client: &RemoteId,
    shown: Option<&Value>,
) -> Result<(Option<Value>, Ids), ProviderError> {
    let stored = stored(getter, client).await?;
    let ids = ids(&stored);
    let mut methods = Attrs::new();
    let shown = shown.and_then(Value::as_map);
    for method in shown.iter().flat_map(|shown| shown.keys()) {
        methods.insert(method.clone(), Value::Map(Attrs::new()));
    }
    for Stored { id, name, fields } in stored {
        let names = |keys: &Value| keys.as_map().is_some_and(|keys| keys.contains_key(id.as_str()));
        let mut attached = shown.into_iter().flatten();
        let method = attached.find(|(_, keys)| names(keys)).map_or(DETACHED, |(method, _)| method);
        let keys = methods.entry(method.into());
        if let Value::Map(keys) = keys.or_insert_with(|| Value::Map(Attrs::new())) {
            keys.insert(name.into(), Value::Map(fields));
        }
    }
    Ok(((!methods.is_empty()).then_some(Value::Map(methods)), ids))
}

/// The ids of the credentials of a client.
pub(super) type Ids = BTreeSet<String>;

fn ids(stored: &[Stored]) -> Ids {
    stored.iter().map(|stored| stored.id.clone()).collect()
}

/// Every credential of a client. Auth0 gives them all at once.
async fn stored(getter: &Getter, client: &RemoteId) -> Result<Vec<Stored>, ProviderError> {
    let path = ["clients", client.as_str(), "credentials"];
    let (asked, listed): (_, Vec<Object>) = getter.get(path, &[]).await?;
    listed.into_iter().map(|object| one(&asked, object)).collect()
}

fn one(asked: &Asked, mut object: Object) -> Result<Stored, ProviderError> {
    let mut text = |name: &str| match object.remove(name) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    };
    let id = text("id").ok_or_else(|| nonsense(asked, "a credential in it has no `id`"))?;
    let name = text("kid").or_else(|| text("thumbprint_sha256")).or_else(|| text("subject_dn"));
    let fields = [
        ("alg", text("alg")),
        ("name", text("name")),
        ("expires_at", text("expires_at").map(|time| to_the_second(&time))),
    ];
    let fields = fields.into_iter().filter_map(|(name, text)| Some((name, text?)));
    Ok(Stored {
        // A credential of a type that is not known yet has no better name.
        name: name.unwrap_or_else(|| id.clone()),
        fields: fields.map(|(name, text)| (name.into(), Value::Text(text.into()))).collect(),
        id,
    })
}

/// A time without its milliseconds, where there are none: Auth0 adds them.
fn to_the_second(time: &str) -> String {
    time.strip_suffix(".000Z").map_or_else(|| time.to_owned(), |time| format!("{time}Z"))
}

/// Changes the fields of a client, its keys among them. `planned` are the credentials there were when
/// that was decided: one that came since was shown to nobody, and must not be deleted.
pub(super) async fn change(
    (getter, sender): (&Getter, &Sender),
    address: &Address,
    client: &RemoteId,
    fields: &Attrs,
    planned: Option<&Ids>,
) -> Result<(), WriteError> {
    let look = try_join(stored(getter, client), attached(getter, client));
    let (stored, attached) = look.await.map_err(WriteError::Refused)?;
    if planned.is_some_and(|planned| *planned != ids(&stored)) {
        let address = Box::new(address.clone());
        return Err(WriteError::Refused(ProviderError::ChangedSince { address }));
    }
    let mut keys = Keys { sender, client, stored, attached, done: Vec::new() };
    let steps = keys.change(address, fields).await;
    steps.map_err(|error| error.after(&keys.done))
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
    let methods = attrs.get(METHODS).and_then(Value::as_map).cloned().unwrap_or_default();
    let ids =
        |keys: &Value| keys.as_map().into_iter().flatten().map(|(id, _)| id.to_string()).collect();
    Ok(methods.iter().map(|(method, keys)| (method.to_string(), ids(keys))).collect())
}

/// The keys of one client while they are changed.
struct Keys<'a> {
    sender: &'a Sender,
    client: &'a RemoteId,
    stored: Vec<Stored>,
    attached: BTreeMap<String, BTreeSet<String>>,
    /// What was done, for the report of what was not.
    done: Vec<String>,
}

impl Keys<'_> {
    async fn change(&mut self, address: &Address, fields: &Attrs) -> Result<(), WriteError> {
        let none = Attrs::new();
        let methods = fields.get(METHODS).and_then(Value::as_map).unwrap_or(&none);
        let wanted: Vec<(&SmolStr, &SmolStr, &Value)> = methods
            .iter()
            .flat_map(|(method, keys)| {
                keys.as_map().into_iter().flatten().map(move |(name, key)| (method, name, key))
            })
            .collect();
        self.make_room(&wanted).await?;
        for (method, name, key) in &wanted {
            match self.find(name) {
                None => self.add(method, name, key).await?,
                Some(stored) => {
                    let id = stored.id.clone();
                    self.postpone(&id, name, key).await?;
                }
            }
        }
        self.attach(address, fields, &wanted).await?;
        let kept = self.kept(&wanted);
        let unwanted = self.stored.iter().filter(|stored| !kept.contains(&stored.id));
        let unwanted: Vec<String> = unwanted.map(|stored| stored.id.clone()).collect();
        for id in unwanted {
            self.delete(&id).await?;
        }
        Ok(())
    }

    /// The credential of this name; of several, one that counts already.
    fn find(&self, name: &str) -> Option<&Stored> {
        let named = || self.stored.iter().filter(|stored| stored.name == name);
        let counts = |stored: &&Stored| self.attached.values().any(|ids| ids.contains(&stored.id));
        named().find(counts).or_else(|| named().next())
    }

    /// The ids of the credentials that are there and stay.
    fn kept(&self, wanted: &[(&SmolStr, &SmolStr, &Value)]) -> BTreeSet<String> {
        wanted.iter().filter_map(|(_, name, _)| Some(self.find(name)?.id.clone())).collect()
    }

    /// Deletes what counts for nothing already, if the new keys would not fit otherwise.
    async fn make_room(
        &mut self,
        wanted: &[(&SmolStr, &SmolStr, &Value)],
    ) -> Result<(), WriteError> {
        let kept = self.kept(wanted);
        let new = wanted.iter().filter(|(_, name, _)| self.find(name).is_none()).count();
        let surplus = (self.stored.len() + new).saturating_sub(MOST);
        let attached: BTreeSet<&String> = self.attached.values().flatten().collect();
        let idle = self
            .stored
            .iter()
            .filter(|stored| !attached.contains(&stored.id) && !kept.contains(&stored.id))
            .take(surplus)
            .map(|stored| stored.id.clone());
        for id in idle.collect::<Vec<_>>() {
            self.delete(&id).await?;
        }
        Ok(())
    }

    async fn add(&mut self, method: &str, name: &str, key: &Value) -> Result<(), WriteError> {
        let path = ["clients", self.client.as_str(), "credentials"];
        let (asked, body) =
            self.sender.send(&Change::post(&path, credential(method, name, key))).await?;
        let object = serde_json::from_slice(&body).map_err(|error| misread(&asked, &error));
        let added = object.and_then(|object| one(&asked, object)).map_err(WriteError::Unknown)?;
        self.done.push(format!("the key {name} was added"));
        self.stored.push(added);
        Ok(())
    }

    /// Gives a key that is there already the end it is to have.
    async fn postpone(&mut self, id: &str, name: &str, key: &Value) -> Result<(), WriteError> {
        let Some(end) = key.as_map().and_then(|key| key.get("expires_at")) else { return Ok(()) };
        let live = self.find(name).and_then(|stored| stored.fields.get("expires_at"));
        if live.unwrap_or(&Value::Null) == end {
            return Ok(());
        }
        let path = ["clients", self.client.as_str(), "credentials", id];
        let body = json!({ "expires_at": Json::from(end.clone()) });
        self.sender.send(&Change::patch(&path, body)).await?;
        self.done.push(format!("the end of the key {name} was set"));
        Ok(())
    }

    /// Switches the client over to the wanted keys, together with whatever else changes.
    async fn attach(
        &mut self,
        address: &Address,
        fields: &Attrs,
        wanted: &[(&SmolStr, &SmolStr, &Value)],
    ) -> Result<(), WriteError> {
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (method, name, _) in wanted {
            let stored = self.find(name).map(|stored| stored.id.clone());
            ids.entry(method.to_string()).or_default().extend(stored);
        }
        let mut others = fields.clone();
        others.remove(METHODS);
        if ids == self.attached && others.is_empty() {
            return Ok(());
        }
        let mut body = updated(address, &others).map_err(|reason| {
            WriteError::Refused(ProviderError::Unexpected { request: "a write".to_owned(), reason })
        })?;
        let method = |(method, ids): (String, BTreeSet<String>)| {
            let ids: Vec<Json> = ids.into_iter().map(|id| json!({ "id": id })).collect();
            (method, json!({ "credentials": ids }))
        };
        let methods: Object = ids.into_iter().map(method).collect();
        let methods = if methods.is_empty() { Json::Null } else { Json::Object(methods) };
        body.insert(METHODS.to_owned(), methods);
        let path = ["clients", self.client.as_str()];
        self.sender.send(&Change::patch(&path, body.into())).await?;
        self.done.push("the client was switched over".to_owned());
        Ok(())
    }

    async fn delete(&mut self, id: &str) -> Result<(), WriteError> {
        let path = ["clients", self.client.as_str(), "credentials", id];
        self.sender.send(&Change::delete(&path)).await?;
        self.stored.retain(|stored| stored.id != id);
        self.done.push(format!("the credential {id} was deleted"));
        Ok(())
    }
}
