use super::*;
use crate::model::{Attrs, SubjectType};

fn client() -> ClientRef {
    ClientRef::Key("courier".parse().unwrap())
}

fn grant(audience: &str) -> Address {
    Address::Grant {
        client: client(),
        audience: audience.parse().unwrap(),
        subject_type: SubjectType::Client,
    }
}

fn change(address: Address, action: Action) -> Change {
    Change {
        address,
        action,
        edits: Vec::new(),
        evidence: None,
        fields: Attrs::new(),
        precondition: None,
    }
}

#[test]
fn no_grant_is_given_of_a_scope_that_is_not_mended_yet() {
    let server = |before| {
        let edit = Edit {
            path: vec!["scopes".into(), "read".into()],
            leaf: Leaf::Changed {
                before,
                after: Value::Text("Read".into()),
            },
        };
        let address = Address::ResourceServer("urn:a".parse().unwrap());
        let edits = vec![edit];
        Change {
            edits,
            ..change(address, Action::Update)
        }
    };
    let edit = Edit {
        path: vec!["scopes".into()],
        leaf: Leaf::Added(Value::Text("read".into())),
    };
    let granted = Change {
        edits: vec![edit],
        ..change(grant("urn:a"), Action::Update)
    };

    let damaged = DamagedScope {
        why: "tokens are for another API",
        description: None,
    };
    for (before, blockers) in [
        (damaged.value(), vec![0]),
        // What a scope allows is said to people only.
        (Value::Text("Reads".into()), vec![]),
    ] {
        let changes = [server(before), granted.clone()];
        assert_eq!(find_blockers(&changes), [vec![], blockers]);
    }
}

#[test]
fn no_grant_changes_while_its_client_is_not_taken_over() {
    let mut changes = [
        change(grant("urn:a"), Action::Create),
        change(grant("urn:b"), Action::Update),
        change(grant("urn:c"), Action::Delete),
        change(Address::Client(client()), Action::Adopt),
    ];
    sort_changes(&mut changes);

    assert_eq!(
        find_blockers(&changes),
        [vec![], vec![0], vec![0], vec![0]]
    );
}
