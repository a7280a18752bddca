//! An object as it was seen, for its digest.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::leftover;
use crate::model::{
    Address, Attrs, ClientRef, Digest, FieldRules, Found, Snapshot, Value,
};
use crate::plan::Planned;
use crate::render::document::{EditView, LeafView};

/// The names that lead to a leaf.
pub(super) type Path = Vec<String>;

/// The live objects that a plan changes, by address.
pub(super) struct Objects<'a>(BTreeMap<&'a Address, Object<'a>>);

impl<'a> Objects<'a> {
    pub(super) fn of(planned: &'a Planned, seen: &'a Snapshot) -> Self {
        let changes = planned.plan.changes.iter();
        let objects = changes.filter_map(|change| {
            let remote = remote_address(planned, &change.address)?;
            let found = seen.found.get(&remote)?;
            let rules = seen.rules(change.address.kind());
            Some((&change.address, Object { found, rules }))
        });
        Self(objects.collect())
    }

    /// The object at an address; none where it is to be created.
    pub(super) fn get(&self, address: &Address) -> Option<Object<'a>> {
        self.0.get(address).copied()
    }
}

/// The address as the tenant knows it; none of what is not there yet.
fn remote_address(planned: &Planned, address: &Address) -> Option<Address> {
    let id = planned.ids.get(address)?;
    match address {
        Address::Client(ClientRef::Key(_)) => {
            let id = id.as_str().parse().ok()?;
            Some(Address::Client(ClientRef::Id(id)))
        }
        _ => address.named_by_id(&planned.ids).ok(),
    }
}

/// A live object.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    found: &'a Found,
    rules: &'a FieldRules,
}

impl Object<'_> {
    /// What it comes to without the leaves at these paths: the plan says of
    /// those itself what they are.
    pub(super) fn digest(self, except: &BTreeSet<Path>) -> String {
        self.digest_before(except, &[])
    }

    /// The same as it was before these edits, as far as they were made. Several
    /// plans may be approved of one object, and each was made before the others
    /// were applied.
    pub(super) fn digest_before(
        self,
        except: &BTreeSet<Path>,
        edits: &[&EditView],
    ) -> String {
        let mut fields = self.fields();
        for edit in edits {
            undo(&mut fields, edit);
        }
        for path in except {
            remove(&mut fields, path);
        }
        let mut paths = except.iter();
        if paths.any(|path| leftover::is_about_keys(path)) {
            leftover::forget_detached(&mut fields);
        }

        // What is kept beside the object (keys, organizations) is told by edits
        // where the plan is about it.
        let unlisted = &self.rules.unlisted;
        let mut touched = except
            .iter()
            .filter_map(|path| path.first());
        let is_about_unlisted = touched.any(|field| unlisted.contains(field));
        // Where nothing is, it is of the mark, which stands among the fields.
        let is_beside = !unlisted.is_empty() && !is_about_unlisted;
        let revision = self.found.revision.as_ref();
        let revision = revision.filter(|_| is_beside);

        let object = json!({
            "id": self.found.id.as_str(),
            "fields": fields,
            "beside": revision.map(ToString::to_string),
        });
        Digest::of(object).to_string()
    }

    /// Its fields. One that is not set is what that amounts to, so that setting
    /// it back to that changes nothing.
    fn fields(self) -> Map<String, Json> {
        let plain = |attrs: &Attrs| -> Map<String, Json> {
            let set = attrs
                .iter()
                .filter(|(_, value)| **value != Value::Null);
            set.map(|(field, value)| (field.to_string(), value.clone().into()))
                .collect()
        };

        let mut fields = plain(&self.rules.defaults);
        fields.extend(plain(&self.found.attrs));
        fields
    }
}

/// Takes an edit back, if the leaf is as it left it.
fn undo(fields: &mut Map<String, Json>, edit: &EditView) {
    let (before, after) = match &edit.leaf {
        LeafView::Added { after } => (None, Some(after)),
        LeafView::Removed { before } => (Some(before), None),
        LeafView::Changed { before, after } => (Some(before), Some(after)),
    };
    let Some((parent, name)) = parent_of(fields, &edit.path) else {
        return;
    };

    // A member of a set is named by the path of the set.
    if let Some(Json::Array(members)) = parent.get_mut(name)
        && !matches!(edit.leaf, LeafView::Changed { .. })
    {
        members.retain(|member| Some(member) != after);
        let missing = before.filter(|before| !members.contains(before));
        // At the end, wherever it was: to a digest, the order of
        // an array means nothing.
        members.extend(missing.cloned());
        return;
    }

    // Somebody else's value is left alone: the digest is to show it.
    if parent.get(name) == after {
        match before {
            Some(before) => _ = parent.insert(name.clone(), before.clone()),
            None => _ = parent.remove(name),
        }
    }
}

fn remove(fields: &mut Map<String, Json>, path: &[String]) {
    if let Some((parent, name)) = parent_of(fields, path) {
        parent.remove(name);
    }
}

/// The map in which a path ends, and its last name.
fn parent_of<'m, 'p>(
    fields: &'m mut Map<String, Json>,
    path: &'p [String],
) -> Option<(&'m mut Map<String, Json>, &'p String)> {
    let (name, parents) = path.split_last()?;
    let mut map = fields;
    for parent in parents {
        map = map.get_mut(parent)?.as_object_mut()?;
    }
    Some((map, name))
}
