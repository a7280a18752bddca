//! Where the configuration and the tenant contradict each other.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::class::{Class, Verdict};
use super::owner::{Owner, Relation, name_of, owner_of};
use super::twins::count_grants;
use super::{Conflict, Names, Twins, keys};
use crate::model::{
    Address, Attrs, Audience, ClientId, ClientRef, ClientSpec, Desired, DesiredClient, Found,
    Identity, Key, Mark, Removal, ScopeName, Snapshot, Standing, Suggestions, Value,
};

/// Every contradiction, sorted.
pub(super) fn check(
    desired: &Desired,
    seen: &Snapshot,
    resources: &BTreeMap<Address, Attrs>,
    verdicts: &BTreeMap<&Address, Verdict>,
    names: &Names,
) -> Vec<Conflict> {
    let grants = OnceCell::new();
    let check = Check { desired, seen, resources, verdicts, names, grants };
    let mut conflicts = check.clients();
    conflicts.extend(check.same_marks());
    conflicts.extend(check.near_marks());
    conflicts.extend(check.missing());
    conflicts.extend(check.untouchable());
    conflicts.extend(check.unknown_scopes());
    conflicts.extend(check.grants_of_others());
    conflicts.extend(check.externals_of_ours());
    conflicts.extend(check.doubled_grants());
    conflicts.extend(check.keys());
    conflicts.extend(check.crowded_metadata());
    conflicts.sort();
    conflicts.dedup();
    conflicts
}

struct Check<'a> {
    desired: &'a Desired,
    seen: &'a Snapshot,
    resources: &'a BTreeMap<Address, Attrs>,
    verdicts: &'a BTreeMap<&'a Address, Verdict>,
    names: &'a Names,
    /// How many grants each client holds: counted once, where twins are there at all.
    grants: OnceCell<BTreeMap<&'a ClientId, usize>>,
}

impl<'a> Check<'a> {
    fn found_clients(&self) -> impl Iterator<Item = (&'a ClientId, &'a Found, &'a Class)> {
        let (seen, verdicts) = (self.seen, self.verdicts);
        verdicts.iter().filter_map(|(address, verdict)| match address {
            Address::Client(ClientRef::Id(id)) => {
                Some((id, seen.found.get(*address)?, &verdict.class))
            }
            _ => None,
        })
    }

    /// Declared clients that do not meet one live client each.
    fn clients(&self) -> Vec<Conflict> {
        let met: BTreeSet<&Address> = self
            .verdicts
            .values()
            .filter(|verdict| verdict.class.is_ours())
            .map(|verdict| &verdict.address)
            .collect();
        let mut named: BTreeMap<&str, Vec<(&ClientId, &Class)>> = BTreeMap::new();
        for (id, found, class) in self.found_clients() {
            named.entry(name_of(found).unwrap_or_default()).or_default().push((id, class));
        }
        let mut conflicts = Vec::new();
        for (key, client) in &self.desired.clients {
            let DesiredClient::Managed { identity, spec, .. } = client else { continue };
            let is_met = met.contains(&Address::Client(ClientRef::Key(key.clone())));
            match identity {
                Identity::ClientId(id) => conflicts.extend(self.bound(key, id)),
                Identity::Mark | Identity::Name if is_met => {}
                Identity::Mark | Identity::Name => {
                    let name = spec.name.as_ref().map_or("", |name| name.as_str());
                    let alike = named.get(name).map_or(&[][..], Vec::as_slice);
                    conflicts.extend(self.namesake(key, name, alike));
                }
            }
        }
        conflicts
    }

    /// A client that the configuration names by id.
    fn bound(&self, key: &Key, id: &ClientId) -> Option<Conflict> {
        let verdict = self.verdicts.get(&Address::Client(ClientRef::Id(id.clone())));
        let (key, id) = (key.clone(), id.clone());
        let Some(verdict) = verdict else {
            return Some(Conflict::NoSuchClient { key, id });
        };
        match (&verdict.class, &verdict.address) {
            (class, Address::Client(ClientRef::Key(marked)))
                if class.is_ours() && *marked == key =>
            {
                let others =
                    self.verdicts.values().filter(|other| other.address == verdict.address);
                (others.count() > 1).then(|| {
                    let twins = self.twins(&self.ids_at(&verdict.address));
                    Conflict::SameMark { key, twins }
                })
            }
            (class, Address::Client(ClientRef::Key(marked))) if class.is_ours() => {
                Some(Conflict::OtherKey { key, id, marked: marked.clone() })
            }
            (class, _) => self.not_ours(&key, &id, class),
        }
    }

    /// The ids of all live clients that have this address here.
    fn ids_at(&self, address: &Address) -> BTreeSet<ClientId> {
        let same = self.verdicts.iter().filter(|(_, verdict)| verdict.address == *address);
        same.filter_map(|(remote, _)| match remote {
            Address::Client(ClientRef::Id(id)) => Some(id.clone()),
            _ => None,
        })
        .collect()
    }

