//! Whether a write whose answer was lost was carried out all the same.

use crate::model::{Address, Attrs, Mark, RemoteId, Snapshot};
use crate::plan::diff;
use crate::provider::Write;

/// The id of the object, if a new reading of the tenant shows that the write was carried out.
pub(super) fn is_done(write: &Write, seen: &Snapshot) -> Option<RemoteId> {
    match write {
        Write::Create { address: Address::Client(_), attrs } => {
            let wanted = mark(attrs)?;
            let clients = seen.found.iter();
            let mut marked = clients.filter(|(_, found)| mark(&found.attrs) == Some(wanted));
            let (_, found) = marked.next()?;
            marked.next().is_none().then(|| found.id.clone())
        }
        Write::Create { address, .. } => seen.found.get(address).map(|found| found.id.clone()),
        Write::Update { address, id, fields } => {
            let empty = Attrs::new();
            let defaults = seen.defaults.get(&address.kind()).unwrap_or(&empty);
            let found = seen.found.values().find(|found| found.id == *id)?;
            diff(fields, &found.attrs, defaults).is_empty().then(|| id.clone())
        }
        Write::Delete { id, .. } => {
            seen.found.values().all(|found| found.id != *id).then(|| id.clone())
        }
    }
}

fn mark(attrs: &Attrs) -> Option<&str> {
    attrs.get("client_metadata")?.as_map()?.get(Mark::METADATA_KEY)?.as_text()
}
