//! One page of a listing: what is asked for, and what is taken from the answer.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Listed, Listing};
use crate::model::ClientSpec;
use crate::provider::ProviderError;
use crate::provider::auth0::fields::wire_names;
use crate::provider::auth0::object::{Object, get_text};
use crate::provider::auth0::pages::PER_PAGE;
use crate::provider::auth0::scopes::Scopes;
use crate::provider::web::{RequestLine, unexpected_answer};

/// A page of any kind of object.
#[derive(Deserialize)]
struct Page {
    total: usize,
    /// How many objects the tenant puts on a page, which may be fewer than it
    /// was asked for.
    limit: usize,
    #[serde(
        alias = "resource_servers",
        alias = "clients",
        alias = "client_grants"
    )]
    objects: Vec<Object>,
}

/// A page that says where the next begins; the last one does not.
#[derive(Deserialize)]
struct CheckpointPage {
    next: Option<String>,
    #[serde(alias = "clients", alias = "client_grants")]
    objects: Vec<Object>,
}

/// A page with its objects known by their ids.
pub(super) struct ListedPage {
    pub(super) total: usize,
    limit: usize,
    pub(super) listed: Vec<Listed>,
}

impl ListedPage {
    /// How many objects a full page has.
    pub(super) fn size(&self) -> usize {
        // Never 0, by which no pages can be counted, and never
        // more than was asked for.
        self.limit.clamp(1, PER_PAGE)
    }

    /// How many pages the listing has.
    pub(super) fn count_pages(&self) -> usize {
        self.total.div_ceil(self.size())
    }

    pub(super) fn shows_the_same_as(&self, other: &Self) -> bool {
        // In their order too: a listing that moves is not believed, even where
        // all seem to be there.
        self.total == other.total && self.ids().eq(other.ids())
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        self.listed
            .iter()
            .map(|listed| listed.id.as_str())
    }
}

impl Listing<'_> {
    /// The page of a number, from 0 on.
    pub(super) async fn get_page(
        &self,
        number: usize,
    ) -> Result<ListedPage, ProviderError> {
        let number = number.to_string();
        let per_page = PER_PAGE.to_string();
        // With the total: without it, a listing that was cut
        // short would look whole.
        let paging = [
            ("per_page", per_page.as_str()),
            ("page", number.as_str()),
            ("include_totals", "true"),
        ];

        let (asked, page): (_, Page) = self.get(&paging).await?;
        Ok(ListedPage {
            total: page.total,
            limit: page.limit,
            listed: self.identify_all(&asked, page.objects)?,
        })
    }

    /// The page that begins at a checkpoint, and where the next one does.
    pub(super) async fn get_from_checkpoint(
        &self,
        filter: &[(&str, &str)],
        from: Option<&str>,
    ) -> Result<(Option<String>, Vec<Listed>), ProviderError> {
        let take = PER_PAGE.to_string();
        let mut paging = [filter, &[("take", take.as_str())]].concat();
        paging.extend(from.map(|from| ("from", from)));

        let (asked, page): (_, CheckpointPage) = self.get(&paging).await?;
        let listed = self.identify_all(&asked, page.objects)?;
        Ok((page.next, listed))
    }

    async fn get<T: DeserializeOwned>(
        &self,
        paging: &[(&str, &str)],
    ) -> Result<(RequestLine, T), ProviderError> {
        let fields = self.choose_fields().await?;
        let mut query = [self.filter, paging].concat();
        if let Some(fields) = &fields {
            query.push(("fields", fields.as_str()));
            query.push(("include_fields", "true"));
        }

        self.getter
            .get([self.path()], &query)
            .await
    }

    /// The fields to ask for, where they can be chosen.
    async fn choose_fields(&self) -> Result<Option<String>, ProviderError> {
        let Some(own) = self.fields else {
            return Ok(None);
        };
        let shows_keys = self.shows_keys().await?;

        let fields: Vec<&str> = own
            .iter()
            .copied()
            .chain(wire_names(self.kind))
            .filter(|field| *field != ClientSpec::METHODS || shows_keys)
            .collect();
        Ok(Some(fields.join(",")))
    }

    /// Whether the tenant shows us which keys a client has: to ask for them
    /// without that is refused.
    pub(super) async fn shows_keys(&self) -> Result<bool, ProviderError> {
        let session = self.getter.session().await?;

        // A token that does not say what it allows is taken to show none: a
        // refusal would cost the whole listing.
        Ok(session
            .scopes()
            .is_some_and(Scopes::show_keys))
    }

    /// Knows the objects of an answer by their ids.
    pub(super) fn identify_all(
        &self,
        asked: &RequestLine,
        objects: Vec<Object>,
    ) -> Result<Vec<Listed>, ProviderError> {
        objects
            .into_iter()
            .map(|object| self.identify(asked, object))
            .collect()
    }

    fn identify(
        &self,
        asked: &RequestLine,
        object: Object,
    ) -> Result<Listed, ProviderError> {
        // What has no id could be neither counted nor told from another, so
        // nothing of the answer is believed.
        match get_text(&object, self.id) {
            Some(id) if !id.is_empty() => Ok(Listed {
                id: id.to_owned(),
                object,
            }),
            _ => Err(unexpected_answer(
                asked,
                format!("an object in it has no `{}`", self.id),
            )),
        }
    }
}
