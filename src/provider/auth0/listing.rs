//! Complete listings, page by page.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::fields::{Object, wire_names};
use super::http::{Asked, Getter};
use super::refusal::nonsense;
use super::scopes::Scopes;
use crate::model::{Address, ClientSpec, Kind};
use crate::provider::{Objection, ProviderError};

/// The most objects of any kind Auth0 gives at once.
pub(super) const PER_PAGE: usize = 100;

/// More objects of a kind no tenant has: Auth0's own limit is 100,000.
const MOST_OBJECTS: usize = 200_000;

/// How a kind is listed.
struct Listing {
    path: &'static str,
    /// Which field of an object is its id.
    id: &'static str,
    /// What is asked for beside the known fields; nothing where it cannot be chosen.
    fields: Option<&'static [&'static str]>,
    filter: &'static [(&'static str, &'static str)],
    checkpoints: Checkpoints,
}

/// Whether a page can say where the next begins.
#[derive(Clone, Copy)]
enum Checkpoints {
    Given,
    None,
}

/// Only what is needed is asked for, so that no secret of a tenant ever gets here.
fn listing(kind: Kind) -> Listing {
    match kind {
        Kind::ResourceServer => Listing {
            path: "resource-servers",
            id: "id",
            fields: Some(&["id", "identifier", "is_system"]),
            filter: &[],
            checkpoints: Checkpoints::None,
        },
        Kind::Client => Listing {
            path: "clients",
            id: "client_id",
            fields: Some(&["client_id", "global", "external_metadata_type", "external_client_id"]),
            filter: &[("is_global", "false")],
            checkpoints: Checkpoints::Given,
        },
        Kind::Grant => Listing {
            path: "client-grants",
            id: "id",
            fields: None,
            filter: &[],
            checkpoints: Checkpoints::Given,
        },
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

/// A page that says where the next begins; the last one does not.
#[derive(Deserialize)]
struct Stretch {
    next: Option<String>,
    #[serde(alias = "clients", alias = "client_grants")]
    objects: Vec<Object>,
}

/// An object, and the id that is its own.
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) object: Object,
}

/// How far into a listing pages may be asked for by number.
const OFFSET_REACH: usize = 1000;

/// Reads every object of a kind. The first page says how many there are. Where pages can be asked for
/// by number, the others are read at once; in longer listings each says where the next begins. A
/// listing that changes meanwhile is an error: what was not seen must not look absent.
pub(super) async fn read(getter: &Getter, kind: Kind) -> Result<Vec<Listed>, ProviderError> {
    let listing = listing(kind);
    let first = listing.page(getter, kind, 0).await?;
    let (total, limit) = (first.total, first.limit.clamp(1, PER_PAGE));
    // Before anything more is asked for: a total that cannot be true is not believed.
    if total > MOST_OBJECTS || first.listed.len() != total.min(limit) {
        return Err(listing.incomplete(first.listed.len(), total));
    }
    match listing.checkpoints {
        Checkpoints::Given if total > OFFSET_REACH => {
            listing.by_checkpoint(getter, kind, total).await
        }
        Checkpoints::Given => match listing.by_offset(getter, kind, first).await {
            Err(ProviderError::Rejected { objection: Objection::Paging, .. }) => {
                listing.by_checkpoint(getter, kind, total).await
            }
            listed => listed,
        },
        Checkpoints::None => listing.by_offset(getter, kind, first).await,
    }
}

/// The first page of a listing.
pub(super) struct First {
    /// How many objects there are in all.
    pub(super) total: usize,
    /// Those of the first page.
    pub(super) listed: Vec<Listed>,
    /// How many requests [`read`] takes.
    pub(super) requests: usize,
}

/// Reads the first page of a listing, and no more.
pub(super) async fn first(getter: &Getter, kind: Kind) -> Result<First, ProviderError> {
    let listing = listing(kind);
    let ListedPage { total, limit, listed } = listing.page(getter, kind, 0).await?;
    let pages = total.div_ceil(limit.clamp(1, PER_PAGE)).max(1);
    let requests = match listing.checkpoints {
        // The first page tells that checkpoints are needed, and has none itself.
        Checkpoints::Given if total > OFFSET_REACH => 1 + total.div_ceil(PER_PAGE),
        Checkpoints::Given | Checkpoints::None => pages,
    };
    Ok(First { total, listed, requests })
}

/// Reads one object again, with the same fields as in its listing; none if it is gone.
pub(super) async fn find(
    getter: &Getter,
    address: &Address,
    id: &str,
) -> Result<Option<Listed>, ProviderError> {
    let kind = address.kind();
    let listing = listing(kind);
    let fields = listing.wanted(kind, getter).await?;
    let mut query = Vec::new();
    if let Some(fields) = &fields {
        query.extend([("fields", &**fields), ("include_fields", "true")]);
    }
    let answer = match address {
        // Alone it would be shown with its secret; in a listing the fields can be chosen.
        Address::ResourceServer(identifier) => {
            query.push(("identifiers", identifier.as_str()));
            getter.get::<Vec<Object>>([listing.path], &query).await
        }
        Address::Client(_) | Address::Grant { .. } => {
            let one = getter.get::<Object>([listing.path, id], &query).await;
            one.map(|(asked, object)| (asked, vec![object]))
        }
    };
    let (asked, objects) = match answer {
        Err(ProviderError::Rejected { objection: Objection::NotFound, .. }) => return Ok(None),
        other => other?,
    };
    let listed = listing.all_listed(&asked, objects)?;
    Ok(listed.into_iter().find(|listed| listed.id == id))
}

