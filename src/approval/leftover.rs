//! The keys that a run has left behind which ended half way.
//!
//! A new key counts only once its client names it, and one that is given up
//! goes only when its client names it no more. In between it is detached. What
//! a plan says of it then is in other words what was approved: to use the key
//! that was to be added, or to delete the one that was to go.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::model::{ClientAuthenticationMethods, ClientSpec};
use crate::render::document::{EditView, LeafView};

const METHODS: &str = ClientSpec::METHODS;
const DETACHED: &str = ClientAuthenticationMethods::DETACHED;

/// A method and the name of a key, with what there is to see of the key.
type Keys<'a> = BTreeMap<(&'a str, &'a str), &'a Json>;

/// Whether all that an edit takes away was approved: key by key, and wherever
/// the key is now.
pub(super) fn takes_only_approved(
    edit: &EditView,
    approved: &[EditView],
    now: &[EditView],
) -> bool {
    let taken = keys_removed([edit]);
    let removed = keys_removed(approved);
    let (added, added_now) = (keys_added(approved), keys_added(now));

    let is_approved = |(place, key): (&(&str, &str), &&Json)| {
        let (method, name) = *place;
        if removed.get(place) == Some(key) {
            return true;
        }
        // A key that counts is taken away in the words of the
        // approved plan, or not at all.
        if method != DETACHED {
            return false;
        }

        // What is there by its name is used, and nothing is deleted.
        let mut of_name = added
            .iter()
            .filter(|((_, added), _)| *added == name)
            .peekable();
        if of_name.peek().is_some() {
            return of_name
                .all(|(place, key)| added_now.get(place) == Some(key));
        }
        removed
            .iter()
            .any(|((_, removed), before)| *removed == name && before == key)
    };
    !taken.is_empty() && taken.iter().all(is_approved)
}

/// Whether a leaf is a key of a client, or all of them.
pub(super) fn is_about_keys(path: &[String]) -> bool {
    path.first()
        .is_some_and(|field| field == METHODS)
}

/// Takes what is detached out of the fields of a client, and methods without a
/// key. Whoever changes its keys says of each that is detached what becomes of
/// it, so nothing else relies on them.
pub(super) fn forget_detached(fields: &mut Map<String, Json>) {
    let Some(Json::Object(methods)) = fields.get_mut(METHODS) else {
        return;
    };

    methods.remove(DETACHED);
    methods.retain(|_, keys| {
        keys.as_object()
            .is_none_or(|keys| !keys.is_empty())
    });
    if methods.is_empty() {
        fields.remove(METHODS);
    }
}

fn keys_removed<'a>(edits: impl IntoIterator<Item = &'a EditView>) -> Keys<'a> {
    let removed = edits
        .into_iter()
        .filter_map(|edit| match &edit.leaf {
            LeafView::Removed { before } => Some((edit, before)),
            LeafView::Added { .. } | LeafView::Changed { .. } => None,
        });

    removed
        .flat_map(|(edit, keys)| keys_of(edit, keys))
        .collect()
}

fn keys_added<'a>(edits: impl IntoIterator<Item = &'a EditView>) -> Keys<'a> {
    let added = edits
        .into_iter()
        .filter_map(|edit| match &edit.leaf {
            LeafView::Added { after } => Some((edit, after)),
            LeafView::Removed { .. } | LeafView::Changed { .. } => None,
        });

    added
        .flat_map(|(edit, keys)| keys_of(edit, keys))
        .collect()
}

/// The keys that an edit is about: one, all of a method, or all of the client.
fn keys_of<'a>(edit: &'a EditView, value: &'a Json) -> Keys<'a> {
    let names: Vec<&str> = edit
        .path
        .iter()
        .map(String::as_str)
        .collect();
    match names.as_slice() {
        [METHODS, method, name] => [((*method, *name), value)].into(),
        [METHODS, method] => members(value)
            .map(|(name, key)| ((*method, name), key))
            .collect(),
        [METHODS] => members(value)
            .flat_map(|(method, keys)| {
                members(keys).map(move |(name, key)| ((method, name), key))
            })
            .collect(),
        _ => Keys::new(),
    }
}

fn members(value: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let members = value.as_object().into_iter().flatten();

    members.map(|(name, value)| (name.as_str(), value))
}

#[cfg(test)]
mod tests;
