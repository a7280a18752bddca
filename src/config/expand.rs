//! A checked file to what it says should exist.

use super::file::{Client, File, Grant, Provider, ResourceServer};
use super::load::ProviderChoice;
use crate::model::{
    Audience, Desired, DesiredClient, DesiredGrant, DesiredResourceServer, GrantSpec, Identity,
    StackName,
};

/// What a checked file says should exist, and where.
pub(super) fn expand(stack: StackName, file: File) -> (Desired, Option<ProviderChoice>) {
    let resource_servers = file.resource_servers.into_iter();
    let clients = file.clients.into_iter();
    let desired = Desired {
        stack,
        resource_servers: resource_servers
            .map(|(key, declared)| (key, resource_server(declared)))
            .collect(),
        clients: clients.filter_map(|(key, declared)| Some((key, client(declared)?))).collect(),
        grants: file.grants.into_iter().map(grant).collect(),
    };
    (desired, file.provider.and_then(provider))
}

fn provider(declared: Provider) -> Option<ProviderChoice> {
    match declared {
        Provider { local: Some(local), .. } => Some(ProviderChoice::Local { file: local.file }),
        Provider { auth0, .. } => auth0.map(|auth0| ProviderChoice::Auth0 { domain: auth0.domain }),
    }
}

fn resource_server(declared: ResourceServer) -> DesiredResourceServer {
    DesiredResourceServer {
        identifier: declared.identifier,
        spec: (!declared.external).then_some(declared.spec),
    }
}

/// None for an external client without an id, which the checks refuse.
fn client(declared: Client) -> Option<DesiredClient> {
    if declared.external {
        return declared.id.map(DesiredClient::External);
    }
    let mut spec = declared.spec;
    spec.default_to_machine();
    let identity = declared.id.map_or(Identity::Mark, Identity::ClientId);
    Some(DesiredClient::Managed { identity, spec })
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
            organization_usage: declared.organization_usage,
            allow_any_organization: declared.allow_any_organization,
        },
    }
}
