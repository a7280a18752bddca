//! Where to look: every place that an entry of ours may be in.

use std::collections::{BTreeMap, BTreeSet};

use super::super::classify;
use crate::model::{
    Address, ClientRef, Desired, DesiredClient, Destination, EnvironmentName,
    Key, SinkName, Snapshot,
};

/// A place that an entry of a client may be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The client.
    pub client: Key,
    /// The sink.
    pub sink: SinkName,
    /// Where in it, in full.
    pub destination: Destination,
    /// Whether the configuration has it.
    pub standing: PlaceStanding,
}

/// Whether the configuration has a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceStanding {
    /// It is declared.
    Declared,
    /// It would be the place, if it were declared: perhaps it was.
    Undeclared,
}

/// Every place that an entry of a client of this stack may be in; none where
/// there are no sinks.
#[must_use]
pub fn list_places(
    desired: &Desired,
    seen: &Snapshot,
    environment: Option<&EnvironmentName>,
    addresses: &BTreeMap<SinkName, String>,
) -> Vec<Place> {
    if desired.sinks.is_empty() {
        return Vec::new();
    }

    let mut keys: BTreeSet<&Key> = desired.clients.keys().collect();
    let verdicts = classify(desired, seen);
    keys.extend(verdicts.values().filter_map(
        |verdict| match &verdict.address {
            Address::Client(ClientRef::Key(key)) if verdict.class.is_ours() => {
                Some(key)
            }
            _ => None,
        },
    ));

    let nowhere = BTreeSet::new();
    let mut places = Vec::new();
    for key in keys {
        let named = match desired.clients.get(key) {
            Some(DesiredClient::Managed { deliver, .. }) => deliver,
            // It is somebody else's, and so are its credentials.
            Some(DesiredClient::External(_)) => continue,
            None => &nowhere,
        };
        for sink in desired.sinks.keys() {
            let address = addresses.get(sink).map(String::as_str);
            let destination =
                desired.destination(sink, key, environment, address);
            places.extend(destination.map(|destination| Place {
                client: key.clone(),
                sink: sink.clone(),
                destination,
                standing: if named.contains(sink) {
                    PlaceStanding::Declared
                } else {
                    PlaceStanding::Undeclared
                },
            }));
        }
    }
    places
}
