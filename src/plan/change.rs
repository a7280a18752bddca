//! What a plan does to one object.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::diff::{Edit, Leaf, diff};
use super::verdict::Evidence;
use crate::model::{Address, Attrs, ClientSpec, Digest, Kind, Mark, Written};

/// One change to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which object.
    pub address: Address,
    /// What happens to it.
    pub action: Action,
    /// The difference, leaf by leaf; none for a creation, where it is what
    /// [`fields`](Self::fields) say.
    pub(crate) edits: Vec<Edit>,
    /// How we know that the object is ours, where it is taken
    /// over, let go or deleted.
    pub evidence: Option<Evidence>,
    /// The fields to write: each changed one with its whole new value, of a map
    /// owned key by key the changed keys only. `Null` clears.
    pub fields: Attrs,
    /// What the change relies on that is kept beside the object: it must still
    /// be so when it is made.
    pub precondition: Option<Box<Digest>>,
}

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It is created.
    Create,
    /// It exists without our mark, and is taken over as the configuration asks.
    Adopt,
    /// It is changed in place.
    Update,
    /// It is let go: it loses our mark, and nothing else.
    Release,
    /// A resource server loses scopes, after the grants
    /// that held them have changed.
    Narrow,
    /// It is deleted.
    Delete,
}

impl Change {
    /// The difference, leaf by leaf.
    ///
    /// Of what is created it is made when asked for: a hundred thousand new
    /// clients would keep 100 MB of it beside the same values in their fields.
    #[must_use]
    pub fn edits(&self) -> Cow<'_, [Edit]> {
        match self.action {
            Action::Create => {
                let nothing = Attrs::new();
                diff(&self.fields, &nothing, &nothing).into()
            }
            Action::Adopt
            | Action::Update
            | Action::Release
            | Action::Narrow
            | Action::Delete => self.edits.as_slice().into(),
        }
    }

    /// Whether nothing but our mark is to be written.
    #[must_use]
    pub fn is_about_mark_only(&self) -> bool {
        let marks = Mark::METADATA_KEYS;
        let edits = self.edits();
        let is_of_mark = |path: &[SmolStr]| match path {
            [field, entry] => {
                field == ClientSpec::METADATA && marks.contains(&entry.as_str())
            }
            _ => false,
        };

        self.address.kind() != Kind::Grant
            && edits
                .iter()
                .all(|edit| is_of_mark(&edit.path))
    }

    /// Whether it creates a client.
    #[must_use]
    pub fn creates_client(&self) -> bool {
        self.action == Action::Create && self.address.kind() == Kind::Client
    }

    /// Whether the clients have to be listed once more just before it: another
    /// run may have created the same one, or taken it over.
    #[must_use]
    pub fn lists_clients(&self) -> bool {
        self.creates_client() || self.action == Action::Adopt
    }

    /// Whether it writes over this mark, if any: the one that was
    /// there when it was planned.
    #[must_use]
    pub fn writes_over(&self, mark: Option<&Written>) -> bool {
        let edits = self.edits();
        let stack = mark.and_then(Written::stack);
        let key = mark.and_then(Written::key);

        // A mark is the only evidence of whose a client is: to write over one
        // that came since the plan would take the client from another stack
        // without a word.
        is_as_planned(&edits, Mark::STACK, stack)
            && is_as_planned(&edits, Mark::KEY, key)
    }
}

/// Whether an entry of the metadata is now what these edits took it for.
fn is_as_planned(edits: &[Edit], entry: &str, now: Option<&str>) -> bool {
    let path = [ClientSpec::METADATA, entry];
    let edit = edits
        .iter()
        .find(|edit| edit.path == path);

    match edit.map(|edit| &edit.leaf) {
        Some(Leaf::Added(_)) => now.is_none(),
        Some(Leaf::Changed { before, .. } | Leaf::Removed(before)) => {
            before.as_text() == now
        }
        // It stays as it is.
        None => now.is_some(),
    }
}
