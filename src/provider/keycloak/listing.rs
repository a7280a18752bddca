//! Reading listings, and whether they show all there is.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde::de::IgnoredAny;
use serde_json::{Map, Value as Json, json};
use zeroize::Zeroizing;

use super::advice;
use super::http::Getter;
use super::scopes::Scopes;
use super::settings::Settings;
use super::wire::{Client, ClientScope};
use crate::model::{ClientId, Digest};
use crate::provider::{ForbiddenReason, Gap, ProviderError};

/// How many clients are asked for at once: a longer page costs a Keycloak that
/// has just started more than several short ones.
const PAGE: usize = 100;

/// A client as it was listed, and what all of it comes to.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) client: Client,
    /// The whole object, without what is secret and without its lists of
    /// scopes. The object itself is not kept: it may hold secrets under names
    /// that nobody knows.
    rest: Digest,
}

impl Listed {
    /// What all of it comes to, also what is not looked at. Its grants are
    /// objects of their own, which end before it does.
    pub(super) fn digest(&self, scopes: &Scopes) -> Digest {
        let is_granted = |name: &String| {
            scopes
                .get(name)
                .is_some_and(|scope| scope.of.is_some())
        };
        let without_grants = |names: &[String]| -> Vec<String> {
            names
                .iter()
                .filter(|name| !is_granted(name))
                .cloned()
                .collect()
        };

        Digest::of(json!({
            "rest": self.rest.to_string(),
            "default": without_grants(&self.client.default_client_scopes),
            "optional": without_grants(&self.client.optional_client_scopes),
        }))
    }
}

/// Makes sure that what we may see is all there is. Whoever may look for
/// clients without seeing them gets listings that are empty, and no error.
pub(super) async fn probe(getter: &Getter) -> Result<(), ProviderError> {
    // Of all that is read, only this is refused unless all clients and client
    // scopes may be seen.
    let path = ["default-default-client-scopes"];
    let probed = getter
        .get::<Vec<IgnoredAny>>(path, &[])
        .await;
    probed.map(drop).map_err(|error| match error {
        ProviderError::Forbidden {
            request,
            denial,
            reason,
            next_step,
        } => ProviderError::Forbidden {
            request,
            denial,
            reason: format!(
                "our client has neither `view-clients` nor `manage-clients` \
                 ({reason})"
            ),
            next_step,
        },
        error => error,
    })
}

/// Reads all client scopes: they come in one answer.
pub(super) async fn read_scopes(
    getter: &Getter,
) -> Result<Scopes, ProviderError> {
    let scopes: Vec<ClientScope> = getter
        .get(["client-scopes"], &[])
        .await?;
    let naming = getter.settings().scope_naming;

    Ok(Scopes::of(scopes, naming))
}

/// How many pages so many clients take.
pub(super) fn count_pages(clients: usize) -> usize {
    // Each page but the first shows one client again, and
    // the last one is not full.
    1 + clients.saturating_sub(1) / (PAGE - 1)
}

/// Reads all clients, page by page.
pub(super) async fn walk_clients(
    getter: &Getter,
    mut visit: impl FnMut(Listed),
) -> Result<(), ProviderError> {
    let mut seen = BTreeSet::new();
    let mut last: Option<String> = None;
    let mut first = 0;
    loop {
        let page = read_page(getter, first).await?;
        let length = page.len();
        let mut page = page.into_iter().peekable();

        // Each page begins with the last one of the page before:
        // there is no total, and what is deleted or made meanwhile
        // moves all that stand behind it.
        if let Some(last) = &last {
            let is_joined = page
                .next()
                .is_some_and(|again| again.client.id == *last);
            if !is_joined {
                return Err(moved());
            }
        }

        for listed in page {
            let id = listed.client.id.clone();
            if !seen.insert(id.clone()) {
                return Err(moved());
            }
            last = Some(id);
            visit(listed);
        }
        if length < PAGE {
            return Ok(());
        }
        first += PAGE - 1;
    }
}

