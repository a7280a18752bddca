//! The changes that make one object as it is wanted.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::diff::{diff, resolve};
use super::order::removes_scope;
use super::{Action, Change, Edit, Evidence, Leaf};
use crate::model::{
    Address, Attrs, ClientSpec, FieldRules, Found, GrantSpec, Kind, Mark,
    Members, ResourceServerSpec, Value, compact,
};

/// What of an object is told when it is lost: by what people
/// know it, and what it gives.
const TOLD_OF_THE_LOST: [&str; 3] = [
    ClientSpec::NAME,
    GrantSpec::SCOPES,
    GrantSpec::ALL_SCOPES,
];

/// What is created needs no clearing: a field that is
/// not sent gets its default.
pub(super) fn create(
    address: &Address,
    wanted: &Attrs,
    rules: &FieldRules,
) -> Change {
    let no_live = Attrs::new();
    let wanted = lower_to_ceilings(wanted, &no_live, rules);
    let given = without_nulls(&wanted);

    Change {
        address: address.clone(),
        action: Action::Create,
        edits: Vec::new(),
        evidence: None,
        fields: compact(given),
        precondition: None,
    }
}

/// Takes over an object that exists; at the least, it gets our mark.
pub(super) fn adopt(
    address: &Address,
    wanted: &Attrs,
    found: &Found,
    rules: &FieldRules,
    evidence: &Evidence,
) -> Change {
    // No field of what is taken over has a ceiling, so nothing falls along.
    let mut edits = diff(wanted, &found.attrs, &rules.defaults);
    // Scopes of an API that was not ours are somebody else's,
    // unless they are declared.
    edits.retain(|edit| {
        !(address.kind() == Kind::ResourceServer && removes_scope(edit))
    });
    let mut fields = collect_fields(&edits, wanted, &rules.defaults);
    // Those that are declared become ours along with it, also where nothing
    // else of them changes.
    if let Some(scopes) = wanted.get(ResourceServerSpec::SCOPES) {
        fields.insert(
            ResourceServerSpec::SCOPES.into(),
            scopes.clone(),
        );
    }

    Change {
        address: address.clone(),
        action: Action::Adopt,
        edits,
        evidence: Some(evidence.clone()),
        fields,
        precondition: found.revision.clone(),
    }
}

/// Takes our mark off an object, and leaves everything else as it is.
pub(super) fn release(
    address: &Address,
    found: &Found,
    evidence: &Evidence,
) -> Change {
    let cleared = Mark::METADATA_KEYS.map(|entry| (entry.into(), Value::Null));
    let metadata = Value::Entries(cleared.into_iter().collect());
    let fields = Attrs::from_iter([(ClientSpec::METADATA.into(), metadata)]);

    Change {
        address: address.clone(),
        action: Action::Release,
        edits: diff(&fields, &found.attrs, &Attrs::new()),
        evidence: Some(evidence.clone()),
        fields,
        precondition: found.revision.clone(),
    }
}

/// The changes that make a live object as it is wanted. A resource server
/// that loses scopes does so in a change of its own, which comes last;
/// until then it keeps them.
pub(super) fn update(
    address: &Address,
    wanted: &Attrs,
    found: &Found,
    rules: &FieldRules,
) -> Vec<Change> {
    // Before the comparison, so that what falls along is
    // shown, and not only written.
    let wanted = lower_to_ceilings(wanted, &found.attrs, rules);
    let edits = diff(&wanted, &found.attrs, &rules.defaults);

    // Only an API waits: others hold its scopes, until
    // their grants have changed.
    let is_server = address.kind() == Kind::ResourceServer;
    let (narrowing, widening): (Vec<Edit>, Vec<Edit>) = edits
        .into_iter()
        .partition(|edit| is_server && removes_scope(edit));

    let mut changes = Vec::new();
    if !widening.is_empty() {
        let mut fields = collect_fields(&widening, &wanted, &rules.defaults);
        keep_scopes(&mut fields, &narrowing);
        changes.push(Change {
            address: address.clone(),
            action: Action::Update,
            edits: widening,
            evidence: None,
            precondition: found.revision.clone(),
            fields,
        });
    }
    if !narrowing.is_empty() {
        let fields = collect_fields(&narrowing, &wanted, &rules.defaults);
        // After a change of its mark, it is no longer as it was seen.
        let is_as_seen = |change: &Change| {
            !change
                .fields
                .contains_key(ClientSpec::METADATA)
        };
        let revision = found.revision.clone();
        let precondition = revision.filter(|_| changes.iter().all(is_as_seen));
        changes.push(Change {
            address: address.clone(),
            action: Action::Narrow,
            edits: narrowing,
            evidence: None,
            precondition,
            fields,
        });
    }
    changes
}

