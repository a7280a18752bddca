//! From a snapshot to what is written of it.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::fate::{self, Fate};
use super::grants::{self, Api, Grant};
use super::keys::{slug, unique};
use super::tenant::{Tenant, key_in_mark, live_grants};
use super::yaml::quoted;
use super::{Breadth, Export, Object, Selection};
use crate::model::{
    Audience, ClientId, Desired, Found, Identifier, Key, Kind, Policy, Snapshot, Standing,
    SubjectType, Support, Value,
};
use crate::plan;

/// What the tenant holds of what is asked for, as a configuration of the stack for a provider that can
/// express this.
#[must_use]
pub fn export(seen: &Snapshot, selection: &Selection, support: &Support) -> Export {
    let nothing = Desired {
        stack: selection.stack.clone(),
        resource_servers: BTreeMap::new(),
        clients: BTreeMap::new(),
        grants: Vec::new(),
        policy: Policy::default(),
    };
    let verdicts = plan::classify(&nothing, seen);
    let tenant = Tenant::of(seen, selection, &verdicts, support);
    tenant.export()
}

/// A live grant that is asked for.
struct Line<'a> {
    client: &'a ClientId,
    audience: &'a Identifier,
    subject_type: SubjectType,
    fields: Vec<(SmolStr, Value)>,
}

impl<'a> Tenant<'a> {
    fn export(&self) -> Export {
        let mut left_out = BTreeSet::new();
        let lines = self.lines(&mut left_out);
        let client_ids: BTreeSet<&ClientId> = lines.iter().map(|line| line.client).collect();
        let audiences: BTreeSet<&Identifier> = lines.iter().map(|line| line.audience).collect();
        self.leave_out(&client_ids, &audiences, &mut left_out);
        let clients = self.written_clients(&client_ids);
        let servers = self.written_servers(&audiences);
        let mut written: BTreeMap<Key, Vec<(Key, SubjectType, Object)>> = BTreeMap::new();
        for Line {
            client,
            audience,
            subject_type,
            fields,
        } in lines
        {
            let server = match servers.get(audience) {
                Some((key, _)) => Some(key.clone()),
                None => grants::management_api(),
            };
            if let (Some((client, _)), Some(server)) = (clients.get(client), server) {
                let object = grants::object(client, &server, fields);
                written
                    .entry(server)
                    .or_default()
                    .push((client.clone(), subject_type, object));
            }
        }
        let grants = written.into_iter().map(|(server, mut lines)| {
            lines.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
            (
                server,
                lines.into_iter().map(|(.., object)| object).collect(),
            )
        });
        Export {
            stack: self.selection.stack.clone(),
            resource_servers: servers.into_values().collect(),
            clients: clients.into_values().collect(),
            grants: grants.collect(),
            left_out,
        }
    }

