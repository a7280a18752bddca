//! Complete listings, page by page.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde::Deserialize;

use super::fields::{Object, wire_names};
use super::http::{Asked, Getter};
use super::refusal::{misread, nonsense};
use crate::model::Kind;
use crate::provider::ProviderError;

/// The most objects Auth0 gives at once.
const PER_PAGE: usize = 100;

/// How a kind is listed.
struct Listing {
    path: &'static str,
    /// Which field of an object is its id.
    id: &'static str,
    /// What is asked for beside the known fields; nothing where it cannot be chosen.
    fields: Option<&'static [&'static str]>,
    filter: &'static [(&'static str, &'static str)],
}

/// Only what is needed is asked for, so that no secret of a tenant ever gets here.
fn listing(kind: Kind) -> Listing {
    match kind {
        Kind::ResourceServer => Listing {
            path: "resource-servers",
            id: "id",
            fields: Some(&["id", "identifier", "is_system"]),
            filter: &[],
        },
        Kind::Client => Listing {
            path: "clients",
            id: "client_id",
            fields: Some(&["client_id", "global", "external_metadata_type", "external_client_id"]),
            filter: &[("is_global", "false")],
        },
        Kind::Grant => Listing { path: "client-grants", id: "id", fields: None, filter: &[] },
    }
}

/// A page of any kind of object.
#[derive(Deserialize)]
struct Page {
    total: usize,
    /// How many objects the tenant puts on a page, which may be fewer than it was asked for.
    limit: usize,
    #[serde(alias = "resource_servers", alias = "clients", alias = "client_grants")]
    objects: Vec<Object>,
}

/// An object, and the id that is its own.
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) object: Object,
}

/// Reads every object of a kind. The first page says how many there are; the others are read at
/// once. A listing that changes meanwhile is an error: what was not seen must not look absent.
pub(super) async fn read(getter: &Getter, kind: Kind) -> Result<Vec<Listed>, ProviderError> {
    let listing = listing(kind);
    let first = listing.page(getter, kind, 0).await?;
    let (total, limit) = (first.total, first.limit.clamp(1, PER_PAGE));
    let others = (1..total.div_ceil(limit)).map(|page| listing.page(getter, kind, page));
    let others = try_join_all(others).await?;
    let same_total = others.iter().all(|page| page.total == total);
    let listed: Vec<Listed> =
        std::iter::once(first).chain(others).flat_map(|page| page.listed).collect();
    let different = listed.iter().map(|listed| &listed.id).collect::<BTreeSet<_>>().len();
    if same_total && listed.len() == total && different == total {
        Ok(listed)
    } else {
        Err(ProviderError::Incomplete { listing: listing.path.to_owned(), seen: different, total })
    }
}

/// A page with its objects known by their ids.
struct ListedPage {
    total: usize,
    limit: usize,
    listed: Vec<Listed>,
}

impl Listing {
    async fn page(
        &self,
        getter: &Getter,
        kind: Kind,
        page: usize,
    ) -> Result<ListedPage, ProviderError> {
        let (page, per_page) = (page.to_string(), PER_PAGE.to_string());
        let mut query = self.filter.to_vec();
        query.extend([("per_page", &*per_page), ("page", &*page), ("include_totals", "true")]);
        let fields = self.fields.map(|fields| {
            let names: Vec<_> = fields.iter().copied().chain(wire_names(kind)).collect();
            names.join(",")
        });
        if let Some(fields) = &fields {
            query.extend([("fields", &**fields), ("include_fields", "true")]);
        }
        let (asked, body) = getter.get(self.path, &query).await?;
        let page: Page = serde_json::from_slice(&body).map_err(|error| misread(&asked, &error))?;
        let listed = page.objects.into_iter().map(|object| self.listed(&asked, object));
        Ok(ListedPage {
            total: page.total,
            limit: page.limit,
            listed: listed.collect::<Result<_, _>>()?,
        })
    }

    fn listed(&self, asked: &Asked, object: Object) -> Result<Listed, ProviderError> {
        match object.get(self.id).and_then(|id| id.as_str()) {
            Some(id) if !id.is_empty() => Ok(Listed { id: id.to_owned(), object }),
            _ => Err(nonsense(asked, format!("an object in it has no `{}`", self.id))),
        }
    }
}
