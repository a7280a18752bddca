//! What is gone, unprotected, or to be deleted, and clients that prove in
//! another way who they are.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Finding, Level};
use crate::config::Span;
use crate::model::{
    ClientId, ClientName, ClientSpec, Desired, DesiredClient, FindingId,
    Identifier, Identity, Key, Protection, Prune, Removal,
};

pub(super) fn find(change: Change<'_>) -> Vec<Finding> {
    [
        find_vanished_clients,
        find_vanished_servers,
        find_removals,
        find_unprotected,
        find_taken_clients,
        find_claimed_servers,
        find_rebound_clients,
        find_rebound_servers,
        find_credentials,
    ]
    .into_iter()
    .flat_map(|find| find(change))
    .collect()
}

/// The key that a client has after the change. What moves to a key that was
/// another client's does not move.
pub(super) fn key_after<'a>(
    before: &Desired,
    after: &'a Desired,
    key: &'a Key,
) -> &'a Key {
    match after.policy.moved_clients.get(key) {
        Some(new) if !before.clients.contains_key(new) => new,
        _ => key,
    }
}

/// Clients that are declared before and after, with the key
/// of each after the change.
pub(super) fn pairs(
    Change { before, after }: Change<'_>,
) -> impl Iterator<Item = (&Key, &DesiredClient, &DesiredClient)> {
    let (before, after) = (&before.loaded.desired, &after.loaded.desired);
    before
        .clients
        .iter()
        .filter_map(|(key, old)| {
            let key = key_after(before, after, key);
            let new = after.clients.get(key)?;
            Some((key, old, new))
        })
}

fn find_vanished_clients(
    change @ Change { before, after }: Change<'_>,
) -> Vec<Finding> {
    let (old, new) = (&before.loaded.desired, &after.loaded.desired);

    let gone = old
        .clients
        .iter()
        .filter(|(key, client)| {
            is_managed(client)
                && !new
                    .clients
                    .get(key_after(old, new, key))
                    .is_some_and(is_managed)
                && !new
                    .policy
                    .removed_clients
                    .contains_key(*key)
        });
    let new_by_name = new_clients_by_name(old, new);
    let findings = gone.map(|(key, client)| {
        let object = format!("clients.{key}");
        let namesake = name_of(client).and_then(|name| new_by_name.get(name));
        let help = match namesake {
            Some(other) => format!(
                "if it has another key now, declare `moved: [{{ client: \
                 {key}, to: {other} }}]`"
            ),
            None => format!(
                "declare `removed: [{{ client: {key}, destroy: true }}]`, or \
                 `false` to let it go"
            ),
        };
        vanished(change, object, before.client(key, None)).help(help)
    });
    findings.collect()
}

/// Clients that were not declared before, by name: what has the name of one
/// that is gone may well be that one.
fn new_clients_by_name<'a>(
    old: &Desired,
    new: &'a Desired,
) -> BTreeMap<&'a ClientName, &'a Key> {
    let clients = new.clients.iter();
    let clients = clients.filter(|(key, _)| !old.clients.contains_key(*key));

    clients
        .filter_map(|(key, client)| Some((name_of(client)?, key)))
        .collect()
}

fn name_of(client: &DesiredClient) -> Option<&ClientName> {
    match client {
        DesiredClient::Managed { spec, .. } => spec.name.as_ref(),
        DesiredClient::External(_) => None,
    }
}

fn find_vanished_servers(
    change @ Change { before, after }: Change<'_>,
) -> Vec<Finding> {
    let Desired {
        resource_servers,
        policy,
        ..
    } = &after.loaded.desired;
    let declared: BTreeSet<&Identifier> = resource_servers
        .values()
        .filter(|server| server.spec.is_some())
        .map(|server| &server.identifier)
        .collect();

    let servers = before
        .loaded
        .desired
        .resource_servers
        .iter();
    let gone = servers.filter(|(_, server)| {
        let identifier = &server.identifier;
        server.spec.is_some()
            && !declared.contains(identifier)
            && !policy
                .removed_resource_servers
                .contains_key(identifier)
    });
    let findings = gone.map(|(key, server)| {
        let identifier = &server.identifier;
        let help = format!(
            "declare `removed: [{{ resource_server: \"{identifier}\", \
             destroy: true }}]`, or `false` to let it go"
        );
        let object = format!("resource_servers.{key}");
        vanished(
            change,
            object,
            before.resource_server(key, None),
        )
        .help(help)
    });
    findings.collect()
}