    /// The grants that are asked for and can be said.
    fn lines(&self, left_out: &mut BTreeSet<String>) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        for (client, audience, subject_type, found) in live_grants(self.seen) {
            if found.standing != Standing::Ordinary || !self.chooses_grant(client, audience) {
                continue;
            }
            if let Some(silent) = self.silent_client(client) {
                left_out.insert(silent);
                continue;
            }
            match self.grant(client, audience, subject_type, found) {
                Ok(fields) => lines.push(Line {
                    client,
                    audience,
                    subject_type,
                    fields,
                }),
                Err(why) => {
                    let client = self
                        .clients
                        .get(client)
                        .map_or("", |one| one.found.name().unwrap_or_default());
                    let (client, audience) = (quoted(client), quoted(audience.as_str()));
                    left_out.insert(format!("the grant of {client} on {audience}: {why}"));
                }
            }
        }
        lines
    }

    /// What is said of a client that stays out with all its grants.
    fn silent_client(&self, id: &ClientId) -> Option<String> {
        let client = self.clients.get(id)?;
        match &client.fate {
            Fate::Silent(why) => Some(client.left_out(id, why)),
            Fate::Declared(_) | Fate::Referred(_) => None,
        }
    }

    /// A grant comes with either end, but an owned export never looks at what others hold.
    fn chooses_grant(&self, client: &ClientId, audience: &Identifier) -> bool {
        let client_chosen = self
            .clients
            .get(client)
            .is_some_and(|client| client.is_chosen);
        let server_chosen = self.servers.get(audience).map_or_else(
            || {
                self.selection
                    .names_resource_server(&[Audience::MANAGEMENT_API])
            },
            |server| server.is_chosen,
        );
        let in_breadth = self.selection.breadth == Breadth::All || self.is_ours(client);
        in_breadth && (client_chosen || server_chosen)
    }

    fn grant(
        &self,
        client: &ClientId,
        audience: &Identifier,
        subject_type: SubjectType,
        found: &Found,
    ) -> Result<Vec<(SmolStr, Value)>, String> {
        let server = self.servers.get(audience);
        let api = match server {
            _ if *audience == self.seen.management_api => {
                Api::Management(server.map(|server| &server.found.attrs))
            }
            Some(server) => Api::Other(&server.fate, &server.found.attrs),
            None => return Err("the tenant does not show its API".to_owned()),
        };
        let client = self
            .clients
            .get(client)
            .ok_or("the tenant does not show its client")?;
        Grant {
            found,
            subject_type,
            client: &client.fate,
            api,
        }
        .fields(&self.seen.rules(Kind::Grant).defaults)
    }

    /// Says what is asked for and neither declared nor referred to.
    fn leave_out(
        &self,
        client_ids: &BTreeSet<&ClientId>,
        audiences: &BTreeSet<&Identifier>,
        left_out: &mut BTreeSet<String>,
    ) {
        let clients = self
            .clients
            .iter()
            .filter(|(id, client)| client.is_chosen && !client_ids.contains(*id));
        for (id, client) in clients {
            if let Fate::Silent(why) | Fate::Referred(Some(why)) = &client.fate {
                left_out.insert(client.left_out(id, why));
            }
        }
        let servers = self
            .servers
            .iter()
            .filter(|(identifier, server)| server.is_chosen && !audiences.contains(*identifier));
        for (identifier, server) in servers {
            if let Fate::Silent(why) | Fate::Referred(Some(why)) = &server.fate {
                let identifier = quoted(identifier.as_str());
                left_out.insert(format!("the resource server {identifier}: {why}"));
            }
        }
    }

    fn written_clients(&self, used: &BTreeSet<&ClientId>) -> BTreeMap<&'a ClientId, (Key, Object)> {
        let written = self.clients.iter().filter(|(id, client)| {
            let is_declared = client.is_chosen && matches!(client.fate, Fate::Declared(_));
            is_declared || used.contains(*id)
        });
        let written: Vec<_> = written.map(|(id, client)| (*id, client)).collect();
        let new = written
            .iter()
            .filter(|(_, client)| key_in_mark(client.verdict).is_none());
        let new = new.map(|(id, client)| (*id, client.found.name().unwrap_or_default().to_owned()));
        let mut keys = unique(new, "client", self.keys_in_marks());
        for (id, client) in &written {
            keys.extend(key_in_mark(client.verdict).map(|key| (*id, key.clone())));
        }
        let objects = written.into_iter().filter_map(|(id, client)| {
            let object = match &client.fate {
                Fate::Declared(object) if client.is_chosen => {
                    let mut object = object.clone();
                    if key_in_mark(client.verdict).is_none() {
                        object
                            .fields
                            .insert(0, ("client_id".into(), id.as_str().into()));
                    }
                    object
                }
                Fate::Declared(_) => Object::external(("client_id", id.as_str()), None),
                Fate::Referred(why) => Object::external(("client_id", id.as_str()), why.as_ref()),
                Fate::Silent(_) => return None,
            };
            Some((id, (keys.get(id)?.clone(), object)))
        });
        objects.collect()
    }

    /// The keys that this stack's marks have already given.
    fn keys_in_marks(&self) -> BTreeSet<Key> {
        let marks = self
            .clients
            .values()
            .filter_map(|client| fate::mark(client.found));
        let ours = marks
            .filter(|mark| mark.stack == self.selection.stack && mark.tenant == self.seen.tenant);
        ours.map(|mark| mark.key).collect()
    }

    fn written_servers(
        &self,
        used: &BTreeSet<&Identifier>,
    ) -> BTreeMap<&'a Identifier, (Key, Object)> {
        let written = self.servers.iter().filter(|(identifier, server)| {
            let is_declared = server.is_chosen && matches!(server.fate, Fate::Declared(_));
            let is_management = ***identifier == self.seen.management_api;
            is_declared || used.contains(*identifier) && !is_management
        });
        let written: BTreeMap<_, _> = written.map(|(id, server)| (*id, server)).collect();
        let names = written.iter().map(|(identifier, server)| {
            let name = server.found.name().unwrap_or_default();
            let whole = identifier.as_str();
            let place = whole
                .split_once("://")
                .map_or(whole, |(_scheme, place)| place);
            let readable = if slug(name).is_empty() { place } else { name };
            (*identifier, readable.to_owned())
        });
        let keys = unique(names, "api", BTreeSet::new());
        let objects = written.into_iter().filter_map(|(id, server)| {
            let object = match &server.fate {
                Fate::Declared(object) if server.is_chosen => object.clone(),
                Fate::Declared(_) => Object::external(("identifier", id.as_str()), None),
                Fate::Referred(why) => Object::external(("identifier", id.as_str()), why.as_ref()),
                Fate::Silent(_) => return None,
            };
            Some((id, (keys.get(id)?.clone(), object)))
        });
        objects.collect()
    }
}
