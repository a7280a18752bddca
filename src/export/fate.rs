//! What the configuration can say of a live client or resource server.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use super::Object;
use super::yaml::quoted;
use crate::model::{
    Attrs, ClientName, ClientSpec, Found, Identifier, Mark, MetadataKey, MetadataValue,
    ResourceServerSpec, StackName, Standing, Support, Value,
};
use crate::plan::{Class, Verdict};

/// The most scopes a resource server may have.
const SCOPES: usize = 1000;
/// What is said of a setting whose value is refused.
const STAYS: &str = "stays as it is: a configuration cannot say its value";
/// What is said of keys.
const KEY_STAYS: &str = "stays as it is: a tenant gives no key back; declare its `pem`";
/// The settings that hold keys.
const KEYS: [&str; 2] = [ClientSpec::METHODS, ResourceServerSpec::ENCRYPTION];

/// What the configuration can say of a live object.
#[derive(Debug)]
pub(super) enum Fate {
    /// All that matters of it.
    Declared(Object),
    /// Only that it is there; why, if that is worth saying.
    Referred(Option<String>),
    /// Nothing, for this reason.
    Silent(String),
}

/// Whether the configuration says exactly this of a field.
fn says<S: DeserializeOwned>(attrs: fn(&S) -> Attrs, field: &str, value: &Value) -> bool {
    let written = json!({ field: Json::from(written(field, value)) });
    serde_json::from_value::<S>(written).is_ok_and(|spec| attrs(&spec).get(field) == Some(value))
}

/// A value as a configuration writes it.
fn written(field: &str, value: &Value) -> Value {
    let (true, Value::Map(tokens)) = (field == "refresh_token", value) else {
        return value.clone();
    };
    // A life that is left out is infinite, and policies are a list.
    let mut tokens = tokens.clone();
    tokens.retain(|name, _| !name.starts_with("infinite_"));
    let policies = match tokens.remove("policies") {
        Some(Value::Map(policies)) if !policies.is_empty() => policies,
        _ => return Value::Map(tokens),
    };
    let policy = |(audience, scope): (SmolStr, Value)| {
        let policy = [
            ("audience".into(), Value::Text(audience)),
            ("scope".into(), scope),
        ];
        Value::Map(policy.into_iter().collect())
    };
    tokens.insert(
        "policies".into(),
        Value::Set(policies.into_iter().map(policy).collect()),
    );
    Value::Map(tokens)
}

/// Why a setting is left out.
fn stays(field: &str) -> String {
    let why = if KEYS.contains(&field) {
        KEY_STAYS
    } else {
        STAYS
    };
    format!("{} {why}.", quoted(field))
}

/// The fields that have a value of their own.
fn set<'a>(live: &'a Attrs, defaults: &'a Attrs) -> impl Iterator<Item = (&'a SmolStr, &'a Value)> {
    live.iter()
        .filter(|(field, value)| **value != Value::Null && defaults.get(*field) != Some(*value))
}

/// What can be said of a resource server.
pub(super) fn resource_server(
    identifier: &Identifier,
    found: &Found,
    defaults: &Attrs,
    support: &Support,
) -> Fate {
    if found.standing != Standing::Ordinary {
        return Fate::Referred(None);
    }
    if (support.system_api)(identifier, None).is_some() {
        return Fate::Silent("Auth0 keeps its identifier for itself".to_owned());
    }
    let mut object = Object::default();
    object
        .fields
        .push(("identifier".into(), identifier.as_str().into()));
    for (field, value) in set(&found.attrs, defaults) {
        let too_many = value.as_map().is_some_and(|entries| entries.len() > SCOPES);
        if says(ResourceServerSpec::attrs, field, value) && !too_many {
            object.fields.push((field.clone(), written(field, value)));
        } else if field == ResourceServerSpec::SCOPES {
            return Fate::Referred(Some(
                "a configuration cannot say all of its scopes".to_owned(),
            ));
        } else {
            object.remarks.push(stays(field));
        }
    }
    lifetimes(&mut object, found, defaults);
    object.sort();
    Fate::Declared(object)
}

/// A life that is shorter than the one of browsers' tokens would change that one too.
fn lifetimes(object: &mut Object, found: &Found, defaults: &Attrs) {
    let (own, web) = ("token_lifetime", "token_lifetime_for_web");
    let effective = found.attrs.get(web).or_else(|| defaults.get(web));
    if object
        .get(own)
        .is_some_and(|own| effective.is_some_and(|web| web > own))
    {
        object.fields.retain(|(field, _)| field != own);
        object.remarks.push(format!(
            "`{own}` stays as it is: it is shorter than `{web}`."
        ));
    }
}

