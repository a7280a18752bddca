//! APIs that stay behind when an identifier is changed: it cannot be, so there is a new API.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Change, FormerServer, Note};
use crate::model::{Address, ClientSpec, Identifier, Kind, Snapshot, Standing, Value};

/// The live APIs that have the display name of one that is to be created, and stay.
pub(super) fn servers(changes: &[Change], seen: &Snapshot) -> Option<Note> {
    let touched: BTreeSet<&Address> = changes.iter().map(|change| &change.address).collect();
    let mut staying: BTreeMap<&str, Vec<&Identifier>> = BTreeMap::new();
    for (address, found) in &seen.found {
        let Address::ResourceServer(identifier) = address else {
            continue;
        };
        if found.standing == Standing::Ordinary
            && !touched.contains(address)
            && let Some(name) = found.name()
        {
            staying.entry(name).or_default().push(identifier);
        }
    }

    let created = changes.iter().filter(|change| {
        (change.address.kind(), change.action) == (Kind::ResourceServer, Action::Create)
    });
    let former = created.flat_map(|change| {
        let name = change.fields.get(ClientSpec::NAME).and_then(Value::as_text);
        let others = name.and_then(|name| staying.get(name));
        others.into_iter().flatten().map(|identifier| FormerServer {
            created: change.address.clone(),
            identifier: (*identifier).clone(),
        })
    });
    let former: Vec<FormerServer> = former.collect();
    (!former.is_empty()).then_some(Note::FormerServers(former))
}
