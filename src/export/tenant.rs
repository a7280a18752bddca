//! What is asked for, and what can be said of it.

use std::collections::{BTreeMap, BTreeSet};

use super::fate::{self, Fate, Namesakes};
use super::keys::slug;
use super::yaml::quoted;
use super::{Breadth, Selection};
use crate::model::{
    Address, ClientId, ClientRef, Found, Identifier, Key, Kind, Snapshot, SubjectType, Support,
};
use crate::plan::{Verdict, Verdicts};

/// The tenant as the selection sees it.
pub(super) struct Tenant<'a> {
    pub(super) seen: &'a Snapshot,
    pub(super) selection: &'a Selection,
    pub(super) clients: BTreeMap<&'a ClientId, Client<'a>>,
    pub(super) servers: BTreeMap<&'a Identifier, Server<'a>>,
}

/// A live client.
pub(super) struct Client<'a> {
    pub(super) found: &'a Found,
    pub(super) verdict: &'a Verdict<'a>,
    pub(super) fate: Fate,
    pub(super) is_chosen: bool,
}

impl Client<'_> {
    pub(super) fn left_out(&self, id: &ClientId, why: &str) -> String {
        format!(
            "the client {} ({id}): {why}",
            quoted(self.found.name().unwrap_or_default())
        )
    }
}

/// A live resource server.
pub(super) struct Server<'a> {
    pub(super) found: &'a Found,
    pub(super) fate: Fate,
    pub(super) is_chosen: bool,
}

impl<'a> Tenant<'a> {
    pub(super) fn of(
        seen: &'a Snapshot,
        selection: &'a Selection,
        verdicts: &'a Verdicts<'a>,
        support: &Support,
    ) -> Self {
        let clients = chosen_clients(seen, selection, verdicts, support);
        let used = used_by_ours(seen, &clients);
        let servers = seen
            .found
            .iter()
            .filter_map(|(address, found)| match address {
                Address::ResourceServer(identifier) => {
                    let name = found.name().unwrap_or_default();
                    let names = [identifier.as_str(), name, &slug(name)];
                    let is_chosen = selection.names_resource_server(&names)
                        && (selection.breadth == Breadth::All || used.contains(identifier));
                    let defaults = &seen.rules(Kind::ResourceServer).defaults;
                    let fate = fate::resource_server(identifier, found, defaults, support);
                    Some((
                        identifier,
                        Server {
                            found,
                            fate,
                            is_chosen,
                        },
                    ))
                }
                Address::Client(_) | Address::Grant { .. } => None,
            });
        Self {
            seen,
            selection,
            servers: servers.collect(),
            clients,
        }
    }

    pub(super) fn is_ours(&self, client: &ClientId) -> bool {
        self.clients
            .get(client)
            .is_some_and(|client| client.verdict.class.is_ours())
    }
}

/// Every live client: whether it is asked for, and what can be said of it.
fn chosen_clients<'a>(
    seen: &'a Snapshot,
    selection: &Selection,
    verdicts: &'a Verdicts<'a>,
    support: &Support,
) -> BTreeMap<&'a ClientId, Client<'a>> {
    let live = seen
        .found
        .iter()
        .filter_map(|(address, found)| match address {
            Address::Client(ClientRef::Id(id)) => Some((id, found, verdicts.get(address)?)),
            _ => None,
        });
    let chosen = live.map(|(id, found, verdict)| {
        let name = found.name().unwrap_or_default();
        let key = key_in_mark(verdict).map_or("", Key::as_str);
        let is_named = selection.names_client(&[id.as_str(), name, key, &slug(name)]);
        let in_breadth = selection.breadth == Breadth::All || verdict.class.is_ours();
        (id, found, verdict, is_named && in_breadth)
    });
    let chosen: Vec<_> = chosen.collect();
    let mut namesakes: BTreeMap<&str, Namesakes> = BTreeMap::new();
    for (_, found, verdict, _) in chosen.iter().filter(|(.., is_chosen)| *is_chosen) {
        namesakes
            .entry(found.name().unwrap_or_default())
            .or_default()
            .count(&verdict.class);
    }
    let defaults = &seen.rules(Kind::Client).defaults;
    let clients = chosen.into_iter().map(|(id, found, verdict, is_chosen)| {
        let mark = fate::mark(found).filter(|mark| mark.tenant == seen.tenant);
        let owner = mark
            .map(|mark| mark.stack)
            .filter(|owner| *owner != selection.stack);
        let fate = fate::client(
            found,
            verdict,
            owner.as_ref(),
            &namesakes,
            (defaults, support),
        );
        (
            id,
            Client {
                found,
                verdict,
                fate,
                is_chosen,
            },
        )
    });
    clients.collect()
}

/// The APIs that clients of this stack hold grants on.
fn used_by_ours<'a>(
    seen: &'a Snapshot,
    clients: &BTreeMap<&ClientId, Client<'_>>,
) -> BTreeSet<&'a Identifier> {
    let is_ours = |id| {
        clients
            .get(id)
            .is_some_and(|client: &Client<'_>| client.verdict.class.is_ours())
    };
    let ours = live_grants(seen).filter(|(client, ..)| is_ours(*client));
    ours.map(|(_, audience, ..)| audience).collect()
}

/// Every live grant with its address taken apart.
pub(super) fn live_grants(
    seen: &Snapshot,
) -> impl Iterator<Item = (&ClientId, &Identifier, SubjectType, &Found)> {
    seen.found
        .iter()
        .filter_map(|(address, found)| match address {
            Address::Grant {
                client: ClientRef::Id(client),
                audience,
                subject_type,
            } => Some((client, audience, *subject_type, found)),
            _ => None,
        })
}

/// The key in the mark of a client of this stack.
pub(super) fn key_in_mark<'a>(verdict: &'a Verdict<'_>) -> Option<&'a Key> {
    match &verdict.address {
        Address::Client(ClientRef::Key(key)) => Some(key),
        _ => None,
    }
}