/// What can be said of a client. No other stack's is even referred to: its grants are theirs, also
/// where nobody may change it. `namesakes` counts the clients that could have its name.
pub(super) fn client(
    found: &Found,
    verdict: &Verdict<'_>,
    other_owner: Option<&StackName>,
    namesakes: &BTreeMap<&str, Namesakes>,
    (defaults, support): (&Attrs, &Support),
) -> Fate {
    let refer = |why: &str| Fate::Referred(Some(why.to_owned()));
    if let Some(stack) = other_owner {
        return Fate::Silent(format!("it belongs to the stack `{stack}`"));
    }
    match &verdict.class {
        Class::UnreadableMark(_) => return Fate::Silent("its mark cannot be read".to_owned()),
        Class::Ambiguous(_) => {
            let why = "another client carries the same mark, and until one does not, nothing is planned";
            return Fate::Silent(why.to_owned());
        }
        Class::Untouchable(standing @ (Standing::ThirdParty | Standing::Registered)) => {
            return refer(&format!("it is {standing}"));
        }
        Class::Untouchable(_) => return Fate::Referred(None),
        Class::Orphan
        | Class::Protected
        | Class::Unmanaged
        | Class::CopiedMark
        // Other owners are sorted out already, and only what is declared is one of these.
        | Class::Managed
        | Class::Adoptable
        | Class::Foreign(_)
        | Class::Removed(_)
        | Class::External => {}
    }
    let Some(name) = name(found) else {
        return refer("a configuration cannot say its name");
    };
    if namesakes
        .get(name)
        .is_some_and(|others| others.hide(verdict))
    {
        return refer("another client has the same name");
    }
    if found.attrs.get("is_first_party") == Some(&Value::Bool(false)) {
        return refer("it is a third party's client");
    }
    let mut object = Object::default();
    if metadata(found)
        .filter(|(key, _)| !Mark::is_entry(key))
        .count()
        > ClientSpec::MOST_METADATA
    {
        return refer("its metadata has no room for a mark");
    }
    say_metadata(&mut object, found);
    let live: Attrs = found
        .attrs
        .clone()
        .into_iter()
        .filter(|(field, _)| field != ClientSpec::METADATA)
        .collect();
    say_settings(&mut object, &live, defaults, support);
    if verdict.class == Class::Protected {
        object.fields.push(("protect".into(), Value::Bool(true)));
        object
            .remarks
            .push("Safe from deletion, as its mark says.".to_owned());
    }
    object.sort();
    Fate::Declared(object)
}

/// The name of a client, if a configuration can say it.
fn name(found: &Found) -> Option<&str> {
    let name = found.name()?;
    name.parse::<ClientName>().is_ok().then_some(name)
}

/// Clients of one name. A configuration declares one of them at most.
#[derive(Debug, Default)]
pub(super) struct Namesakes {
    all: usize,
    ours: usize,
}

impl Namesakes {
    pub(super) fn count(&mut self, class: &Class) {
        let is_unmarked = matches!(class, Class::Unmanaged | Class::CopiedMark);
        self.all += usize::from(class.is_ours() || is_unmarked);
        self.ours += usize::from(class.is_ours());
    }

    /// Whether this one cannot be declared: among several, only the one that is ours can be.
    fn hide(&self, verdict: &Verdict<'_>) -> bool {
        self.all > 1 && !(self.ours == 1 && verdict.class.is_ours())
    }
}

/// The mark that a client carries, whoever wrote it.
pub(super) fn mark(found: &Found) -> Option<Mark> {
    found.mark()?.ok()
}

fn metadata(found: &Found) -> impl Iterator<Item = (&str, &Value)> {
    let entries = found
        .attrs
        .get(ClientSpec::METADATA)
        .and_then(Value::as_map);
    entries
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

fn say_metadata(object: &mut Object, found: &Found) {
    let mut said = Attrs::new();
    for (key, value) in metadata(found).filter(|(key, _)| !Mark::is_entry(key)) {
        let is_text = value
            .as_text()
            .is_some_and(|text| text.parse::<MetadataValue>().is_ok());
        if is_text && key.parse::<MetadataKey>().is_ok() {
            said.insert(key.into(), value.clone());
        } else {
            object
                .remarks
                .push(format!("The metadata {} {STAYS}.", quoted(key)));
        }
    }
    if !said.is_empty() {
        object
            .fields
            .push((ClientSpec::METADATA.into(), Value::Map(said)));
    }
}

/// Says what differs from what Grantry would fill in. Where that cannot be said of a field, nothing
/// is filled in, and what is left out is not managed.
fn say_settings(object: &mut Object, live: &Attrs, defaults: &Attrs, support: &Support) {
    let mut machine = ClientSpec::default();
    machine.default_to_machine(&support.machine);
    let machine = machine.attrs();
    let mut said = Vec::new();
    for (field, filled) in &machine {
        let own = live.get(field).filter(|value| **value != Value::Null);
        let value = own.or_else(|| defaults.get(field)).unwrap_or(&Value::Null);
        if !says(ClientSpec::attrs, field, value) {
            object.fields.push(("defaults".into(), "none".into()));
            return say_all(object, set(live, defaults));
        }
        if value != filled {
            said.push((field.clone(), value.clone()));
        }
    }
    object.fields.extend(said);
    say_all(
        object,
        set(live, defaults).filter(|(field, _)| !machine.contains_key(*field)),
    );
}

fn say_all<'a>(object: &mut Object, fields: impl Iterator<Item = (&'a SmolStr, &'a Value)>) {
    for (field, value) in fields {
        if says(ClientSpec::attrs, field, value) {
            object.fields.push((field.clone(), written(field, value)));
        } else {
            object.remarks.push(stays(field));
        }
    }
}
