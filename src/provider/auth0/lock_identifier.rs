//! By what the lock of a stack is known.

use crate::model::Identifier;

/// How the identifier of a lock begins; its stack follows, and
/// the tenant that it is for.
pub(super) fn prefix() -> String {
    format!("{}lock:", Identifier::RESERVED)
}

/// Whether an API is the lock of a stack.
pub(super) fn is_lock(identifier: &str) -> bool {
    identifier.starts_with(&prefix())
}
