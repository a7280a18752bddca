//! Credentials that go to a place where they did not go before.

use std::collections::BTreeSet;

use super::objects::pairs;
use super::{Change, Finding, Level};
use crate::config::Written;
use crate::model::{DesiredClient, Destination, FindingId, Key};

/// Of clients that were declared before: whoever reads that place can get their
/// tokens from then on. A new client has no access yet, and what it gets is
/// told as that.
pub(super) fn find(change: Change<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (key, old, new) in pairs(change) {
        let before = destinations_of(change.before, key, old);
        for destination in destinations_of(change.after, key, new) {
            if before.contains(&destination) {
                continue;
            }

            let object = format!("clients.{key}");
            let message =
                format!("the credentials of `{object}` go to {destination}");
            let span = change
                .after
                .client(key, Some("deliver"));
            let finding = Finding::new(
                FindingId::DeliveryGained,
                Level::Warning,
                object,
                span,
            );
            findings.push(finding.message(message));
        }
    }
    findings
}

/// Where the credentials of a client go. Addresses are the environment's, and
/// the same before and after.
fn destinations_of(
    written: &Written,
    key: &Key,
    client: &DesiredClient,
) -> BTreeSet<Destination> {
    let DesiredClient::Managed { deliver, .. } = client else {
        return BTreeSet::new();
    };

    let loaded = &written.loaded;
    let environment = loaded.environment.as_ref();
    let destinations = deliver.iter().filter_map(|sink| {
        loaded
            .desired
            .destination(sink, key, environment, None)
    });
    destinations.collect()
}
