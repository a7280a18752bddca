//! From a snapshot to what is written of it.

use std::collections::{BTreeMap, BTreeSet};

use super::clients::read_mark;
use super::grants::{Api, Ends, management_api, render_grant, write_grant};
use super::keys::{make_slug, make_unique_keys};
use super::rendering::Rendering;
use super::view::{LiveClient, LiveGrant, LiveServer, View, list_grants};
use super::yaml::quote;
use super::{Breadth, Entry, Export, Selection};
use crate::model::{
    Audience, ClientId, Desired, Found, Identifier, Key, Kind, Policy,
    Snapshot, Standing, SubjectType, Support,
};
use crate::plan;

/// What the tenant holds of what is asked for, as a configuration of the stack
/// for a provider that can express this.
#[must_use]
pub fn export(
    seen: &Snapshot,
    selection: &Selection,
    support: &Support,
) -> Export {
    // Nothing is declared yet, so marks alone say whose an object is.
    let nothing = Desired {
        stack: selection.stack.clone(),
        resource_servers: BTreeMap::new(),
        clients: BTreeMap::new(),
        grants: Vec::new(),
        sinks: BTreeMap::new(),
        policy: Policy::default(),
    };
    let verdicts = plan::classify(&nothing, seen);

    View::of(seen, selection, &verdicts, support).export()
}

/// A live grant that is asked for, with what is said of it.
struct RenderedGrant<'a> {
    live: LiveGrant<'a>,
    said: Entry,
}

/// The entries of clients or resource servers, with their keys.
type Entries<'a, T> = BTreeMap<&'a T, (Key, Entry)>;

impl<'a> View<'a> {
    fn export(&self) -> Export {
        // The grants first: what they are for is at least referred to.
        let mut left_out = BTreeSet::new();
        let grants = self.render_grants(&mut left_out);
        let used_clients = grants
            .iter()
            .map(|grant| grant.live.client)
            .collect();
        let used_servers = grants
            .iter()
            .map(|grant| grant.live.audience)
            .collect();
        left_out.extend(self.list_clients_left_out(&used_clients));
        left_out.extend(self.list_servers_left_out(&used_servers));

        let clients = self.collect_clients(&used_clients);
        let servers = self.collect_servers(&used_servers);
        let grants = collect_grants(grants, &clients, &servers);
        Export {
            stack: self.selection.stack.clone(),
            resource_servers: servers.into_values().collect(),
            clients: clients.into_values().collect(),
            grants,
            left_out,
        }
    }

