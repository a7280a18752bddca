//! Organizations, as far as machine-to-machine access goes: the grants they may
//! use.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::collection::{Collection, Schema};
use super::fields::shape::{Record, SOME_TEXT, field, record};
use super::fields::{ORGANIZATION, Operation, check};
use super::{
    ClientGrant, Listing, Object, Refusal, Tenant, into_object, is_true, merge,
    text,
};

/// An organization: `/organizations`.
pub(crate) enum Organization {}

impl Schema for Organization {
    const RECORD: &'static Record = &ORGANIZATION;
    const KEYS: &'static [&'static str] = &[
        "id",
        "name",
        "display_name",
        "branding",
        "metadata",
        "token_quota",
        "third_party_client_access",
        "is_app_entitlement_active",
    ];
}

impl Collection for Organization {
    const NAME: &'static str = "organizations";
    const PATH: &'static str = "/organizations";
    const SCOPES: &'static [&'static str] =
        &["organizations", "organization_client_grants"];
    const INDEXED: &'static [&'static str] = &["name"];
    const MISSING: Refusal = Refusal::NotFound {
        message: "No organization found by that id or name",
        // Recorded: of an organization there is none.
        code: None,
    };
}

const SAME_NAME: Refusal = Refusal::Conflict {
    message: Cow::Borrowed("An organization with this name already exists"),
    code: Some("organization_conflict"),
};

/// That an organization may use a grant: `/organizations/{id}/client-grants`.
pub(crate) enum OrganizationGrant {}

impl Schema for OrganizationGrant {
    const RECORD: &'static Record = &ORGANIZATION_GRANT;
    const KEYS: &'static [&'static str] = &[
        "id",
        "grant_id",
        "client_id",
        "audience",
        "scope",
        "organization_usage",
        "allow_any_organization",
        "subject_type",
    ];
}

static ORGANIZATION_GRANT: Record =
    record(&[field("grant_id", SOME_TEXT).required()]);

/// What the answers about an organization's grant show of the grant.
const SHOWN: [&str; 7] = [
    "id",
    "client_id",
    "audience",
    "scope",
    "organization_usage",
    "allow_any_organization",
    "subject_type",
];

/// How many grants of clients one organization may use.
const MOST_GRANTS: usize = 100;

// In our words: Auth0's are not known.
const TOO_MANY_GRANTS: Refusal =
    Refusal::Rule("An organization can have a maximum of 100 client grants");

