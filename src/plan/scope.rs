//! What is ours. Decided before anything is compared: what is not ours never meets the diff.

use std::collections::{BTreeMap, BTreeSet};

use super::{Conflict, Names, Note};
use crate::model::{
    Address, Attrs, Audience, ClientId, ClientRef, Desired, DesiredClient, Found, Identity, Key,
    Mark, MarkError, ScopeName, Snapshot, Standing, Value, nearest,
};

/// The tenant as this stack sees it.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// What is there of what is declared; our clients are named by key.
    pub(super) live: BTreeMap<Address, &'a Found>,
    /// Declared clients that are bound by id and do not carry our mark yet.
    pub(super) adopted: BTreeSet<Address>,
    /// What is ours and not declared.
    pub(super) orphans: BTreeMap<Address, &'a Found>,
    /// What was seen and is worth saying.
    pub(super) notes: Vec<Note>,
    /// What contradicts the configuration.
    pub(super) conflicts: Vec<Conflict>,
}

/// What a live client says of its owner.
#[derive(Debug)]
enum Owner {
    /// It carries no mark, or one that was copied from another tenant.
    Nobody,
    /// It is this stack's.
    Us(Key),
    /// It is another stack's.
    Them(Mark),
    /// It carries a mark that cannot be read.
    Unreadable(MarkError),
}

/// Divides the tenant into what is declared, what is ours all the same, and the rest.
pub(super) fn scope<'a>(
    desired: &Desired,
    declared: &BTreeMap<Address, Attrs>,
    seen: &'a Snapshot,
    names: &Names,
) -> Scope<'a> {
    let mut scope = Scope::default();
    let clients = Clients::of(desired, seen, &mut scope);
    let keys = clients.meet(desired, &mut scope);
    scope.externals(desired, seen, names);
    scope.divide(declared, seen, &keys, names);
    scope.conflicts.sort();
    scope.conflicts.dedup();
    scope
}

/// The live clients, by what they say of their owner.
struct Clients<'a> {
    found: BTreeMap<&'a ClientId, &'a Found>,
    owners: BTreeMap<&'a ClientId, Owner>,
    ours: BTreeMap<Key, Vec<&'a ClientId>>,
    named: BTreeMap<&'a str, Vec<&'a ClientId>>,
}

impl<'a> Clients<'a> {
    fn of(desired: &Desired, seen: &'a Snapshot, scope: &mut Scope<'a>) -> Self {
        let mut clients = Self {
            found: BTreeMap::new(),
            owners: BTreeMap::new(),
            ours: BTreeMap::new(),
            named: BTreeMap::new(),
        };
        for (address, found) in &seen.found {
            let Address::Client(ClientRef::Id(id)) = address else {
                continue;
            };
            let owner = owner(desired, seen, id, found, &mut scope.notes);
            if let Owner::Us(key) = &owner {
                clients.ours.entry(key.clone()).or_default().push(id);
            }
            if let Some(name) = name(found) {
                clients.named.entry(name).or_default().push(id);
            }
            clients.owners.insert(id, owner);
            clients.found.insert(id, found);
        }
        clients
    }

