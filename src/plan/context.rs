//! What every question of a plan is about.

use super::Names;
use super::class::classify_among;
use super::verdict::Verdicts;
use crate::model::{Audience, Desired, DesiredClient, Resources, Snapshot};

/// What is wanted, what is there, and whose that is.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) desired: &'a Desired,
    pub(super) seen: &'a Snapshot,
    /// What is declared, by address.
    pub(super) resources: Resources<'a>,
    /// Whose each live object is, by the address the tenant knows it by.
    pub(super) verdicts: Verdicts<'a>,
    /// How the configuration calls what it declares.
    pub(super) names: Names,
}

impl<'a> Context<'a> {
    pub(super) fn of(desired: &'a Desired, seen: &'a Snapshot) -> Self {
        let resources = desired.resources(seen);
        let verdicts = classify_among(desired, seen, &resources);

        Self {
            desired,
            seen,
            resources,
            verdicts,
            names: names(desired, seen),
        }
    }
}

fn names(desired: &Desired, seen: &Snapshot) -> Names {
    let servers = desired.resource_servers.iter();
    let clients = desired
        .clients
        .iter()
        .filter_map(|(key, client)| match client {
            DesiredClient::External(id) => Some((id.clone(), key.clone())),
            DesiredClient::Managed { .. } => None,
        });
    let management_api = Audience::MANAGEMENT_API.parse().ok();

    Names {
        resource_servers: servers
            .map(|(key, server)| (server.identifier.clone(), key.clone()))
            .chain(management_api.map(|key| (seen.management_api.clone(), key)))
            .collect(),
        clients: clients.collect(),
    }
}