async fn read_page(
    getter: &Getter,
    first: usize,
) -> Result<Vec<Listed>, ProviderError> {
    let (first, max) = (first.to_string(), PAGE.to_string());
    let query = [("first", first.as_str()), ("max", max.as_str())];
    let page: Vec<Json> = getter.get(["clients"], &query).await?;

    page.into_iter()
        .map(read_listed)
        .collect()
}

/// A client by what the configuration calls it, which no two have.
pub(super) async fn find_client(
    getter: &Getter,
    client_id: &str,
) -> Result<Option<Listed>, ProviderError> {
    let query = [("clientId", client_id)];
    let found: Vec<Json> = getter.get(["clients"], &query).await?;
    let mut found = found.into_iter().map(read_listed);

    // Some databases know no case, and show what was not asked for.
    let same = found.find(|listed| match listed {
        Ok(listed) => listed.client.client_id == client_id,
        Err(_) => true,
    });
    same.transpose()
}

/// A client by its id in addresses.
pub(super) async fn get_client(
    getter: &Getter,
    id: &str,
) -> Result<Listed, ProviderError> {
    let object: Json = getter.get(["clients", id], &[]).await?;

    read_listed(object)
}

fn read_listed(mut object: Json) -> Result<Listed, ProviderError> {
    let client = Client::deserialize(&object);
    let client = client.map_err(|_| ProviderError::Unexpected {
        request: "GET clients".to_owned(),
        reason: "a client in it is not the object it should be".to_owned(),
    })?;

    if let Json::Object(fields) = &mut object {
        drop_secrets(fields);
        for list in ["defaultClientScopes", "optionalClientScopes"] {
            fields.remove(list);
        }
    }
    Ok(Listed {
        client,
        rest: Digest::of(object),
    })
}

/// Takes out what is secret, and what tells of whoever
/// asks and not of the client.
fn drop_secrets(fields: &mut Map<String, Json>) {
    for name in ["secret", "registrationAccessToken"] {
        if let Some(Json::String(secret)) = fields.remove(name) {
            drop(Zeroizing::new(secret));
        }
    }
    fields.remove("access");

    if let Some(Json::Object(attributes)) = fields.get_mut("attributes") {
        attributes.retain(|name, _| {
            !name.contains("secret") && !name.contains("private")
        });
    }
}

/// Makes sure that the clients which every realm has, and our own, are among
/// those that were seen.
pub(super) fn check_complete(
    settings: &Settings,
    clients: &[Listed],
) -> Result<(), ProviderError> {
    let holder_of_roles = settings.role_holder_here();
    let ourselves = settings
        .other_realm()
        .is_none()
        .then(|| settings.credentials.client_id())
        .transpose()?;

    let ourselves = ourselves.map(ClientId::as_str);
    let mut expected = [Some(holder_of_roles), ourselves]
        .into_iter()
        .flatten();
    let is_there = |id: &str| {
        clients
            .iter()
            .any(|listed| listed.client.client_id == id)
    };
    match expected.find(|id| !is_there(id)) {
        None => Ok(()),
        Some(missing) => Err(ProviderError::Forbidden {
            request: format!(
                "GET /admin/realms/{}/clients",
                settings.realm.name.as_str()
            ),
            denial: ForbiddenReason::Unsaid,
            reason: format!(
                "not all clients are shown: `{missing}`, which is there, is \
                 not"
            ),
            next_step: Some(advice::to_read(settings)),
        }),
    }
}

/// Makes sure that every scope which a client has is
/// one of those that were seen.
pub(super) fn check_scopes(
    clients: &[Listed],
    scopes: &Scopes,
) -> Result<(), ProviderError> {
    let mut names = clients
        .iter()
        .flat_map(|listed| listed.client.scopes());

    if names.all(|name| scopes.get(name).is_some()) {
        Ok(())
    } else {
        Err(moved())
    }
}

fn moved() -> ProviderError {
    ProviderError::Incomplete {
        listing: "clients",
        gap: Gap::Moved,
    }
}

#[cfg(test)]
mod tests;
