//! Whether a write that is in doubt was carried out all the same.

use std::collections::BTreeMap;

use super::Outcome;
use crate::model::{Address, Attrs, Found, Kind, RemoteId, Snapshot, Written};
use crate::plan::diff;
use crate::provider::{Mutate, Observe as _, ProviderError, Write};

/// Why it is not known whether a write was made.
pub(super) enum Doubt {
    /// No answer came back.
    Lost(ProviderError),
    /// It was refused, and an earlier attempt may have been carried out.
    Refused(ProviderError),
    /// There is an object already, which may be just as wanted.
    Taken(ProviderError),
}

impl Doubt {
    pub(super) fn of(error: ProviderError) -> Self {
        match error {
            ProviderError::RateLimited { .. }
            | ProviderError::Forbidden { .. }
            | ProviderError::Rejected {
                status: 400..=499,
                ..
            } => Self::Refused(error),
            error => Self::Lost(error),
        }
    }

    /// What became of a write of which this is to be seen.
    fn settle(self, id: Option<RemoteId>, is_absent: bool) -> Outcome {
        if let Some(id) = id {
            return Outcome::Applied(id);
        }

        match self {
            Self::Refused(error) if is_absent => Outcome::Failed(error),
            Self::Lost(error) | Self::Refused(error) => Outcome::Unknown(error),
            Self::Taken(error) => Outcome::Failed(error),
        }
    }
}

/// Reads the tenant again, once for all writes that are in doubt, and before
/// anything else is done to their objects.
pub(super) async fn look_again<P: Mutate>(
    provider: &P,
    doubtful: Vec<(usize, Write, Doubt)>,
) -> Vec<(usize, Outcome)> {
    if doubtful.is_empty() {
        return Vec::new();
    }

    let writes = doubtful
        .iter()
        .map(|(_, write, _)| write);
    // That it cannot be read again says nothing of the write, so its own error
    // is what is told.
    let snapshot = read_again(provider, writes).await.ok();
    let seen = snapshot.as_ref().map(Seen::of);

    let mut outcomes = Vec::with_capacity(doubtful.len());
    for (place, write, doubt) in doubtful {
        let outcome = match &seen {
            Some(seen) => {
                let id = seen.id_if_done(&write);
                let is_absent = seen.shows_nothing_of(&write);
                doubt.settle(id, is_absent)
            }
            None => doubt.settle(None, false),
        };
        outcomes.push((place, outcome));
    }
    outcomes
}

/// The tenant as it is now, with all there is to see of
/// the objects of these writes.
async fn read_again<P: Mutate>(
    provider: &P,
    writes: impl Iterator<Item = &Write>,
) -> Result<Snapshot, ProviderError> {
    let snapshot = provider.reader().read().await?;
    let seen = Seen::of(&snapshot);
    let unlisted = writes
        .filter_map(|write| seen.unlisted(write).cloned())
        .collect();

    provider
        .reader()
        .read_details(snapshot, &unlisted)
        .await
}

/// A new reading of the tenant, and where in it the objects of writes are.
/// There may be as many writes as objects, so none of them is searched for.
struct Seen<'a> {
    snapshot: &'a Snapshot,
    by_id: BTreeMap<(Kind, &'a RemoteId), &'a Address>,
    by_mark: BTreeMap<Written, Vec<&'a Address>>,
}

impl<'a> Seen<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let mut by_id = BTreeMap::new();
        let mut by_mark: BTreeMap<Written, Vec<&Address>> = BTreeMap::new();
        for (address, found) in &snapshot.found {
            by_id.insert((address.kind(), &found.id), address);
            if let Some(mark) = Written::find(&found.attrs) {
                by_mark
                    .entry(mark)
                    .or_default()
                    .push(address);
            }
        }

        Self {
            snapshot,
            by_id,
            by_mark,
        }
    }

    /// The id of the object, if the write was carried out.
    fn id_if_done(&self, write: &Write) -> Option<RemoteId> {
        let (address, fields) = match write {
            Write::Create { attrs, .. } => (self.place_of(write)?, attrs),
            Write::Update { fields, .. } => (self.place_of(write)?, fields),
            Write::Delete { id, .. } => {
                return self
                    .place_of(write)
                    .is_none()
                    .then(|| id.clone());
            }
        };

        let found = self.snapshot.found.get(address)?;
        let is_done = self.is_as_written(address, fields, found);
        is_done.then(|| found.id.clone())
    }

    /// Whether a write has left no trace. Of an object that is there it cannot
    /// be told what of it the write made, nor which of several is meant.
    fn shows_nothing_of(&self, write: &Write) -> bool {
        match write {
            Write::Create {
                address: Address::Client(_),
                attrs,
            } => {
                let mark = Written::find(attrs);
                mark.is_none_or(|mark| !self.by_mark.contains_key(&mark))
            }
            Write::Create { .. } => self.place_of(write).is_none(),
            // It has the fields that it had, or it would be done; and what is
            // there was not deleted.
            Write::Update { .. } | Write::Delete { .. } => true,
        }
    }

    /// The address of the object of a write, if a field of it has to be asked
    /// for by itself.
    fn unlisted(&self, write: &Write) -> Option<&'a Address> {
        let fields = match write {
            Write::Create { attrs, .. } => attrs,
            Write::Update { fields, .. } => fields,
            Write::Delete { .. } => return None,
        };

        let address = self.place_of(write)?;
        let unlisted = &self
            .snapshot
            .rules(address.kind())
            .unlisted;
        let has_unlisted = unlisted
            .iter()
            .any(|field| fields.contains_key(field.as_str()));
        has_unlisted.then_some(address)
    }

    /// Where the object of a write is. A new client is known by its mark, which
    /// no other client may carry.
    fn place_of(&self, write: &Write) -> Option<&'a Address> {
        match write {
            Write::Create {
                address: Address::Client(_),
                attrs,
            } => {
                let mark = Written::find(attrs)?;
                match self.by_mark.get(&mark)?.as_slice() {
                    [address] => Some(address),
                    _ => None,
                }
            }
            Write::Create { address, .. } => {
                let (address, _) = self
                    .snapshot
                    .found
                    .get_key_value(address)?;
                Some(address)
            }
            Write::Update {
                address, id, ..
            }
            | Write::Delete {
                address, id, ..
            } => self
                .by_id
                .get(&(address.kind(), id))
                .copied(),
        }
    }

    fn is_as_written(
        &self,
        address: &Address,
        fields: &Attrs,
        found: &Found,
    ) -> bool {
        let defaults = &self
            .snapshot
            .rules(address.kind())
            .defaults;

        diff(fields, &found.attrs, defaults).is_empty()
    }
}
