//! `/…/search` of the three kinds: what a collection holds by what it is asked
//! for, from an index that may be behind.

use std::marker::PhantomData;

use axum::extract::State;
use axum::{Extension, Router, routing::get};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::answer::{Failure, Paged};
use super::guard::Caller;
use super::json::Page;
use super::paging::{DEFAULT_LIMIT, LARGEST_LIMIT};
use super::path::below;
use super::query::{CHECKPOINT, FIELDS, Fields, Query};
use super::{Routes, Shared};
use crate::emulator::conditions::SearchLag;
use crate::emulator::tenant::{
    Client, ClientGrant, ClientView, Listed, Object, ResourceServer,
};

mod collections;
mod grant_index;
mod search_query;

use collections::{Known, Searched};
pub(super) use search_query::{SearchQuery, Searchable};

pub(crate) fn routes() -> Routes {
    Router::new()
        .merge(routes_of::<Client>())
        .merge(routes_of::<ClientGrant>())
        .merge(routes_of::<ResourceServer>())
}

fn routes_of<C: Searched + 'static>() -> Routes {
    let path = below::<C>("/search");

    Router::new().route(&path, get(search::<C>))
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

    Ok(app.search(lag, |tenant, revision| {
        let known = Known::read(tenant, revision, &search.query);
        search.page(&known)
    }))
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
    collection: PhantomData<C>,
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
            Some(text) => Some(find_sort::<C>(text)?),
            None => None,
        };
        let searched =
            SearchQuery::read(query, &Searchable::These(C::SEARCHED));
        let searched = searched?;
        let take = query.number("take", 1, LARGEST_LIMIT)?;
        let from = match query.get("from") {
            Some(text) => Some(Cursor::decode(text)?),
            None => None,
        };

        Ok(Self {
            query: searched,
            take: take.unwrap_or(DEFAULT_LIMIT),
            from,
            sort,
            fields: query.fields()?,
            view: ClientView::of(&caller.scopes),
            collection: PhantomData,
        })
    }

    fn page(&self, known: &Known<'_>) -> Page<C> {
        // One more is looked for: a last page has no
        // cursor, also where it is full.
        let mut found = match self.sort {
            None => self.find_in_order(known),
            Some(field) => self.find_sorted(known, field),
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
        known: &Known<'t>,
    ) -> Vec<(Cursor, Listed<'t>)> {
        let from = self.from.as_ref();
        let after = from.map(|cursor| cursor.place.as_str());
        let found = known.find::<C>(&self.query, after, self.take + 1);

        found
            .into_iter()
            .map(|listed| (Cursor::at(String::new(), &listed), listed))
            .collect()
    }

    fn find_sorted<'t>(
        &self,
        known: &Known<'t>,
        field: &str,
    ) -> Vec<(Cursor, Listed<'t>)> {
        let all = known.find::<C>(&self.query, None, usize::MAX);
        let sorted_by = |listed: Listed<'t>| {
            let key = known
                .find_values::<C>(listed.object, field)
                .concat();
            (Cursor::at(key, &listed), listed)
        };
        let mut found: Vec<_> = all.into_iter().map(sorted_by).collect();

        if let Some(from) = &self.from {
            found.retain(|(cursor, _)| cursor > from);
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.truncate(self.take + 1);
        found
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

    let mut fields = C::SEARCHED.iter().copied();
    fields
        .find(|field| *field == name)
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
        let text = json!([self.key, self.place]).to_string();
        URL_SAFE_NO_PAD.encode(text)
    }

    fn decode(text: &str) -> Result<Self, Failure> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let pair = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());

        match pair {
            Some((key, place)) => Ok(Self { key, place }),
            None => Err(Failure::invalid_query("Invalid cursor", "from")),
        }
    }
}