impl Tenant {
    pub(crate) fn organizations(&self) -> Listing<'_> {
        self.store::<Organization>().all()
    }

    /// The organization of this id, or else of this name: names are unique too.
    pub(crate) fn organization_named(&self, name: &str) -> Option<&Object> {
        self.organization(name)
            .or_else(|| self.organization_by_name(name))
    }

    pub(crate) fn organization_by_name(&self, name: &str) -> Option<&Object> {
        self.store::<Organization>()
            .with("name", name)
            .first()
    }

    pub(crate) fn organization(&self, id: &str) -> Option<&Object> {
        self.store::<Organization>().get(id)
    }

    pub(crate) fn create_organization(
        &mut self,
        body: Object,
    ) -> Result<Object, Refusal> {
        check(&ORGANIZATION, &body, Operation::Create)?;
        let name = text(&body, "name").unwrap_or_default();
        if self.organization_by_name(name).is_some() {
            return Err(SAME_NAME);
        }
        self.check_room::<Organization>()?;

        let id = format!("org_{}", self.id_generator.alphanumeric(16));
        let mut organization = into_object(json!({
            "id": id,
            "third_party_client_access": "block",
            "is_app_entitlement_active": false
        }));
        merge(&mut organization, body);
        drop_empty_metadata(&mut organization);
        self.keep::<Organization>(organization.clone());

        Ok(organization)
    }

    /// Every field that is named is replaced whole, its metadata too: recorded.
    pub(crate) fn update_organization(
        &mut self,
        id: &str,
        body: Object,
    ) -> Result<Object, Refusal> {
        check(&ORGANIZATION, &body, Operation::Update)?;
        let mut organization = self.find::<Organization>(id)?.clone();
        if text(&body, "name")
            .is_some_and(|name| self.is_named_by_another(name, id))
        {
            return Err(SAME_NAME);
        }

        merge(&mut organization, body);
        drop_empty_metadata(&mut organization);
        self.keep::<Organization>(organization.clone());

        Ok(organization)
    }

    fn is_named_by_another(&self, name: &str, id: &str) -> bool {
        self.organization_by_name(name)
            .is_some_and(|other| text(other, "id") != Some(id))
    }

    /// Its grants stay, and it uses them no more. Deleting what is already gone
    /// succeeds, as with the other collections: not observed.
    pub(crate) fn delete_organization(&mut self, id: &str) {
        self.remove::<Organization>(id);
        self.associations.remove_organization(id);
    }

    /// Lets an organization use a grant; doing it again changes nothing. That a
    /// grant must allow organizations is known from use, its words are not.
    pub(crate) fn associate(
        &mut self,
        id: &str,
        body: &Object,
    ) -> Result<Object, Refusal> {
        check(&ORGANIZATION_GRANT, body, Operation::Create)?;
        self.find::<Organization>(id)?;
        let grant_id = text(body, "grant_id").unwrap_or_default();
        let grant = self.find::<ClientGrant>(grant_id)?;
        if !matches!(
            text(grant, "organization_usage"),
            Some("allow" | "require")
        ) {
            return Err(Refusal::Rule(
                "The client grant does not allow organizations",
            ));
        }

        let is_new = !self.associations.contains(id, grant_id);
        if is_new && self.associations.grants_of(id).count() >= MOST_GRANTS {
            return Err(TOO_MANY_GRANTS);
        }

        let mut answer = shown_to_organizations(grant);
        // The one answer that calls the id of a grant so, and leaves out whom
        // the grant is for.
        if let Some(id) = answer.remove("id") {
            answer.insert("grant_id".to_owned(), id);
        }
        answer.remove("subject_type");
        self.associations.insert(id, grant_id);

        Ok(answer)
    }

    /// Undoing what is not done succeeds.
    pub(crate) fn dissociate(&mut self, id: &str, grant_id: &str) {
        self.associations.remove(id, grant_id);
    }

    /// The grants an organization may use.
    pub(crate) fn grants_of_organization(
        &self,
        id: &str,
    ) -> Result<Listing<'_>, Refusal> {
        self.find::<Organization>(id)?;
        let ids = self.associations.grants_of(id);

        Ok(self.store::<ClientGrant>().of(ids))
    }

    /// The organizations that may use a grant, in the order of their creation.
    pub(crate) fn organizations_of_grant(
        &self,
        grant_id: &str,
    ) -> Result<Listing<'_>, Refusal> {
        self.find::<ClientGrant>(grant_id)?;
        let ids = self.associations.organizations_of(grant_id);

        Ok(self.store::<Organization>().of(ids))
    }

    /// The ids of the organizations that may use a grant.
    pub(crate) fn organization_ids_of_grant(
        &self,
        grant_id: &str,
    ) -> Vec<String> {
        self.associations
            .organizations_of(grant_id)
            .map(str::to_owned)
            .collect()
    }

    /// Whether an organization is among those that may use a grant.
    pub(crate) fn is_associated(&self, id: &str, grant_id: &str) -> bool {
        self.associations.contains(id, grant_id)
    }

    /// The clients with a grant that the organization may use.
    pub(crate) fn clients_of_organization(&self, id: &str) -> BTreeSet<&str> {
        self.associations
            .grants_of(id)
            .filter_map(|grant_id| self.grant(grant_id))
            .filter_map(|grant| text(grant, "client_id"))
            .collect()
    }

    /// The clients with a grant that every organization may use.
    pub(crate) fn clients_of_any_organization(&self) -> BTreeSet<&str> {
        self.store::<ClientGrant>()
            .objects()
            .filter(|grant| is_true(grant, "allow_any_organization"))
            .filter_map(|grant| text(grant, "client_id"))
            .collect()
    }
}

/// Of metadata, null is no value.
fn drop_empty_metadata(organization: &mut Object) {
    if let Some(Value::Object(metadata)) = organization.get_mut("metadata") {
        metadata.retain(|_, value| !value.is_null());
    }
}

/// A grant as answers about its organizations show it.
pub(crate) fn shown_to_organizations(grant: &Object) -> Object {
    grant
        .iter()
        .filter(|(key, _)| SHOWN.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{object, seeded, with_client_and_api};
    use super::*;

    /// A tenant with an organization and a grant that allows organizations, and
    /// their ids.
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
        let grant = tenant.create_grant(object(grant)).unwrap();
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
            tenant.update_grant(&grant, change).unwrap();
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
        let mut create = |name: &str| {
            tenant.create_organization(object(json!({"name": name})))
        };
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
        let updated =
            change(json!({"metadata": metadata, "name": "a"})).unwrap();
        assert_eq!(updated["metadata"], json!({"k": "x"}));
        assert_eq!(change(json!({"name": "b"})), Err(SAME_NAME));
        assert!(matches!(
            change(json!({"enabled_connections": []})),
            Err(Refusal::Payload(_))
        ));
        change(json!({"name": "c"})).unwrap();
        assert!(tenant.organization_by_name("a").is_none());
        assert_eq!(
            tenant.organization_by_name("c").unwrap()["id"],
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
            let grant = tenant.create_grant(object(grant)).unwrap();
            let outcome = tenant
                .associate(&organization, &ask(text(&grant, "id").unwrap()));
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
}
