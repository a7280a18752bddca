//! What the configuration can say of a live client.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::rendering::{
    Rendering, STAYS, as_configured, can_say, explain_stays, set_fields,
};
use super::yaml::quote;
use super::{Entry, Field};
use crate::model::{
    Attrs, ClientName, ClientSpec, Found, Kind, Mark, MetadataKey,
    MetadataValue, StackName, Standing, Support, Value,
};
use crate::plan::{Class, Verdict};

/// What can be said of a client. No other stack's is even referred to: its
/// grants are theirs, also where nobody may change it. `namesakes` counts the
/// clients that could have its name.
pub(super) fn render_client(
    found: &Found,
    verdict: &Verdict<'_>,
    other_owner: Option<&StackName>,
    namesakes: &BTreeMap<&str, Namesakes>,
    defaults: &Attrs,
    support: &Support,
) -> Rendering {
    if let Some(stack) = other_owner {
        return Rendering::Omitted(format!(
            "it belongs to the stack `{stack}`"
        ));
    }
    if let Some(rendering) = render_by_class(&verdict.class) {
        return rendering;
    }
    if let Some(obstacle) = find_obstacle(found, verdict, namesakes) {
        return Rendering::Reference(Some(obstacle.to_owned()));
    }

    let mut entry = Entry::default();
    add_metadata(&mut entry, found);
    add_settings(&mut entry, found, defaults, support);
    if verdict.class == Class::Protected {
        entry
            .fields
            .push(("protect".into(), Value::Bool(true)));
        let remark = "Safe from deletion, as its mark says.";
        entry.remarks.push(remark.to_owned());
    }

    entry.sort();
    Rendering::Full(entry)
}

/// What is said of a client that cannot be declared for what
/// it is, whatever is in it.
fn render_by_class(class: &Class) -> Option<Rendering> {
    match class {
        Class::UnreadableMark(_) => {
            // Not even referred to: a grant of it would be a conflict until its
            // mark can be read.
            let why = "its mark cannot be read";
            Some(Rendering::Omitted(why.to_owned()))
        }
        Class::Ambiguous(_) => {
            let why = "another client carries the same mark, \
                       and until one does not, nothing is planned";
            Some(Rendering::Omitted(why.to_owned()))
        }
        Class::Untouchable(
            standing @ (Standing::ThirdParty | Standing::Registered),
        ) => {
            Some(Rendering::Reference(Some(format!("it is {standing}"))))
        }
        Class::Untouchable(_) => Some(Rendering::Reference(None)),
        Class::Orphan
        | Class::Protected
        | Class::Unmanaged
        | Class::CopiedMark
        // Other owners are sorted out already, and only what is
        // declared is one of these.
        | Class::Managed
        | Class::Adoptable
        | Class::Foreign(_)
        | Class::Removed(_)
        | Class::External => None,
    }
}

/// Why a client cannot be declared for what is in it.
fn find_obstacle(
    found: &Found,
    verdict: &Verdict<'_>,
    namesakes: &BTreeMap<&str, Namesakes>,
) -> Option<&'static str> {
    let Some(name) = name_to_declare(found) else {
        return Some("a configuration cannot say its name");
    };

    let is_hidden = namesakes
        .get(name)
        .is_some_and(|others| others.hide(verdict));
    if is_hidden {
        return Some("another client has the same name");
    }
    if found.attrs.get("is_first_party") == Some(&Value::Bool(false)) {
        return Some("it is a third party's client");
    }
    if own_metadata(found).count() > ClientSpec::MOST_METADATA {
        return Some("its metadata has no room for a mark");
    }
    None
}

/// The name of a client, if a configuration can say it.
fn name_to_declare(found: &Found) -> Option<&str> {
    let name = found.name()?;

    name.parse::<ClientName>()
        .is_ok()
        .then_some(name)
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

    /// Whether this one cannot be declared: among several, only the
    /// one that is ours can be.
    fn hide(&self, verdict: &Verdict<'_>) -> bool {
        self.all > 1 && !(self.ours == 1 && verdict.class.is_ours())
    }
}

/// The mark that a client carries, whoever wrote it.
pub(super) fn read_mark(found: &Found) -> Option<Mark> {
    found.mark()?.ok()
}

/// The metadata of a client without its mark.
fn own_metadata(found: &Found) -> impl Iterator<Item = (&str, &Value)> {
    let entries = found
        .attrs
        .get(ClientSpec::METADATA)
        .and_then(Value::as_map);

    entries
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
        .filter(|(key, _)| !Mark::is_entry(key))
}

fn add_metadata(entry: &mut Entry, found: &Found) {
    let mut said = Attrs::new();
    for (key, value) in own_metadata(found) {
        if can_say_metadata(key, value) {
            said.insert(key.into(), value.clone());
        } else {
            let key = quote(key);
            entry
                .remarks
                .push(format!("The metadata {key} {STAYS}."));
        }
    }

    if !said.is_empty() {
        let field = ClientSpec::METADATA.into();
        entry
            .fields
            .push((field, Value::Map(said)));
    }
}

fn can_say_metadata(key: &str, value: &Value) -> bool {
    let is_value = value
        .as_text()
        .is_some_and(|text| text.parse::<MetadataValue>().is_ok());

    is_value && key.parse::<MetadataKey>().is_ok()
}

/// Says what differs from what Grantry would fill in. Where that cannot be said
/// of a field, nothing is filled in, and what is left out is not managed.
fn add_settings(
    entry: &mut Entry,
    found: &Found,
    defaults: &Attrs,
    support: &Support,
) {
    let live: Attrs = found
        .attrs
        .clone()
        .into_iter()
        .filter(|(field, _)| field != ClientSpec::METADATA)
        .collect();
    let mut machine = ClientSpec::default();
    machine.default_to_machine(&support.machine);
    let filled_in = machine.attrs();

    let Some(differences) = say_differences(&live, &filled_in, defaults) else {
        entry
            .fields
            .push(("defaults".into(), "none".into()));
        return add_fields(entry, set_fields(&live, defaults), support);
    };

    entry.fields.extend(differences);
    let others = set_fields(&live, defaults)
        .filter(|(field, _)| !filled_in.contains_key(*field));
    add_fields(entry, others, support);
}

/// The fields that Grantry would fill in otherwise than they are; none where
/// one of them cannot be said.
fn say_differences(
    live: &Attrs,
    filled_in: &Attrs,
    defaults: &Attrs,
) -> Option<Vec<Field>> {
    let mut said = Vec::new();
    for (field, filled) in filled_in {
        let own = live
            .get(field)
            .filter(|value| **value != Value::Null);
        let value = own
            .or_else(|| defaults.get(field))
            .unwrap_or(&Value::Null);
        if !can_say(ClientSpec::attrs, field, value) {
            return None;
        }

        if value != filled {
            said.push((field.clone(), value.clone()));
        }
    }
    Some(said)
}

fn add_fields<'a>(
    entry: &mut Entry,
    fields: impl Iterator<Item = (&'a SmolStr, &'a Value)>,
    support: &Support,
) {
    for (field, value) in fields {
        let is_taken = !support.lacks_value(Kind::Client, field, value);
        if is_taken && can_say(ClientSpec::attrs, field, value) {
            let value = as_configured(field, value);
            entry
                .fields
                .push((field.clone(), value));
        } else {
            entry.remarks.push(explain_stays(field));
        }
    }
}
