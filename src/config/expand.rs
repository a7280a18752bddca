//! A checked file to what it says should exist.

use super::file::{Client, Defaults, File, Grant, Limits, Removed, ResourceServer};
use super::provider::ProviderChoice;
use crate::model::{
    self, Audience, Desired, DesiredClient, DesiredGrant, DesiredResourceServer, Emptying,
    GrantSpec, Identity, Policy, Protection, Prune, Removal, StackName, Support,
};

/// What a checked file says should exist, and where.
pub(super) fn expand(
    stack: StackName,
    file: File,
    support: &Support,
) -> (Desired, Option<ProviderChoice>) {
    let provider = file.provider.as_ref().map(ProviderChoice::of);
    let policy = policy(&file);
    let resource_servers = file.resource_servers.into_iter();
    let clients = file.clients.into_iter();
    let desired = Desired {
        stack,
        policy,
        resource_servers: resource_servers
            .map(|(key, declared)| (key, resource_server(declared)))
            .collect(),
        clients: clients
            .filter_map(|(key, declared)| Some((key, client(declared, support)?)))
            .collect(),
        grants: file.grants.into_iter().map(grant).collect(),
    };
    (desired, provider)
}

fn policy(file: &File) -> Policy {
    let Limits {
        max_deletes,
        allow_empty,
    } = &file.limits;
    let moved_clients = file
        .moved
        .iter()
        .filter_map(|moved| moved.client.clone().zip(moved.to.clone()));
    let removal = |removed: &Removed| {
        if removed.destroy {
            Removal::Destroy
        } else {
            Removal::Release
        }
    };
    Policy {
        prune: if file.prune { Prune::On } else { Prune::Off },
        owns: file.owns.resource_servers.iter().cloned().collect(),
        limits: model::Limits {
            max_deletes: max_deletes.and_then(|most| usize::try_from(most).ok()),
            emptying: if *allow_empty {
                Emptying::Allowed
            } else {
                Emptying::Refused
            },
        },
        former_stacks: file
            .moved
            .iter()
            .filter_map(|moved| moved.stack.clone())
            .collect(),
        moved_clients: moved_clients.collect(),
        removed_clients: file
            .removed
            .iter()
            .filter_map(|removed| Some((removed.client.clone()?, removal(removed))))
            .collect(),
        removed_resource_servers: file
            .removed
            .iter()
            .filter_map(|removed| Some((removed.resource_server.clone()?, removal(removed))))
            .collect(),
    }
}

fn resource_server(declared: ResourceServer) -> DesiredResourceServer {
    DesiredResourceServer {
        identifier: declared.identifier,
        spec: (!declared.external).then_some(declared.spec),
    }
}

/// None for an external client without an id, which the checks refuse.
fn client(declared: Client, support: &Support) -> Option<DesiredClient> {
    if declared.external {
        return declared.id.map(DesiredClient::External);
    }
    let mut spec = declared.spec;
    match declared.defaults {
        Defaults::Machine => spec.default_to_machine(&support.machine),
        Defaults::None => {}
    }
    let identity = match declared.id {
        Some(id) => Identity::ClientId(id),
        None if declared.adopt => Identity::Name,
        None => Identity::Mark,
    };
    let protection = if declared.protect {
        Protection::Protected
    } else {
        Protection::Open
    };
    Some(DesiredClient::Managed {
        identity,
        protection,
        spec: Box::new(spec),
    })
}

fn grant(declared: Grant) -> DesiredGrant {
    let audience = if declared.resource_server.as_str() == Audience::MANAGEMENT_API {
        Audience::ManagementApi
    } else {
        Audience::Key(declared.resource_server)
    };
    DesiredGrant {
        client: declared.client,
        audience,
        subject_type: declared.subject_type,
        spec: GrantSpec {
            scopes: declared.scopes,
            settings: declared.settings,
        },
    }
}
