//! What is asked for, and what can be said of it.

use std::collections::{BTreeMap, BTreeSet};

use super::clients::{Namesakes, read_mark, render_client};
use super::keys::make_slug;
use super::rendering::{Rendering, render_resource_server};
use super::yaml::quote;
use super::{Breadth, Entry, Selection};
use crate::model::{
    Address, ClientId, ClientRef, Found, Identifier, Key, Kind, Snapshot,
    StackName, SubjectType, Support,
};
use crate::plan::{Verdict, Verdicts};

/// A tenant as the selection sees it.
pub(super) struct View<'a> {
    pub(super) seen: &'a Snapshot,
    pub(super) selection: &'a Selection,
    pub(super) clients: BTreeMap<&'a ClientId, LiveClient<'a>>,
    pub(super) servers: BTreeMap<&'a Identifier, LiveServer<'a>>,
}

/// A client of the tenant.
pub(super) struct LiveClient<'a> {
    pub(super) found: &'a Found,
    pub(super) verdict: &'a Verdict<'a>,
    pub(super) rendering: Rendering,
    pub(super) is_chosen: bool,
}

/// A resource server of the tenant.
pub(super) struct LiveServer<'a> {
    pub(super) found: &'a Found,
    pub(super) rendering: Rendering,
    pub(super) is_chosen: bool,
}

/// A grant of the tenant.
#[derive(Clone, Copy)]
pub(super) struct LiveGrant<'a> {
    pub(super) client: &'a ClientId,
    pub(super) audience: &'a Identifier,
    pub(super) subject_type: SubjectType,
    pub(super) found: &'a Found,
}

impl<'a> View<'a> {
    pub(super) fn of(
        seen: &'a Snapshot,
        selection: &'a Selection,
        verdicts: &'a Verdicts<'a>,
        support: &Support,
    ) -> Self {
        let clients = view_clients(seen, selection, verdicts, support);
        let used = list_used_by_ours(seen, &clients);
        let servers = view_servers(seen, selection, &used, support);

        Self {
            seen,
            selection,
            clients,
            servers,
        }
    }

    pub(super) fn is_ours(&self, client: &ClientId) -> bool {
        self.clients
            .get(client)
            .is_some_and(LiveClient::is_ours)
    }
}

impl LiveClient<'_> {
    pub(super) fn is_ours(&self) -> bool {
        self.verdict.class.is_ours()
    }

    pub(super) fn is_declared(&self) -> bool {
        self.is_chosen && matches!(self.rendering, Rendering::Full(_))
    }

    pub(super) fn name(&self) -> &str {
        self.found.name().unwrap_or_default()
    }

    /// Its key, if it is of this stack and carries one.
    pub(super) fn key(&self) -> Option<&Key> {
        self.verdict.address.client_key()
    }

    /// What is written of it: in full only where it is asked for.
    pub(super) fn entry(&self, id: &ClientId) -> Option<Entry> {
        let id = id.as_str();
        match &self.rendering {
            Rendering::Full(entry) if self.is_chosen => {
                let mut entry = entry.clone();
                // Without a key in its mark it is found by
                // its id, and taken over.
                if self.key().is_none() {
                    entry
                        .fields
                        .insert(0, ("client_id".into(), id.into()));
                }
                Some(entry)
            }
            Rendering::Full(_) => Some(Entry::reference("client_id", id, None)),
            Rendering::Reference(why) => Some(Entry::reference(
                "client_id",
                id,
                why.as_deref(),
            )),
            Rendering::Omitted(_) => None,
        }
    }

    /// That it is not in the configuration, and why.
    pub(super) fn explain_left_out(&self, id: &ClientId, why: &str) -> String {
        let name = quote(self.name());

        format!("the client {name} ({id}): {why}")
    }
}

impl LiveServer<'_> {
    pub(super) fn is_declared(&self) -> bool {
        self.is_chosen && matches!(self.rendering, Rendering::Full(_))
    }

    /// What is written of it: in full only where it is asked for.
    pub(super) fn entry(&self, identifier: &Identifier) -> Option<Entry> {
        let id = identifier.as_str();
        match &self.rendering {
            Rendering::Full(entry) if self.is_chosen => Some(entry.clone()),
            Rendering::Full(_) => {
                Some(Entry::reference("identifier", id, None))
            }
            Rendering::Reference(why) => Some(Entry::reference(
                "identifier",
                id,
                why.as_deref(),
            )),
            Rendering::Omitted(_) => None,
        }
    }
}

/// A client of which it is decided whether it is asked for.
struct Candidate<'a> {
    id: &'a ClientId,
    found: &'a Found,
    verdict: &'a Verdict<'a>,
    is_chosen: bool,
}

