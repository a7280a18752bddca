//! A checked file to what it says should exist.

use super::file::{
    Client, Defaults, File, Grant, Limits, Removed, ResourceServer,
};
use super::provider::ProviderChoice;
use super::review_rules::{Critical, Waiver};
use crate::model::{
    self, Audience, Desired, DesiredClient, DesiredGrant,
    DesiredResourceServer, Emptying, GrantSpec, Identity, Key, Pattern, Policy,
    Protection, Prune, Removal, StackName, Support,
};

/// What a checked file says should exist, and where.
pub(super) fn expand_file(
    stack: StackName,
    file: File,
    support: &Support,
) -> (Desired, Option<ProviderChoice>) {
    let provider = file
        .provider
        .as_ref()
        .map(ProviderChoice::of);
    let policy = expand_policy(&file);

    let desired = Desired {
        stack,
        policy,
        resource_servers: file
            .resource_servers
            .into_iter()
            .map(|(key, server)| (key, expand_resource_server(server)))
            .collect(),
        clients: file
            .clients
            .into_iter()
            .filter_map(|(key, client)| {
                Some((key, expand_client(client, support)?))
            })
            .collect(),
        grants: file
            .grants
            .into_iter()
            .map(expand_grant)
            .collect(),
        sinks: file
            .sinks
            .into_iter()
            .filter_map(|(name, sink)| Some((name, sink.spec()?)))
            .collect(),
    };
    (desired, provider)
}

fn expand_policy(file: &File) -> Policy {
    let former_stacks = file
        .moved
        .iter()
        .filter_map(|moved| moved.stack.clone());
    let moved_clients = file.moved.iter().filter_map(|moved| {
        moved
            .client
            .clone()
            .zip(moved.to.clone())
    });

    let removed_clients = file
        .removed
        .iter()
        .filter_map(|removed| {
            Some((removed.client.clone()?, removal_of(removed)))
        });
    let removed_resource_servers = file
        .removed
        .iter()
        .filter_map(|removed| {
            Some((
                removed.resource_server.clone()?,
                removal_of(removed),
            ))
        });

    Policy {
        prune: if file.prune {
            Prune::On
        } else {
            Prune::Off
        },
        owns: file
            .owns
            .resource_servers
            .iter()
            .cloned()
            .collect(),
        limits: expand_limits(&file.limits),
        former_stacks: former_stacks.collect(),
        moved_clients: moved_clients.collect(),
        removed_clients: removed_clients.collect(),
        removed_resource_servers: removed_resource_servers.collect(),
        critical: file
            .critical
            .iter()
            .map(expand_critical)
            .collect(),
        waivers: file
            .waivers
            .iter()
            .map(expand_waiver)
            .collect(),
    }
}

fn expand_critical(critical: &Critical) -> model::Critical {
    let or_all = |pattern: &Option<Pattern>| {
        pattern
            .clone()
            .unwrap_or_else(Pattern::all)
    };

    model::Critical {
        client: or_all(&critical.client),
        resource_server: or_all(&critical.resource_server),
        scope: or_all(&critical.scope),
    }
}

fn expand_waiver(waiver: &Waiver) -> model::Waiver {
    let Waiver {
        finding,
        object,
        reason,
        until,
    } = waiver;

    model::Waiver {
        finding: *finding,
        object: object.clone(),
        reason: reason.clone(),
        until: *until,
    }
}

fn expand_limits(limits: &Limits) -> model::Limits {
    let Limits {
        max_deletes,
        allow_empty,
    } = limits;
    let emptying = if *allow_empty {
        Emptying::Allowed
    } else {
        Emptying::Refused
    };

    model::Limits {
        max_deletes: max_deletes.and_then(|most| usize::try_from(most).ok()),
        emptying,
    }
}

fn removal_of(removed: &Removed) -> Removal {
    if removed.destroy {
        Removal::Destroy
    } else {
        Removal::Release
    }
}

fn expand_resource_server(server: ResourceServer) -> DesiredResourceServer {
    DesiredResourceServer {
        identifier: server.identifier,
        spec: (!server.external).then_some(server.spec),
    }
}

/// None for an external client without an id, which the checks refuse.
fn expand_client(client: Client, support: &Support) -> Option<DesiredClient> {
    if client.external {
        return client.id.map(DesiredClient::External);
    }

    let mut spec = client.spec;
    match client.defaults {
        Defaults::Machine => spec.default_to_machine(&support.machine),
        Defaults::None => {}
    }

    let identity = match client.id {
        Some(id) => Identity::ClientId(id),
        None if client.adopt => Identity::Name,
        None => Identity::Mark,
    };
    let protection = if client.protect {
        Protection::Protected
    } else {
        Protection::Open
    };

    Some(DesiredClient::Managed {
        identity,
        protection,
        deliver: client.deliver.0,
        spec: Box::new(spec),
    })
}

fn expand_grant(grant: Grant) -> DesiredGrant {
    DesiredGrant {
        client: grant.client,
        audience: expand_audience(grant.resource_server),
        subject_type: grant.subject_type,
        spec: GrantSpec {
            // The schema has seen to it that a grant without `scopes` says
            // `all_scopes: true`.
            scopes: grant.scopes,
            settings: grant.settings,
        },
    }
}

fn expand_audience(resource_server: Key) -> Audience {
    if resource_server.as_str() == Audience::MANAGEMENT_API {
        Audience::ManagementApi
    } else {
        Audience::Key(resource_server)
    }
}