/// A page with its objects known by their ids.
struct ListedPage {
    total: usize,
    limit: usize,
    listed: Vec<Listed>,
}

impl Listing {
    /// Reads the pages after the first, side by side.
    async fn by_offset(
        &self,
        getter: &Getter,
        kind: Kind,
        first: ListedPage,
    ) -> Result<Vec<Listed>, ProviderError> {
        let (total, limit) = (first.total, first.limit.clamp(1, PER_PAGE));
        let others = (1..total.div_ceil(limit)).map(|page| self.page(getter, kind, page));
        let others = try_join_all(others).await?;
        let same_total = others.iter().all(|page| page.total == total);
        let listed: Vec<Listed> =
            std::iter::once(first).chain(others).flat_map(|page| page.listed).collect();
        let different = listed.iter().map(|listed| &listed.id).collect::<BTreeSet<_>>().len();
        if same_total && listed.len() == total && different == total {
            Ok(listed)
        } else {
            Err(self.incomplete(different, total))
        }
    }

    /// Reads one page after the other. What is added meanwhile may be among them.
    async fn by_checkpoint(
        &self,
        getter: &Getter,
        kind: Kind,
        total: usize,
    ) -> Result<Vec<Listed>, ProviderError> {
        let mut listed: Vec<Listed> = Vec::with_capacity(total);
        let mut ids = BTreeSet::new();
        let mut from = None;
        loop {
            let known = ids.len();
            let (next, more) = self.stretch(getter, kind, from.as_deref()).await?;
            ids.extend(more.iter().map(|listed| listed.id.clone()));
            listed.extend(more);
            match next {
                None => break,
                // A listing that goes round in circles has no end.
                Some(_) if ids.len() == known || ids.len() > MOST_OBJECTS => {
                    return Err(self.incomplete(ids.len(), total));
                }
                next => from = next,
            }
        }
        if ids.len() == listed.len() && ids.len() >= total {
            Ok(listed)
        } else {
            Err(self.incomplete(ids.len(), total))
        }
    }

    fn incomplete(&self, seen: usize, total: usize) -> ProviderError {
        ProviderError::Incomplete { listing: self.path.to_owned(), seen, total }
    }

    async fn page(
        &self,
        getter: &Getter,
        kind: Kind,
        page: usize,
    ) -> Result<ListedPage, ProviderError> {
        let (page, per_page) = (page.to_string(), PER_PAGE.to_string());
        let paging = [("per_page", &*per_page), ("page", &*page), ("include_totals", "true")];
        let (asked, page): (_, Page) = self.ask(getter, kind, &paging).await?;
        let listed = self.all_listed(&asked, page.objects)?;
        Ok(ListedPage { total: page.total, limit: page.limit, listed })
    }

    async fn stretch(
        &self,
        getter: &Getter,
        kind: Kind,
        from: Option<&str>,
    ) -> Result<(Option<String>, Vec<Listed>), ProviderError> {
        let take = PER_PAGE.to_string();
        let mut paging = vec![("take", &*take)];
        paging.extend(from.map(|from| ("from", from)));
        let (asked, stretch): (_, Stretch) = self.ask(getter, kind, &paging).await?;
        Ok((stretch.next, self.all_listed(&asked, stretch.objects)?))
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        getter: &Getter,
        kind: Kind,
        paging: &[(&str, &str)],
    ) -> Result<(Asked, T), ProviderError> {
        let fields = self.wanted(kind, getter).await?;
        let mut query: Vec<(&str, &str)> = [self.filter, paging].concat();
        if let Some(fields) = &fields {
            query.extend([("fields", &**fields), ("include_fields", "true")]);
        }
        getter.get([self.path], &query).await
    }

    fn all_listed(
        &self,
        asked: &Asked,
        objects: Vec<Object>,
    ) -> Result<Vec<Listed>, ProviderError> {
        objects.into_iter().map(|object| self.listed(asked, object)).collect()
    }

    /// The fields to ask for, where they can be chosen. Which keys a client has is only shown to
    /// those who may see keys; to ask for it without that is refused.
    async fn wanted(&self, kind: Kind, getter: &Getter) -> Result<Option<String>, ProviderError> {
        let Some(own) = self.fields else { return Ok(None) };
        let sees_keys = getter.session().await?.scopes().is_some_and(Scopes::show_keys);
        let fields = own.iter().copied().chain(wire_names(kind));
        let fields = fields.filter(|field| *field != ClientSpec::METHODS || sees_keys);
        Ok(Some(fields.collect::<Vec<_>>().join(",")))
    }

    fn listed(&self, asked: &Asked, object: Object) -> Result<Listed, ProviderError> {
        match object.get(self.id).and_then(|id| id.as_str()) {
            Some(id) if !id.is_empty() => Ok(Listed { id: id.to_owned(), object }),
            _ => Err(nonsense(asked, format!("an object in it has no `{}`", self.id))),
        }
    }
}
