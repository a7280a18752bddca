use serde_json::{Value as Json, json};

use super::*;
use crate::model::{
    Address, ClientRef, Kind, RemoteId, Standing, SubjectType, Value,
};
use crate::provider::Objects;

fn attrs(json: Json) -> Attrs {
    Value::from(json)
        .as_map()
        .unwrap()
        .clone()
}

fn client() -> Address {
    Address::Client(ClientRef::Key("courier".parse().unwrap()))
}

fn grant() -> Address {
    Address::Grant {
        client: ClientRef::Id("c1".parse().unwrap()),
        audience: "urn:maps".parse().unwrap(),
        subject_type: SubjectType::Client,
    }
}

fn with_key(key: &str) -> Json {
    let fields = json!({ key: { "expires_at": "2095-05-13T09:33:13Z" } });
    json!({ ClientSpec::METHODS: { "private_key_jwt": fields } })
}

fn for_one(organization: &str) -> Json {
    json!({ GrantSpec::ORGANIZATIONS: [organization] })
}

/// How many requests a change to an object with these fields
/// takes, and what they need.
fn rehearse(
    address: Address,
    action: Action,
    fields: Json,
    seen: Json,
) -> (usize, BTreeSet<Need>) {
    let change = Change {
        address,
        action,
        edits: Vec::new(),
        evidence: None,
        fields: attrs(fields),
        precondition: None,
    };
    let found = Found {
        id: RemoteId::new("1"),
        standing: Standing::Ordinary,
        attrs: attrs(seen),
        revision: None,
    };

    let mut rehearsal = Rehearsal::default();
    rehearsal.rehearse(&change, Some(&found));
    (rehearsal.requests, rehearsal.needs)
}

#[test]
fn a_change_needs_what_its_requests_need() {
    let clients = Objects::Of(Kind::Client);
    let grants = Objects::Of(Kind::Grant);
    let keys = Objects::Keys;
    let organizations = Objects::Organizations;
    let endless =
        json!({ ClientSpec::METHODS: { "private_key_jwt": { "old": {} } } });

    for (address, action, fields, seen, requests, needs) in [
        (
            client(),
            Action::Update,
            json!({"name": "A"}),
            json!({}),
            1,
            vec![Need::Update(clients)],
        ),
        (
            client(),
            Action::Delete,
            json!({}),
            json!({}),
            1,
            vec![Need::Delete(clients)],
        ),
        (
            client(),
            Action::Create,
            with_key("new"),
            json!({}),
            1,
            vec![Need::Create(clients), Need::Create(keys)],
        ),
        // Looked at twice, added, switched over, deleted.
        (
            client(),
            Action::Adopt,
            with_key("new"),
            with_key("old"),
            5,
            vec![
                Need::Create(keys),
                Need::Update(clients),
                Need::Update(keys),
                Need::Delete(keys),
            ],
        ),
        (
            client(),
            Action::Update,
            with_key("old"),
            endless,
            3,
            vec![Need::Update(keys)],
        ),
        (
            grant(),
            Action::Create,
            for_one("org_a"),
            json!({}),
            2,
            vec![
                Need::Create(grants),
                Need::Create(organizations),
            ],
        ),
        // Looked at, let in, shut out.
        (
            grant(),
            Action::Update,
            for_one("org_a"),
            for_one("org_b"),
            3,
            vec![
                Need::Create(organizations),
                Need::Delete(organizations),
            ],
        ),
    ] {
        let story = format!("{action:?} {address}: {fields}");
        let expected = (requests, needs.into_iter().collect());
        assert_eq!(
            rehearse(address, action, fields, seen),
            expected,
            "{story}"
        );
    }
}
