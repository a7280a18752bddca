//! Organizations, as far as machine-to-machine access
//! goes: the grants they may use.

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
        if self
            .organization_by_name(name)
            .is_some()
        {
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
        self.associations
            .remove_organization(id);
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
        let ids = self
            .associations
            .organizations_of(grant_id);

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
mod tests;
