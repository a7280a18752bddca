use std::collections::BTreeMap;

use super::*;
use crate::model::{RemoteId, Standing};
use serde_json::json;

fn attrs(json: serde_json::Value) -> Attrs {
    Value::from(json)
        .as_map()
        .unwrap()
        .clone()
}

fn rules(defaults: &Attrs) -> FieldRules {
    FieldRules {
        defaults: defaults.clone(),
        ..FieldRules::default()
    }
}

fn server(live: serde_json::Value) -> (Address, Found) {
    let address = Address::ResourceServer("urn:maps".parse().unwrap());
    let found = Found {
        id: RemoteId::new("1"),
        standing: Standing::Ordinary,
        attrs: attrs(live),
        revision: None,
    };

    (address, found)
}

#[test]
fn a_server_that_gains_and_loses_scopes_keeps_the_lost_ones_until_the_end() {
    let (address, found) =
        server(json!({"name": "A", "scopes": {"old": "O", "both": "B"}}));
    let wanted =
        attrs(json!({"name": "A", "scopes": {"new": "N", "both": "B"}}));
    let changes = update(&address, &wanted, &found, &rules(&Attrs::new()));

    let all = attrs(json!({"scopes": {"old": "O", "both": "B", "new": "N"}}));
    let last = attrs(json!({"scopes": {"both": "B", "new": "N"}}));
    let made: Vec<_> = changes
        .iter()
        .map(|change| (change.action, &change.fields))
        .collect();
    assert_eq!(
        made,
        [(Action::Update, &all), (Action::Narrow, &last)]
    );
}

#[test]
fn a_server_that_only_loses_scopes_is_changed_once_and_last() {
    let (address, found) =
        server(json!({"scopes": {"old": null, "both": null}}));
    let wanted = attrs(json!({"scopes": {"both": null}}));
    let changes = update(&address, &wanted, &found, &rules(&Attrs::new()));
    let actions: Vec<_> = changes
        .iter()
        .map(|change| change.action)
        .collect();
    assert_eq!(actions, [Action::Narrow]);
}

#[test]
fn the_life_of_browser_tokens_falls_along_only_where_it_must() {
    let defaults = attrs(json!({"token_lifetime_for_web": 7200}));
    let ceilings = BTreeMap::from([(
        "token_lifetime_for_web".to_owned(),
        "token_lifetime".to_owned(),
    )]);
    let rules = FieldRules {
        defaults,
        ceilings,
        ..FieldRules::default()
    };
    let wanted = attrs(json!({"token_lifetime": 300}));
    let both = json!({"token_lifetime": 300, "token_lifetime_for_web": 300});

    for (live, expected) in [
        (json!({}), Some(attrs(both.clone()))),
        (
            json!({"token_lifetime_for_web": 200}),
            Some(wanted.clone()),
        ),
        (both, None),
    ] {
        let (address, found) = server(live);
        let changes = update(&address, &wanted, &found, &rules);
        let written = changes
            .first()
            .map(|change| change.fields.clone());
        assert_eq!(written, expected);
    }
}

#[test]
fn what_is_created_sends_no_nulls() {
    let (address, _) = server(json!({}));
    let mut wanted = attrs(json!({"name": "A", "description": null}));
    let entries = attrs(json!({"team": "x", "tier": null}));
    wanted.insert(
        "client_metadata".into(),
        Value::Entries(entries),
    );
    let created = create(&address, &wanted, &rules(&Attrs::new())).fields;

    let mut expected = attrs(json!({"name": "A"}));
    let given = Value::Entries(attrs(json!({"team": "x"})));
    expected.insert("client_metadata".into(), given);
    assert_eq!(created, expected);
}
