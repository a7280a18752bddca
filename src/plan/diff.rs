//! The difference between two sets of fields, leaf by leaf. Knows no kind of
//! object.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use crate::model::{Attrs, Members, Value};

/// One leaf that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The names that lead to the leaf; the first is the field. For a member
    /// of a set, the set.
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
        let before = live.get(field).or_else(|| defaults.get(field));
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
                self.push(Leaf::Removed(before.clone()))
            }
            _ => self.compare(before, after),
        }
    }

    /// A value that is to be there.
    fn compare(&mut self, before: Option<&Value>, after: &Value) {
        match (before, after) {
            (Some(before), after) if before == after => {}
            // The tenant never gives it back, so nobody can say that it
            // differs.
            (_, Value::WriteOnly(_)) => {}

            // What has another shape is one leaf, with the whole of both
            // values.
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

        for member in before
            .iter()
            .filter(|member| !after.contains(member))
        {
            self.push(Leaf::Removed(member.clone()));
        }
        for member in after
            .iter()
            .filter(|member| !before.contains(member))
        {
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
        let keys: BTreeSet<&SmolStr> =
            before.keys().chain(after.keys()).collect();

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
    entries
        .iter()
        .filter(|(_, value)| {
            !matches!(value, Value::Null | Value::WriteOnly(_))
        })
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn attrs(json: serde_json::Value) -> Attrs {
        Value::from(json).as_map().unwrap().clone()
    }

    fn entries(json: serde_json::Value) -> Attrs {
        let map = attrs(json).into_iter();
        map.map(|(field, value)| {
            (
                field,
                Value::Entries(value.as_map().unwrap().clone()),
            )
        })
        .collect()
    }

    fn lines(wanted: &Attrs, live: &Attrs, defaults: &Attrs) -> Vec<String> {
        let edits = diff(wanted, live, defaults);
        edits.iter().map(show).collect()
    }

    fn show(edit: &Edit) -> String {
        let path = edit.path.join(".");
        match &edit.leaf {
            Leaf::Added(value) => format!("+ {path} {}", json_of(value)),
            Leaf::Removed(value) => format!("- {path} {}", json_of(value)),
            Leaf::Changed { before, after } => {
                format!(
                    "~ {path} {} {}",
                    json_of(before),
                    json_of(after)
                )
            }
        }
    }

    fn json_of(value: &Value) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn a_field_nobody_wants_is_left_alone() {
        let live = attrs(json!({"name": "A", "token_lifetime": 5}));
        assert!(
            lines(
                &attrs(json!({"name": "A"})),
                &live,
                &Attrs::new()
            )
            .is_empty()
        );
    }

    #[test]
    fn scalars_are_added_changed_and_cleared() {
        let live = attrs(json!({"name": "A", "description": "old"}));
        let wanted = attrs(
            json!({"name": "B", "description": null, "token_lifetime": 5}),
        );
        let expected = [
            r#"- description "old""#,
            r#"~ name "A" "B""#,
            "+ token_lifetime 5",
        ];
        assert_eq!(lines(&wanted, &live, &Attrs::new()), expected);
    }

    #[test]
    fn a_missing_field_and_a_null_both_amount_to_the_default() {
        let defaults = attrs(json!({"token_lifetime": 86400}));
        let unset = Attrs::new();
        assert!(
            lines(
                &attrs(json!({"token_lifetime": 86400})),
                &unset,
                &defaults
            )
            .is_empty()
        );
        assert!(
            lines(
                &attrs(json!({"token_lifetime": null})),
                &unset,
                &defaults
            )
            .is_empty()
        );

        let live = attrs(json!({"token_lifetime": 60}));
        let reset = lines(
            &attrs(json!({"token_lifetime": null})),
            &live,
            &defaults,
        );
        assert_eq!(reset, ["~ token_lifetime 60 86400"]);
    }

    #[test]
    fn a_map_is_wholly_owned_and_null_is_a_value_in_it() {
        let live = attrs(json!({"scopes": {"a": "A", "b": "B", "c": null}}));
        let wanted =
            attrs(json!({"scopes": {"b": null, "c": null, "d": null}}));
        let expected = [
            r#"- scopes.a "A""#,
            r#"~ scopes.b "B" null"#,
            "+ scopes.d null",
        ];
        assert_eq!(lines(&wanted, &live, &Attrs::new()), expected);
    }

    #[test]
    fn entries_are_owned_key_by_key() {
        let live = entries(
            json!({"client_metadata": {"theirs": "1", "ours": "2", "gone": "3"}}),
        );
        let wanted = entries(
            json!({"client_metadata": {"ours": "4", "gone": null, "never": null}}),
        );
        let expected = [
            r#"- client_metadata.gone "3""#,
            r#"~ client_metadata.ours "2" "4""#,
        ];
        assert_eq!(lines(&wanted, &live, &Attrs::new()), expected);
    }

    #[test]
    fn sets_differ_by_member() {
        let live = attrs(json!({"scopes": ["a", "b"]}));
        let wanted = attrs(json!({"scopes": ["b", "c"]}));
        let expected = [r#"- scopes "a""#, r#"+ scopes "c""#];
        assert_eq!(lines(&wanted, &live, &Attrs::new()), expected);
    }

    #[test]
    fn nested_maps_differ_at_their_leaves() {
        let live = attrs(
            json!({"s": {"user": {"policy": "deny_all"}, "client": {"policy": "x"}}}),
        );
        let wanted = attrs(
            json!({"s": {"user": {"policy": "allow_all"}, "client": {"policy": "x"}}}),
        );
        let expected = [r#"~ s.user.policy "deny_all" "allow_all""#];
        assert_eq!(lines(&wanted, &live, &Attrs::new()), expected);
    }

    #[test]
    fn a_new_member_that_is_owned_key_by_key_is_one_leaf() {
        let member = attrs(json!({"alg": "RS256", "expires_at": null}));
        let keys = Attrs::from_iter([("k".into(), Value::Entries(member))]);
        let wanted = Attrs::from_iter([("keys".into(), Value::Map(keys))]);
        assert_eq!(
            lines(&wanted, &Attrs::new(), &Attrs::new()),
            [r#"+ keys.k {"alg":"RS256"}"#]
        );

        let live =
            attrs(json!({"keys": {"k": {"alg": "RS256", "name": "theirs"}}}));
        assert!(lines(&wanted, &live, &Attrs::new()).is_empty());
    }

    #[test]
    fn what_is_never_given_back_cannot_differ() {
        let sent =
            Value::WriteOnly(Box::new("-----BEGIN PUBLIC KEY-----".into()));
        let key = Attrs::from_iter([
            ("kid".into(), "k".into()),
            ("pem".into(), sent),
        ]);
        let shown = attrs(json!({"key": {"kid": "k"}}));

        for whole in [Value::Map(key.clone()), Value::Entries(key)] {
            let wanted = Attrs::from_iter([("key".into(), whole)]);
            assert!(lines(&wanted, &shown, &Attrs::new()).is_empty());
            assert_eq!(
                lines(&wanted, &Attrs::new(), &Attrs::new()),
                [r#"+ key.kid "k""#]
            );
        }
    }

    #[test]
    fn an_empty_wish_empties_and_two_empties_are_equal() {
        let live = attrs(json!({"scopes": ["a"]}));
        let wanted = attrs(json!({"scopes": []}));
        assert_eq!(
            lines(&wanted, &live, &Attrs::new()),
            [r#"- scopes "a""#]
        );
        assert!(lines(&wanted, &Attrs::new(), &Attrs::new()).is_empty());
    }
}
