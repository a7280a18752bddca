//! `/…/search` of the three kinds: what a collection holds by what it is asked
//! for, from an index that may be behind.

use axum::extract::State;
use axum::{Extension, Router, routing::get};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::answer::{Failure, Paged};
use super::grant_index::GrantIndex;
use super::guard::Caller;
use super::json::Page;
use super::query::{CHECKPOINT, FIELDS, Fields, Query};
use super::search_query::{SearchQuery, Searchable};
use super::{Routes, Shared};
use crate::emulator::conditions::SearchLag;
use crate::emulator::tenant::{
    Client, ClientGrant, ClientView, Collection, Listed, Object,
    ResourceServer, Revision, Tenant, text,
};

/// How many objects a page has when nothing is said, and at most.
const DEFAULT_LIMIT: usize = 50;
const LARGEST_LIMIT: usize = 100;

/// Longer values of metadata are not in the index.
const LONGEST_INDEXED: usize = 64;

/// A collection that can be searched.
trait Searched: Collection {
    const READ_SCOPES: &'static [&'static str];
    /// What can be searched for. What ends in `*` is every field that begins
    /// so.
    const SEARCHED: &'static [&'static str];
    /// What no search shows.
    const HIDDEN: &'static [&'static str];

    /// What an object is found by under the name of a field.
    fn values(
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

    fn values(index: &GrantIndex, client: &Object, field: &str) -> Vec<String> {
        let id = text(client, Self::ID).unwrap_or_default();
        match (field, field.strip_prefix("metadata.")) {
            (ORGANIZATION_OF_GRANT, _) => index.organizations_of_client(id),
            (ANY_ORGANIZATION_OF_GRANT, _) => {
                vec![index.is_for_any(id).to_string()]
            }
            (_, Some(key)) => values_of_metadata(client, key),
            (_, None) => values_of(client, field),
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

    fn values(index: &GrantIndex, grant: &Object, field: &str) -> Vec<String> {
        if field != ORGANIZATION {
            return values_of(grant, field);
        }

        index.organizations_of_grant(text(grant, Self::ID).unwrap_or_default())
    }
}

impl Searched for ResourceServer {
    const READ_SCOPES: &'static [&'static str] = &["read:resource_servers"];
    const SEARCHED: &'static [&'static str] =
        &["id", "identifier", "name", UPDATED_AT];
    const HIDDEN: &'static [&'static str] = &["signing_secret"];
}

const UPDATED_AT: &str = "updated_at";
const ORGANIZATION: &str = "organization_id";
const ORGANIZATION_OF_GRANT: &str = "client_grant.organization_id";
const ANY_ORGANIZATION_OF_GRANT: &str = "client_grant.allow_any_organization";

/// What an object is found by, in every collection.
fn find_values<C: Searched>(
    tenant: &Tenant,
    index: &GrantIndex,
    object: &Object,
    field: &str,
) -> Vec<String> {
    if field != UPDATED_AT {
        return C::values(index, object, field);
    }

    let id = text(object, C::ID).unwrap_or_default();
    let updated = tenant.updated_at::<C>(id);
    updated
        .map(|moment| moment.to_string())
        .into_iter()
        .collect()
}

fn values_of(object: &Object, field: &str) -> Vec<String> {
    object
        .get(field)
        .map(write_value)
        .into_iter()
        .collect()
}

fn values_of_metadata(client: &Object, key: &str) -> Vec<String> {
    client
        .get("client_metadata")
        .and_then(|metadata| metadata.get(key))
        .map(write_value)
        .filter(|value| value.chars().count() <= LONGEST_INDEXED)
        .into_iter()
        .collect()
}

fn write_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(crate) fn routes() -> Routes {
    Router::new()
        .merge(routes_of::<Client>())
        .merge(routes_of::<ClientGrant>())
        .merge(routes_of::<ResourceServer>())
}

fn routes_of<C: Searched + 'static>() -> Routes {
    Router::new().route(&format!("{}/search", C::PATH), get(search::<C>))
}

async fn search<C: Searched>(
    State(app): Shared,
    lag: Option<Extension<SearchLag>>,
    caller: Caller,
    query: Query,
) -> Paged<C> {
    caller.needs_any(C::READ_SCOPES)?;
    query.only(&[CHECKPOINT, FIELDS, &["q", "parser", "sort"]])?;
    let search = Search::<C>::read(&query, &caller)?;
    let Extension(SearchLag(lag)) = lag.unwrap_or_default();

    Ok(app.search(lag, |tenant, known| search.page(tenant, known)))
}

