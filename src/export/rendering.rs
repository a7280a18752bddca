//! What the configuration can say of a live object, and of a resource server.

use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use super::Entry;
use super::yaml::quote;
use crate::model::{
    Attrs, ClientSpec, DamagedScope, Found, Identifier, ResourceServerSpec,
    StackName, Standing, Support, Value,
};

/// The most scopes a resource server may have.
const MOST_SCOPES: usize = 1000;

/// What is said of a setting whose value is refused.
pub(super) const STAYS: &str =
    "stays as it is: a configuration cannot say its value";

/// What is said of keys.
const KEY_STAYS: &str =
    "stays as it is: a tenant gives no key back; declare its `pem`";

/// The settings that hold keys.
const KEYS: [&str; 2] = [
    ClientSpec::METHODS,
    ResourceServerSpec::ENCRYPTION,
];

/// How much of a live object the configuration says.
#[derive(Debug)]
pub(super) enum Rendering {
    /// All that matters of it.
    Full(Entry),
    /// Only that it is there; why, if that is worth saying.
    Reference(Option<String>),
    /// Nothing, for this reason.
    Omitted(String),
}

/// What can be said of a resource server.
pub(super) fn render_resource_server(
    identifier: &Identifier,
    found: &Found,
    other_owner: Option<&StackName>,
    defaults: &Attrs,
    support: &Support,
) -> Rendering {
    if found.standing != Standing::Ordinary {
        return Rendering::Reference(None);
    }
    if (support.system_api)(identifier, None).is_some() {
        return Rendering::Omitted(
            "Auth0 keeps its identifier for itself".to_owned(),
        );
    }
    if let Some(stack) = other_owner {
        let why = format!("it belongs to the stack `{stack}`");
        return Rendering::Reference(Some(why));
    }

    let mut entry = Entry::default();
    let identifier = identifier.as_str();
    entry
        .fields
        .push(("identifier".into(), identifier.into()));

    for (field, value) in set_fields(&found.attrs, defaults) {
        let value = &without_damage(value, &mut entry);
        let too_many = value
            .as_map()
            .is_some_and(|entries| entries.len() > MOST_SCOPES);
        if can_say(ResourceServerSpec::attrs, field, value) && !too_many {
            let value = as_configured(field, value);
            entry
                .fields
                .push((field.clone(), value));
        } else if field == ResourceServerSpec::SCOPES {
            // Not a part of them: what is declared is owned, and the others
            // would be removed.
            let why = "a configuration cannot say all of its scopes";
            return Rendering::Reference(Some(why.to_owned()));
        } else {
            entry.remarks.push(explain_stays(field));
        }
    }

    drop_short_lifetime(&mut entry, found, defaults);
    entry.sort();
    Rendering::Full(entry)
}

/// A value in which scopes that are damaged say what they allow: the rest is
/// mended, and no configuration says it.
fn without_damage(value: &Value, entry: &mut Entry) -> Value {
    let Value::Map(fields) = value else {
        return value.clone();
    };

    let said = fields.iter().map(|(name, inner)| {
        let said = DamagedScope::read(inner).map(|scope| {
            let (name, why) = (quote(name), scope.why);
            let remark = format!(
                "The scope {name} is damaged: {why}. Applying mends it."
            );
            entry.remarks.push(remark);
            scope
                .description
                .map_or(Value::Null, |text| Value::Text(text.into()))
        });
        (
            name.clone(),
            said.unwrap_or_else(|| inner.clone()),
        )
    });
    Value::Map(said.collect())
}

/// A life that is shorter than the one of browsers' tokens
/// would change that one too.
fn drop_short_lifetime(entry: &mut Entry, found: &Found, defaults: &Attrs) {
    let own = "token_lifetime";
    let web = "token_lifetime_for_web";

    let web_lifetime = found
        .attrs
        .get(web)
        .or_else(|| defaults.get(web));
    let (Some(own_lifetime), Some(web_lifetime)) =
        (entry.get(own), web_lifetime)
    else {
        return;
    };
    if own_lifetime >= web_lifetime {
        return;
    }

    entry
        .fields
        .retain(|(field, _)| field != own);
    entry.remarks.push(format!(
        "`{own}` stays as it is: it is shorter than `{web}`."
    ));
}

/// What is not said as other fields are: the id of a client,
/// and what carries the mark.
const SAID_ELSEWHERE: [&str; 2] = [ClientSpec::ID, ClientSpec::METADATA];

/// The fields that have a value of their own.
pub(super) fn set_fields<'a>(
    live: &'a Attrs,
    defaults: &'a Attrs,
) -> impl Iterator<Item = (&'a SmolStr, &'a Value)> {
    live.iter()
        .filter(|(field, _)| !SAID_ELSEWHERE.contains(&field.as_str()))
        .filter(|(field, value)| {
            **value != Value::Null && defaults.get(*field) != Some(*value)
        })
}

/// Whether the configuration says exactly this of a field.
pub(super) fn can_say<S: DeserializeOwned>(
    attrs: fn(&S) -> Attrs,
    field: &str,
    value: &Value,
) -> bool {
    let configured = Json::from(as_configured(field, value));
    // Tried, not ruled: rules of our own could disagree with how a
    // configuration is read.
    let spec = serde_json::from_value::<S>(json!({ field: configured }));

    spec.is_ok_and(|spec| attrs(&spec).get(field) == Some(value))
}

/// A value as a configuration writes it.
pub(super) fn as_configured(field: &str, value: &Value) -> Value {
    match value {
        Value::Map(tokens) if field == "refresh_token" => {
            refresh_token_as_configured(tokens)
        }
        _ => value.clone(),
    }
}

/// A life that is left out is infinite, and policies are a list.
fn refresh_token_as_configured(tokens: &Attrs) -> Value {
    let mut tokens = tokens.clone();
    tokens.retain(|name, _| !name.starts_with("infinite_"));

    if let Some(Value::Map(policies)) = tokens.remove("policies")
        && !policies.is_empty()
    {
        let policies = policies
            .into_iter()
            .map(policy_as_configured)
            .collect();
        tokens.insert("policies".into(), Value::Set(policies));
    }
    Value::Map(tokens)
}

fn policy_as_configured((audience, scope): (SmolStr, Value)) -> Value {
    let policy = [
        ("audience".into(), Value::Text(audience)),
        ("scope".into(), scope),
    ];

    Value::Map(policy.into_iter().collect())
}

/// Why a setting is left out.
pub(super) fn explain_stays(field: &str) -> String {
    let why = if KEYS.contains(&field) {
        KEY_STAYS
    } else {
        STAYS
    };

    format!("{} {why}.", quote(field))
}
