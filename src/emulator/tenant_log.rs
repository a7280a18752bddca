//! The log that a tenant keeps of what was done to it: `GET /logs`.
//!
//! Three kinds of entry, of the many at Auth0: `sapi` (the Management API
//! changed something), `seccft` and `feccft` (a token was issued for client
//! credentials, or refused). Kept in memory alone.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::tenant::{Moment, Object};

/// How many bytes all entries may have together: older ones are forgotten, as
/// Auth0 forgets what is older than a plan has days.
const LARGEST_LOG: usize = 16 * 1024 * 1024;

/// The log of a running emulator.
#[derive(Default)]
pub(crate) struct TenantLog(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    /// The latest last.
    kept: VecDeque<Arc<Entry>>,
    /// How many there ever were.
    count: u64,
    /// How many bytes those that are kept have.
    size: usize,
}

/// What is written down of one deed.
pub(crate) struct Entry {
    id: String,
    /// As JSON. What it was parsed to takes a hundred times as much, of a body
    /// that is made for it.
    text: String,
}

/// Which entries are looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LogRange<'a> {
    All,
    /// Those after the one of this id, which may be forgotten by now.
    After(&'a str),
    Only(&'a str),
}

impl TenantLog {
    /// Adds an entry, with an id that sorts after that of every earlier one.
    pub(crate) fn add(&self, mut entry: Object, now: Moment) {
        let mut log = self.lock();
        log.count += 1;

        let id = name_entry(log.count);
        entry.insert("date".to_owned(), now.to_string().into());
        entry.insert("log_id".to_owned(), id.as_str().into());
        entry.insert("_id".to_owned(), id.as_str().into());
        entry.insert("isMobile".to_owned(), false.into());
        let text = Value::Object(entry).to_string();

        log.size += text.len();
        log.kept
            .push_back(Arc::new(Entry { id, text }));
        while log.size > LARGEST_LOG
            && let Some(oldest) = log.kept.pop_front()
        {
            log.size -= oldest.text.len();
        }
    }

    /// The entries of a range, the oldest first.
    pub(crate) fn entries(&self, range: LogRange<'_>) -> Vec<Arc<Entry>> {
        // What they say is parsed by whoever asks: that takes long, and others
        // write meanwhile.
        self.lock()
            .kept
            .iter()
            .filter(|entry| range.covers(&entry.id))
            .cloned()
            .collect()
    }

    /// Begins anew, with ids that go on.
    pub(crate) fn forget(&self) {
        let mut log = self.lock();
        log.kept.clear();
        log.size = 0;
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    pub(crate) fn parse(&self) -> Object {
        // It was an object a moment before it was text.
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl LogRange<'_> {
    fn covers(self, id: &str) -> bool {
        match self {
            Self::All => true,
            // Ids are of one length, and sort as the entries came.
            Self::After(other) => id > other,
            Self::Only(other) => id == other,
        }
    }
}

/// As long as Auth0's. By the count alone: the clock can be put back, and two
/// requests have the same time.
fn name_entry(count: u64) -> String {
    format!("900{count:036}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::tenant::text;

    fn entry(text: &str) -> Object {
        Object::from_iter([("type".to_owned(), text.into())])
    }

    fn types(log: &TenantLog, range: LogRange<'_>) -> Vec<String> {
        log.entries(range)
            .iter()
            .map(|entry| {
                text(&entry.parse(), "type")
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn entries_are_found_in_the_order_in_which_they_came() {
        let log = TenantLog::default();
        // Also where the clock was put back between them.
        for (kind, second) in [("a", 20), ("b", 10), ("c", 30)] {
            log.add(entry(kind), Moment::at_second(second));
        }
        assert_eq!(types(&log, LogRange::All), ["a", "b", "c"]);

        let first = log.entries(LogRange::All)[0].parse();
        let id = text(&first, "log_id").unwrap();
        assert_eq!(types(&log, LogRange::After(id)), ["b", "c"]);
        assert_eq!(types(&log, LogRange::Only(id)), ["a"]);
    }

    #[test]
    fn the_oldest_are_forgotten_and_one_that_is_too_large_at_once() {
        let log = TenantLog::default();
        let now = Moment::at_second(1);
        log.add(entry("a"), now);
        log.add(entry(&"b".repeat(LARGEST_LOG - 500)), now);
        log.add(entry(&"c".repeat(400)), now);
        assert_eq!(types(&log, LogRange::All), ["c".repeat(400)]);

        log.add(entry(&"d".repeat(LARGEST_LOG)), now);
        assert!(types(&log, LogRange::All).is_empty());
    }
}