/// Deletes an object, for this reason.
pub(super) fn delete(
    address: &Address,
    found: &Found,
    evidence: &Evidence,
) -> Change {
    let emptied = TOLD_OF_THE_LOST
        .iter()
        .filter_map(|field| {
            let value = found.attrs.get(*field)?;
            Some(((*field).into(), empty_of(value)))
        })
        .collect();

    Change {
        address: address.clone(),
        action: Action::Delete,
        edits: diff(&emptied, &found.attrs, &Attrs::new()),
        evidence: Some(evidence.clone()),
        fields: Attrs::new(),
        // What is to be deleted is looked at as a whole before that, and once
        // more for this.
        precondition: found.revision.clone(),
    }
}

/// The value without what is in it.
fn empty_of(value: &Value) -> Value {
    match value {
        Value::Set(_) => Value::Set(Members::default()),
        Value::Map(_) => Value::Map(Attrs::new()),
        _ => Value::Null,
    }
}

fn without_nulls(wanted: &Attrs) -> Attrs {
    wanted
        .iter()
        .filter(|(_, value)| **value != Value::Null)
        .map(|(field, value)| {
            let given = match value {
                Value::Entries(entries) => {
                    Value::Entries(compact(without_nulls(entries)))
                }
                _ => value.clone(),
            };
            (field.clone(), given)
        })
        .collect()
}

/// The fields that the edits touch: each with its whole new value, of a map
/// owned key by key the touched keys only.
fn collect_fields(edits: &[Edit], wanted: &Attrs, defaults: &Attrs) -> Attrs {
    let mut fields = Attrs::new();
    for edit in edits {
        let Some(field) = edit.path.first() else {
            continue;
        };
        let Some(value) = wanted.get(field) else {
            continue;
        };

        if let (Value::Entries(entries), Some(key)) = (value, edit.path.get(1))
        {
            copy_entry(&mut fields, field, entries, key);
        } else {
            let whole = resolve(field, value, defaults);
            fields.insert(field.clone(), whole.clone());
        }
    }
    fields
}

fn copy_entry(
    fields: &mut Attrs,
    field: &SmolStr,
    entries: &Attrs,
    key: &SmolStr,
) {
    let changed = fields
        .entry(field.clone())
        .or_insert_with(|| Value::Entries(Attrs::new()));

    if let (Value::Entries(changed), Some(value)) = (changed, entries.get(key))
    {
        changed.insert(key.clone(), value.clone());
    }
}

/// Adds the scopes that are still to be removed to the scopes that are written,
/// if any are: these are all that the resource server has until then.
fn keep_scopes(fields: &mut Attrs, narrowing: &[Edit]) {
    if let Some(Value::Map(scopes)) = fields.get_mut(ResourceServerSpec::SCOPES)
    {
        scopes.extend(narrowing.iter().filter_map(kept_scope));
    }
}

/// A scope that is still to be removed, as an entry of
/// the scopes kept until then.
fn kept_scope(edit: &Edit) -> Option<(SmolStr, Value)> {
    match (&edit.leaf, edit.path.as_slice()) {
        (Leaf::Removed(description), [_, scope]) => {
            Some((scope.clone(), description.clone()))
        }
        _ => None,
    }
}

/// Where a field falls below one that it is the ceiling of, and the
/// configuration is silent on that one, it falls along: the tenant would refuse
/// the change otherwise.
fn lower_to_ceilings<'a>(
    wanted: &'a Attrs,
    live: &Attrs,
    rules: &FieldRules,
) -> Cow<'a, Attrs> {
    let mut lowered = Cow::Borrowed(wanted);
    for (field, ceiling) in &rules.ceilings {
        // What the configuration says of the field itself is its own affair.
        if lowered.contains_key(field.as_str()) {
            continue;
        }

        let value = live
            .get(field.as_str())
            .or_else(|| rules.defaults.get(field.as_str()));
        let limit = lowered
            .get(ceiling.as_str())
            .filter(|limit| **limit != Value::Null);
        if let (Some(value), Some(limit)) = (value, limit)
            && value > limit
        {
            let lower = limit.clone();
            lowered
                .to_mut()
                .insert(field.into(), lower);
        }
    }
    lowered
}

#[cfg(test)]
mod tests;
