//! APIs that stay behind when an identifier is changed: it cannot be, so there is a new API.

use std::collections::{BTreeMap, BTreeSet};

use super::{FormerServer, Note};
use crate::model::{Address, ClientSpec, Identifier, Kind, Snapshot, Standing, Value};
use crate::plan::{Action, Change};

/// Live APIs by their display names.
type ByName<'a> = BTreeMap<&'a str, Vec<&'a Identifier>>;

/// The live APIs that have the display name of one that is to be created, and stay.
pub(super) fn note_former_servers(changes: &[Change], seen: &Snapshot) -> Option<Note> {
    let staying = collect_staying(changes, seen);
    let former: Vec<FormerServer> = changes
        .iter()
        .filter(|change| creates_server(change))
        .flat_map(|change| list_namesakes(change, &staying))
        .collect();

    (!former.is_empty()).then_some(Note::FormerServers(former))
}

fn creates_server(change: &Change) -> bool {
    change.action == Action::Create && change.address.kind() == Kind::ResourceServer
}

/// The APIs that no change touches, by name.
fn collect_staying<'a>(changes: &[Change], seen: &'a Snapshot) -> ByName<'a> {
    let touched: BTreeSet<&Address> = changes.iter().map(|change| &change.address).collect();

    let mut staying = ByName::new();
    for (address, found) in &seen.found {
        let Address::ResourceServer(identifier) = address else {
            continue;
        };
        if touched.contains(address) || found.standing != Standing::Ordinary {
            continue;
        }

        let Some(name) = found.name() else {
            continue;
        };
        staying.entry(name).or_default().push(identifier);
    }
    staying
}

fn list_namesakes(created: &Change, staying: &ByName<'_>) -> Vec<FormerServer> {
    let name = created
        .fields
        .get(ClientSpec::NAME)
        .and_then(Value::as_text);
    let others = name.and_then(|name| staying.get(name));

    others
        .into_iter()
        .flatten()
        .map(|identifier| FormerServer {
            created: created.address.clone(),
            identifier: (*identifier).clone(),
        })
        .collect()
}
