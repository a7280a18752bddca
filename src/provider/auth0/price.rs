//! How many requests a change takes.

use crate::plan::{Action, Change};

/// How many requests one change takes, if none has to be repeated.
pub(super) fn requests(change: &Change) -> usize {
    match change.action {
        Action::Create | Action::Adopt | Action::Update | Action::Release | Action::Narrow => 1,
        // It is read again just before.
        Action::Delete => 2,
    }
}
