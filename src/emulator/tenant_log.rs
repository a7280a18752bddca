//! The log that a tenant keeps of what was done to it: `GET /logs`.
//!
//! Three kinds of entry, of the many at Auth0: `sapi` (the Management API changed something), `seccft`
//! and `feccft` (a token was issued for client credentials, or refused). Kept in memory alone.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::tenant::{Moment, Object};

/// How many characters all entries may have together: older ones are forgotten, as Auth0 forgets what
/// is older than a plan has days.
const LARGEST: usize = 32 * 1024 * 1024;

/// Entries, one after the other.
pub(crate) type Objects<'a> = Box<dyn Iterator<Item = &'a Object> + 'a>;

/// The log of a running emulator.
#[derive(Default)]
pub(crate) struct TenantLog(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    /// The latest last.
    kept: VecDeque<Entry>,
    /// How many there ever were.
    count: u64,
    /// How many characters those that are kept have.
    size: usize,
}

struct Entry {
    object: Object,
    size: usize,
}

impl TenantLog {
    /// Adds an entry, with an id that sorts after that of every earlier one.
    pub(crate) fn add(&self, entry: Object, now: Moment) {
        let size = Value::Object(entry.clone()).to_string().len();
        let mut log = self.lock();
        log.count += 1;

        let mut object = entry;
        let id = name_entry(log.count);
        object.insert("date".to_owned(), now.to_string().into());
        object.insert("log_id".to_owned(), id.clone().into());
        object.insert("_id".to_owned(), id.into());
        object.insert("isMobile".to_owned(), false.into());

        log.kept.push_back(Entry { object, size });
        log.size += size;
        while log.size > LARGEST
            && let Some(oldest) = log.kept.pop_front()
        {
            log.size -= oldest.size;
        }
    }

    /// All entries, the oldest first.
    pub(crate) fn read<T>(&self, look: impl FnOnce(Objects<'_>) -> T) -> T {
        let log = self.lock();

        look(Box::new(log.kept.iter().map(|entry| &entry.object)))
    }

    /// Begins anew, with ids that go on.
    pub(crate) fn forget(&self) {
        let mut log = self.lock();
        log.kept.clear();
        log.size = 0;
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As long as Auth0's. By the count alone: the clock can be put back, and two requests have the same
/// time.
fn name_entry(count: u64) -> String {
    format!("900{count:036}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Object {
        Object::from_iter([("type".to_owned(), text.into())])
    }

    #[test]
    fn ids_sort_as_the_entries_came_and_the_oldest_are_forgotten() {
        let log = TenantLog::default();
        let now = Moment::at_second(1_000_000_000);
        // Also where the clock was put back between the two.
        log.add(entry("a"), now);
        log.add(entry("b"), Moment::at_second(1));
        let ids: Vec<String> = log.read(|entries| {
            entries
                .map(|entry| entry["log_id"].as_str().unwrap().to_owned())
                .collect()
        });
        assert!(ids[0] < ids[1], "{ids:?}");

        log.add(entry(&"c".repeat(LARGEST - 100)), now);
        log.add(entry(&"d".repeat(200)), now);
        let left = log.read(|entries| {
            entries
                .map(|entry| entry["type"].as_str().unwrap().len())
                .collect::<Vec<_>>()
        });
        assert_eq!(left, [200]);
    }
}
