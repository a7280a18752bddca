//! What applying a plan takes: how many requests, and which role.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::listing::count_pages;
use crate::model::{
    Attrs, ClientSpec, GrantSpec, Kind, ResourceServerSpec, Snapshot, Standing,
    Value,
};
use crate::plan::{Action, Change, Handover, Planned};
use crate::provider::{Estimate, Need, Objects};

/// What applying a plan costs. How long that takes nobody
/// says: there are no limits.
pub(super) fn estimate(planned: &Planned, seen: &Snapshot) -> Estimate {
    let changes = &planned.plan.changes;
    // Scopes of which there is no more than these are no client.
    let clients = seen
        .found
        .iter()
        .filter(|(address, found)| {
            address.kind() != Kind::Grant
                && found.standing != Standing::ScopesAlone
        });
    let pages = count_pages(clients.count());

    Estimate {
        requests: changes
            .iter()
            .map(|change| count_requests(change, pages))
            .chain(
                planned
                    .handovers()
                    .into_iter()
                    .map(count_requests_of),
            )
            .sum(),
        time: None,
        needs: changes
            .iter()
            .map(need_of)
            .collect::<BTreeSet<Need>>(),
    }
}

fn need_of(change: &Change) -> Need {
    let objects = Objects::Of(change.address.kind());
    match change.action {
        Action::Create => Need::Create(objects),
        Action::Adopt | Action::Update | Action::Release | Action::Narrow => {
            Need::Update(objects)
        }
        Action::Delete => Need::Delete(objects),
    }
}

/// The requests of bringing credentials to sinks: the
/// client is looked up each time.
fn count_requests_of(handover: Handover) -> usize {
    let Handover {
        source,
        finishes,
    } = handover;
    let secret = if source.is_some() { 2 } else { 0 };
    let mark = if finishes { 2 } else { 0 };

    secret + mark
}

/// The requests of a change, if none has to be repeated, and nothing is asked
/// for that is known.
fn count_requests(change: &Change, pages: usize) -> usize {
    match (change.action, change.address.kind()) {
        (Action::Create, Kind::ResourceServer) => {
            1 + count_scopes(&change.fields)
        }
        (Action::Create, Kind::Client) => 1,
        (Action::Create, Kind::Grant) => count_scopes(&change.fields),
        (Action::Delete, Kind::Grant) => 2 + change.edits().len(),
        // All of the realm, for who may call it; then the client, the scopes,
        // and each of them.
        (Action::Delete, Kind::ResourceServer) => {
            4 + pages + count_edits_of_scopes(change)
        }
        // A look before it is taken over, and one after that.
        (Action::Adopt, Kind::Client) => 3,
        (Action::Adopt, Kind::ResourceServer) => {
            1 + count_requests_of_api(change)
        }
        // A look before it is changed or deleted.
        (_, Kind::Client) => 2,
        (_, Kind::Grant) => 1 + change.edits().len(),
        (_, Kind::ResourceServer) => count_requests_of_api(change),
    }
}

fn count_requests_of_api(change: &Change) -> usize {
    let of_scopes = count_edits_of_scopes(change);
    let is_of_client = of_scopes < change.edits().len();
    let is_of_mark = change
        .fields
        .contains_key(ClientSpec::METADATA);

    // The client, its own change, the listing of the scopes, and theirs.
    let client = 1 + usize::from(is_of_client);
    let scopes = if is_of_mark {
        1 + count_scopes(&change.fields).max(of_scopes)
    } else if of_scopes > 0 {
        1 + of_scopes
    } else {
        0
    };
    client + scopes
}

fn count_edits_of_scopes(change: &Change) -> usize {
    let is_of_scopes = |field: &SmolStr| field == ResourceServerSpec::SCOPES;

    let edits = change.edits();
    edits
        .iter()
        .filter(|edit| {
            edit.path
                .first()
                .is_some_and(is_of_scopes)
        })
        .count()
}

fn count_scopes(fields: &Attrs) -> usize {
    match fields.get(GrantSpec::SCOPES) {
        Some(Value::Map(scopes)) => scopes.len(),
        Some(Value::Set(scopes)) => scopes.iter().count(),
        _ => 0,
    }
}

/// Whether a change of anything is among what is needed.
pub(super) fn is_to_write(needs: &BTreeSet<Need>) -> bool {
    needs
        .iter()
        .any(|need| !matches!(need, Need::Read(_)))
}
