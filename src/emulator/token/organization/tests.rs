use serde_json::{Value, json};

use super::*;

fn object(value: &Value) -> Object {
    value.as_object().unwrap().clone()
}

/// A tenant with two organizations, and a client with a grant that the first of
/// them may use.
struct Scene {
    tenant: Tenant,
    organizations: [String; 2],
    client: Object,
    grant: Object,
}

/// The grant has these settings, and the client falls back to the organization
/// of this index.
fn set_up(settings: &Value, default: Option<usize>) -> Scene {
    let mut tenant = Tenant::new([0; 32]);
    let organizations = ["one", "two"].map(|name| {
        let body = object(&json!({"name": name}));
        let organization = tenant
            .create_organization(body)
            .unwrap();
        text(&organization, "id")
            .unwrap()
            .to_owned()
    });
    let api = object(&json!({"identifier": "urn:a"}));
    tenant
        .create_resource_server(api)
        .unwrap();

    let mut client = json!({"name": "n"});
    if let Some(index) = default {
        client["default_organization"] = json!({
            "organization_id": organizations[index],
            "flows": ["client_credentials"]
        });
    }
    let client = tenant
        .create_client(object(&client))
        .unwrap();

    // An association is only made with a grant that allows organizations.
    let body = object(&json!({
        "client_id": client["client_id"],
        "audience": "urn:a",
        "organization_usage": "allow"
    }));
    let id = tenant.create_grant(body).unwrap()["id"].clone();
    let association = object(&json!({"grant_id": id}));
    tenant
        .associate(&organizations[0], &association)
        .unwrap();
    let grant = tenant
        .update_grant(id.as_str().unwrap(), object(settings))
        .unwrap();

    Scene {
        tenant,
        organizations,
        client,
        grant,
    }
}

impl Scene {
    /// The index of the organization that is chosen where none is named.
    fn choose(&self) -> Result<Option<usize>, Refusal> {
        self.choose_for(None)
    }

    fn choose_by_name(&self, name: &str) -> Result<Option<usize>, Refusal> {
        self.choose_for(Some(name))
    }

    fn choose_first_by_id(&self) -> Result<Option<usize>, Refusal> {
        self.choose_for(Some(&self.organizations[0]))
    }

    fn choose_for(
        &self,
        asked: Option<&str>,
    ) -> Result<Option<usize>, Refusal> {
        let chosen = choose_organization(
            &self.tenant,
            &self.client,
            &self.grant,
            asked,
        )?;
        let Some(chosen) = chosen else {
            return Ok(None);
        };
        Ok(self
            .organizations
            .iter()
            .position(|id| *id == chosen))
    }
}

#[test]
fn a_grant_that_denies_organizations_is_used_without() {
    for usage in [json!("deny"), json!(null)] {
        let settings = json!({"organization_usage": usage});
        let without_default = set_up(&settings, None);
        assert_eq!(without_default.choose(), Ok(None));
        assert_eq!(
            without_default.choose_first_by_id(),
            Err(Refusal::OrganizationNotAllowed)
        );
        assert_eq!(set_up(&settings, Some(0)).choose(), Ok(None));
    }
}

#[test]
fn a_grant_that_allows_organizations_takes_the_one_named_and_no_default() {
    let settings = json!({"organization_usage": "allow"});
    assert_eq!(set_up(&settings, None).choose(), Ok(None));
    assert_eq!(set_up(&settings, Some(0)).choose(), Ok(None));
    assert_eq!(
        set_up(&settings, None).choose_first_by_id(),
        Ok(Some(0))
    );
}

#[test]
fn a_grant_that_requires_an_organization_takes_the_default_too() {
    let settings = json!({"organization_usage": "require"});
    assert_eq!(
        set_up(&settings, None).choose(),
        Err(Refusal::OrganizationRequired)
    );
    assert_eq!(set_up(&settings, Some(0)).choose(), Ok(Some(0)));
    assert_eq!(
        set_up(&settings, None).choose_first_by_id(),
        Ok(Some(0))
    );
}

fn no_organization(name: &str) -> Result<Option<usize>, Refusal> {
    Err(Refusal::NoOrganization(name.to_owned()))
}

#[test]
fn only_an_organization_that_may_use_the_grant_is_taken() {
    let required = json!({"organization_usage": "require"});
    let associated = set_up(&required, None);
    assert_eq!(associated.choose_by_name("one"), Ok(Some(0)));
    assert_eq!(
        associated.choose_by_name("two"),
        no_organization("two")
    );

    let other_by_default = set_up(&required, Some(1)).choose();
    assert!(matches!(
        other_by_default,
        Err(Refusal::NoOrganization(_))
    ));

    let any = json!({"organization_usage": "require", "allow_any_organization": true});
    let open = set_up(&any, None);
    assert_eq!(open.choose_by_name("two"), Ok(Some(1)));
    assert_eq!(
        open.choose_by_name("three"),
        no_organization("three")
    );
}