/// Every live client: whether it is asked for, and what can be said of it.
fn view_clients<'a>(
    seen: &'a Snapshot,
    selection: &Selection,
    verdicts: &'a Verdicts<'a>,
    support: &Support,
) -> BTreeMap<&'a ClientId, LiveClient<'a>> {
    let candidates = list_candidates(seen, selection, verdicts);
    // Of those that are asked for: another of the same name is in nobody's way.
    let namesakes = count_namesakes(&candidates);
    let defaults = &seen.rules(Kind::Client).defaults;

    let mut clients = BTreeMap::new();
    for candidate in candidates {
        let Candidate {
            id,
            found,
            verdict,
            is_chosen,
        } = candidate;
        let owner = other_owner(found, seen, selection);
        let owner = owner.as_ref();
        let rendering = render_client(
            found, verdict, owner, &namesakes, defaults, support,
        );
        let client = LiveClient {
            found,
            verdict,
            rendering,
            is_chosen,
        };
        clients.insert(id, client);
    }
    clients
}

fn list_candidates<'a>(
    seen: &'a Snapshot,
    selection: &Selection,
    verdicts: &'a Verdicts<'a>,
) -> Vec<Candidate<'a>> {
    let mut candidates = Vec::new();
    for (address, found) in &seen.found {
        let (Address::Client(ClientRef::Id(id)), Some(verdict)) =
            (address, verdicts.get(address))
        else {
            continue;
        };

        let name = found.name().unwrap_or_default();
        let key = verdict
            .address
            .client_key()
            .map_or("", Key::as_str);
        let names = [id.as_str(), name, key, &make_slug(name)];
        let in_breadth =
            selection.breadth == Breadth::All || verdict.class.is_ours();
        candidates.push(Candidate {
            id,
            found,
            verdict,
            is_chosen: in_breadth && selection.names_client(&names),
        });
    }
    candidates
}

fn count_namesakes<'a>(
    candidates: &[Candidate<'a>],
) -> BTreeMap<&'a str, Namesakes> {
    let mut namesakes: BTreeMap<&str, Namesakes> = BTreeMap::new();
    let chosen = candidates
        .iter()
        .filter(|candidate| candidate.is_chosen);
    for Candidate {
        found, verdict, ..
    } in chosen
    {
        let name = found.name().unwrap_or_default();
        namesakes
            .entry(name)
            .or_default()
            .count(&verdict.class);
    }
    namesakes
}

/// The stack that a client belongs to, if it is another than the one that the
/// configuration is for.
fn other_owner(
    found: &Found,
    seen: &Snapshot,
    selection: &Selection,
) -> Option<StackName> {
    let mark = read_mark(found)?;
    let is_other = mark.tenant == seen.tenant && mark.stack != selection.stack;

    is_other.then_some(mark.stack)
}

/// Every live resource server: whether it is asked for,
/// and what can be said of it.
fn view_servers<'a>(
    seen: &'a Snapshot,
    selection: &Selection,
    used: &BTreeSet<&Identifier>,
    support: &Support,
) -> BTreeMap<&'a Identifier, LiveServer<'a>> {
    let defaults = &seen
        .rules(Kind::ResourceServer)
        .defaults;

    let mut servers = BTreeMap::new();
    for (address, found) in &seen.found {
        let Address::ResourceServer(identifier) = address else {
            continue;
        };

        let name = found.name().unwrap_or_default();
        let names = [identifier.as_str(), name, &make_slug(name)];
        let in_breadth =
            selection.breadth == Breadth::All || used.contains(identifier);
        let server = LiveServer {
            found,
            rendering: render_resource_server(
                identifier,
                found,
                other_owner(found, seen, selection).as_ref(),
                defaults,
                support,
            ),
            is_chosen: in_breadth && selection.names_resource_server(&names),
        };
        servers.insert(identifier, server);
    }
    servers
}

/// The APIs that clients of this stack hold grants on.
fn list_used_by_ours<'a>(
    seen: &'a Snapshot,
    clients: &BTreeMap<&ClientId, LiveClient<'_>>,
) -> BTreeSet<&'a Identifier> {
    list_grants(seen)
        .filter(|grant| {
            clients
                .get(grant.client)
                .is_some_and(LiveClient::is_ours)
        })
        .map(|grant| grant.audience)
        .collect()
}

/// Every live grant with its address taken apart.
pub(super) fn list_grants(
    seen: &Snapshot,
) -> impl Iterator<Item = LiveGrant<'_>> {
    seen.found
        .iter()
        .filter_map(|(address, found)| match address {
            Address::Grant {
                client: ClientRef::Id(client),
                audience,
                subject_type,
            } => Some(LiveGrant {
                client,
                audience,
                subject_type: *subject_type,
                found,
            }),
            _ => None,
        })
}
