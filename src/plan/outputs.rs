//! What services need to know of a tenant, and is no secret: the ids of their
//! clients, and what each may ask for.

use std::collections::BTreeMap;

use super::classify;
use super::verdict::Class;
use crate::model::{
    Address, Audience, ClientId, ClientRef, Desired, DesiredClient,
    DesiredGrant, Identifier, Key, Snapshot, SubjectType,
};

/// What services need to know, by the keys of their clients.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outputs {
    /// Every declared client, those that are only referred to among them.
    pub clients: BTreeMap<Key, ClientOutputs>,
    /// What the declared APIs are called in tokens.
    pub audiences: BTreeMap<Key, Identifier>,
}

/// What one service needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientOutputs {
    /// Its id; none where it is not in the tenant yet.
    pub client_id: Option<ClientId>,
    /// What it may ask for, for itself.
    pub grants: Vec<GrantOutputs>,
}

/// What a service may ask for of one API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantOutputs {
    /// The API as the configuration calls it.
    pub resource_server: String,
    /// What the API is called in tokens.
    pub audience: Identifier,
    /// The scopes, each as it is asked for in this tenant; none
    /// for all that the API has.
    pub scopes: Option<Vec<String>>,
}

impl Outputs {
    /// What the services of a configuration need to know of
    /// the tenant that was seen.
    #[must_use]
    pub fn of(desired: &Desired, seen: &Snapshot) -> Self {
        let ids = list_ids(desired, seen);
        let mut clients: BTreeMap<Key, ClientOutputs> = desired
            .clients
            .keys()
            .map(|key| {
                let client_id = ids.get(key).cloned();
                let grants = Vec::new();
                (
                    key.clone(),
                    ClientOutputs {
                        client_id,
                        grants,
                    },
                )
            })
            .collect();

        for grant in &desired.grants {
            let client = clients.get_mut(&grant.client);
            if let Some((client, outputs)) =
                client.zip(describe(grant, desired, seen))
            {
                client.grants.push(outputs);
            }
        }

        let servers = desired.resource_servers.iter();
        Self {
            clients,
            audiences: servers
                .map(|(key, server)| (key.clone(), server.identifier.clone()))
                .collect(),
        }
    }
}

/// The ids of the declared clients that are in the tenant.
#[must_use]
pub fn list_ids(desired: &Desired, seen: &Snapshot) -> BTreeMap<Key, ClientId> {
    let external = desired
        .clients
        .iter()
        .filter_map(|(key, client)| match client {
            DesiredClient::External(id) => Some((key.clone(), id.clone())),
            DesiredClient::Managed { .. } => None,
        });

    let verdicts = classify(desired, seen);
    let ours = verdicts.values().filter_map(|verdict| {
        let is_declared =
            matches!(verdict.class, Class::Managed | Class::Adoptable);
        match &verdict.address {
            Address::Client(ClientRef::Key(key)) if is_declared => Some((
                key.clone(),
                verdict.found.id.as_str().parse().ok()?,
            )),
            _ => None,
        }
    });
    external.chain(ours).collect()
}

/// What a grant lets its client ask for, if it is for the client itself.
fn describe(
    grant: &DesiredGrant,
    desired: &Desired,
    seen: &Snapshot,
) -> Option<GrantOutputs> {
    if grant.subject_type != SubjectType::Client {
        return None;
    }

    let (resource_server, audience) = match &grant.audience {
        Audience::Key(key) => (
            key.to_string(),
            &desired
                .resource_servers
                .get(key)?
                .identifier,
        ),
        Audience::ManagementApi => (
            Audience::MANAGEMENT_API.to_owned(),
            seen.management_api.as_ref()?,
        ),
    };
    let naming = seen.support.scope_naming;
    let scopes = grant.spec.scopes.as_ref();

    Some(GrantOutputs {
        resource_server,
        audience: audience.clone(),
        scopes: scopes.map(|scopes| {
            let names = scopes
                .iter()
                .map(|scope| naming.name(audience, scope));
            names.collect()
        }),
    })
}
