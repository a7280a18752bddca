//! Clients that are there twice once a plan was carried out.

use std::collections::BTreeMap;

use super::census::Census;
use super::{Outcome, SameMark};
use crate::model::{Address, ClientId, ClientRef, RemoteId};
use crate::plan::{Change, Plan, Twins};
use crate::provider::{Mutate, Observe as _, ProviderError};

/// Lists the clients after the last of them was created: whoever else
/// created one of them at the same moment, or a proxy that sent a
/// request twice, has made a twin.
pub(super) async fn find_twins<P: Mutate>(
    provider: &P,
    plan: &Plan,
    outcomes: &[Outcome],
) -> Result<Vec<SameMark>, ProviderError> {
    let created: Vec<&Change> = plan
        .changes
        .iter()
        .zip(outcomes)
        // Also where no answer came: such a creation may
        // have made one of the two.
        .filter(|(change, outcome)| {
            change.creates_client() && outcome.may_have_been_made()
        })
        .map(|(change, _)| change)
        .collect();

    // What is known tells namesakes apart, and only marks count here.
    let known = BTreeMap::new();
    let census = Census::take(provider, created.iter().copied(), &known).await;
    let clients = match census {
        Census::NotNeeded => return Ok(Vec::new()),
        Census::Failed(error) => return Err(error),
        Census::Taken(clients) => clients,
    };

    let mut same_marks = Vec::new();
    for (key, ids) in clients.list_twins(created) {
        let twins = count_grants(provider, ids).await;
        same_marks.push(SameMark { key, twins });
    }
    Ok(same_marks)
}

/// Twins with the number of their grants. They are told of also where it cannot
/// be found out.
async fn count_grants<P: Mutate>(provider: &P, ids: Vec<ClientId>) -> Twins {
    let mut counts = Vec::with_capacity(ids.len());
    for client_id in ids {
        let id = RemoteId::new(client_id.as_str());
        let address = Address::Client(ClientRef::Id(client_id.clone()));
        let inspected = provider
            .reader()
            .inspect(&address, &id)
            .await;

        let inspection = inspected.ok().flatten();
        let count = inspection.map(|inspection| inspection.grants.len());
        counts.push((client_id, count));
    }
    counts.into_iter().collect()
}
