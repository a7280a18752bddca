//! Whether a write that is in doubt was carried out all the same.

use std::collections::BTreeMap;

use crate::model::{Address, Attrs, Found, Kind, RemoteId, Snapshot, Written};
use crate::plan::diff;
use crate::provider::Write;

/// A new reading of the tenant, and where in it the objects of writes are. There may be as many
/// writes as objects, so none of them is searched for.
pub(super) struct Seen<'a> {
    snapshot: &'a Snapshot,
    by_id: BTreeMap<(Kind, &'a RemoteId), &'a Address>,
    by_mark: BTreeMap<Written, Vec<&'a Address>>,
}

impl<'a> Seen<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let mut by_id = BTreeMap::new();
        let mut by_mark: BTreeMap<Written, Vec<&Address>> = BTreeMap::new();
        for (address, found) in &snapshot.found {
            by_id.insert((address.kind(), &found.id), address);
            if let Some(mark) = Written::find(&found.attrs) {
                by_mark.entry(mark).or_default().push(address);
            }
        }

        Self {
            snapshot,
            by_id,
            by_mark,
        }
    }

    /// The id of the object, if the write was carried out.
    pub(super) fn id_if_done(&self, write: &Write) -> Option<RemoteId> {
        let (address, fields) = match write {
            Write::Create { attrs, .. } => (self.place_of(write)?, attrs),
            Write::Update { fields, .. } => (self.place_of(write)?, fields),
            Write::Delete { id, .. } => {
                return self.place_of(write).is_none().then(|| id.clone());
            }
        };

        let found = self.snapshot.found.get(address)?;
        self.is_as_written(address, fields, found)
            .then(|| found.id.clone())
    }

    /// Whether a write has left no trace. Of an object that is there it cannot be told what of it the write
    /// made, nor which of several is meant.
    pub(super) fn shows_nothing_of(&self, write: &Write) -> bool {
        match write {
            Write::Create {
                address: Address::Client(_),
                attrs,
            } => {
                let mark = Written::find(attrs);
                mark.is_none_or(|mark| !self.by_mark.contains_key(&mark))
            }
            Write::Create { .. } => self.place_of(write).is_none(),
            // It has the fields that it had, or it would be done; and what is there was not deleted.
            Write::Update { .. } | Write::Delete { .. } => true,
        }
    }

    /// The address of the object of a write, if a field of it has to be asked for by itself.
    pub(super) fn unlisted(&self, write: &Write) -> Option<&'a Address> {
        let fields = match write {
            Write::Create { attrs, .. } => attrs,
            Write::Update { fields, .. } => fields,
            Write::Delete { .. } => return None,
        };

        let address = self.place_of(write)?;
        let unlisted = &self.snapshot.rules(address.kind()).unlisted;
        unlisted
            .iter()
            .any(|field| fields.contains_key(field.as_str()))
            .then_some(address)
    }

    /// Where the object of a write is. A new client is known by its mark, which no other client may
    /// carry.
    fn place_of(&self, write: &Write) -> Option<&'a Address> {
        match write {
            Write::Create {
                address: Address::Client(_),
                attrs,
            } => match self.by_mark.get(&Written::find(attrs)?)?.as_slice() {
                [address] => Some(address),
                _ => None,
            },
            Write::Create { address, .. } => self
                .snapshot
                .found
                .get_key_value(address)
                .map(|(address, _)| address),
            Write::Update { address, id, .. } | Write::Delete { address, id } => {
                self.by_id.get(&(address.kind(), id)).copied()
            }
        }
    }

    fn is_as_written(&self, address: &Address, fields: &Attrs, found: &Found) -> bool {
        let defaults = &self.snapshot.rules(address.kind()).defaults;

        diff(fields, &found.attrs, defaults).is_empty()
    }
}
