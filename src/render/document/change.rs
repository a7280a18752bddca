//! A change of a plan, leaf by leaf.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::address::AddressView;
use crate::plan::{Action, Change, Edit, Leaf};

/// One change to one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeView {
    /// Which object.
    pub address: AddressView,
    /// The object as the configuration calls it.
    pub name: String,
    /// What happens to it.
    pub action: ActionView,
    /// How we know that it is ours, where it is taken over, let go or deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The difference, leaf by leaf.
    pub edits: Vec<EditView>,
    /// A digest of what this change relies on: the object as it was seen,
    /// without what the plan changes of it. Only in what `--out` keeps, and not
    /// of what is created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precondition: Option<String>,
}

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionView {
    /// It is created.
    Create,
    /// It exists without our mark, and is taken over.
    Adopt,
    /// It is changed in place.
    Update,
    /// It loses our mark, and nothing else.
    Release,
    /// A resource server loses scopes, after the grants
    /// that held them have changed.
    Narrow,
    /// It is deleted.
    Delete,
}

/// One leaf that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EditView {
    /// The names that lead to the leaf; the first is the field. For a member of
    /// a set, the set.
    pub path: Vec<String>,
    /// What happens to it.
    #[serde(flatten)]
    pub leaf: LeafView,
}

/// What happens to a leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum LeafView {
    /// It was not there.
    Added {
        /// What it is to be.
        after: Json,
    },
    /// It is not wanted any more.
    Removed {
        /// What it is.
        before: Json,
    },
    /// It has another value.
    Changed {
        /// What it is.
        before: Json,
        /// What it is to be.
        after: Json,
    },
}

impl ChangeView {
    pub(super) fn of(change: &Change, name: String) -> Self {
        Self {
            address: AddressView::of(&change.address),
            name,
            action: change.action.into(),
            evidence: change
                .evidence
                .as_ref()
                .map(ToString::to_string),
            edits: change
                .edits()
                .iter()
                .map(EditView::of)
                .collect(),
            precondition: None,
        }
    }
}

impl EditView {
    pub(in crate::render) fn of(edit: &Edit) -> Self {
        let leaf = match &edit.leaf {
            Leaf::Added(after) => LeafView::Added {
                after: after.clone().into(),
            },
            Leaf::Removed(before) => LeafView::Removed {
                before: before.clone().into(),
            },
            Leaf::Changed { before, after } => LeafView::Changed {
                before: before.clone().into(),
                after: after.clone().into(),
            },
        };

        Self {
            path: edit
                .path
                .iter()
                .map(ToString::to_string)
                .collect(),
            leaf,
        }
    }
}

impl ActionView {
    /// What its sign alone does not say.
    pub(in crate::render) fn remark(self) -> Option<&'static str> {
        match self {
            Self::Create | Self::Update | Self::Delete => None,
            Self::Adopt => Some("exists, and is taken over"),
            Self::Release => Some("let go, and left as it is"),
            Self::Narrow => Some("last, after every change to grants"),
        }
    }

    /// The action as a verb.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Adopt => "take over",
            Self::Update => "update",
            Self::Release => "let go",
            Self::Narrow => "narrow",
            Self::Delete => "delete",
        }
    }
}

impl From<Action> for ActionView {
    fn from(action: Action) -> Self {
        match action {
            Action::Create => Self::Create,
            Action::Adopt => Self::Adopt,
            Action::Update => Self::Update,
            Action::Release => Self::Release,
            Action::Narrow => Self::Narrow,
            Action::Delete => Self::Delete,
        }
    }
}
