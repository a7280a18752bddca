//! What was approved of the credentials of clients.

use std::collections::BTreeMap;

use super::stale::Reason;
use crate::render::document::{
    DeliveryActionView, DeliveryReasonView, DeliveryView, DestinationView,
    PlanView, SecretSourceView,
};

/// The deliveries that nobody has approved.
pub(super) fn find_unapproved(
    approved: &[&PlanView],
    now: &PlanView,
) -> Vec<Reason> {
    let mut by_place: BTreeMap<(&str, &DestinationView), Vec<&DeliveryView>> =
        BTreeMap::new();
    for delivery in approved
        .iter()
        .flat_map(|plan| &plan.deliveries)
    {
        by_place
            .entry(place_of(delivery))
            .or_default()
            .push(delivery);
    }

    let deeds = now
        .deliveries
        .iter()
        .filter(|delivery| delivery.is_deed());
    let unapproved = deeds.filter(|delivery| {
        let approved = by_place.get(&place_of(delivery));
        let mut approved = approved.into_iter().flatten();
        !approved.any(|approved| covers(approved, delivery))
    });

    unapproved
        .map(|delivery| Reason::Delivery {
            name: delivery.title(),
        })
        .collect()
}

/// Whose credentials, and where they go, in full.
fn place_of(delivery: &DeliveryView) -> (&str, &DestinationView) {
    (&delivery.client, &delivery.destination)
}

/// Whether the one was approved with the other, to the same place.
fn covers(approved: &DeliveryView, now: &DeliveryView) -> bool {
    // A run that ended half way may have made the client, and who applies may
    // be shown what who plans is not.
    let is_of_unused = is_unused(approved) && is_unused(now);

    match (approved.action, now.action) {
        (DeliveryActionView::Remove, now) => now == DeliveryActionView::Remove,
        (_, DeliveryActionView::Remove)
        | (DeliveryActionView::Withhold | DeliveryActionView::Keep, _) => false,
        // What nobody could see is approved of a client that nobody uses yet,
        // and of another one where nothing that is secret moves: its entry is
        // there, and says something else beside the secret.
        (DeliveryActionView::Unseen, _) => is_of_unused || reveals_nothing(now),
        (DeliveryActionView::Add | DeliveryActionView::Change, _) => {
            is_of_unused || approved.source == now.source
        }
    }
}

/// Whether it is of a client that nobody uses yet.
fn is_unused(delivery: &DeliveryView) -> bool {
    delivery.source == Some(SecretSourceView::Creation)
        || delivery.reason == Some(DeliveryReasonView::Interrupted)
}

fn reveals_nothing(now: &DeliveryView) -> bool {
    now.action == DeliveryActionView::Change
        && matches!(
            now.source,
            Some(SecretSourceView::Sink | SecretSourceView::Nothing)
        )
}

#[cfg(test)]
mod tests;
