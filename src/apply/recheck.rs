//! Whether a write whose answer was lost was carried out all the same.

use crate::model::{Address, Attrs, Found, RemoteId, Snapshot, Written};
use crate::plan::diff;
use crate::provider::Write;

/// The id of the object, if a new reading of the tenant shows that the write was carried out.
pub(super) fn is_done(write: &Write, seen: &Snapshot) -> Option<RemoteId> {
    match write {
        Write::Create { address, attrs } => {
            let (_, found) = created(address, attrs, seen)?;
            is_as_written(address, attrs, found, seen).then(|| found.id.clone())
        }
        Write::Update { address, id, fields } => {
            let (_, found) = by_id(address, id, seen)?;
            is_as_written(address, fields, found, seen).then(|| id.clone())
        }
        Write::Delete { address, id } => by_id(address, id, seen).is_none().then(|| id.clone()),
    }
}

/// The address of the object of a write, if a field of it has to be asked for by itself.
pub(super) fn written(write: &Write, seen: &Snapshot) -> Option<Address> {
    let ((address, _), fields) = match write {
        Write::Create { address, attrs } => (created(address, attrs, seen)?, attrs),
        Write::Update { address, id, fields } => (by_id(address, id, seen)?, fields),
        Write::Delete { .. } => return None,
    };
    let unlisted = seen.unlisted.get(&address.kind())?;
    unlisted.iter().any(|field| fields.contains_key(field)).then(|| address.clone())
}

/// What stands where an object was to be created. A client is known by its mark, which no other
/// client may carry.
fn created<'a>(
    address: &Address,
    attrs: &Attrs,
    seen: &'a Snapshot,
) -> Option<(&'a Address, &'a Found)> {
    let Address::Client(_) = address else { return seen.found.get_key_value(address) };
    let wanted = Written::find(attrs)?;
    let mut marked = seen
        .found
        .iter()
        .filter(|(_, found)| Written::find(&found.attrs).as_ref() == Some(&wanted));
    let found = marked.next()?;
    marked.next().is_none().then_some(found)
}

fn by_id<'a>(
    address: &Address,
    id: &RemoteId,
    seen: &'a Snapshot,
) -> Option<(&'a Address, &'a Found)> {
    let mut same_kind = seen.found.iter().filter(|(other, _)| other.kind() == address.kind());
    same_kind.find(|(_, found)| found.id == *id)
}

fn is_as_written(address: &Address, fields: &Attrs, found: &Found, seen: &Snapshot) -> bool {
    let empty = Attrs::new();
    let defaults = seen.defaults.get(&address.kind()).unwrap_or(&empty);
    diff(fields, &found.attrs, defaults).is_empty()
}