/// What is not declared any more goes with `prune`, and stays without anybody's
/// care without it.
fn vanished(change: Change<'_>, object: String, span: Span) -> Finding {
    let (level, becomes) = match change.after.loaded.desired.policy.prune {
        // To be deleted by silence is what nobody may have meant; `removed`
        // says the same aloud.
        Prune::On => (Level::Error, "with `prune`, it is deleted"),
        Prune::Off => (
            Level::Warning,
            "it stays in the tenant, with its access",
        ),
    };
    let message = format!("`{object}` is not declared any more: {becomes}");

    Finding::new(FindingId::Vanished, level, object, span).message(message)
}

fn find_removals(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let (old, new) = (
        &before.loaded.desired.policy,
        &after.loaded.desired.policy,
    );
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
        .filter(|(id, removal)| {
            is_new(old.removed_resource_servers.get(*id), removal)
        })
        .map(|(id, _)| format!("resource_servers.{id}"));

    let findings = clients.chain(servers).map(|object| {
        // A warning only: to name an object under `removed` is the way to say
        // that it is meant.
        let message = format!("`{object}` is to be deleted");
        let span = after.setting("removed");
        Finding::new(
            FindingId::DestroyRequested,
            Level::Warning,
            object,
            span,
        )
        .message(message)
    });
    findings.collect()
}

/// A client that is let go carries no mark any more, and so
/// nothing that protects it.
fn find_unprotected(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let (old, new) = (&before.loaded.desired, &after.loaded.desired);

    let dropped = old
        .clients
        .iter()
        .filter_map(|(key, client)| {
            let new_key = key_after(old, new, key);
            let now = new
                .clients
                .get(new_key)
                .and_then(protection_of);
            let is_gone = now.is_none()
                && !new
                    .policy
                    .removed_clients
                    .contains_key(key);

            let was_protected =
                protection_of(client) == Some(Protection::Protected);
            let is_dropped =
                was_protected && !is_gone && now != Some(Protection::Protected);
            is_dropped.then_some((new_key, now))
        });
    let findings = dropped.map(|(key, now)| {
        let object = format!("clients.{key}");
        let message =
            format!("`{object}` was protected, and may be deleted from now on");
        let span = match now {
            Some(_) => after.client(key, Some("protect")),
            None => after.setting("removed"),
        };
        Finding::new(
            FindingId::ProtectionDropped,
            Level::Warning,
            object,
            span,
        )
        .message(message)
    });
    findings.collect()
}

fn protection_of(client: &DesiredClient) -> Option<Protection> {
    match client {
        DesiredClient::Managed { protection, .. } => Some(*protection),
        DesiredClient::External(_) => None,
    }
}

/// The client of the tenant that a key is bound to by its id.
pub(super) fn bound_id(client: &DesiredClient) -> Option<&ClientId> {
    match client {
        DesiredClient::External(id)
        | DesiredClient::Managed {
            identity: Identity::ClientId(id),
            ..
        } => Some(id),
        DesiredClient::Managed { .. } => None,
    }
}

/// Whether a key stands for a client that it did not stand for.
pub(super) fn is_rebound(old: &DesiredClient, new: &DesiredClient) -> bool {
    let (before, after) = (bound_id(old), bound_id(new));

    // One of ours that was bound carries its mark since that was applied, and
    // needs no id any more. One that was only referred to carries none: without
    // its id, the key stands for a new client.
    before != after && (after.is_some() || !is_managed(old))
}

fn find_rebound_clients(change: Change<'_>) -> Vec<Finding> {
    let rebound = pairs(change).filter(|(_, old, new)| is_rebound(old, new));
    let findings = rebound.map(|(key, ..)| {
        let span = change
            .after
            .client(key, Some("client_id"));
        rebound_key(format!("clients.{key}"), span)
    });
    findings.collect()
}

