use super::*;
use crate::model::{Attrs, ClientRef, Found, RemoteId, Standing, SubjectType};
use crate::plan::verdict::{Evidence, Verdict};

fn client(key: &str) -> ClientRef {
    ClientRef::Key(key.parse().unwrap())
}

fn grant(key: &str) -> Address {
    Address::Grant {
        client: client(key),
        audience: "urn:maps".parse().unwrap(),
        subject_type: SubjectType::Client,
    }
}

#[test]
fn what_is_only_being_taken_over_is_not_counted_as_owned() {
    let found = Found {
        id: RemoteId::new("1"),
        standing: Standing::Ordinary,
        attrs: Attrs::new(),
        revision: None,
    };
    let judged = [
        (Class::Managed, Address::Client(client("ours"))),
        (Class::Orphan, grant("ours")),
        (Class::Adoptable, Address::Client(client("new"))),
        (Class::Managed, grant("new")),
        (
            Class::Unmanaged,
            Address::Client(client("theirs")),
        ),
    ];

    let mut verdicts = Verdicts::new();
    for (class, address) in &judged {
        let verdict = Verdict {
            found: &found,
            class: class.clone(),
            evidence: Evidence::Nothing,
            address: address.clone(),
        };
        verdicts.insert(address, verdict);
    }

    let expected = BTreeMap::from([(Kind::Client, 1), (Kind::Grant, 1)]);
    assert_eq!(count_owned(&verdicts), expected);
}
