//! Whether a write whose answer was lost was carried out all the same.

use crate::model::{Address, Attrs, Found, Mark, RemoteId, Snapshot};
use crate::plan::diff;
use crate::provider::Write;

/// The id of the object, if a new reading of the tenant shows that the write was carried out.
pub(super) fn is_done(write: &Write, seen: &Snapshot) -> Option<RemoteId> {
    match write {
        Write::Create { address, attrs } => {
            let found = created(address, attrs, seen)?;
            is_as_written(address, attrs, found, seen).then(|| found.id.clone())
        }
        Write::Update { address, id, fields } => {
            let found = by_id(address, id, seen)?;
            is_as_written(address, fields, found, seen).then(|| id.clone())
        }
        Write::Delete { address, id } => by_id(address, id, seen).is_none().then(|| id.clone()),
    }
}

/// What stands where an object was to be created. A client is known by its mark, which no other
/// client may carry.
fn created<'a>(address: &Address, attrs: &Attrs, seen: &'a Snapshot) -> Option<&'a Found> {
    let Address::Client(_) = address else { return seen.found.get(address) };
    let wanted = mark(attrs)?;
    let mut marked = seen.found.values().filter(|found| mark(&found.attrs) == Some(wanted));
    let found = marked.next()?;
    marked.next().is_none().then_some(found)
}

fn by_id<'a>(address: &Address, id: &RemoteId, seen: &'a Snapshot) -> Option<&'a Found> {
    let same_kind = seen.found.iter().filter(|(other, _)| other.kind() == address.kind());
    same_kind.map(|(_, found)| found).find(|found| found.id == *id)
}

fn is_as_written(address: &Address, fields: &Attrs, found: &Found, seen: &Snapshot) -> bool {
    let empty = Attrs::new();
    let defaults = seen.defaults.get(&address.kind()).unwrap_or(&empty);
    diff(fields, &found.attrs, defaults).is_empty()
}

fn mark(attrs: &Attrs) -> Option<&str> {
    attrs.get("client_metadata")?.as_map()?.get(Mark::METADATA_KEY)?.as_text()
}
