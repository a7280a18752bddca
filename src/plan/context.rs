//! What every question of a plan is about.

use super::Names;
use super::classify::classify_among;
use super::verdict::Verdicts;
use crate::model::{
    Address, ClientId, ClientIds, ClientRef, Desired, DesiredClient, Identity,
    Resources, Snapshot,
};

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
            names: Names::of_stack(desired, seen.management_api.as_ref()),
        }
    }

    /// The id of a declared client, where the configuration chooses it; none
    /// where its key is no id either.
    pub(super) fn chosen_id(&self, address: &Address) -> Option<ClientId> {
        let Address::Client(ClientRef::Key(key)) = address else {
            return None;
        };
        match self.seen.support.client_ids {
            ClientIds::Given => return None,
            ClientIds::Chosen => {}
        }

        match self.desired.clients.get(key)? {
            DesiredClient::Managed {
                identity: Identity::ClientId(id),
                ..
            }
            | DesiredClient::External(id) => Some(id.clone()),
            DesiredClient::Managed { .. } => key.as_str().parse().ok(),
        }
    }
}
