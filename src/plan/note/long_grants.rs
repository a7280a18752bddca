//! Grants of more scopes than one request for a token can name.

use std::collections::BTreeSet;

use super::Note;
use crate::model::{Address, Declared, Identifier, ScopeName};
use crate::plan::context::Context;

/// The declared grants of which no token has all scopes, if there are any.
pub(super) fn note_long_grants(context: &Context<'_>) -> Option<Note> {
    let most = context.seen.support.scope_parameter?;
    let grants: Vec<Address> = context
        .resources
        .iter()
        .filter(
            |(address, declared)| match (address, declared) {
                (Address::Grant { audience, .. }, Declared::Grant(spec)) => {
                    let scopes = spec.scopes.as_ref();
                    scopes.is_some_and(|scopes| {
                        length(context, audience, scopes) > most
                    })
                }
                _ => false,
            },
        )
        .map(|(address, _)| address.clone())
        .collect();

    (!grants.is_empty()).then_some(Note::LongGrants { most, grants })
}

/// How long the names of these scopes are in a request for a token, with a
/// space between any two.
fn length(
    context: &Context<'_>,
    audience: &Identifier,
    scopes: &BTreeSet<ScopeName>,
) -> usize {
    let naming = context.seen.support.scope_naming;

    let lengths = scopes
        .iter()
        .map(|scope| naming.name(audience, scope).len() + 1);
    lengths.sum::<usize>().saturating_sub(1)
}
