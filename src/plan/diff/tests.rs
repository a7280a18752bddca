use super::*;
use serde_json::json;

fn attrs(json: serde_json::Value) -> Attrs {
    Value::from(json)
        .as_map()
        .unwrap()
        .clone()
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
    let wanted =
        attrs(json!({"name": "B", "description": null, "token_lifetime": 5}));
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
    let wanted = attrs(json!({"scopes": {"b": null, "c": null, "d": null}}));
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
    let sent = Value::WriteOnly(Box::new("-----BEGIN PUBLIC KEY-----".into()));
    let key =
        Attrs::from_iter([("kid".into(), "k".into()), ("pem".into(), sent)]);
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
