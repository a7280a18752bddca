//! What a plan says beyond its changes.

use std::collections::BTreeMap;

use crate::model::{Address, ClientId, Key, Kind};

/// Something that was seen in the tenant and is worth saying. It changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Clients that carry this stack's mark, and grants of this stack's clients, that are not
    /// declared.
    Orphans {
        /// The clients, by the key in their mark.
        clients: Vec<Key>,
        /// The grants.
        grants: Vec<Address>,
    },
    /// A client whose mark was written for another tenant: copied, and so no evidence.
    CopiedMark {
        /// The client's name.
        name: String,
        /// The client's id.
        client_id: ClientId,
    },
    /// A client whose mark this version cannot read.
    UnreadableMark {
        /// The client's name.
        name: String,
        /// What is wrong with the mark.
        reason: String,
    },
    /// Objects that are not ours, counted by kind.
    NotOurs(BTreeMap<Kind, usize>),
}
