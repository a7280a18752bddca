//! The difference between two sets of fields, leaf by
//! leaf. Knows no kind of object.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use crate::model::{Attrs, Members, Value};

/// One leaf that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The names that lead to the leaf; the first is the field. For a member of
    /// a set, the set.
    pub path: Vec<SmolStr>,
    /// What happens to the leaf.
    pub leaf: Leaf,
}

/// What happens to a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// It was not there.
    Added(Value),
    /// It is not wanted any more.
    Removed(Value),
    /// It has another value.
    Changed {
        /// The value it has.
        before: Value,
        /// The value it is to have.
        after: Value,
    },
}

/// What must change in `live` so that it is as `wanted`. Fields that are not
/// wanted are left alone; `defaults` says what a missing field amounts to, and
/// what a wanted `Null` means.
#[must_use]
pub fn diff(wanted: &Attrs, live: &Attrs, defaults: &Attrs) -> Vec<Edit> {
    let mut comparison = Comparison::default();
    for (field, value) in wanted {
        let before = live
            .get(field)
            .or_else(|| defaults.get(field));
        let after = resolve(field, value, defaults);

        comparison.path.push(field.clone());
        comparison.compare_owned(before, after);
        comparison.path.pop();
    }
    comparison.edits
}

/// The value a wish stands for: `null` means the default, where there is one.
pub(super) fn resolve<'a>(
    field: &str,
    value: &'a Value,
    defaults: &'a Attrs,
) -> &'a Value {
    match value {
        Value::Null => defaults.get(field).unwrap_or(value),
        _ => value,
    }
}

/// Where a comparison is, and what it found so far.
#[derive(Default)]
struct Comparison {
    path: Vec<SmolStr>,
    edits: Vec<Edit>,
}

impl Comparison {
    /// A key whose absence means "not ours", and whose `Null` means "no value".
    fn compare_owned(&mut self, before: Option<&Value>, after: &Value) {
        let before = before.filter(|value| **value != Value::Null);
        match (before, after) {
            (None, Value::Null) => {}
            (Some(before), Value::Null) => {
                self.push(Leaf::Removed(before.clone()));
            }
            _ => self.compare(before, after),
        }
    }

    /// A value that is to be there.
    fn compare(&mut self, before: Option<&Value>, after: &Value) {
        match (before, after) {
            (Some(before), after) if before == after => {}
            // The tenant never gives it back, so nobody
            // can say that it differs.
            (_, Value::WriteOnly(_)) => {}

            // What has another shape is one leaf, with the
            // whole of both values.
            (before, Value::Set(after)) if before.is_none_or(is_set) => {
                self.compare_sets(before.and_then(Value::as_set), after);
            }
            (before, Value::Map(after)) if before.is_none_or(is_map) => {
                self.compare_maps(before.and_then(Value::as_map), after);
            }
            (before, Value::Entries(after)) => {
                self.compare_entries(before.and_then(Value::as_map), after);
            }

            (None, after) => self.push(Leaf::Added(after.clone())),
            (Some(before), after) => self.push(Leaf::Changed {
                before: before.clone(),
                after: after.clone(),
            }),
        }
    }

    fn compare_sets(&mut self, before: Option<&Members>, after: &Members) {
        let empty = Members::default();
        let before = before.unwrap_or(&empty);

        let gone = before
            .iter()
            .filter(|member| !after.contains(member));
        for member in gone {
            self.push(Leaf::Removed(member.clone()));
        }
        let new = after
            .iter()
            .filter(|member| !before.contains(member));
        for member in new {
            self.push(Leaf::Added(member.clone()));
        }
    }

    /// A map owned key by key: a key that is not named is somebody else's.
    fn compare_entries(&mut self, before: Option<&Attrs>, after: &Attrs) {
        for (key, value) in after {
            let before = before.and_then(|map| map.get(key));

            self.path.push(key.clone());
            self.compare_owned(before, value);
            self.path.pop();
        }
    }

    /// A map that is wholly owned: here a key that is not named is to go, and
    /// `Null` is a value.
    fn compare_maps(&mut self, before: Option<&Attrs>, after: &Attrs) {
        let empty = Attrs::new();
        let before = before.unwrap_or(&empty);
        let keys: BTreeSet<&SmolStr> = before
            .keys()
            .chain(after.keys())
            .collect();

        for key in keys {
            self.path.push(key.clone());
            match (before.get(key), after.get(key)) {
                (Some(gone), None) => self.push(Leaf::Removed(gone.clone())),
                // One new member, not several new leaves.
                (None, Some(Value::Entries(entries))) => {
                    let member = visible_entries(entries);
                    self.push(Leaf::Added(Value::Map(member)));
                }
                (before, Some(after)) => self.compare(before, after),
                (None, None) => {}
            }
            self.path.pop();
        }
    }

    /// Takes note of what happens to the leaf where the comparison is.
    fn push(&mut self, leaf: Leaf) {
        self.edits.push(Edit {
            path: self.path.clone(),
            leaf,
        });
    }
}

fn is_set(value: &Value) -> bool {
    value.as_set().is_some()
}

fn is_map(value: &Value) -> bool {
    value.as_map().is_some()
}

/// What there is to see of a new member.
fn visible_entries(entries: &Attrs) -> Attrs {
    let is_visible =
        |value: &Value| !matches!(value, Value::Null | Value::WriteOnly(_));

    let visible = entries
        .iter()
        .filter(|(_, value)| is_visible(value));
    visible
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests;
