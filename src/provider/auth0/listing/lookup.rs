//! What is asked for object by object, or by a filter: whatever the whole
//! listing does not say.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;

use super::{Listed, Listing};
use crate::model::{Address, Kind, RemoteId};
use crate::provider::auth0::http::Getter;
use crate::provider::auth0::object::{Object, collection, get_text, is_true};
use crate::provider::web::RequestLine;
use crate::provider::{ProviderError, RejectedReason};

/// How many identifiers may be asked for at once.
const MOST_IDENTIFIERS: usize = 10;

/// Which of these identifiers the tenant has an API for.
pub(crate) async fn find_identifiers(
    getter: &Getter,
    identifiers: &BTreeSet<&str>,
) -> Result<BTreeSet<String>, ProviderError> {
    let identifiers: Vec<&str> = identifiers.iter().copied().collect();
    let chunks = identifiers.chunks(MOST_IDENTIFIERS);
    let requests = chunks.map(|chunk| get_by_identifiers(getter, chunk));
    let found: Vec<Vec<Object>> = try_join_all(requests).await?;

    Ok(found
        .iter()
        .flatten()
        .filter_map(|server| get_text(server, "identifier"))
        .map(str::to_owned)
        .collect())
}

async fn get_by_identifiers(
    getter: &Getter,
    identifiers: &[&str],
) -> Result<Vec<Object>, ProviderError> {
    let mut query: Vec<(&str, &str)> = identifiers
        .iter()
        .map(|identifier| ("identifiers", *identifier))
        .collect();
    // Whole, each API would come with its signing secret.
    query.push(("fields", "id,identifier"));
    query.push(("include_fields", "true"));

    let path = [collection(Kind::ResourceServer)];
    let (_, found) = getter.get(path, &query).await?;
    Ok(found)
}

/// Whether this is the tenant-wide client, which no listing here shows.
pub(crate) async fn is_global_client(
    getter: &Getter,
    client: &str,
) -> Result<bool, ProviderError> {
    let path = [collection(Kind::Client), client];
    let query = [
        ("fields", "client_id,global"),
        ("include_fields", "true"),
    ];
    let answer = getter.get::<Object>(path, &query).await;

    let found = found_or_gone(answer)?;
    Ok(found.is_some_and(|(_, object)| is_true(&object, "global")))
}

/// Reads the whole of one object, but no secret that can be
/// left out; none if it is gone.
pub(crate) async fn read_object(
    getter: &Getter,
    address: &Address,
    id: &str,
) -> Result<Option<Listed>, ProviderError> {
    let listing = Listing::of(getter, address.kind());
    let answer = match address {
        Address::ResourceServer(identifier) => {
            listing
                .get_resource_server(identifier.as_str())
                .await
        }
        Address::Client(_) => {
            let shows_keys = listing.shows_keys().await?;
            listing.get_client(id, shows_keys).await
        }
        // A grant holds no secret, so nothing has to be left out.
        Address::Grant { .. } => listing.get_one(id, &[]).await,
    };

    let Some((asked, objects)) = found_or_gone(answer)? else {
        return Ok(None);
    };
    let listed = listing.identify_all(&asked, objects)?;
    // Another one may have the identifier by now.
    Ok(listed
        .into_iter()
        .find(|listed| listed.id == id))
}

impl Listing<'_> {
    /// By its id an API would be shown with its secret; in a
    /// listing that can be left out.
    async fn get_resource_server(
        &self,
        identifier: &str,
    ) -> Result<(RequestLine, Vec<Object>), ProviderError> {
        let query = [
            ("identifiers", identifier),
            ("fields", "signing_secret"),
            ("include_fields", "false"),
        ];

        self.getter
            .get([self.path()], &query)
            .await
    }

    async fn get_client(
        &self,
        id: &str,
        shows_keys: bool,
    ) -> Result<(RequestLine, Vec<Object>), ProviderError> {
        let without_secrets = [
            ("fields", "client_secret,signing_keys"),
            ("include_fields", "false"),
        ];

        // To name what the token may not see is refused, also
        // in order to leave it out.
        let query = if shows_keys {
            &without_secrets[..]
        } else {
            &[]
        };
        self.get_one(id, query).await
    }

    async fn get_one(
        &self,
        id: &str,
        query: &[(&str, &str)],
    ) -> Result<(RequestLine, Vec<Object>), ProviderError> {
        let (asked, object) = self
            .getter
            .get([self.path(), id], query)
            .await?;

        Ok((asked, vec![object]))
    }
}

/// Reads the ids of the grants that would end with an object; of a grant itself
/// there are none.
pub(crate) async fn list_grants_of(
    getter: &Getter,
    address: &Address,
    id: &str,
) -> Result<BTreeSet<RemoteId>, ProviderError> {
    let filter = match address {
        Address::ResourceServer(identifier) => {
            ("audience", identifier.as_str())
        }
        Address::Client(_) => ("client_id", id),
        Address::Grant { .. } => return Ok(BTreeSet::new()),
    };

    // By checkpoints, even for a few: a grant that moved to a page already read
    // would end unseen with its object.
    let mut grants = BTreeSet::new();
    let mut add = |grant: Listed| {
        grants.insert(RemoteId::new(grant.id));
        Ok(())
    };
    Listing::of(getter, Kind::Grant)
        .walk(&[filter], &mut add)
        .await?;
    Ok(grants)
}

/// An API that Grantry keeps for itself in the tenant.
pub(crate) struct OwnObject {
    pub(crate) id: RemoteId,
    pub(crate) name: String,
}

/// Reads what is there by one identifier of Grantry's own.
pub(crate) async fn find_own_object(
    getter: &Getter,
    identifier: &str,
) -> Result<Option<OwnObject>, ProviderError> {
    let listing = Listing::of(getter, Kind::ResourceServer);
    let query = [
        ("identifiers", identifier),
        ("fields", "id,identifier,name"),
        ("include_fields", "true"),
    ];
    let (asked, objects) = getter
        .get([listing.path()], &query)
        .await?;

    // Whoever answers may not know the filter, and give whatever APIs it has.
    let own = listing
        .identify_all(&asked, objects)?
        .into_iter()
        .find(|listed| {
            get_text(&listed.object, "identifier") == Some(identifier)
        });
    Ok(own.map(|Listed { id, object }| OwnObject {
        id: RemoteId::new(id),
        name: get_text(&object, "name")
            .unwrap_or_default()
            .to_owned(),
    }))
}

/// An answer, or none where it is a 404.
fn found_or_gone<T>(
    answer: Result<T, ProviderError>,
) -> Result<Option<T>, ProviderError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(ProviderError::Rejected {
            objection: RejectedReason::NotFound,
            ..
        }) => Ok(None),
        Err(error) => Err(error),
    }
}
