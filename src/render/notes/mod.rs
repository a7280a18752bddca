//! What a plan says beyond its changes, for people.
//!
//! ```text
//! orphans    what is ours and not declared
//! servers    APIs that stay beside others of their marks or names
//! callers    grants, and whoever holds them
//! clients    clients and their marks
//! scopes     scopes that carry marks of their own
//! others     what is left alone, and what is done
//! list       how any of these are listed
//! ```

use crate::model::Advice as _;
use crate::plan::{Names, Note};

mod callers;
mod clients;
mod list;
mod orphans;
mod others;
mod scopes;
mod servers;

use callers::{
    list_long_grants, list_losing_callers, list_outliving_grants,
    list_revived_grants, list_unasked_grants, list_unexpected_callers,
};
use clients::{
    list_abrupt_keys, list_unmarked, show_copied_mark, show_unreadable_mark,
};
use orphans::{list_orphans, show_staying};
use others::{count_not_ours, list_done, list_protected};
use scopes::{list_bent_scopes, list_stray_scopes, list_taken_scopes};
use servers::{
    list_former_servers, list_shared_marks, show_copied_server_mark,
};

/// A note, without its label.
pub(super) fn show_note(note: &Note, names: &Names) -> String {
    let step = note.next_step();
    let step = step.map(|step| step.to_string());
    let step = step.unwrap_or_default();

    match note {
        Note::Orphans {
            because,
            clients,
            grants,
            resource_servers,
        } => {
            let list = list_orphans(clients, grants, resource_servers, names);
            format!("{list}\n  {}", show_staying(*because, &step))
        }
        Note::Protected(addresses) => list_protected(addresses, names),
        Note::SharedMarks(servers) => list_shared_marks(servers, &step),
        Note::UnexpectedCallers(callers) => {
            list_unexpected_callers(callers, names)
        }
        Note::LosingCallers(callers) => list_losing_callers(callers, names),
        Note::UnaskedGrants(callers) => {
            list_unasked_grants(callers, names, &step)
        }
        Note::RevivedGrants(callers) => list_revived_grants(callers, names),
        Note::Outliving(callers) => list_outliving_grants(callers, names),
        Note::FormerServers(servers) => {
            list_former_servers(servers, names, &step)
        }
        Note::AbruptKeys(keys) => list_abrupt_keys(keys, &step),
        Note::LongGrants { most, grants } => {
            list_long_grants(*most, grants, names, &step)
        }
        Note::Unmarked(keys) => list_unmarked(keys),
        Note::TakenScopes(scopes) => list_taken_scopes(scopes, names),
        Note::BentScopes(scopes) => list_bent_scopes(scopes, names),
        Note::StrayScopes(scopes) => list_stray_scopes(scopes, &step),
        Note::CopiedMark {
            name,
            client_id,
        } => show_copied_mark(name, client_id),
        Note::CopiedServerMark { identifier } => {
            show_copied_server_mark(identifier, &step)
        }
        Note::UnreadableMark {
            name,
            client_id,
            reason,
        } => show_unreadable_mark(name, client_id, reason, &step),
        Note::NotOurs(counts) => count_not_ours(counts),
        Note::Done(entries) => list_done(entries),
    }
}