    /// Finds the live client of each declared one, and of each mark that is not declared.
    fn meet(&self, desired: &Desired, scope: &mut Scope<'a>) -> BTreeMap<&'a ClientId, Key> {
        let mut keys = BTreeMap::new();
        for (key, ids) in &self.ours {
            match ids.as_slice() {
                [id] => drop(keys.insert(*id, key.clone())),
                _ => scope.conflicts.push(Conflict::SameMark {
                    key: key.clone(),
                    ids: ids.iter().copied().cloned().collect(),
                }),
            }
        }
        for (key, client) in &desired.clients {
            let DesiredClient::Managed { identity, spec } = client else {
                continue;
            };
            match identity {
                Identity::ClientId(id) => {
                    if let Some(id) = self.bind(desired, key, id, scope) {
                        keys.insert(id, key.clone());
                    }
                }
                Identity::Mark if self.ours.contains_key(key) => {}
                Identity::Mark => {
                    let name = spec.name.as_ref().map_or("", |name| name.as_str());
                    scope.conflicts.extend(self.namesake(key, name));
                }
            }
        }
        keys
    }

    /// Meets a client that the configuration names by id.
    fn bind(
        &self,
        desired: &Desired,
        key: &Key,
        id: &ClientId,
        scope: &mut Scope<'a>,
    ) -> Option<&'a ClientId> {
        let (key, id) = (key.clone(), id.clone());
        let Some((found_id, owner)) = self.owners.get_key_value(&id) else {
            scope.conflicts.push(Conflict::NoSuchClient { key, id });
            return None;
        };
        let conflict = match owner {
            Owner::Nobody => {
                scope.adopted.insert(Address::Client(ClientRef::Key(key.clone())));
                match self.ours.get(&key) {
                    Some(ids) => {
                        let ids = ids.iter().copied().cloned().chain([id]).collect();
                        Some(Conflict::SameMark { key, ids })
                    }
                    None => None,
                }
            }
            Owner::Us(marked) if *marked == key || !desired.clients.contains_key(marked) => None,
            Owner::Us(marked) => Some(Conflict::OtherKey { key, id, marked: marked.clone() }),
            Owner::Them(mark) => Some(Conflict::ForeignMark { key, id, owner: mark.stack.clone() }),
            Owner::Unreadable(error) => {
                Some(Conflict::UnreadableMark { key, id, reason: error.to_string() })
            }
        };
        match conflict {
            Some(conflict) => {
                scope.conflicts.push(conflict);
                None
            }
            None => Some(*found_id),
        }
    }

    /// A declared client without a live one must not double an existing one of the same name.
    fn namesake(&self, key: &Key, name: &str) -> Option<Conflict> {
        let ids = self.named.get(name)?;
        let (key, first) = (key.clone(), (*ids.first()?).clone());
        match self.owners.get(&first)? {
            Owner::Us(marked) => {
                Some(Conflict::OtherKey { key, id: first, marked: marked.clone() })
            }
            Owner::Them(mark) => {
                Some(Conflict::ForeignMark { key, id: first, owner: mark.stack.clone() })
            }
            Owner::Unreadable(error) => {
                Some(Conflict::UnreadableMark { key, id: first, reason: error.to_string() })
            }
            Owner::Nobody => {
                let ids = ids.iter().copied().cloned().collect();
                Some(Conflict::Namesake { key, name: name.to_owned(), ids })
            }
        }
    }
}

impl<'a> Scope<'a> {
    /// What is only referred to must exist, with the scopes that are granted on it.
    fn externals(&mut self, desired: &Desired, seen: &'a Snapshot, names: &Names) {
        for (key, server) in &desired.resource_servers {
            let address = Address::ResourceServer(server.identifier.clone());
            if server.spec.is_none() && !seen.found.contains_key(&address) {
                let (key, identifier) = (key.clone(), server.identifier.clone());
                self.conflicts.push(Conflict::NoSuchResourceServer { key, identifier });
            }
        }
        for (key, client) in &desired.clients {
            let DesiredClient::External(id) = client else {
                continue;
            };
            if !seen.found.contains_key(&Address::Client(ClientRef::Id(id.clone()))) {
                self.conflicts.push(Conflict::NoSuchClient { key: key.clone(), id: id.clone() });
            }
        }
        for grant in &desired.grants {
            let external = match &grant.audience {
                Audience::ManagementApi => true,
                Audience::Key(key) => {
                    desired.resource_servers.get(key).is_some_and(|server| server.spec.is_none())
                }
            };
            if let (true, Some(scopes)) = (external, &grant.spec.scopes) {
                let address = desired.grant_address(grant, &seen.management_api);
                self.conflicts.extend(
                    address.iter().flat_map(|address| {
                        unknown_scopes(address, scopes, seen, &names.of(address))
                    }),
                );
            }
        }
    }

