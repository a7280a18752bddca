//! Complete listings, page by page.
//!
//! ```text
//! read, walk_clients ─► whole ─► page ─► requests      lookup: single objects, by the same fields
//! ```

mod lookup;
mod page;
mod whole;

pub(super) use self::lookup::{
    OwnObject, find_identifiers, find_own_object, is_global_client,
    list_grants_of, read_object,
};
use self::page::ListedPage;
use super::http::Getter;
use super::object::{Object, collection};
use super::pages;
use crate::model::Kind;
use crate::provider::{Gap, ProviderError};

/// More objects of a kind no tenant has: Auth0's own limit is 100,000.
const MOST_OBJECTS: usize = 200_000;

/// How the objects of a kind are listed in a tenant.
struct Listing<'a> {
    getter: &'a Getter,
    kind: Kind,
    /// Which field of an object is its id.
    id: &'static str,
    /// What is asked for beside the known fields; nothing
    /// where it cannot be chosen.
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

impl<'a> Listing<'a> {
    /// Only what is needed is asked for, so that no secret of
    /// a tenant ever gets here.
    fn of(getter: &'a Getter, kind: Kind) -> Self {
        match kind {
            Kind::ResourceServer => Self {
                getter,
                kind,
                id: "id",
                // Auth0's reference does not have this parameter for APIs, but
                // the tenant takes it. Without it each would come with its
                // signing secret.
                fields: Some(&["id", "identifier", "is_system"]),
                filter: &[],
                // Auth0 has none for APIs.
                checkpoints: Checkpoints::None,
            },
            Kind::Client => Self {
                getter,
                kind,
                id: "client_id",
                // Beside the known fields, what tells a client that must be
                // left alone.
                fields: Some(&[
                    "client_id",
                    "global",
                    "external_metadata_type",
                    "external_client_id",
                ]),
                // The tenant-wide client holds settings of the whole tenant,
                // and no configuration may touch it.
                filter: &[("is_global", "false")],
                checkpoints: Checkpoints::Given,
            },
            Kind::Grant => Self {
                getter,
                kind,
                id: "id",
                fields: None,
                filter: &[],
                checkpoints: Checkpoints::Given,
            },
        }
    }

    fn path(&self) -> &'static str {
        collection(self.kind)
    }

    fn incomplete(&self, gap: Gap) -> ProviderError {
        ProviderError::Incomplete {
            listing: self.path(),
            gap,
        }
    }
}

/// An object, and the id that is its own.
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) object: Object,
}

/// Reads every object of a kind, and gives each to `each`. What was not
/// seen must not look absent, so a listing that may have changed
/// between its pages is an error.
pub(super) async fn read(
    getter: &Getter,
    kind: Kind,
    mut each: impl FnMut(Listed) -> Result<(), ProviderError>,
) -> Result<(), ProviderError> {
    let listing = Listing::of(getter, kind);
    let first = listing.get_page(0).await?;

    // Before anything more is asked for: a total that cannot
    // be true is not believed.
    let seen = first.listed.len();
    let total = first.total;
    if total > MOST_OBJECTS || seen != total.min(first.size()) {
        return Err(listing.incomplete(Gap::Count { seen, total }));
    }

    // One page is one moment. Several are not: an object that is deleted from a
    // page already read moves all that follow, so that one of them is on no
    // page; and a new one keeps the total as it was. Checkpoints do not move.
    if seen == total {
        return first
            .listed
            .into_iter()
            .try_for_each(each);
    }
    match listing.checkpoints {
        Checkpoints::Given => {
            listing
                .read_by_checkpoint(total, &mut each)
                .await
        }
        Checkpoints::None => {
            let listed = listing.read_twice(first).await?;
            listed.into_iter().try_for_each(each)
        }
    }
}

/// Reads every client by checkpoints, also where one page would do: whatever
/// was there when this began, and stays, is in it.
pub(super) async fn walk_clients(
    getter: &Getter,
    mut each: impl FnMut(Listed) -> Result<(), ProviderError>,
) -> Result<(), ProviderError> {
    let listing = Listing::of(getter, Kind::Client);

    listing
        .walk(&[], &mut each)
        .await
        .map(drop)
}

/// The first page of a listing.
pub(super) struct FirstPage {
    /// How many objects there are in all.
    pub(super) total: usize,
    /// Those of the first page.
    pub(super) listed: Vec<Listed>,
    /// How many requests [`read`] takes.
    pub(super) requests: usize,
}

/// Reads the first page of a listing, and no more.
pub(super) async fn read_first_page(
    getter: &Getter,
    kind: Kind,
) -> Result<FirstPage, ProviderError> {
    let listing = Listing::of(getter, kind);
    let first = listing.get_page(0).await?;

    Ok(FirstPage {
        total: first.total,
        requests: count_requests(&first, listing.checkpoints),
        listed: first.listed,
    })
}

fn count_requests(first: &ListedPage, checkpoints: Checkpoints) -> usize {
    let pages = first.count_pages();

    match checkpoints {
        Checkpoints::Given => pages::requests_by_checkpoint(first.total, pages),
        Checkpoints::None => pages::requests_by_page(pages),
    }
}
