//! Listings of several pages, from which nothing is missing.

use std::collections::{BTreeSet, HashSet};
use std::iter;
use std::ops::Range;

use futures_util::future::try_join_all;

use super::page::ListedPage;
use super::{Listed, Listing, MOST_OBJECTS};
use crate::provider::{Gap, ProviderError};

impl Listing<'_> {
    /// Reads all pages by their numbers, twice: only where both readings show
    /// the same did nothing move in between. That is what a listing costs
    /// without checkpoints.
    pub(super) async fn read_twice(
        &self,
        first: ListedPage,
    ) -> Result<Vec<Listed>, ProviderError> {
        let total = first.total;
        let pages = first.count_pages();

        let others = self.get_pages(1..pages).await?;
        let once: Vec<ListedPage> = iter::once(first)
            .chain(others)
            .collect();
        let again = self.get_pages(0..pages).await?;

        let mut pairs = iter::zip(&once, &again);
        if !pairs.all(|(once, again)| once.shows_the_same_as(again)) {
            return Err(self.incomplete(Gap::Moved));
        }

        // The readings may agree, and be wrong in the same way.
        let listed: Vec<Listed> = once
            .into_iter()
            .flat_map(|page| page.listed)
            .collect();
        let ids: BTreeSet<&str> = listed
            .iter()
            .map(|listed| listed.id.as_str())
            .collect();
        let seen = ids.len();
        if listed.len() == total && seen == total {
            Ok(listed)
        } else {
            Err(self.incomplete(Gap::Count { seen, total }))
        }
    }

    /// Several pages at once: how many is up to the connection.
    async fn get_pages(
        &self,
        numbers: Range<usize>,
    ) -> Result<Vec<ListedPage>, ProviderError> {
        try_join_all(numbers.map(|number| self.get_page(number))).await
    }

    /// Reads one page after the other. What is added meanwhile may be among
    /// them; what was deleted meanwhile may not, and then the tenant is asked
    /// again how many there are.
    pub(super) async fn read_by_checkpoint(
        &self,
        total: usize,
        each: &mut impl FnMut(Listed) -> Result<(), ProviderError>,
    ) -> Result<(), ProviderError> {
        let seen = self.walk(&[], each).await?;
        if seen >= total {
            return Ok(());
        }

        let total = self.get_page(0).await?.total;
        if seen >= total {
            Ok(())
        } else {
            Err(self.incomplete(Gap::Count { seen, total }))
        }
    }

    /// Reads one page after the other of what the filter lets through, and says
    /// how many objects that were. A page is let go before the next is asked
    /// for: a tenant may have thousands.
    pub(super) async fn walk(
        &self,
        filter: &[(&str, &str)],
        each: &mut impl FnMut(Listed) -> Result<(), ProviderError>,
    ) -> Result<usize, ProviderError> {
        let mut ids = HashSet::new();
        let mut from = None;

        loop {
            let (next, page) = self
                .get_from_checkpoint(filter, from.as_deref())
                .await?;
            let known = ids.len();
            let listed = known + page.len();
            ids.extend(
                page.iter()
                    .map(|listed| listed.id.clone()),
            );

            // No object is on two pages, and a listing that goes round in
            // circles has no end.
            let is_stuck = next.is_some() && ids.len() == known;
            if ids.len() != listed || ids.len() > MOST_OBJECTS || is_stuck {
                return Err(self.incomplete(Gap::Moved));
            }

            page.into_iter()
                .try_for_each(&mut *each)?;
            if next.is_none() {
                return Ok(ids.len());
            }
            from = next;
        }
    }
}
