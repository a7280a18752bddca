use crate::model::{RemoteId, Value};

use super::*;

fn attrs(json: Json) -> Attrs {
    match Value::from(json) {
        Value::Map(attrs) => attrs,
        other => panic!("{other:?} is no object"),
    }
}

fn grant(subject_type: SubjectType) -> Address {
    Address::Grant {
        client: ClientRef::Id("c1".parse().unwrap()),
        audience: "https://api/".parse().unwrap(),
        subject_type,
    }
}

fn api() -> Address {
    Address::ResourceServer("https://api/".parse().unwrap())
}

fn create(address: &Address, json: Json) -> Json {
    let step = Step::Create {
        address,
        fields: &attrs(json),
    };
    let request = Request::of(step).unwrap();

    assert_eq!(request.method, Method::POST);
    assert_eq!(request.path.len(), 1);
    request.body.unwrap()
}

fn update(address: &Address, json: Json) -> Json {
    let step = Step::Update {
        address,
        id: &RemoteId::new("x/1"),
        fields: &attrs(json),
    };
    let request = Request::of(step).unwrap();

    assert_eq!(request.path().last(), Some("x/1"));
    request.body.unwrap()
}

#[test]
fn a_create_says_where_the_object_is() {
    assert_eq!(
        create(
            &api(),
            json!({ "name": "API", "scopes": { "a": null } })
        ),
        json!({ "identifier": "https://api/", "name": "API", "scopes": [{ "value": "a" }] })
    );
    assert_eq!(
        create(
            &grant(SubjectType::Client),
            json!({ "scopes": [] })
        ),
        json!({ "client_id": "c1", "audience": "https://api/", "scope": [] })
    );
    assert_eq!(
        create(
            &grant(SubjectType::User),
            json!({ "all_scopes": true })
        ),
        json!({
            "client_id": "c1", "audience": "https://api/", "subject_type": "user",
            "allow_all_scopes": true,
        })
    );
}

#[test]
fn a_client_without_a_secret_is_not_left_to_the_grant_types_of_its_kind() {
    let address = Address::Client(ClientRef::Key("c".parse().unwrap()));
    let body = create(
        &address,
        json!({ "token_endpoint_auth_method": "none" }),
    );
    assert_eq!(
        body["grant_types"],
        json!([
            "authorization_code",
            "client_credentials",
            "implicit",
            "refresh_token"
        ])
    );

    for said in [
        json!({ "token_endpoint_auth_method": "none", "grant_types": ["implicit"] }),
        json!({ "token_endpoint_auth_method": "client_secret_post" }),
    ] {
        let grant_types = said.get("grant_types").cloned();
        let body = create(&address, said);
        assert_eq!(body.get("grant_types"), grant_types.as_ref());
    }
}

#[test]
fn scopes_of_a_grant_are_switched_in_one_request() {
    let address = grant(SubjectType::Client);

    assert_eq!(
        update(&address, json!({ "scopes": ["a"] })),
        json!({ "scope": ["a"] })
    );
    assert_eq!(
        update(
            &address,
            json!({ "scopes": null, "all_scopes": true })
        ),
        json!({ "allow_all_scopes": true })
    );
    assert_eq!(
        update(
            &address,
            json!({ "scopes": ["a"], "all_scopes": null })
        ),
        json!({ "scope": ["a"], "allow_all_scopes": false })
    );
    assert_eq!(
        update(&address, json!({ "all_scopes": false })),
        json!({ "scope": [], "allow_all_scopes": false })
    );
}

#[test]
fn metadata_of_an_update_keeps_its_tombstones() {
    let entries = Value::Entries(Attrs::from_iter([("a".into(), Value::Null)]));
    let address = &Address::Client(ClientRef::Key("c".parse().unwrap()));
    let fields = &Attrs::from_iter([("client_metadata".into(), entries)]);
    let step = Step::Update {
        address,
        id: &RemoteId::new("c1"),
        fields,
    };

    let body = Request::of(step).unwrap().body;
    assert_eq!(
        body,
        Some(json!({ "client_metadata": { "a": null } }))
    );
}

#[test]
fn a_grant_of_a_client_without_an_id_is_not_sent() {
    let address = Address::Grant {
        client: ClientRef::Key("gift-deliveries".parse().unwrap()),
        audience: "https://api/".parse().unwrap(),
        subject_type: SubjectType::Client,
    };
    let step = Step::Create {
        address: &address,
        fields: &Attrs::new(),
    };

    let error = Request::of(step).unwrap_err();
    assert!(error.contains("gift-deliveries"), "{error}");
    assert!(error.contains("no id yet"), "{error}");
}
