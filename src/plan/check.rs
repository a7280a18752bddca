//! Where the configuration and the tenant contradict each other.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::context::Context;
use super::owner::{Owner, Relation, owner_of};
use super::twins::count_grants;
use super::verdict::{Class, Verdict};
use super::{Conflict, Twins, keys};
use crate::model::{
    Address, Attrs, Audience, ClientId, ClientRef, ClientSpec, DesiredClient, Found, Identity, Key,
    Mark, Removal, ResourceServerSpec, ScopeName, Standing, Suggestions, Value,
};

/// Every contradiction, sorted.
pub(super) fn check(context: &Context<'_>) -> Vec<Conflict> {
    let check = Check {
        context,
        grants: OnceCell::new(),
    };
    let mut conflicts = check.clients();
    conflicts.extend(check.same_marks());
    conflicts.extend(check.missing());
    conflicts.extend(check.untouchable());
    conflicts.extend(check.unknown_scopes());
    conflicts.extend(check.grants_of_others());
    conflicts.extend(check.externals_of_ours());
    conflicts.extend(check.doubled_grants());
    conflicts.extend(check.unreachable());
    conflicts.extend(check.near_marks(&conflicts));
    conflicts.sort();
    conflicts.dedup();
    conflicts
}

struct Check<'a> {
    context: &'a Context<'a>,
    /// How many grants each client holds: counted once, where twins are there at all.
    grants: OnceCell<BTreeMap<&'a ClientId, usize>>,
}

