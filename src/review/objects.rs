//! What is gone, unprotected, or to be deleted, and clients that prove in another way who they are.

use std::collections::BTreeSet;

use super::{Change, Finding, Level};
use crate::model::{
    ClientSpec, Desired, DesiredClient, FindingId, Identifier, Key, Protection, Prune, Removal,
};

pub(super) fn find(change: Change<'_>) -> Vec<Finding> {
    [
        find_vanished_clients,
        find_vanished_servers,
        find_removals,
        find_unprotected,
        find_credentials,
    ]
    .into_iter()
    .flat_map(|find| find(change))
    .collect()
}

/// The key that a client has after the change. What moves to a key that was another client's does not move.
pub(super) fn key_after<'a>(before: &Desired, after: &'a Desired, key: &'a Key) -> &'a Key {
    match after.policy.moved_clients.get(key) {
        Some(new) if !before.clients.contains_key(new) => new,
        _ => key,
    }
}

/// Clients that are declared before and after, with the key of each after the change.
fn pairs(
    Change { before, after }: Change<'_>,
) -> impl Iterator<Item = (&Key, &DesiredClient, &DesiredClient)> {
    let (before, after) = (&before.loaded.desired, &after.loaded.desired);
    before.clients.iter().filter_map(|(key, old)| {
        let key = key_after(before, after, key);
        let new = after.clients.get(key)?;
        Some((key, old, new))
    })
}

fn find_vanished_clients(change @ Change { before, after }: Change<'_>) -> Vec<Finding> {
    let (old, new) = (&before.loaded.desired, &after.loaded.desired);

    let gone = old.clients.iter().filter(|(key, client)| {
        matches!(client, DesiredClient::Managed { .. })
            && !new.clients.contains_key(key_after(old, new, key))
            && !new.policy.removed_clients.contains_key(*key)
    });
    let findings = gone.map(|(key, _)| {
        let object = format!("clients.{key}");
        let help = format!(
            "declare `removed: [{{ client: {key}, destroy: true }}]`, or `false` to let it go"
        );
        vanished(change, object, before.client(key, None)).help(help)
    });
    findings.collect()
}

fn find_vanished_servers(change @ Change { before, after }: Change<'_>) -> Vec<Finding> {
    let Desired {
        resource_servers,
        policy,
        ..
    } = &after.loaded.desired;
    let declared: BTreeSet<&Identifier> = resource_servers
        .values()
        .map(|server| &server.identifier)
        .collect();

    let servers = before.loaded.desired.resource_servers.iter();
    let gone = servers.filter(|(_, server)| {
        let identifier = &server.identifier;
        server.spec.is_some()
            && !declared.contains(identifier)
            && !policy.removed_resource_servers.contains_key(identifier)
    });
    let findings = gone.map(|(key, server)| {
        let identifier = &server.identifier;
        let help = format!(
            "declare `removed: [{{ resource_server: \"{identifier}\", destroy: true }}]`, or `false` to let it \
             go"
        );
        let object = format!("resource_servers.{key}");
        vanished(change, object, before.resource_server(key, None)).help(help)
    });
    findings.collect()
}

/// What is not declared any more goes with `prune`, and stays without anybody's care without it.
fn vanished(change: Change<'_>, object: String, span: crate::config::Span) -> Finding {
    let (level, becomes) = match change.after.loaded.desired.policy.prune {
        Prune::On => (Level::Error, "with `prune`, it is deleted"),
        Prune::Off => (Level::Warning, "it stays in the tenant, with its access"),
    };
    let message = format!("`{object}` is not declared any more: {becomes}");

    Finding::new(FindingId::Vanished, level, object, span).message(message)
}

fn find_removals(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let (old, new) = (&before.loaded.desired.policy, &after.loaded.desired.policy);
    let is_new = |old: Option<&Removal>, new: &Removal| {
        *new == Removal::Destroy && old != Some(&Removal::Destroy)
    };

    let clients = new
        .removed_clients
        .iter()
        .filter(|(key, removal)| is_new(old.removed_clients.get(*key), removal))
        .map(|(key, _)| format!("clients.{key}"));
    let servers = new
        .removed_resource_servers
        .iter()
        .filter(|(id, removal)| is_new(old.removed_resource_servers.get(*id), removal))
        .map(|(id, _)| format!("resource_servers.{id}"));

    let findings = clients.chain(servers).map(|object| {
        let message = format!("`{object}` is to be deleted");
        let span = after.setting("removed");
        Finding::new(FindingId::DestroyRequested, Level::Warning, object, span).message(message)
    });
    findings.collect()
}

fn find_unprotected(change: Change<'_>) -> Vec<Finding> {
    let dropped = pairs(change).filter(|(_, old, new)| {
        protection_of(old) == Some(Protection::Protected)
            && protection_of(new) == Some(Protection::Open)
    });
    let findings = dropped.map(|(key, ..)| {
        let object = format!("clients.{key}");
        let message = format!("`{object}` was protected, and may be deleted from now on");
        let span = change.after.client(key, Some("protect"));
        Finding::new(FindingId::ProtectionDropped, Level::Warning, object, span).message(message)
    });
    findings.collect()
}

fn protection_of(client: &DesiredClient) -> Option<Protection> {
    match client {
        DesiredClient::Managed { protection, .. } => Some(*protection),
        DesiredClient::External(_) => None,
    }
}

fn find_credentials(change: Change<'_>) -> Vec<Finding> {
    let changed = pairs(change).filter(|(_, old, new)| match (old, new) {
        (DesiredClient::Managed { spec: old, .. }, DesiredClient::Managed { spec: new, .. }) => {
            let (old, new) = (
                &old.client_authentication_methods,
                &new.client_authentication_methods,
            );
            !new.is_absent() && new != old
        }
        _ => false,
    });
    let findings = changed.map(|(key, ..)| {
        let object = format!("clients.{key}");
        let message = format!("`{object}` proves who it is with other keys than before");
        let span = change.after.client(key, Some(ClientSpec::METHODS));
        Finding::new(FindingId::CredentialsChanged, Level::Warning, object, span).message(message)
    });
    findings.collect()
}
