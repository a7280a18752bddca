//! Whose each live object is, and how we know.

use std::collections::{BTreeMap, BTreeSet};

use super::owner::Clients;
use super::verdict::{Class, Evidence, Verdict, Verdicts};
use crate::model::{
    Address, ClientRef, Desired, DesiredResourceServer, Found, Identifier, Kind, Policy, Removal,
    Resources, Snapshot, Standing,
};

/// Says of every live object whose it is, by the address the tenant knows it by.
#[must_use]
pub fn classify<'a>(desired: &Desired, seen: &'a Snapshot) -> Verdicts<'a> {
    classify_among(desired, seen, &desired.resources(seen))
}

/// The same where it is known already what is declared.
pub(super) fn classify_among<'a>(
    desired: &Desired,
    seen: &'a Snapshot,
    resources: &Resources<'_>,
) -> Verdicts<'a> {
    let clients = Clients::of(desired, seen, resources);
    let servers: BTreeMap<&Identifier, &DesiredResourceServer> = desired
        .resource_servers
        .values()
        .map(|server| (&server.identifier, server))
        .collect();
    let mut verdicts = Verdicts::with_capacity(seen.found.len());
    for (address, found) in &seen.found {
        let verdict = match address {
            Address::ResourceServer(identifier) => {
                let declared = servers.get(identifier).copied();
                resource_server(&desired.policy, identifier, declared, found)
            }
            Address::Client(ClientRef::Id(id)) => clients.classify(id, found),
            // A tenant names no client by key.
            Address::Client(ClientRef::Key(_)) => continue,
            Address::Grant {
                client, audience, ..
            } => {
                // Resource servers and clients come before grants in the order of addresses.
                let server = verdicts.get(&Address::ResourceServer(audience.clone()));
                let owner = verdicts.get(&Address::Client(client.clone()));
                grant(&clients, address, found, server, owner)
            }
        };
        // They come in the order of their addresses, so that none has to be searched for its place.
        if let Some((address, verdict)) = verdicts.try_append(address, verdict) {
            verdicts.insert(address, verdict);
        }
    }
    verdicts
}

fn resource_server<'a>(
    policy: &Policy,
    identifier: &Identifier,
    declared: Option<&DesiredResourceServer>,
    found: &'a Found,
) -> Verdict<'a> {
    let (class, evidence) = match (declared, found.standing) {
        (Some(server), _) if server.spec.is_none() => (Class::External, Evidence::Declaration),
        (_, standing) if standing != Standing::Ordinary => {
            (Class::Untouchable(standing), Evidence::Standing)
        }
        (Some(_), _) => (Class::Managed, Evidence::Declaration),
        (None, _) => match policy.removed_resource_servers.get(identifier) {
            Some(removal) => (Class::Removed(*removal), Evidence::Removal),
            None => match policy
                .owns
                .iter()
                .find(|glob| glob.matches(identifier.as_str()))
            {
                Some(glob) => (Class::Orphan, Evidence::Owns(glob.clone())),
                None => (Class::Unmanaged, Evidence::Nothing),
            },
        },
    };
    Verdict {
        found,
        class,
        evidence,
        address: Address::ResourceServer(identifier.clone()),
    }
}

