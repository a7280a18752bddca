//! Scopes that somebody else has made for an API of ours, where each is an
//! object of its own.

use std::collections::BTreeSet;

use super::{Note, TakenScope};
use crate::model::{
    Address, Identifier, ResourceServerSpec, ScopeName, ScopeOwner,
};
use crate::plan::context::Context;
use crate::plan::diff::Leaf;
use crate::plan::{Action, Change};

/// The scopes that look as if they were made, and become ours: whoever holds
/// them keeps them.
pub(super) fn note_taken_scopes(
    context: &Context<'_>,
    changes: &[Change],
) -> Option<Note> {
    let mut added = changes
        .iter()
        .flat_map(list_added)
        .peekable();
    added.peek()?;

    let nobodys: BTreeSet<(&Identifier, &str)> = context
        .seen
        .held_scopes
        .values()
        .filter(|holder| match &holder.owner {
            ScopeOwner::Nobody => true,
            ScopeOwner::Stack { tenant, .. } => *tenant != context.seen.tenant,
            ScopeOwner::Unreadable => false,
        })
        .filter_map(|holder| holder.of.as_ref())
        .map(|(api, scope)| (api, ScopeName::as_str(scope)))
        .collect();

    let taken: Vec<TakenScope> = added
        .filter(|added| nobodys.contains(added))
        .map(|(api, scope)| TakenScope {
            audience: api.clone(),
            scope: scope.to_owned(),
        })
        .collect();
    (!taken.is_empty()).then_some(Note::TakenScopes(taken))
}

/// The scopes that an API gains, which is ours already: one that is taken over
/// is said to be.
fn list_added(change: &Change) -> impl Iterator<Item = (&Identifier, &str)> {
    let api = match (&change.address, change.action) {
        (Address::ResourceServer(api), Action::Update) => Some(api),
        _ => None,
    };

    api.into_iter().flat_map(|api| {
        let edits = change.edits.iter();
        edits.filter_map(
            move |edit| match (&edit.leaf, edit.path.as_slice()) {
                (Leaf::Added(_), [field, scope])
                    if field == ResourceServerSpec::SCOPES =>
                {
                    Some((api, scope.as_str()))
                }
                _ => None,
            },
        )
    })
}
