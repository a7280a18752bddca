//! Complete listings, page by page.

use std::collections::{BTreeSet, HashSet};

use futures_util::future::try_join_all;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::fields::wire_names;
use super::http::{Getter, RequestLine, nonsense};
use super::object::{Object, is, text};
use super::pages::{self, PER_PAGE};
use super::scopes::Scopes;
use crate::model::{Address, ClientSpec, Kind, RemoteId};
use crate::provider::{Gap, Objection, ProviderError};

/// More objects of a kind no tenant has: Auth0's own limit is 100,000.
const MOST_OBJECTS: usize = 200_000;

/// How many identifiers may be asked for at once.
const MOST_IDENTIFIERS: usize = 10;

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
            fields: Some(&[
                "client_id",
                "global",
                "external_metadata_type",
                "external_client_id",
            ]),
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

/// Where the objects of a kind are listed, below the root of the API.
pub(super) fn path(kind: Kind) -> &'static str {
    listing(kind).path
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

/// Reads every object of a kind, and gives each to `each`. What was not seen must not look absent, so a
/// listing that may have changed between its pages is an error.
pub(super) async fn read(
    getter: &Getter,
    kind: Kind,
    mut each: impl FnMut(Listed) -> Result<(), ProviderError>,
) -> Result<(), ProviderError> {
    let listing = listing(kind);
    let first = listing.page(getter, kind, 0).await?;

    // Before anything more is asked for: a total that cannot be true is not believed.
    let (seen, total) = (first.listed.len(), first.total);
    if total > MOST_OBJECTS || seen != total.min(first.limit.clamp(1, PER_PAGE)) {
        return Err(listing.incomplete(Gap::Count { seen, total }));
    }

    // One page is one moment. Several are not: an object that is deleted from a page already read
    // moves all that follow, so that one of them is on no page; and a new one keeps the total as it
    // was. Checkpoints do not move.
    if seen == total {
        return first.listed.into_iter().try_for_each(each);
    }
    match listing.checkpoints {
        Checkpoints::Given => listing.by_checkpoint(getter, kind, total, &mut each).await,
        Checkpoints::None => listing
            .by_offset(getter, kind, first)
            .await?
            .into_iter()
            .try_for_each(each),
    }
}

/// Reads every client by checkpoints, also where one page would do: whatever was there when this
/// began, and stays, is in it.
pub(super) async fn walk_clients(
    getter: &Getter,
    mut each: impl FnMut(Listed) -> Result<(), ProviderError>,
) -> Result<(), ProviderError> {
    listing(Kind::Client)
        .walk(getter, Kind::Client, &[], &mut each)
        .await
        .map(drop)
}

/// Which of these identifiers the tenant has an API for.
pub(super) async fn find_identifiers(
    getter: &Getter,
    identifiers: &BTreeSet<&str>,
) -> Result<BTreeSet<String>, ProviderError> {
    let identifiers: Vec<&str> = identifiers.iter().copied().collect();
    let requests = identifiers.chunks(MOST_IDENTIFIERS).map(async |some| {
        let fields = [("fields", "id,identifier"), ("include_fields", "true")];
        let query = some
            .iter()
            .map(|identifier| ("identifiers", *identifier))
            .chain(fields);
        let query: Vec<(&str, &str)> = query.collect();

        let path = [listing(Kind::ResourceServer).path];
        let (_, found): (RequestLine, Vec<Object>) = getter.get(path, &query).await?;
        Ok(found)
    });

    let found: Vec<Vec<Object>> = try_join_all(requests).await?;
    let identifiers = found
        .iter()
        .flatten()
        .filter_map(|server| text(server, "identifier"));
    Ok(identifiers.map(str::to_owned).collect())
}

