//! The organizations that may use a grant, as the tenant shows them.
//! `procedure::organizations` changes them.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::http::Getter;
use super::object::{Object, get_text};
use super::pages::PER_PAGE;
use super::procedure::Organizations;
use crate::model::RemoteId;
use crate::provider::ProviderError;
use crate::provider::web::unexpected_answer;

#[derive(Deserialize)]
struct Page {
    organizations: Vec<Object>,
    next: Option<String>,
}

/// The ids of the organizations that may use a grant.
pub(super) async fn read(
    getter: &Getter,
    grant: &RemoteId,
) -> Result<Organizations, ProviderError> {
    let path = ["client-grants", grant.as_str(), "organizations"];
    let take = PER_PAGE.to_string();
    let mut ids = BTreeSet::new();
    let mut from: Option<String> = None;

    loop {
        // By checkpoints from the start: one that is shut out meanwhile then
        // moves no other out of sight.
        let mut query = vec![("take", take.as_str())];
        query.extend(
            from.as_deref()
                .map(|from| ("from", from)),
        );
        let (asked, page): (_, Page) = getter.get(path, &query).await?;

        let known = ids.len();
        for organization in &page.organizations {
            let id = get_text(organization, "id").ok_or_else(|| {
                unexpected_answer(&asked, "an organization in it has no `id`")
            })?;
            ids.insert(id.to_owned());
        }

        match page.next {
            None => return Ok(Organizations(ids)),
            // A page that brings nothing new leads nowhere: each that follows
            // it could be the same again.
            Some(_) if ids.len() == known => {
                return Err(unexpected_answer(&asked, "it goes on for ever"));
            }
            next => from = next,
        }
    }
}
