//! The organizations that may use a grant: kept at the organizations, one request each.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::encode::Change;
use super::fields::Object;
use super::http::{Getter, Sender};
use super::listing::PER_PAGE;
use super::refusal::nonsense;
use crate::model::{RemoteId, Value};
use crate::provider::{ProviderError, WriteError};

#[derive(Deserialize)]
struct Page {
    organizations: Vec<Object>,
    next: Option<String>,
}

/// The ids of the organizations that may use a grant.
pub(super) async fn read(
    getter: &Getter,
    grant: &RemoteId,
) -> Result<BTreeSet<String>, ProviderError> {
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
            None => return Ok(ids),
            Some(_) if ids.len() == before => {
                return Err(nonsense(&asked, "it goes on for ever"));
            }
            next_page => next = next_page,
        }
    }
}

/// The ids in plain form.
pub(super) fn plain(ids: BTreeSet<String>) -> Value {
    Value::Set(ids.into_iter().map(|id| Value::Text(id.into())).collect())
}

/// Lets these organizations, and no others, use a grant. `before` are those that may now.
pub(super) async fn change(
    sender: &Sender,
    grant: &RemoteId,
    wanted: &Value,
    before: &BTreeSet<String>,
) -> Result<(), WriteError> {
    let ids = wanted.as_set().into_iter().flatten().filter_map(Value::as_text);
    let after: BTreeSet<String> = ids.map(str::to_owned).collect();
    let mut done = Vec::new();
    for id in after.difference(before) {
        let path = ["organizations", id, "client-grants"];
        let request = Change::post(&path, json!({ "grant_id": grant.as_str() }));
        sender.send(&request).await.map_err(|error| error.after(&done))?;
        done.push(format!("the organization {id} was let in"));
    }
    for id in before.difference(&after) {
        let path = ["organizations", id, "client-grants", grant.as_str()];
        sender.send(&Change::delete(&path)).await.map_err(|error| error.after(&done))?;
        done.push(format!("the organization {id} was shut out"));
    }
    Ok(())
}
