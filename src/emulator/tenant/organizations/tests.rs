use super::super::tests::{object, seeded, with_client_and_api};
use super::*;

/// A tenant with an organization and a grant that allows
/// organizations, and their ids.
fn set_scene() -> (Tenant, String, String) {
    let (mut tenant, client) = with_client_and_api();
    let body = json!({"name": "some-org", "display_name": "Some"});
    let organization = tenant
        .create_organization(object(body))
        .unwrap();
    let grant = json!({
        "client_id": client, "audience": "urn:a", "scope": ["r"],
        "organization_usage": "allow", "allow_any_organization": true
    });
    let grant = tenant
        .create_grant(object(grant))
        .unwrap();
    let id = |object: &Object| text(object, "id").unwrap().to_owned();
    (tenant, id(&organization), id(&grant))
}

fn ask(grant: &str) -> Object {
    object(json!({"grant_id": grant}))
}

#[test]
fn an_association_shows_the_grant_under_another_name_of_its_id() {
    let (mut tenant, organization, grant) = set_scene();
    assert!(organization.starts_with("org_") && organization.len() == 20);
    let client = text(tenant.grant(&grant).unwrap(), "client_id")
        .unwrap()
        .to_owned();
    let answer = tenant
        .associate(&organization, &ask(&grant))
        .unwrap();
    let expected = json!({
        "grant_id": grant, "client_id": client, "audience": "urn:a", "scope": ["r"],
        "organization_usage": "allow", "allow_any_organization": true
    });
    assert_eq!(Value::Object(answer), expected);
    let shown = shown_to_organizations(
        tenant
            .grants_of_organization(&organization)
            .unwrap()
            .first()
            .unwrap(),
    );
    assert_eq!(
        (&shown["id"], &shown["subject_type"]),
        (&json!(grant), &json!("client"))
    );
    assert_eq!(
        tenant
            .organizations_of_grant(&grant)
            .unwrap()
            .count(),
        1
    );
    assert_eq!(
        tenant.clients_of_organization(&organization),
        BTreeSet::from([&*client])
    );
    assert_eq!(
        tenant.clients_of_any_organization(),
        BTreeSet::from([&*client])
    );

    tenant.dissociate(&organization, &grant);
    tenant.dissociate(&organization, &grant);
    assert_eq!(
        tenant
            .grants_of_organization(&organization)
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn only_grants_that_allow_organizations_are_associated() {
    let (mut tenant, organization, grant) = set_scene();
    for usage in [json!("deny"), Value::Null] {
        let change = object(json!({"organization_usage": usage}));
        tenant
            .update_grant(&grant, change)
            .unwrap();
        let refusal = tenant
            .associate(&organization, &ask(&grant))
            .unwrap_err();
        assert!(matches!(refusal, Refusal::Rule(_)), "{refusal}");
    }

    assert_eq!(
        tenant.associate("org_0", &ask(&grant)),
        Err(Organization::MISSING)
    );
    assert_eq!(
        tenant.associate(&organization, &ask("cgr_0")),
        Err(ClientGrant::MISSING)
    );
}

#[test]
fn an_association_goes_with_the_grant_its_client_or_the_organization() {
    for gone in ["grant", "client", "organization"] {
        let (mut tenant, organization, grant) = set_scene();
        tenant
            .associate(&organization, &ask(&grant))
            .unwrap();
        let client = text(tenant.grant(&grant).unwrap(), "client_id")
            .unwrap()
            .to_owned();
        match gone {
            "grant" => tenant.delete_grant(&grant).unwrap(),
            "client" => tenant.delete_client(&client).unwrap(),
            _ => tenant.delete_organization(&organization),
        }
        assert!(tenant.associations.kept().is_empty(), "{gone}");
    }
}

#[test]
fn names_of_organizations_are_unique_and_small() {
    let (mut tenant, ..) = set_scene();
    let mut create =
        |name: &str| tenant.create_organization(object(json!({"name": name})));
    assert_eq!(create("some-org"), Err(SAME_NAME));
    for name in ["", "Some", "-a", "a b", &"a".repeat(51)] {
        assert!(
            matches!(create(name), Err(Refusal::Payload(_))),
            "{name}"
        );
    }
    create("0_a-b").unwrap();
}

#[test]
fn a_change_replaces_the_metadata_and_keeps_names_unique() {
    let mut tenant = seeded();
    let body = json!({
        "name": "a", "metadata": {"k": "v", "l": "w"}, "is_app_entitlement_active": true
    });
    let created = tenant
        .create_organization(object(body))
        .unwrap();
    assert_eq!(created["third_party_client_access"], "block");
    assert_eq!(created["is_app_entitlement_active"], true);
    let other = tenant
        .create_organization(object(json!({"name": "b"})))
        .unwrap();
    assert_eq!(other["is_app_entitlement_active"], false);

    let id = text(&created, "id").unwrap();
    let mut change = |body| tenant.update_organization(id, object(body));
    let metadata = json!({"k": "x", "none": null});
    let updated = change(json!({"metadata": metadata, "name": "a"})).unwrap();
    assert_eq!(updated["metadata"], json!({"k": "x"}));
    assert_eq!(change(json!({"name": "b"})), Err(SAME_NAME));
    assert!(matches!(
        change(json!({"enabled_connections": []})),
        Err(Refusal::Payload(_))
    ));
    change(json!({"name": "c"})).unwrap();
    assert!(
        tenant
            .organization_by_name("a")
            .is_none()
    );
    assert_eq!(
        tenant
            .organization_by_name("c")
            .unwrap()["id"],
        id
    );
}

#[test]
fn an_organization_uses_a_hundred_grants_at_most() {
    let (mut tenant, organization, first) = set_scene();
    tenant
        .associate(&organization, &ask(&first))
        .unwrap();
    for number in 1..=MOST_GRANTS {
        let client = tenant
            .create_client(object(json!({"name": "n"})))
            .unwrap();
        let grant = json!({
            "client_id": client["client_id"], "audience": "urn:a",
            "organization_usage": "allow"
        });
        let grant = tenant
            .create_grant(object(grant))
            .unwrap();
        let outcome =
            tenant.associate(&organization, &ask(text(&grant, "id").unwrap()));
        assert_eq!(
            outcome.is_ok(),
            number < MOST_GRANTS,
            "{number}"
        );
    }
    tenant
        .associate(&organization, &ask(&first))
        .unwrap();
}
