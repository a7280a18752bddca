//! The collections that can be searched, and what their objects are found by.

use serde_json::Value;

use super::grant_index::GrantIndex;
use super::search_query::SearchQuery;
use crate::emulator::tenant::{
    Client, ClientGrant, ClientView, Collection, Listed, Object,
    ResourceServer, Revision, Tenant, text,
};

/// Longer values of metadata are not in the index.
const LONGEST_INDEXED: usize = 64;

const UPDATED_AT: &str = "updated_at";
const ORGANIZATION: &str = "organization_id";
const ORGANIZATION_OF_GRANT: &str = "client_grant.organization_id";
const ANY_ORGANIZATION_OF_GRANT: &str = "client_grant.allow_any_organization";

/// A collection that can be searched.
pub(super) trait Searched: Collection {
    const READ_SCOPES: &'static [&'static str];
    /// What can be searched for. What ends in `*` is
    /// every field that begins so.
    const SEARCHED: &'static [&'static str];
    /// What no search shows.
    const HIDDEN: &'static [&'static str];

    /// What an object is found by under the name of a field.
    fn find_values(
        _index: &GrantIndex,
        object: &Object,
        field: &str,
    ) -> Vec<String> {
        values_of(object, field)
    }

    /// What a caller sees of an object.
    fn view(_caller: ClientView, object: &Object) -> Object {
        object.clone()
    }
}

impl Searched for Client {
    const READ_SCOPES: &'static [&'static str] =
        &["read:clients", "read:client_summary"];
    const SEARCHED: &'static [&'static str] = &[
        "client_id",
        "external_client_id",
        "name",
        "app_type",
        "is_first_party",
        UPDATED_AT,
        "metadata.*",
        ORGANIZATION_OF_GRANT,
        ANY_ORGANIZATION_OF_GRANT,
    ];
    const HIDDEN: &'static [&'static str] = &[
        "client_secret",
        "encryption_key",
        "signing_keys",
        "owners",
        "addons",
    ];

    fn find_values(
        index: &GrantIndex,
        client: &Object,
        field: &str,
    ) -> Vec<String> {
        let id = text(client, Self::ID).unwrap_or_default();

        match field {
            ORGANIZATION_OF_GRANT => index.organizations_of_client(id),
            ANY_ORGANIZATION_OF_GRANT => {
                vec![index.is_for_any(id).to_string()]
            }
            _ => match field.strip_prefix("metadata.") {
                Some(key) => values_of_metadata(client, key),
                None => values_of(client, field),
            },
        }
    }

    fn view(caller: ClientView, client: &Object) -> Object {
        caller.show(client)
    }
}

impl Searched for ClientGrant {
    const READ_SCOPES: &'static [&'static str] = &["read:client_grants"];
    const SEARCHED: &'static [&'static str] = &[
        "audience",
        "client_id",
        "subject_type",
        "allow_any_organization",
        ORGANIZATION,
        "default_for",
        UPDATED_AT,
    ];
    const HIDDEN: &'static [&'static str] = &[];

    fn find_values(
        index: &GrantIndex,
        grant: &Object,
        field: &str,
    ) -> Vec<String> {
        if field != ORGANIZATION {
            return values_of(grant, field);
        }

        let id = text(grant, Self::ID).unwrap_or_default();
        index.organizations_of_grant(id)
    }
}

impl Searched for ResourceServer {
    const READ_SCOPES: &'static [&'static str] = &["read:resource_servers"];
    const SEARCHED: &'static [&'static str] =
        &["id", "identifier", "name", UPDATED_AT];
    const HIDDEN: &'static [&'static str] = &["signing_secret"];
}

/// What a search knows of a tenant: all that was so at a revision.
pub(super) struct Known<'t> {
    tenant: &'t Tenant,
    revision: Revision,
    grants: GrantIndex,
}

impl<'t> Known<'t> {
    pub(super) fn read(
        tenant: &'t Tenant,
        revision: Revision,
        query: &SearchQuery,
    ) -> Self {
        Self {
            tenant,
            revision,
            grants: GrantIndex::read(tenant, revision, query),
        }
    }

    /// The first so many objects that are meant, in the
    /// order of the collection.
    pub(super) fn find<C: Searched>(
        &self,
        query: &SearchQuery,
        after: Option<&str>,
        most: usize,
    ) -> Vec<Listed<'t>> {
        let admits = |object: &Object| {
            query.admits(|field| self.find_values::<C>(object, field))
        };

        self.tenant
            .find_as_of::<C>(self.revision, after, most, admits)
    }

    /// What an object is found by, in every collection.
    pub(super) fn find_values<C: Searched>(
        &self,
        object: &Object,
        field: &str,
    ) -> Vec<String> {
        if field != UPDATED_AT {
            return C::find_values(&self.grants, object, field);
        }

        let id = text(object, C::ID).unwrap_or_default();
        let updated = self.tenant.updated_at::<C>(id);
        let updated = updated.map(|moment| moment.to_string());
        updated.into_iter().collect()
    }
}

fn values_of(object: &Object, field: &str) -> Vec<String> {
    let value = object.get(field).map(write_value);

    value.into_iter().collect()
}

fn values_of_metadata(client: &Object, key: &str) -> Vec<String> {
    let metadata = client.get("client_metadata");
    let value = metadata.and_then(|metadata| metadata.get(key));
    let value = value.map(write_value);

    let indexed =
        value.filter(|value| value.chars().count() <= LONGEST_INDEXED);
    indexed.into_iter().collect()
}

fn write_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