/// What is searched for, and how it is shown.
struct Search<C> {
    query: SearchQuery,
    take: usize,
    from: Option<Cursor>,
    sort: Option<&'static str>,
    fields: Fields,
    /// What the caller's scopes open of a client.
    view: ClientView,
    collection: std::marker::PhantomData<C>,
}

/// Where a search goes on: after what it was sorted by, and after the place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cursor {
    key: String,
    place: String,
}

impl<C: Searched> Search<C> {
    fn read(query: &Query, caller: &Caller) -> Result<Self, Failure> {
        let sort = match query.get("sort") {
            None => None,
            Some(text) => Some(find_sort::<C>(text)?),
        };

        Ok(Self {
            query: SearchQuery::read(query, &Searchable::These(C::SEARCHED))?,
            take: query
                .number("take", 1, LARGEST_LIMIT)?
                .unwrap_or(DEFAULT_LIMIT),
            from: query
                .get("from")
                .map(Cursor::decode)
                .transpose()?,
            sort,
            fields: query.fields()?,
            view: ClientView::of(&caller.scopes),
            collection: std::marker::PhantomData,
        })
    }

    fn page(&self, tenant: &Tenant, known: Revision) -> Page<C> {
        let index = GrantIndex::read(tenant, known, &self.query);
        // One more is looked for: a last page has no cursor, also where it is
        // full.
        let mut found = match self.sort {
            None => self.find_in_order(tenant, known, &index),
            Some(field) => self.find_sorted(tenant, known, &index, field),
        };
        let has_more = found.len() > self.take;
        found.truncate(self.take);

        let shown: Value = found
            .iter()
            .map(|(_, listed)| self.show(listed.object))
            .collect();
        let mut page = json!({C::NAME: shown});
        if let Some((cursor, _)) = found.last().filter(|_| has_more) {
            page["next"] = cursor.encode().into();
        }
        Page::new(page)
    }

    /// In the order of the collection.
    fn find_in_order<'t>(
        &self,
        tenant: &'t Tenant,
        known: Revision,
        index: &GrantIndex,
    ) -> Vec<(Cursor, Listed<'t>)> {
        let after = self
            .from
            .as_ref()
            .map(|cursor| cursor.place.as_str());
        let admits = |object: &Object| self.admits(tenant, index, object);

        tenant
            .find_as_of::<C>(known, after, self.take + 1, admits)
            .into_iter()
            .map(|listed| (Cursor::at(String::new(), &listed), listed))
            .collect()
    }

    fn find_sorted<'t>(
        &self,
        tenant: &'t Tenant,
        known: Revision,
        index: &GrantIndex,
        field: &str,
    ) -> Vec<(Cursor, Listed<'t>)> {
        let admits = |object: &Object| self.admits(tenant, index, object);
        let all = tenant.find_as_of::<C>(known, None, usize::MAX, admits);

        let mut found: Vec<(Cursor, Listed<'t>)> = all
            .into_iter()
            .map(|listed| {
                let key = find_values::<C>(tenant, index, listed.object, field)
                    .concat();
                (Cursor::at(key, &listed), listed)
            })
            .filter(|(cursor, _)| {
                self.from
                    .as_ref()
                    .is_none_or(|from| cursor > from)
            })
            .collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.truncate(self.take + 1);
        found
    }

    fn admits(
        &self,
        tenant: &Tenant,
        index: &GrantIndex,
        object: &Object,
    ) -> bool {
        self.query
            .admits(|field| find_values::<C>(tenant, index, object, field))
    }

    fn show(&self, object: &Object) -> Value {
        let mut shown = C::view(self.view, object);
        shown.retain(|key, _| !C::HIDDEN.contains(&key.as_str()));

        self.fields.choose(shown)
    }
}

/// `name`, or `name:1`: only ascending is known of.
fn find_sort<C: Searched>(text: &str) -> Result<&'static str, Failure> {
    let name = text.strip_suffix(":1").unwrap_or(text);

    C::SEARCHED
        .iter()
        .find(|field| **field == name)
        .copied()
        .ok_or_else(|| {
            Failure::invalid_query("It cannot be sorted by this", "sort")
        })
}

impl Cursor {
    fn at(key: String, listed: &Listed<'_>) -> Self {
        Self {
            key,
            place: listed.checkpoint.to_owned(),
        }
    }

    fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(json!([self.key, self.place]).to_string())
    }

    fn decode(text: &str) -> Result<Self, Failure> {
        let decoded = URL_SAFE_NO_PAD.decode(text).ok();

        decoded
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .map(|(key, place)| Self { key, place })
            .ok_or_else(|| Failure::invalid_query("Invalid cursor", "from"))
    }
}