    /// The grants that are asked for and can be said.
    fn render_grants(
        &self,
        left_out: &mut BTreeSet<String>,
    ) -> Vec<RenderedGrant<'a>> {
        let mut grants = Vec::new();
        for live in list_grants(self.seen) {
            // No configuration changes such a grant: to declare
            // it would be a conflict.
            if live.found.standing != Standing::Ordinary
                || !self.chooses_grant(live)
            {
                continue;
            }

            // A client that stays out does so with all its
            // grants, and is told of once.
            if let Some(client) = self.explain_omitted(live.client) {
                left_out.insert(client);
                continue;
            }

            match self.render_grant(live) {
                Ok(said) => grants.push(RenderedGrant { live, said }),
                Err(why) => {
                    let client = self.clients.get(live.client);
                    let client = quote(client.map_or("", LiveClient::name));
                    let audience = quote(live.audience.as_str());
                    left_out.insert(format!(
                        "the grant of {client} on {audience}: {why}"
                    ));
                }
            }
        }
        grants
    }

    /// A grant comes with either end, but an owned export never
    /// looks at what others hold.
    fn chooses_grant(&self, grant: LiveGrant<'_>) -> bool {
        let in_breadth = self.selection.breadth == Breadth::All
            || self.is_ours(grant.client);
        if !in_breadth {
            return false;
        }

        let client = self.clients.get(grant.client);
        let server_is_chosen = match self.servers.get(grant.audience) {
            Some(server) => server.is_chosen,
            // A tenant may not show its Management API, which has a name of its
            // own to be asked for by.
            None => self
                .selection
                .names_resource_server(&[Audience::MANAGEMENT_API]),
        };
        client.is_some_and(|client| client.is_chosen) || server_is_chosen
    }

    /// What is said of a client of which nothing is written.
    fn explain_omitted(&self, id: &ClientId) -> Option<String> {
        let client = self.clients.get(id)?;
        match &client.rendering {
            Rendering::Omitted(why) => Some(client.explain_left_out(id, why)),
            Rendering::Full(_) | Rendering::Reference(_) => None,
        }
    }

    fn render_grant(&self, grant: LiveGrant<'_>) -> Result<Entry, String> {
        let server = self.servers.get(grant.audience);
        let api = match server {
            // First: a configuration knows it by a name of its own, whether or
            // not it is listed.
            _ if Some(grant.audience) == self.seen.management_api.as_ref() => {
                Api::Management(server.map(|server| &server.found.attrs))
            }
            Some(server) => Api::Other(&server.rendering, &server.found.attrs),
            None => return Err("the tenant does not show its API".to_owned()),
        };
        let client = self
            .clients
            .get(grant.client)
            .ok_or("the tenant does not show its client")?;

        let ends = Ends {
            client: &client.rendering,
            api,
        };
        render_grant(grant, ends, self.seen.rules(Kind::Grant))
    }

    /// The clients that are asked for and neither declared nor referred to.
    fn list_clients_left_out(&self, used: &BTreeSet<&ClientId>) -> Vec<String> {
        let mut left_out = Vec::new();
        for (id, client) in &self.clients {
            if !client.is_chosen || used.contains(id) {
                continue;
            }
            if let Rendering::Omitted(why) | Rendering::Reference(Some(why)) =
                &client.rendering
            {
                left_out.push(client.explain_left_out(id, why));
            }
        }
        left_out
    }

    /// The resource servers that are asked for and neither
    /// declared nor referred to.
    fn list_servers_left_out(
        &self,
        used: &BTreeSet<&Identifier>,
    ) -> Vec<String> {
        let mut left_out = Vec::new();
        for (identifier, server) in &self.servers {
            if !server.is_chosen || used.contains(identifier) {
                continue;
            }
            if let Rendering::Omitted(why) | Rendering::Reference(Some(why)) =
                &server.rendering
            {
                let identifier = quote(identifier.as_str());
                left_out.push(format!(
                    "the resource server {identifier}: {why}"
                ));
            }
        }
        left_out
    }

    fn collect_clients(
        &self,
        used: &BTreeSet<&ClientId>,
    ) -> Entries<'a, ClientId> {
        let written: BTreeMap<&'a ClientId, &LiveClient<'a>> = self
            .clients
            .iter()
            .filter(|(id, client)| client.is_declared() || used.contains(*id))
            .map(|(id, client)| (*id, client))
            .collect();
        let keys = self.choose_client_keys(&written);

        let mut entries = BTreeMap::new();
        for (id, client) in written {
            if let (Some(key), Some(entry)) = (keys.get(id), client.entry(id)) {
                entries.insert(id, (key.clone(), entry));
            }
        }
        entries
    }

    /// The keys of clients: those in their marks, and for the others new ones
    /// beside these.
    fn choose_client_keys(
        &self,
        written: &BTreeMap<&'a ClientId, &LiveClient<'a>>,
    ) -> BTreeMap<&'a ClientId, Key> {
        let without_key = written
            .iter()
            .filter(|(_, client)| client.key().is_none());
        let names =
            without_key.map(|(id, client)| (*id, client.name().to_owned()));
        let mut keys = make_unique_keys(names, "client", self.keys_in_marks());

        for (id, client) in written {
            if let Some(key) = client.key() {
                keys.insert(*id, key.clone());
            }
        }
        keys
    }

    /// The keys that this stack's marks have already given.
    fn keys_in_marks(&self) -> BTreeSet<Key> {
        let clients = self.clients.values();

        clients
            .filter_map(|client| key_in_mark(self, client.found))
            .collect()
    }

    /// The keys of resource servers: those in their marks, where these are of
    /// this stack, and for the others new ones beside these.
    fn choose_server_keys(
        &self,
        written: &BTreeMap<&'a Identifier, &LiveServer<'a>>,
    ) -> BTreeMap<&'a Identifier, Key> {
        // A copy carries the mark of another one, and the
        // same key: the first has it.
        let mut marked: BTreeMap<Key, &Identifier> = BTreeMap::new();
        for (identifier, server) in written {
            if let Some(key) = key_in_mark(self, server.found) {
                marked.entry(key).or_insert(identifier);
            }
        }
        let mut keys: BTreeMap<&Identifier, Key> = marked
            .iter()
            .map(|(key, identifier)| (*identifier, key.clone()))
            .collect();

        let others = written
            .iter()
            .filter(|(identifier, _)| !keys.contains_key(*identifier));
        let names = others.map(|(identifier, server)| {
            (*identifier, readable_name(identifier, server))
        });
        let new_keys =
            make_unique_keys(names, "api", marked.keys().cloned().collect());
        keys.extend(new_keys);
        keys
    }

    fn collect_servers(
        &self,
        used: &BTreeSet<&Identifier>,
    ) -> Entries<'a, Identifier> {
        let written: BTreeMap<&'a Identifier, &LiveServer<'a>> = self
            .servers
            .iter()
            .filter(|(identifier, server)| {
                // The Management API is there without being declared or
                // referred to.
                let is_management =
                    Some(**identifier) == self.seen.management_api.as_ref();
                server.is_declared()
                    || used.contains(*identifier) && !is_management
            })
            .map(|(identifier, server)| (*identifier, server))
            .collect();
        let keys = self.choose_server_keys(&written);

        let mut entries = BTreeMap::new();
        for (identifier, server) in written {
            if let (Some(key), Some(entry)) =
                (keys.get(identifier), server.entry(identifier))
            {
                entries.insert(identifier, (key.clone(), entry));
            }
        }
        entries
    }
}

