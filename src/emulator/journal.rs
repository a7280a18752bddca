//! The requests so far, in memory, for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Older requests than these are forgotten, so that a
/// long-lived emulator does not grow.
const REMEMBERED: usize = 100_000;

/// A request to the emulator that has ended. Holds no body and no header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The client that asked: by its token, or, where it asks for one, by the
    /// id that it gives if there is such a client. None where nobody is known.
    pub client_id: Option<String>,
    /// The status of the answer; none if the connection was closed without one.
    pub status: Option<u16>,
}

/// Which request it is, of those that have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Arrival(u64);

#[derive(Default)]
pub(crate) struct Journal {
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    /// Those that have ended, in the order in which they arrived.
    ended: BTreeMap<Arrival, Request>,
    /// What the next one to arrive is.
    next: Arrival,
    /// The first that is remembered.
    first: Arrival,
}

impl Journal {
    /// The requests that have ended, in the order in which they arrived.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.lock_entries()
            .ended
            .values()
            .cloned()
            .collect()
    }

    /// Gives a request its place among the others.
    pub(crate) fn note_arrival(&self) -> Arrival {
        let mut entries = self.lock_entries();
        let arrival = entries.next;
        entries.next = Arrival(arrival.0 + 1);

        arrival
    }

    /// Writes down a request that has ended.
    pub(crate) fn record(&self, arrival: Arrival, request: Request) {
        let mut entries = self.lock_entries();
        // It arrived before everything was forgotten, and belongs to that.
        if arrival < entries.first {
            return;
        }

        if entries.ended.len() == REMEMBERED {
            entries.ended.pop_first();
        }
        entries.ended.insert(arrival, request);
    }

    /// From now on there were no requests, those that are under way included.
    pub(crate) fn forget(&self) {
        let mut entries = self.lock_entries();
        entries.ended.clear();
        entries.first = entries.next;
    }

    fn lock_entries(&self) -> MutexGuard<'_, Entries> {
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str) -> Request {
        Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            client_id: None,
            status: Some(200),
        }
    }

    #[test]
    fn requests_stand_as_they_arrived_however_they_ended() {
        let journal = Journal::default();
        let [slow, quick] = [(); 2].map(|()| journal.note_arrival());
        journal.record(quick, asked("/quick"));
        journal.record(slow, asked("/slow"));

        assert_eq!(
            journal.requests(),
            [asked("/slow"), asked("/quick")]
        );
    }

    #[test]
    fn what_is_under_way_is_forgotten_too() {
        let journal = Journal::default();
        let under_way = journal.note_arrival();
        journal.forget();
        let later = journal.note_arrival();
        journal.record(under_way, asked("/before"));
        journal.record(later, asked("/after"));

        assert_eq!(journal.requests(), [asked("/after")]);
    }
}