/// Whether this is the tenant-wide client, which no listing here shows.
pub(super) async fn is_global(getter: &Getter, client: &str) -> Result<bool, ProviderError> {
    let query = [("fields", "client_id,global"), ("include_fields", "true")];
    let path = [listing(Kind::Client).path, client];

    match getter.get::<Object>(path, &query).await {
        Ok((_, object)) => Ok(is(&object, "global")),
        Err(ProviderError::Rejected {
            objection: Objection::NotFound,
            ..
        }) => Ok(false),
        Err(error) => Err(error),
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
    let ListedPage {
        total,
        limit,
        listed,
    } = listing.page(getter, kind, 0).await?;
    let pages = total.div_ceil(limit.clamp(1, PER_PAGE));
    let requests = match listing.checkpoints {
        Checkpoints::Given => pages::requests_by_checkpoint(total, pages),
        Checkpoints::None => pages::requests_by_page(pages),
    };
    Ok(First {
        total,
        listed,
        requests,
    })
}

/// Reads the whole of one object, but no secret that can be left out; none if it is gone.
pub(super) async fn whole(
    getter: &Getter,
    address: &Address,
    id: &str,
) -> Result<Option<Listed>, ProviderError> {
    let listing = listing(address.kind());
    let without = |fields| [("fields", fields), ("include_fields", "false")];

    let answer = match address {
        // By its id it would be shown with its secret; in a listing that can be left out.
        Address::ResourceServer(identifier) => {
            let [fields, exclude] = without("signing_secret");
            let query = [("identifiers", identifier.as_str()), fields, exclude];
            getter.get::<Vec<Object>>([listing.path], &query).await
        }
        Address::Client(_) => {
            // To name what the token may not see is refused, also in order to leave it out.
            let sees_keys = getter
                .session()
                .await?
                .scopes()
                .is_some_and(Scopes::show_keys);
            let query = sees_keys.then(|| without("client_secret,signing_keys"));
            getter
                .get(
                    [listing.path, id],
                    query.as_ref().map_or(&[], |query| &query[..]),
                )
                .await
                .map(one)
        }
        Address::Grant { .. } => getter.get([listing.path, id], &[]).await.map(one),
    };

    let (asked, objects) = match answer {
        Err(ProviderError::Rejected {
            objection: Objection::NotFound,
            ..
        }) => return Ok(None),
        other => other?,
    };
    let listed = listing.all_listed(&asked, objects)?;
    Ok(listed.into_iter().find(|listed| listed.id == id))
}

fn one((asked, object): (RequestLine, Object)) -> (RequestLine, Vec<Object>) {
    (asked, vec![object])
}

/// Reads the ids of the grants that would end with an object; of a grant itself there are none.
pub(super) async fn grants_of(
    getter: &Getter,
    address: &Address,
    id: &str,
) -> Result<BTreeSet<RemoteId>, ProviderError> {
    let filter = match address {
        Address::ResourceServer(identifier) => ("audience", identifier.as_str()),
        Address::Client(_) => ("client_id", id),
        Address::Grant { .. } => return Ok(BTreeSet::new()),
    };

    let mut grants = BTreeSet::new();
    let mut add = |grant: Listed| {
        grants.insert(RemoteId::new(grant.id));
        Ok(())
    };
    listing(Kind::Grant)
        .walk(getter, Kind::Grant, &[filter], &mut add)
        .await?;
    Ok(grants)
}

/// An API that Grantry keeps for itself in the tenant.
pub(super) struct OwnObject {
    pub(super) id: RemoteId,
    pub(super) name: String,
}

/// Reads what is there by one identifier of Grantry's own.
pub(super) async fn find_own_object(
    getter: &Getter,
    identifier: &str,
) -> Result<Option<OwnObject>, ProviderError> {
    let listing = listing(Kind::ResourceServer);
    let query = [
        ("identifiers", identifier),
        ("fields", "id,identifier,name"),
        ("include_fields", "true"),
    ];
    let (asked, found): (_, Vec<Object>) = getter.get([listing.path], &query).await?;

    let own = listing
        .all_listed(&asked, found)?
        .into_iter()
        .find(|listed| text(&listed.object, "identifier") == Some(identifier));
    Ok(own.map(|listed| OwnObject {
        name: text(&listed.object, "name").unwrap_or_default().to_owned(),
        id: RemoteId::new(listed.id),
    }))
}

/// A page with its objects known by their ids.
struct ListedPage {
    total: usize,
    limit: usize,
    listed: Vec<Listed>,
}

impl ListedPage {
    fn shows_the_same_as(&self, other: &Self) -> bool {
        let ids = |page: &Self| {
            page.listed
                .iter()
                .map(|listed| listed.id.clone())
                .collect::<Vec<_>>()
        };

        self.total == other.total && ids(self) == ids(other)
    }
}

impl Listing {
    /// Reads all pages by their numbers, twice: only where both readings show the same did nothing
    /// move in between. That is what a listing costs without checkpoints.
    async fn by_offset(
        &self,
        getter: &Getter,
        kind: Kind,
        first: ListedPage,
    ) -> Result<Vec<Listed>, ProviderError> {
        let total = first.total;
        let pages = total.div_ceil(first.limit.clamp(1, PER_PAGE));

        let others = (1..pages).map(|page| self.page(getter, kind, page));
        let others = try_join_all(others).await?;
        let again = (0..pages).map(|page| self.page(getter, kind, page));
        let again = try_join_all(again).await?;

        let once: Vec<ListedPage> = std::iter::once(first).chain(others).collect();
        if !once
            .iter()
            .zip(&again)
            .all(|(once, again)| once.shows_the_same_as(again))
        {
            return Err(self.incomplete(Gap::Moved));
        }

        let listed: Vec<Listed> = once.into_iter().flat_map(|page| page.listed).collect();
        let seen = listed
            .iter()
            .map(|listed| &listed.id)
            .collect::<BTreeSet<_>>()
            .len();
        if listed.len() == total && seen == total {
            Ok(listed)
        } else {
            Err(self.incomplete(Gap::Count { seen, total }))
        }
    }

    /// Reads one page after the other. What is added meanwhile may be among them; what was deleted
    /// meanwhile may not, and then the tenant is asked again how many there are.
    async fn by_checkpoint(
        &self,
        getter: &Getter,
        kind: Kind,
        total: usize,
        each: &mut impl FnMut(Listed) -> Result<(), ProviderError>,
    ) -> Result<(), ProviderError> {
        let seen = self.walk(getter, kind, &[], each).await?;
        if seen >= total {
            return Ok(());
        }

        let total = self.page(getter, kind, 0).await?.total;
        if seen >= total {
            Ok(())
        } else {
            Err(self.incomplete(Gap::Count { seen, total }))
        }
    }

    /// Reads one page after the other of what the filter lets through, and says how many objects that
    /// were. A page is let go before the next is asked for: a tenant may have thousands.
    async fn walk(
        &self,
        getter: &Getter,
        kind: Kind,
        filter: &[(&str, &str)],
        each: &mut impl FnMut(Listed) -> Result<(), ProviderError>,
    ) -> Result<usize, ProviderError> {
        let mut ids = HashSet::new();
        let mut from = None;
        loop {
            let known = ids.len();
            let (next, more) = self.stretch(getter, kind, filter, from.as_deref()).await?;
            let listed = known + more.len();
            ids.extend(more.iter().map(|listed| listed.id.clone()));

            // No object is on two pages, and a listing that goes round in circles has no end.
            let is_stuck = next.is_some() && ids.len() == known;
            if ids.len() != listed || ids.len() > MOST_OBJECTS || is_stuck {
                return Err(self.incomplete(Gap::Moved));
            }

            more.into_iter().try_for_each(&mut *each)?;
            if next.is_none() {
                return Ok(ids.len());
            }
            from = next;
        }
    }

    fn incomplete(&self, gap: Gap) -> ProviderError {
        ProviderError::Incomplete {
            listing: self.path,
            gap,
        }
    }

    async fn page(
        &self,
        getter: &Getter,
        kind: Kind,
        page: usize,
    ) -> Result<ListedPage, ProviderError> {
        let (page, per_page) = (page.to_string(), PER_PAGE.to_string());
        let paging = [
            ("per_page", &*per_page),
            ("page", &*page),
            ("include_totals", "true"),
        ];
        let (asked, page): (_, Page) = self.ask(getter, kind, &paging).await?;
        let listed = self.all_listed(&asked, page.objects)?;
        Ok(ListedPage {
            total: page.total,
            limit: page.limit,
            listed,
        })
    }

    async fn stretch(
        &self,
        getter: &Getter,
        kind: Kind,
        filter: &[(&str, &str)],
        from: Option<&str>,
    ) -> Result<(Option<String>, Vec<Listed>), ProviderError> {
        let take = PER_PAGE.to_string();
        let mut paging = [filter, &[("take", &*take)]].concat();
        paging.extend(from.map(|from| ("from", from)));
        let (asked, stretch): (_, Stretch) = self.ask(getter, kind, &paging).await?;
        Ok((stretch.next, self.all_listed(&asked, stretch.objects)?))
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        getter: &Getter,
        kind: Kind,
        paging: &[(&str, &str)],
    ) -> Result<(RequestLine, T), ProviderError> {
        let fields = self.wanted(kind, getter).await?;
        let mut query: Vec<(&str, &str)> = [self.filter, paging].concat();
        if let Some(fields) = &fields {
            query.extend([("fields", &**fields), ("include_fields", "true")]);
        }
        getter.get([self.path], &query).await
    }

    fn all_listed(
        &self,
        asked: &RequestLine,
        objects: Vec<Object>,
    ) -> Result<Vec<Listed>, ProviderError> {
        objects
            .into_iter()
            .map(|object| self.listed(asked, object))
            .collect()
    }

    /// The fields to ask for, where they can be chosen. Which keys a client has is only shown to
    /// those who may see keys; to ask for it without that is refused.
    async fn wanted(&self, kind: Kind, getter: &Getter) -> Result<Option<String>, ProviderError> {
        let Some(own) = self.fields else {
            return Ok(None);
        };
        let sees_keys = getter
            .session()
            .await?
            .scopes()
            .is_some_and(Scopes::show_keys);
        let fields = own.iter().copied().chain(wire_names(kind));
        let fields = fields.filter(|field| *field != ClientSpec::METHODS || sees_keys);
        Ok(Some(fields.collect::<Vec<_>>().join(",")))
    }

    fn listed(&self, asked: &RequestLine, object: Object) -> Result<Listed, ProviderError> {
        match object.get(self.id).and_then(|id| id.as_str()) {
            Some(id) if !id.is_empty() => Ok(Listed {
                id: id.to_owned(),
                object,
            }),
            _ => Err(nonsense(
                asked,
                format!("an object in it has no `{}`", self.id),
            )),
        }
    }
}