/// Live clients by their keys: of twins there are several.
type ByKey<'a> = BTreeMap<&'a Key, Vec<(&'a ClientId, &'a Verdict<'a>)>>;

impl<'a> Check<'a> {
    fn found_clients(&self) -> impl Iterator<Item = (&'a ClientId, &'a Verdict<'a>)> {
        self.context
            .verdicts
            .iter()
            .filter_map(|(address, verdict)| match address {
                Address::Client(ClientRef::Id(id)) => Some((id, verdict)),
                _ => None,
            })
    }

    /// Declared clients that do not meet one live client each.
    fn clients(&self) -> Vec<Conflict> {
        let keyed = self.clients_by_key();
        let is_met = |key: &Key| {
            let clients = keyed.get(key);
            clients.is_some_and(|met| met.iter().any(|(_, verdict)| verdict.class.is_ours()))
        };

        let mut conflicts = Vec::new();
        let mut unmet = Vec::new();
        for (key, client) in &self.context.desired.clients {
            let DesiredClient::Managed { identity, spec, .. } = client else {
                continue;
            };
            match identity {
                Identity::ClientId(id) => conflicts.extend(self.bound(key, id, &keyed)),
                Identity::Mark | Identity::Name if is_met(key) => {}
                Identity::Mark | Identity::Name => unmet.push((key, &**spec)),
            }
        }
        conflicts.extend(self.namesakes(&unmet));
        conflicts
    }

    /// New clients that would double an existing one.
    fn namesakes(&self, created: &[(&Key, &ClientSpec)]) -> Vec<Conflict> {
        if created.is_empty() {
            return Vec::new();
        }

        let mut named: BTreeMap<&str, Vec<(&ClientId, &Class)>> = BTreeMap::new();
        for (id, verdict) in self.found_clients() {
            let name = verdict.found.name().unwrap_or_default();
            named.entry(name).or_default().push((id, &verdict.class));
        }
        let namesakes = created.iter().filter_map(|(key, spec)| {
            let name = spec.name.as_ref().map_or("", |name| name.as_str());
            let alike = named.get(name).map_or(&[][..], Vec::as_slice);
            self.namesake(key, name, alike)
        });
        namesakes.collect()
    }

    /// A client that the configuration names by id.
    fn bound(&self, key: &Key, id: &ClientId, keyed: &ByKey<'_>) -> Option<Conflict> {
        let verdict = self
            .context
            .verdicts
            .get(&Address::Client(ClientRef::Id(id.clone())));
        let (key, id) = (key.clone(), id.clone());
        let Some(verdict) = verdict else {
            return Some(Conflict::NoSuchClient { key, id });
        };
        match (&verdict.class, &verdict.address) {
            (class, Address::Client(ClientRef::Key(marked)))
                if class.is_ours() && *marked == key =>
            {
                let same = keyed.get(marked).map_or(&[][..], Vec::as_slice);
                (same.len() > 1).then(|| {
                    let ids = same.iter().map(|(id, _)| (*id).clone()).collect();
                    Conflict::SameMark {
                        key,
                        twins: self.twins(&ids),
                    }
                })
            }
            (class, Address::Client(ClientRef::Key(marked))) if class.is_ours() => {
                Some(Conflict::OtherKey {
                    key,
                    id,
                    marked: marked.clone(),
                })
            }
            (class, _) => self.not_ours(&key, &id, class),
        }
    }

    /// The live clients that have a key here, by that key.
    fn clients_by_key(&self) -> ByKey<'a> {
        let mut keyed = ByKey::new();
        for (id, verdict) in self.found_clients() {
            if let Some(key) = key_of(verdict) {
                keyed.entry(key).or_default().push((id, verdict));
            }
        }
        keyed
    }

    /// Why a client that the configuration means is not ours to change.
    fn not_ours(&self, key: &Key, id: &ClientId, class: &Class) -> Option<Conflict> {
        let (key, id) = (key.clone(), id.clone());
        match class {
            Class::Foreign(owner) => Some(Conflict::ForeignMark {
                key,
                id,
                owner: owner.clone(),
            }),
            Class::UnreadableMark(reason) => Some(Conflict::UnreadableMark {
                key: Some(key),
                id,
                reason: (**reason).clone(),
            }),
            Class::Untouchable(standing) => {
                let found = self
                    .context
                    .seen
                    .found
                    .get(&Address::Client(ClientRef::Id(id)))?;
                let (name, id, standing) = (format!("clients.{key}"), found.id.clone(), *standing);
                Some(Conflict::Untouchable { name, id, standing })
            }
            // What is ambiguous is said once for all clients of the mark; the rest contradicts nothing.
            Class::Ambiguous(_)
            | Class::Managed
            | Class::Adoptable
            | Class::Orphan
            | Class::Protected
            | Class::Removed(_)
            | Class::CopiedMark
            | Class::External
            | Class::Unmanaged => None,
        }
    }

    /// A new client must not double an existing one of the same name: one that nobody owns, one of
    /// ours that is not declared, or another stack's, which may be ours under a former name.
    fn namesake(&self, key: &Key, name: &str, alike: &[(&ClientId, &Class)]) -> Option<Conflict> {
        let free = alike.iter().filter(|(_, class)| {
            matches!(
                class,
                Class::Unmanaged | Class::CopiedMark | Class::External
            )
        });
        let ids: BTreeSet<ClientId> = free.map(|(id, _)| (*id).clone()).collect();
        if !ids.is_empty() {
            return Some(Conflict::Namesake {
                key: key.clone(),
                name: name.to_owned(),
                ids,
            });
        }
        alike.iter().find_map(|(id, class)| match class {
            Class::Orphan | Class::Protected | Class::Removed(Removal::Release) => {
                let remote = Address::Client(ClientRef::Id((*id).clone()));
                let Address::Client(ClientRef::Key(marked)) =
                    &self.context.verdicts.get(&remote)?.address
                else {
                    return None;
                };
                let (key, id, marked) = (key.clone(), (*id).clone(), marked.clone());
                Some(Conflict::FormerKey { key, id, marked })
            }
            Class::Foreign(_) | Class::UnreadableMark(_) | Class::Untouchable(_) => {
                self.not_ours(key, id, class)
            }
            // It is about to get another name, or to go, or is spoken of elsewhere.
            Class::Managed
            | Class::Adoptable
            | Class::Removed(Removal::Destroy)
            | Class::CopiedMark
            | Class::Ambiguous(_)
            | Class::External
            | Class::Unmanaged => None,
        })
    }

    /// Marks that several clients carry, each said once.
    fn same_marks(&self) -> Vec<Conflict> {
        let doubled = self.found_clients().filter_map(|(_, verdict)| {
            let Class::Ambiguous(ids) = &verdict.class else {
                return None;
            };
            let Owner::Us { key, .. } = self.owner_of(verdict.found) else {
                return None;
            };

            Some(Conflict::SameMark {
                key,
                twins: self.twins(ids),
            })
        });
        doubled.collect()
    }

    /// Clients of one mark, with how many grants each of them holds.
    fn twins(&self, ids: &BTreeSet<ClientId>) -> Twins {
        let grants = self.grants.get_or_init(|| count_grants(self.context.seen));

        ids.iter()
            .map(|id| {
                (
                    id.clone(),
                    Some(grants.get(id).copied().unwrap_or_default()),
                )
            })
            .collect()
    }

    /// Marks that cannot be read and name this stack or a key of it: whoever carries one may be ours.
    /// Those that another check has named are left out, so this one comes last.
    fn near_marks(&self, said: &[Conflict]) -> Vec<Conflict> {
        let said = said.iter().filter_map(|conflict| match conflict {
            Conflict::UnreadableMark { id, .. } => Some(id),
            _ => None,
        });
        let said: BTreeSet<&ClientId> = said.collect();

        let near = self.found_clients().filter_map(|(id, verdict)| {
            // Nobody's stack owns what no configuration ever changes.
            let Class::UnreadableMark(_) = verdict.class else {
                return None;
            };
            if said.contains(id) {
                return None;
            }
            let Owner::Unreadable {
                error,
                relation: Relation::Near(key),
            } = self.owner_of(verdict.found)
            else {
                return None;
            };

            Some(Conflict::UnreadableMark {
                key,
                id: id.clone(),
                reason: error,
            })
        });
        near.collect()
    }

    fn owner_of(&self, found: &Found) -> Owner {
        owner_of(self.context.desired, &self.context.seen.tenant, found)
    }

    /// What is only referred to must exist.
    fn missing(&self) -> Vec<Conflict> {
        let found = &self.context.seen.found;
        let servers = self
            .context
            .desired
            .resource_servers
            .iter()
            .filter_map(|(key, server)| {
                let address = Address::ResourceServer(server.identifier.clone());
                let missing = server.spec.is_none() && !found.contains_key(&address);
                let (key, identifier) = (key.clone(), server.identifier.clone());
                missing.then_some(Conflict::NoSuchResourceServer { key, identifier })
            });
        let clients = self
            .context
            .desired
            .clients
            .iter()
            .filter_map(|(key, client)| {
                let DesiredClient::External(id) = client else {
                    return None;
                };
                let missing = !found.contains_key(&Address::Client(ClientRef::Id(id.clone())));
                missing.then(|| Conflict::NoSuchClient {
                    key: key.clone(),
                    id: id.clone(),
                })
            });
        servers.chain(clients).collect()
    }

    /// What is declared or removed must not be what no configuration changes.
    fn untouchable(&self) -> Vec<Conflict> {
        let policy = &self.context.desired.policy;
        let is_meant = |address: &Address| match address {
            Address::ResourceServer(identifier)
                if policy.removed_resource_servers.contains_key(identifier) =>
            {
                true
            }
            Address::Client(ClientRef::Key(key)) if policy.removed_clients.contains_key(key) => {
                true
            }
            _ => self.context.resources.contains_key(address),
        };
        let untouchable = self.context.verdicts.values().filter_map(|verdict| {
            let Class::Untouchable(standing) = verdict.class else {
                return None;
            };
            is_meant(&verdict.address).then(|| Conflict::Untouchable {
                name: self.context.names.of(&verdict.address),
                id: verdict.found.id.clone(),
                standing,
            })
        });
        untouchable.collect()
    }

    /// A grant belongs to the stack that owns its client: two stacks would undo each other's work.
    fn grants_of_others(&self) -> Vec<Conflict> {
        let grants = self.context.desired.grants.iter().filter_map(|grant| {
            let key = &grant.client;
            let DesiredClient::External(id) = self.context.desired.clients.get(key)? else {
                return None;
            };
            let found = self
                .context
                .seen
                .found
                .get(&Address::Client(ClientRef::Id(id.clone())))?;
            let owner = match self.owner_of(found) {
                Owner::Them(mark) => mark.stack,
                // Nobody's stack owns what no configuration ever changes.
                Owner::Unreadable { error, .. } if found.standing == Standing::Ordinary => {
                    let (key, id) = (Some(key.clone()), id.clone());
                    return Some(Conflict::UnreadableMark {
                        key,
                        id,
                        reason: error,
                    });
                }
                Owner::Nobody | Owner::Copied | Owner::Us { .. } | Owner::Unreadable { .. } => {
                    return None;
                }
            };

            let address = self
                .context
                .desired
                .grant_address(grant, &self.context.seen.management_api)?;
            Some(Conflict::ForeignGrant {
                grant: self.context.names.of(&address),
                owner,
            })
        });
        grants.collect()
    }

    /// A client of ours that is only referred to, while its key is declared: a second client would be
    /// created under the same mark.
    fn externals_of_ours(&self) -> Vec<Conflict> {
        let externals = self
            .context
            .desired
            .clients
            .iter()
            .filter_map(|(key, client)| {
                let DesiredClient::External(id) = client else {
                    return None;
                };
                let found = self
                    .context
                    .seen
                    .found
                    .get(&Address::Client(ClientRef::Id(id.clone())))?;
                let Owner::Us { key: marked, .. } = self.owner_of(found) else {
                    return None;
                };

                let declared = self.context.desired.clients.get(&marked);
                let is_declared = matches!(declared, Some(DesiredClient::Managed { .. }));
                let (key, id) = (key.clone(), id.clone());
                is_declared.then_some(Conflict::OtherKey { key, id, marked })
            });
        externals.collect()
    }

    /// Declared clients that cannot become as declared: for their keys, or because their metadata would
    /// hold more than the tenant takes, once the mark is among it.
    fn unreachable(&self) -> Vec<Conflict> {
        let ours = self
            .found_clients()
            .filter(|(_, verdict)| verdict.class.is_ours());
        let conflicts = ours.filter_map(|(_, verdict)| {
            let key = key_of(verdict)?;
            let wanted = self.context.resources.get(&verdict.address)?.attrs();
            let found = verdict.found;

            let crowded = crowded_metadata(key, &wanted, found);
            Some(
                keys::conflicts(key, &wanted, found)
                    .into_iter()
                    .chain(crowded),
            )
        });
        conflicts.flatten().collect()
    }

    /// Two grants of the configuration that are one in this tenant.
    fn doubled_grants(&self) -> Vec<Conflict> {
        let grants = self.context.desired.grants.iter();
        let mut addresses: Vec<Address> = grants
            .filter_map(|grant| {
                self.context
                    .desired
                    .grant_address(grant, &self.context.seen.management_api)
            })
            .collect();
        addresses.sort_unstable();

        let doubled = addresses.windows(2).filter(|pair| pair[0] == pair[1]);
        doubled
            .map(|pair| Conflict::DoubledGrant {
                grant: self.context.names.of(&pair[0]),
            })
            .collect()
    }

    /// Scopes granted on what is only referred to must exist there.
    fn unknown_scopes(&self) -> Vec<Conflict> {
        let external = self
            .context
            .desired
            .grants
            .iter()
            .filter(|grant| match &grant.audience {
                Audience::ManagementApi => true,
                Audience::Key(key) => {
                    let server = self.context.desired.resource_servers.get(key);
                    server.is_some_and(|server| server.spec.is_none())
                }
            });
        let mut suggestions = Suggestions::default();
        let mut conflicts = Vec::new();
        for grant in external {
            let address = self
                .context
                .desired
                .grant_address(grant, &self.context.seen.management_api);
            if let (Some(address), Some(scopes)) = (address, &grant.spec.scopes) {
                conflicts.extend(self.unknown_scopes_of(&address, scopes, &mut suggestions));
            }
        }
        conflicts
    }

    fn unknown_scopes_of(
        &self,
        grant: &Address,
        granted: &BTreeSet<ScopeName>,
        suggestions: &mut Suggestions,
    ) -> Vec<Conflict> {
        let Address::Grant { audience, .. } = grant else {
            return Vec::new();
        };
        let server = self
            .context
            .seen
            .found
            .get(&Address::ResourceServer(audience.clone()));
        // Without the API itself nothing can be said of its scopes; that it is missing is said once.
        let Some(server) = server else {
            return Vec::new();
        };
        let none = Attrs::new();
        let scopes = server
            .attrs
            .get(ResourceServerSpec::SCOPES)
            .and_then(Value::as_map)
            .unwrap_or(&none);
        let unknown = granted
            .iter()
            .filter(|scope| !scopes.contains_key(scope.as_str()));
        unknown
            .map(|scope| Conflict::NoSuchScope {
                grant: self.context.names.of(grant),
                identifier: audience.clone(),
                scope: scope.clone(),
                near: suggestions
                    .nearest(scope.as_str(), scopes.keys())
                    .map(ToOwned::to_owned),
            })
            .collect()
    }
}