    /// Puts every live object where it belongs.
    fn divide(
        &mut self,
        declared: &BTreeMap<Address, Attrs>,
        seen: &'a Snapshot,
        keys: &BTreeMap<&'a ClientId, Key>,
        names: &Names,
    ) {
        let mut not_ours = BTreeMap::new();
        for (address, found) in &seen.found {
            let ours = readdress(address, keys);
            if declared.contains_key(&ours) {
                if found.standing != Standing::Ordinary {
                    let (name, id) = (names.of(&ours), found.id.clone());
                    let standing = found.standing;
                    self.conflicts.push(Conflict::Untouchable { name, id, standing });
                }
                self.live.insert(ours, found);
            } else if found.standing == Standing::Ordinary && owner_is_us(&ours) {
                self.orphans.insert(ours, found);
            } else if is_someone_elses(address, found, names) {
                *not_ours.entry(address.kind()).or_default() += 1;
            }
        }
        if !not_ours.is_empty() {
            self.notes.push(Note::NotOurs(not_ours));
        }
    }
}

fn owner(
    desired: &Desired,
    seen: &Snapshot,
    id: &ClientId,
    found: &Found,
    notes: &mut Vec<Note>,
) -> Owner {
    let metadata = found.attrs.get("client_metadata").and_then(Value::as_map);
    let text = metadata.and_then(|map| map.get(Mark::METADATA_KEY)).and_then(Value::as_text);
    let name = || name(found).unwrap_or_default().to_owned();
    match text.map(Mark::parse) {
        None => Owner::Nobody,
        Some(Ok(mark)) if mark.tenant != seen.tenant => {
            notes.push(Note::CopiedMark { name: name(), client_id: id.clone() });
            Owner::Nobody
        }
        Some(Ok(mark)) if mark.stack == desired.stack => Owner::Us(mark.key),
        Some(Ok(mark)) => Owner::Them(mark),
        Some(Err(error)) => {
            notes.push(Note::UnreadableMark { name: name(), reason: error.to_string() });
            Owner::Unreadable(error)
        }
    }
}

fn name(found: &Found) -> Option<&str> {
    found.attrs.get("name").and_then(Value::as_text)
}

/// The address with our clients named by key.
fn readdress(address: &Address, keys: &BTreeMap<&ClientId, Key>) -> Address {
    let ours = |client: &ClientRef| match client {
        ClientRef::Id(id) => keys.get(id).map_or(client.clone(), |key| ClientRef::Key(key.clone())),
        ClientRef::Key(_) => client.clone(),
    };
    match address {
        Address::ResourceServer(_) => address.clone(),
        Address::Client(client) => Address::Client(ours(client)),
        Address::Grant { client, audience, subject_type } => Address::Grant {
            client: ours(client),
            audience: audience.clone(),
            subject_type: *subject_type,
        },
    }
}

/// Grants belong to the stack that owns their client; resource servers carry no evidence.
fn owner_is_us(address: &Address) -> bool {
    match address {
        Address::ResourceServer(_) => false,
        Address::Client(client) | Address::Grant { client, .. } => {
            matches!(client, ClientRef::Key(_))
        }
    }
}

/// What the tenant itself made, what Grantry itself uses and what the configuration refers to is
/// not worth a word.
fn is_someone_elses(address: &Address, found: &Found, names: &Names) -> bool {
    let referred = match address {
        Address::ResourceServer(identifier) => names.resource_servers.contains_key(identifier),
        Address::Client(ClientRef::Id(id)) => names.clients.contains_key(id),
        Address::Client(ClientRef::Key(_)) | Address::Grant { .. } => false,
    };
    let quiet = match found.standing {
        Standing::System | Standing::Global | Standing::Ourselves => true,
        Standing::Ordinary | Standing::ThirdParty | Standing::Registered => false,
    };
    !referred && !quiet
}

fn unknown_scopes(
    grant: &Address,
    granted: &BTreeSet<ScopeName>,
    seen: &Snapshot,
    name: &str,
) -> Vec<Conflict> {
    let Address::Grant { audience, .. } = grant else {
        return Vec::new();
    };
    let server = seen.found.get(&Address::ResourceServer(audience.clone()));
    let scopes = server.and_then(|server| server.attrs.get("scopes")).and_then(Value::as_map);
    let Some(scopes) = scopes else {
        return Vec::new();
    };
    let unknown = granted.iter().filter(|scope| !scopes.contains_key(scope.as_str()));
    unknown
        .map(|scope| Conflict::NoSuchScope {
            grant: name.to_owned(),
            identifier: audience.clone(),
            scope: scope.clone(),
            near: nearest(scope.as_str(), scopes.keys()).map(ToOwned::to_owned),
        })
        .collect()
}