/// The key in the mark of an object of this stack, if it carries one.
fn key_in_mark(view: &View<'_>, found: &Found) -> Option<Key> {
    let mark = read_mark(found)?;
    let is_ours =
        mark.stack == view.selection.stack && mark.tenant == view.seen.tenant;

    is_ours.then_some(mark.key)
}

/// The name of a resource server, or its identifier where no
/// key can be made of the name.
fn readable_name(identifier: &Identifier, server: &LiveServer<'_>) -> String {
    let name = server.found.name().unwrap_or_default();
    if !make_slug(name).is_empty() {
        return name.to_owned();
    }

    let whole = identifier.as_str();
    let place = whole
        .split_once("://")
        .map(|(_scheme, place)| place);
    place.unwrap_or(whole).to_owned()
}

/// The grants by the keys of their resource servers, in the order of the keys
/// of their clients.
fn collect_grants(
    grants: Vec<RenderedGrant<'_>>,
    clients: &Entries<'_, ClientId>,
    servers: &Entries<'_, Identifier>,
) -> BTreeMap<Key, Vec<Entry>> {
    let mut by_server: BTreeMap<Key, Vec<(Key, SubjectType, Entry)>> =
        BTreeMap::new();
    for RenderedGrant { live, said } in grants {
        let server = match servers.get(live.audience) {
            Some((key, _)) => Some(key.clone()),
            None => management_api(),
        };
        if let (Some((client, _)), Some(server)) =
            (clients.get(live.client), server)
        {
            let entry = write_grant(client, &server, said);
            let grants = by_server.entry(server).or_default();
            grants.push((client.clone(), live.subject_type, entry));
        }
    }

    let mut collected = BTreeMap::new();
    for (server, mut grants) in by_server {
        grants.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
        let entries = grants
            .into_iter()
            .map(|(.., entry)| entry);
        collected.insert(server, entries.collect());
    }
    collected
}