/// A grant belongs to whoever owns its client. It goes with its client, and with its API.
fn grant<'a>(
    clients: &Clients<'_>,
    address: &Address,
    found: &'a Found,
    server: Option<&Verdict<'_>>,
    owner: Option<&Verdict<'_>>,
) -> Verdict<'a> {
    let Address::Grant {
        audience,
        subject_type,
        ..
    } = address
    else {
        let (class, evidence) = (Class::Unmanaged, Evidence::Nothing);
        return Verdict {
            found,
            class,
            evidence,
            address: address.clone(),
        };
    };
    let Some(Verdict {
        class: of_client,
        address: Address::Client(client),
        ..
    }) = owner
    else {
        let (class, evidence) = (Class::Unmanaged, Evidence::Nothing);
        return Verdict {
            found,
            class,
            evidence,
            address: address.clone(),
        };
    };
    let (audience, subject_type) = (audience.clone(), *subject_type);
    let address = Address::Grant {
        client: client.clone(),
        audience,
        subject_type,
    };
    let by_client = Evidence::Client(client.clone());
    let (class, evidence) = if found.standing != Standing::Ordinary {
        (Class::Untouchable(found.standing), Evidence::Standing)
    } else if clients.declares_grant(&address) {
        (Class::Managed, Evidence::Declaration)
    } else {
        let destroyed = Class::Removed(Removal::Destroy);
        let server = server.filter(|server| server.class == destroyed);
        match (of_client, server) {
            (Class::Managed | Class::Adoptable | Class::Orphan, Some(server)) => (
                destroyed,
                Evidence::GoesWith(Box::new(server.address.clone())),
            ),
            (Class::Managed | Class::Orphan, None) => (Class::Orphan, by_client),
            // What the tenant does not say yet is no evidence for a deletion.
            (Class::Adoptable, None) => (Class::Orphan, Evidence::Nothing),
            (Class::Protected, _) => (Class::Protected, by_client),
            (Class::Removed(Removal::Destroy), _) => (
                destroyed,
                Evidence::GoesWith(Box::new(Address::Client(client.clone()))),
            ),
            (Class::Foreign(stack), _) => (Class::Foreign(stack.clone()), by_client),
            (
                Class::Removed(Removal::Release)
                | Class::CopiedMark
                | Class::UnreadableMark(_)
                | Class::Ambiguous(_)
                | Class::External
                | Class::Untouchable(_)
                | Class::Unmanaged,
                _,
            ) => (Class::Unmanaged, Evidence::Nothing),
        }
    };
    Verdict {
        found,
        class,
        evidence,
        address,
    }
}

/// How many objects of each kind the tenant itself says are ours: what is only being taken over, and
/// what comes with it, lifts no limit.
pub(super) fn owned(verdicts: &Verdicts<'_>) -> BTreeMap<Kind, usize> {
    let adoptable = verdicts
        .values()
        .filter(|verdict| verdict.class == Class::Adoptable);
    let adoptable: BTreeSet<&Address> = adoptable.map(|verdict| &verdict.address).collect();
    let is_new = |address: &Address| match address {
        Address::Grant { client, .. } => adoptable.contains(&Address::Client(client.clone())),
        Address::ResourceServer(_) | Address::Client(_) => adoptable.contains(address),
    };
    let mut owned = BTreeMap::new();
    for verdict in verdicts.values().filter(|verdict| verdict.class.is_ours()) {
        *owned.entry(verdict.address.kind()).or_default() += usize::from(!is_new(&verdict.address));
    }
    owned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attrs, RemoteId, SubjectType};

    #[test]
    fn what_is_only_being_taken_over_is_not_counted_as_owned() {
        let client = |key: &str| ClientRef::Key(key.parse().unwrap());
        let grant = |key: &str| Address::Grant {
            client: client(key),
            audience: "urn:maps".parse().unwrap(),
            subject_type: SubjectType::Client,
        };
        let found = Found {
            id: RemoteId::new("1"),
            standing: Standing::Ordinary,
            attrs: Attrs::new(),
            revision: None,
        };
        let verdict = |class: Class, address: Address| {
            (
                address.clone(),
                Verdict {
                    found: &found,
                    class,
                    evidence: Evidence::Nothing,
                    address,
                },
            )
        };
        let verdicts = [
            verdict(Class::Managed, Address::Client(client("ours"))),
            verdict(Class::Orphan, grant("ours")),
            verdict(Class::Adoptable, Address::Client(client("new"))),
            verdict(Class::Managed, grant("new")),
            verdict(Class::Unmanaged, Address::Client(client("theirs"))),
        ];
        let verdicts = verdicts
            .iter()
            .map(|(address, verdict)| (address, verdict.clone()))
            .collect();
        let expected = BTreeMap::from([(Kind::Client, 1), (Kind::Grant, 1)]);
        assert_eq!(owned(&verdicts), expected);
    }
}
