//! Private keys in a document: where there is one, nothing else is said of the
//! file, for any message might show it.

use super::node::{Node, Value};
use super::problem::{Problem, ProblemId};
use super::source::Span;
use crate::model::{PemError, holds_private_key};

/// What to do about a private key.
pub(super) const REPLACE: &str = "\
    take it back and replace it: it is known to everyone who can read this \
    file; the public half is printed by `openssl pkey -in key.pem -pubout`";

/// Every text of a document that holds a private key, and every key of a map
/// that does. Wherever it stands: in a place where no key belongs a message
/// would quote it.
pub(super) fn find_private_keys(document: &Node) -> Vec<Problem> {
    let mut places = Vec::new();
    collect_places(document, document.span, &mut places);

    places
        .into_iter()
        .map(refuse_private_key)
        .collect()
}

/// The problem of a private key in this place.
pub(super) fn refuse_private_key(place: Span) -> Problem {
    Problem::new(
        ProblemId::NotAKey,
        place,
        PemError::Private.to_string(),
    )
    .help(REPLACE)
}

/// The place of a text is the key it stands under, if it stands under one.
fn collect_places(node: &Node, place: Span, places: &mut Vec<Span>) {
    match &node.value {
        Value::Text(text) | Value::Untyped(text) if holds_private_key(text) => {
            places.push(place);
        }
        Value::Sequence(items) => {
            for item in items {
                collect_places(item, item.span, places);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                if holds_private_key(&entry.key) {
                    places.push(entry.key_span);
                }
                collect_places(&entry.value, entry.key_span, places);
            }
        }
        _ => {}
    }
}
