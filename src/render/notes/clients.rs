//! Clients and their marks.

use super::super::text::safe;
use super::list::{end_with, list_under, sentence, show_client};
use crate::model::{ClientId, Key, MarkError};

pub(super) fn list_abrupt_keys(keys: &[Key], step: &str) -> String {
    let list = list_under(
        "these clients lose all they authenticate with, once this is applied:",
        keys.iter().map(show_client),
    );

    end_with(&list, &sentence(step))
}

pub(super) fn list_unmarked(keys: &[Key]) -> String {
    list_under(
        "these clients exist without a mark that counts here; applying gives \
         them one:",
        keys.iter().map(show_client),
    )
}

pub(super) fn show_copied_mark(name: &str, id: &ClientId) -> String {
    let client = show_live_client(name, id);

    format!("{client} carries a mark of another tenant; it counts as unmarked.")
}

pub(super) fn show_unreadable_mark(
    name: &str,
    id: &ClientId,
    reason: &MarkError,
    step: &str,
) -> String {
    let client = show_live_client(name, id);
    let reason = safe(&reason.to_string());

    format!("{client} is left alone: {reason}.\n    To change that, {step}.")
}

/// A client of the tenant, whoever's. The letters that an id may have are all
/// harmless; a name is whatever somebody wrote.
fn show_live_client(name: &str, id: &ClientId) -> String {
    let name = safe(name);
    let id = safe(id.as_str());

    format!("the client \"{name}\" ({id})")
}
