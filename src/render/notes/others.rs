//! What is said of the rest: objects that are left alone,
//! and entries that are done.

use std::collections::BTreeMap;

use super::super::text::{count, safe};
use super::list::list_under;
use crate::model::{Address, Kind};
use crate::plan::{DoneEntry, Names};

pub(super) fn list_protected(addresses: &[Address], names: &Names) -> String {
    let addresses = addresses
        .iter()
        .map(|address| names.of(address));

    list_under(
        "not declared, and protected from deletion:",
        addresses.map(|address| safe(&address)),
    )
}

/// Counted and not named: there may be thousands, and nothing is to be done
/// about any of them.
pub(super) fn count_not_ours(counts: &BTreeMap<Kind, usize>) -> String {
    let counts: Vec<String> = counts
        .iter()
        .map(|(kind, number)| count(*number, kind.words()))
        .collect();

    format!(
        "not this stack's, and left alone: {}.",
        counts.join(", ")
    )
}

pub(super) fn list_done(entries: &[DoneEntry]) -> String {
    list_under(
        "these match nothing in the tenant: they are done, or misspelt:",
        entries.iter().map(show_done),
    )
}

fn show_done(entry: &DoneEntry) -> String {
    match entry {
        DoneEntry::MovedClient(key) => format!("moved: client {key}"),
        DoneEntry::MovedStack(stack) => format!("moved: stack {stack}"),
        DoneEntry::RemovedClient(key) => format!("removed: client {key}"),
        DoneEntry::RemovedResourceServer(identifier) => {
            let identifier = safe(identifier.as_str());
            format!("removed: resource_server {identifier}")
        }
    }
}
