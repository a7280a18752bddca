//! The organizations that may use a grant, as the tenant shows them. `procedure::organizations` changes
//! them.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::http::{Getter, nonsense};
use super::object::Object;
use super::pages::PER_PAGE;
use super::procedure::Organizations;
use crate::model::RemoteId;
use crate::provider::ProviderError;

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
    let take = PER_PAGE.to_string();
    let mut ids = BTreeSet::new();
    let mut next: Option<String> = None;
    loop {
        let mut query = vec![("take", &*take)];
        query.extend(next.as_deref().map(|next| ("from", next)));
        let path = ["client-grants", grant.as_str(), "organizations"];
        let (asked, page): (_, Page) = getter.get(path, &query).await?;
        let before = ids.len();
        for organization in &page.organizations {
            let id = organization.get("id").and_then(|id| id.as_str());
            let id = id.ok_or_else(|| nonsense(&asked, "an organization in it has no `id`"))?;
            ids.insert(id.to_owned());
        }
        match page.next {
            None => return Ok(Organizations(ids)),
            Some(_) if ids.len() == before => {
                return Err(nonsense(&asked, "it goes on for ever"));
            }
            next_page => next = next_page,
        }
    }
}