/// The key that a client of this stack has here.
fn key_of<'a>(verdict: &'a Verdict<'_>) -> Option<&'a Key> {
    match &verdict.address {
        Address::Client(ClientRef::Key(key)) => Some(key),
        _ => None,
    }
}

/// A client whose metadata would hold more than the tenant takes: what is not named stays.
fn crowded_metadata(key: &Key, wanted: &Attrs, found: &Found) -> Option<Conflict> {
    let names = |attrs| metadata(attrs).map(|(name, _)| name);
    let is_cleared = |name: &SmolStr| {
        metadata(wanted).any(|(other, value)| name == other && *value == Value::Null)
    };
    let names: BTreeSet<&SmolStr> = names(&found.attrs).chain(names(wanted)).collect();
    let staying = names
        .iter()
        .filter(|name| !is_cleared(name) && !Mark::is_entry(name));

    let entries = staying.count();
    (entries > ClientSpec::MOST_METADATA).then(|| Conflict::CrowdedMetadata {
        key: key.clone(),
        id: found.id.clone(),
        entries,
    })
}

fn metadata(attrs: &Attrs) -> impl Iterator<Item = (&SmolStr, &Value)> {
    attrs
        .get(ClientSpec::METADATA)
        .and_then(Value::as_map)
        .into_iter()
        .flatten()
}
