//! What was approved of the credentials of clients.

use super::stale::Reason;
use crate::render::document::{
    DeliveryActionView, DeliveryReasonView, DeliveryView, PlanView, SecretSourceView,
};

/// The deliveries that nobody has approved.
pub(super) fn find_unapproved(approved: &[&PlanView], now: &PlanView) -> Vec<Reason> {
    let deeds = now.deliveries.iter().filter(|delivery| delivery.is_deed());
    let unapproved = deeds.filter(|delivery| {
        let mut approved = approved.iter().flat_map(|plan| &plan.deliveries);
        !approved.any(|approved| covers(approved, delivery))
    });

    unapproved
        .map(|delivery| Reason::Delivery {
            name: delivery.title(),
        })
        .collect()
}

/// Whether the one was approved with the other: to the same place, in full.
fn covers(approved: &DeliveryView, now: &DeliveryView) -> bool {
    if (&approved.client, &approved.destination) != (&now.client, &now.destination) {
        return false;
    }

    let is_of_new = matches!(approved.source, Some(SecretSourceView::Creation));
    let is_retried = now.reason == Some(DeliveryReasonView::Interrupted);
    match (approved.action, now.action) {
        (DeliveryActionView::Remove, now) => now == DeliveryActionView::Remove,
        (_, DeliveryActionView::Remove)
        | (DeliveryActionView::Withhold | DeliveryActionView::Keep, _) => false,
        // What nobody could see is approved of a client that nobody uses yet, and of another one where nothing that is
        // secret moves: its entry is there, and says something else beside the secret.
        (DeliveryActionView::Unseen, _) => {
            is_of_new && is_unused(now)
                || is_retried && approved.reason == now.reason
                || reveals_nothing(now)
        }
        (DeliveryActionView::Add | DeliveryActionView::Change, _) => {
            // A run that ended half way may have made the client.
            approved.source == now.source || is_of_new && is_retried
        }
    }
}

fn reveals_nothing(now: &DeliveryView) -> bool {
    now.action == DeliveryActionView::Change
        && matches!(
            now.source,
            Some(SecretSourceView::Sink | SecretSourceView::Nothing)
        )
}

fn is_unused(now: &DeliveryView) -> bool {
    now.source == Some(SecretSourceView::Creation)
        || now.reason == Some(DeliveryReasonView::Interrupted)
}