    /// Why a client that the configuration means is not ours to change.
    fn not_ours(&self, key: &Key, id: &ClientId, class: &Class) -> Option<Conflict> {
        let (key, id) = (key.clone(), id.clone());
        match class {
            Class::Foreign(owner) => Some(Conflict::ForeignMark { key, id, owner: owner.clone() }),
            Class::UnreadableMark(reason) => {
                Some(Conflict::UnreadableMark { key: Some(key), id, reason: reason.clone() })
            }
            Class::Untouchable(standing) => {
                let found = self.seen.found.get(&Address::Client(ClientRef::Id(id)))?;
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
            matches!(class, Class::Unmanaged | Class::CopiedMark | Class::External)
        });
        let ids: BTreeSet<ClientId> = free.map(|(id, _)| (*id).clone()).collect();
        if !ids.is_empty() {
            return Some(Conflict::Namesake { key: key.clone(), name: name.to_owned(), ids });
        }
        alike.iter().find_map(|(id, class)| match class {
            Class::Orphan | Class::Protected | Class::Removed(Removal::Release) => {
                let remote = Address::Client(ClientRef::Id((*id).clone()));
                let Address::Client(ClientRef::Key(marked)) = &self.verdicts.get(&remote)?.address
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
        let doubled = self.found_clients().filter_map(|(_, found, class)| {
            let (Class::Ambiguous(ids), Owner::Us { key, .. }) = (class, self.owner_of(found))
            else {
                return None;
            };

            Some(Conflict::SameMark { key, twins: self.twins(ids) })
        });
        doubled.collect()
    }

    /// Clients of one mark, with how many grants each of them holds.
    fn twins(&self, ids: &BTreeSet<ClientId>) -> Twins {
        let grants = self.grants.get_or_init(|| count_grants(self.seen));

        ids.iter()
            .map(|id| (id.clone(), Some(grants.get(id).copied().unwrap_or_default())))
            .collect()
    }

    /// Marks that cannot be read and name this stack or a key of it: whoever carries one may be ours.
    fn near_marks(&self) -> Vec<Conflict> {
        let near = self.found_clients().filter_map(|(id, found, class)| {
            let Owner::Unreadable { error, relation: Relation::Near(key) } = self.owner_of(found)
            else {
                return None;
            };

            // Nobody's stack owns what no configuration ever changes.
            let is_ours_perhaps = matches!(class, Class::UnreadableMark(_));
            is_ours_perhaps.then(|| Conflict::UnreadableMark { key, id: id.clone(), reason: error })
        });
        near.collect()
    }

    fn owner_of(&self, found: &Found) -> Owner {
        owner_of(self.desired, &self.seen.tenant, found)
    }

    /// What is only referred to must exist.
    fn missing(&self) -> Vec<Conflict> {
        let found = &self.seen.found;
        let servers = self.desired.resource_servers.iter().filter_map(|(key, server)| {
            let address = Address::ResourceServer(server.identifier.clone());
            let missing = server.spec.is_none() && !found.contains_key(&address);
            let (key, identifier) = (key.clone(), server.identifier.clone());
            missing.then_some(Conflict::NoSuchResourceServer { key, identifier })
        });
        let clients = self.desired.clients.iter().filter_map(|(key, client)| {
            let DesiredClient::External(id) = client else { return None };
            let missing = !found.contains_key(&Address::Client(ClientRef::Id(id.clone())));
            missing.then(|| Conflict::NoSuchClient { key: key.clone(), id: id.clone() })
        });
        servers.chain(clients).collect()
    }

    /// What is declared or removed must not be what no configuration changes.
    fn untouchable(&self) -> Vec<Conflict> {
        let policy = &self.desired.policy;
        let is_meant = |address: &Address| match address {
            Address::ResourceServer(identifier)
                if policy.removed_resource_servers.contains_key(identifier) =>
            {
                true
            }
            Address::Client(ClientRef::Key(key)) if policy.removed_clients.contains_key(key) => {
                true
            }
            _ => self.resources.contains_key(address),
        };
        let untouchable = self.verdicts.iter().filter_map(|(remote, verdict)| {
            let Class::Untouchable(standing) = verdict.class else { return None };
            let found = self.seen.found.get(*remote)?;
            is_meant(&verdict.address).then(|| Conflict::Untouchable {
                name: self.names.of(&verdict.address),
                id: found.id.clone(),
                standing,
            })
        });
        untouchable.collect()
    }

    /// A grant belongs to the stack that owns its client: two stacks would undo each other's work.
    fn grants_of_others(&self) -> Vec<Conflict> {
        let grants = self.desired.grants.iter().filter_map(|grant| {
            let key = &grant.client;
            let DesiredClient::External(id) = self.desired.clients.get(key)? else { return None };
            let found = self.seen.found.get(&Address::Client(ClientRef::Id(id.clone())))?;
            let owner = match self.owner_of(found) {
                Owner::Them(mark) => mark.stack,
                // Nobody's stack owns what no configuration ever changes.
                Owner::Unreadable { error, .. } if found.standing == Standing::Ordinary => {
                    let (key, id) = (Some(key.clone()), id.clone());
                    return Some(Conflict::UnreadableMark { key, id, reason: error });
                }
                Owner::Nobody | Owner::Copied | Owner::Us { .. } | Owner::Unreadable { .. } => {
                    return None;
                }
            };

            let address = self.desired.grant_address(grant, &self.seen.management_api)?;
            Some(Conflict::ForeignGrant { grant: self.names.of(&address), owner })
        });
        grants.collect()
    }

    /// A client of ours that is only referred to, while its key is declared: a second client would be
    /// created under the same mark.
    fn externals_of_ours(&self) -> Vec<Conflict> {
        let externals = self.desired.clients.iter().filter_map(|(key, client)| {
            let DesiredClient::External(id) = client else { return None };
            let found = self.seen.found.get(&Address::Client(ClientRef::Id(id.clone())))?;
            let Owner::Us { key: marked, .. } = self.owner_of(found) else { return None };

            let declared = self.desired.clients.get(&marked);
            let is_declared = matches!(declared, Some(DesiredClient::Managed { .. }));
            let (key, id) = (key.clone(), id.clone());
            is_declared.then_some(Conflict::OtherKey { key, id, marked })
        });
        externals.collect()
    }

    /// Keys of declared clients that cannot become as declared.
    fn keys(&self) -> Vec<Conflict> {
        let ours = self.verdicts.iter().filter(|(_, verdict)| verdict.class.is_ours());
        let conflicts = ours.filter_map(|(remote, verdict)| {
            let Address::Client(ClientRef::Key(key)) = &verdict.address else { return None };
            let (wanted, found) =
                (self.resources.get(&verdict.address)?, self.seen.found.get(*remote)?);
            Some(keys::conflicts(key, wanted, found))
        });
        conflicts.flatten().collect()
    }

    /// Clients whose metadata would hold more than the tenant takes, once the mark is among it.
    fn crowded_metadata(&self) -> Vec<Conflict> {
        let ours = self.verdicts.iter().filter(|(_, verdict)| verdict.class.is_ours());
        let crowded = ours.filter_map(|(remote, verdict)| {
            let Address::Client(ClientRef::Key(key)) = &verdict.address else { return None };
            let wanted = self.resources.get(&verdict.address)?;
            let found = self.seen.found.get(*remote)?;

            let entries = count_metadata(wanted, found);
            (entries > ClientSpec::MOST_METADATA).then(|| Conflict::CrowdedMetadata {
                key: key.clone(),
                id: found.id.clone(),
                entries,
            })
        });
        crowded.collect()
    }

    /// Two grants of the configuration that are one in this tenant.
    fn doubled_grants(&self) -> Vec<Conflict> {
        let mut seen = BTreeSet::new();
        let addresses = self.desired.grants.iter();
        let addresses = addresses
            .filter_map(|grant| self.desired.grant_address(grant, &self.seen.management_api));
        let doubled: Vec<Address> =
            addresses.filter(|address| !seen.insert(address.clone())).collect();
        doubled
            .iter()
            .map(|address| Conflict::DoubledGrant { grant: self.names.of(address) })
            .collect()
    }

    /// Scopes granted on what is only referred to must exist there.
    fn unknown_scopes(&self) -> Vec<Conflict> {
        let external = self.desired.grants.iter().filter(|grant| match &grant.audience {
            Audience::ManagementApi => true,
            Audience::Key(key) => {
                let server = self.desired.resource_servers.get(key);
                server.is_some_and(|server| server.spec.is_none())
            }
        });
        let mut suggestions = Suggestions::default();
        let mut conflicts = Vec::new();
        for grant in external {
            let address = self.desired.grant_address(grant, &self.seen.management_api);
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
        let Address::Grant { audience, .. } = grant else { return Vec::new() };
        let server = self.seen.found.get(&Address::ResourceServer(audience.clone()));
        // Without the API itself nothing can be said of its scopes; that it is missing is said once.
        let Some(server) = server else { return Vec::new() };
        let none = BTreeMap::new();
        let scopes = server.attrs.get("scopes").and_then(Value::as_map).unwrap_or(&none);
        let unknown = granted.iter().filter(|scope| !scopes.contains_key(scope.as_str()));
        unknown
            .map(|scope| Conflict::NoSuchScope {
                grant: self.names.of(grant),
                identifier: audience.clone(),
                scope: scope.clone(),
                near: suggestions.nearest(scope.as_str(), scopes.keys()).map(ToOwned::to_owned),
            })
            .collect()
    }
}

/// How many entries the metadata of a client has beside the mark, once it is as wanted: what is not
/// named stays.
fn count_metadata(wanted: &Attrs, found: &Found) -> usize {
    let entries = |attrs: &Attrs| {
        attrs.get(ClientSpec::METADATA).and_then(Value::as_map).cloned().unwrap_or_default()
    };

    let mut metadata = entries(&found.attrs);
    metadata.extend(entries(wanted));
    metadata.retain(|key, value| *value != Value::Null && !Mark::is_entry(key));
    metadata.len()
}
