//! What a grant says beside its scopes: it is exported, or said to stay.

use std::collections::BTreeMap;

use grantry::model::{
    Address, Attrs, ClientRef, Found, Identifier, Kind, RemoteId, Snapshot,
    Standing, SubjectType, TenantHash, Value,
};
use serde_json::{Value as Json, json};

use crate::export::back::{all_of, assert_adopts_only, load, planned};
use crate::export::tenants::rules;

const DOMAIN: &str = "acme.eu.auth0.com";
const MAPS: &str = "urn:maps";

fn found(json: Json) -> Found {
    Found {
        id: RemoteId::new(json.to_string()),
        standing: Standing::Ordinary,
        attrs: attrs(json),
        revision: None,
    }
}

fn attrs(json: Json) -> Attrs {
    Value::from(json)
        .as_map()
        .unwrap()
        .clone()
}

/// A tenant with one grant, whose organizations are kept apart.
fn tenant(subject_type: SubjectType, grant: Json) -> Snapshot {
    let mut rules = rules();
    let of_grants = rules.get_mut(&Kind::Grant).unwrap();
    of_grants
        .unlisted
        .insert("organizations".to_owned());
    of_grants.defaults.extend(attrs(
        json!({ "authorization_details_types": [] }),
    ));

    let client = ClientRef::Id("aCourier".parse().unwrap());
    let audience: Identifier = MAPS.parse().unwrap();
    let grant_address = Address::Grant {
        client: client.clone(),
        audience: audience.clone(),
        subject_type,
    };
    let scopes = json!({ "read:maps": null });
    let details = json!([{ "type": "payment" }]);
    let found = BTreeMap::from([
        (
            Address::ResourceServer(audience),
            found(
                json!({ "name": "Maps", "scopes": scopes, "authorization_details": details }),
            ),
        ),
        (
            Address::Client(client),
            found(json!({ "name": "Courier" })),
        ),
        (grant_address, found(grant)),
    ]);
    Snapshot {
        tenant: TenantHash::of(DOMAIN),
        support: &grantry::provider::local::SUPPORT,
        management_api: Some(Identifier::of_management_api(DOMAIN)),
        rules,
        found,
        unnamed: Vec::new(),
        held_scopes: BTreeMap::new(),
    }
}

/// The grants of an export, which settles when it is planned.
fn exported(subject_type: SubjectType, grant: Json) -> String {
    let seen = tenant(subject_type, grant);
    let export = all_of(&seen);
    assert_adopts_only(
        &planned(&load(&export), &seen).plan,
        &export.file(),
    );

    let file = export.file();
    let (_, grants) = file.split_once("\ngrants:\n").unwrap();
    grants.to_owned()
}

#[test]
fn nothing_of_a_grant_is_left_out_without_a_word() {
    let all = "scopes: [read:maps]";
    for (subject_type, grant, said, stays) in [
        (
            SubjectType::User,
            json!({ "authorization_details_types": ["payment", "transfer"] }),
            "authorization_details_types: [payment, transfer]",
            "",
        ),
        (
            SubjectType::User,
            json!({ "authorization_details_types": [] }),
            all,
            "",
        ),
        // A configuration has no such grant.
        (
            SubjectType::Client,
            json!({ "authorization_details_types": ["payment"] }),
            all,
            "# \"authorization_details_types\" stays",
        ),
        (
            SubjectType::Client,
            json!({ "organization_usage": "allow", "organizations": ["org_abc123456789"] }),
            "organizations: [org_abc123456789]",
            "",
        ),
        (
            SubjectType::Client,
            json!({ "organization_usage": "allow", "organizations": [] }),
            "organization_usage: allow",
            "",
        ),
        // Nobody has looked at them.
        (
            SubjectType::Client,
            json!({ "organization_usage": "require" }),
            "organization_usage: require",
            "# \"organizations\" stays",
        ),
        // There are none that it could name.
        (
            SubjectType::Client,
            json!({ "organization_usage": "deny" }),
            all,
            "",
        ),
        (
            SubjectType::Client,
            json!({ "organization_usage": "from_the_future" }),
            all,
            "# \"organization_usage\" stays",
        ),
    ] {
        let mut whole = json!({ "scopes": ["read:maps"] });
        let fields = whole.as_object_mut().unwrap();
        fields.extend(grant.as_object().unwrap().clone());

        let text = exported(subject_type, whole);
        assert!(
            text.contains(said) && text.contains(stays),
            "{grant}: {text}"
        );
        assert_eq!(
            text.contains('#'),
            !stays.is_empty(),
            "{grant}: {text}"
        );
    }
}