fn find_rebound_servers(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let old = &before.loaded.desired.resource_servers;
    let new = after
        .loaded
        .desired
        .resource_servers
        .iter();

    let rebound = new.filter(|(key, server)| {
        old.get(*key)
            .is_some_and(|old| old.identifier != server.identifier)
    });
    let findings = rebound.map(|(key, _)| {
        let span = after.resource_server(key, Some("identifier"));
        rebound_key(format!("resource_servers.{key}"), span)
    });
    findings.collect()
}

/// An error: by a known name, a change could have what was waived, or is no
/// concern, for something else.
fn rebound_key(object: String, span: Span) -> Finding {
    let message = format!("`{object}` stands for another one than before");

    Finding::new(
        FindingId::KeyRebound,
        Level::Error,
        object,
        span,
    )
    .message(message)
}

/// Clients of the tenant that this configuration did not manage: bound by id or
/// name, or moved here from a key that it did not have.
fn find_taken_clients(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let (old, new) = (&before.loaded.desired, &after.loaded.desired);
    let known: BTreeSet<&Key> = old
        .clients
        .iter()
        .filter(|(_, client)| is_managed(client))
        .map(|(key, _)| key_after(old, new, key))
        .collect();
    let moves = new.policy.moved_clients.iter();
    // A move that stood there before took over what it could already.
    let moves_from_elsewhere = moves.filter(|(from, to)| {
        !old.clients.contains_key(*from)
            && old.policy.moved_clients.get(*from) != Some(*to)
    });
    let from_elsewhere: BTreeSet<&Key> = moves_from_elsewhere
        .map(|(_, to)| to)
        .collect();

    let taken = new
        .clients
        .iter()
        .filter(|(key, client)| match client {
            DesiredClient::Managed { identity, .. } => {
                let is_new = !known.contains(key);
                is_new && *identity != Identity::Mark
                    || from_elsewhere.contains(key)
            }
            DesiredClient::External(_) => false,
        });
    let findings = taken.map(|(key, _)| {
        let object = format!("clients.{key}");
        let message = format!(
            "`{object}` takes over a client of the tenant, whatever it can do \
             there"
        );
        let span = after.client(key, None);
        Finding::new(
            FindingId::ClientTakenOver,
            Level::Error,
            object,
            span,
        )
        .message(message)
    });
    findings.collect()
}

fn find_claimed_servers(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let old = before
        .loaded
        .desired
        .resource_servers
        .values();
    // By identifier and not by key: another key for the
    // same API claims nothing.
    let known: BTreeSet<&Identifier> = old
        .map(|server| &server.identifier)
        .collect();

    let servers = after
        .loaded
        .desired
        .resource_servers
        .iter();
    let new = servers.filter(|(_, server)| !known.contains(&server.identifier));
    let findings = new.map(|(key, server)| {
        let object = format!("resource_servers.{}", server.identifier);
        let message = format!(
            "`{}` is declared: where the tenant has it, it is meant",
            server.identifier
        );
        let span = after.resource_server(key, Some("identifier"));
        let id = FindingId::ResourceServerClaimed;
        Finding::new(id, Level::Warning, object, span).message(message)
    });
    findings.collect()
}

fn is_managed(client: &DesiredClient) -> bool {
    matches!(client, DesiredClient::Managed { .. })
}

fn find_credentials(change: Change<'_>) -> Vec<Finding> {
    let changed = pairs(change).filter(|(_, old, new)| match (old, new) {
        (
            DesiredClient::Managed { spec: old, .. },
            DesiredClient::Managed { spec: new, .. },
        ) => {
            old.client_authentication_methods
                != new.client_authentication_methods
                || old.token_endpoint_auth_method
                    != new.token_endpoint_auth_method
        }
        _ => false,
    });
    let findings = changed.map(|(key, ..)| {
        let object = format!("clients.{key}");
        let message =
            format!("`{object}` proves in another way than before who it is");
        let span = change
            .after
            .client(key, Some(ClientSpec::METHODS));
        Finding::new(
            FindingId::CredentialsChanged,
            Level::Warning,
            object,
            span,
        )
        .message(message)
    });
    findings.collect()
}
