//! The heart: what is wanted and what is there become a plan. Pure functions, no effects.
//!
//! Floor 1. `scope` says what is ours, [`diff()`] compares it leaf by leaf, `decide` and `change` make
//! the changes, `order` puts them in order.

use std::collections::BTreeMap;

use crate::model::{
    Address, Attrs, ClientId, ClientRef, Identifier, Key, RemoteId, StackName, SubjectType,
};

mod change;
mod conflict;
mod decide;
mod diff;
mod note;
mod order;
mod scope;

pub use conflict::{Conflict, PlanError};
pub use decide::{Prune, plan};
pub use diff::{Edit, Leaf, diff};
pub use note::Note;
pub use order::{Wave, blockers};

/// What is to be done, in the order in which it is to be done. A plan is data: it holds no ids of
/// the tenant, no secrets and no clock, and equal inputs give equal plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Whose plan it is.
    pub stack: StackName,
    /// The changes, by wave and address.
    pub changes: Vec<Change>,
    /// How many declared objects are already as they should be.
    pub unchanged: usize,
    /// What was seen and is worth saying.
    pub notes: Vec<Note>,
    /// How the configuration calls what it declares.
    pub names: Names,
}

/// A plan, and the ids its changes will need.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The tenant's ids of the objects that the changes touch or refer to.
    pub ids: BTreeMap<Address, RemoteId>,
}

/// One change to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which object.
    pub address: Address,
    /// What happens to it.
    pub action: Action,
    /// The difference, leaf by leaf.
    pub edits: Vec<Edit>,
    /// The fields to write: each changed one with its whole new value, of a map owned key by key
    /// the changed keys only. `Null` clears.
    pub fields: Attrs,
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
    /// A resource server loses scopes, after the grants that held them have changed.
    Narrow,
    /// It is deleted.
    Delete,
}

/// How the configuration calls what it declares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Resource servers, by identifier.
    pub resource_servers: BTreeMap<Identifier, Key>,
    /// External clients, by id; our own are named by key already.
    pub clients: BTreeMap<ClientId, Key>,
}

impl Names {
    /// The name of an object as the configuration writes it.
    #[must_use]
    pub fn of(&self, address: &Address) -> String {
        match address {
            Address::ResourceServer(identifier) => {
                format!("resource_servers.{}", self.resource_server(identifier))
            }
            Address::Client(client) => format!("clients.{}", self.client(client)),
            Address::Grant { client, audience, subject_type } => {
                let (client, audience) = (self.client(client), self.resource_server(audience));
                match subject_type {
                    SubjectType::Client => format!("grants.{client} -> {audience}"),
                    SubjectType::User => {
                        format!("grants.{client} -> {audience} (user)")
                    }
                }
            }
        }
    }

    fn resource_server<'a>(&'a self, identifier: &'a Identifier) -> &'a str {
        self.resource_servers.get(identifier).map_or(identifier.as_str(), Key::as_str)
    }

    fn client<'a>(&'a self, client: &'a ClientRef) -> &'a str {
        match client {
            ClientRef::Key(key) => key.as_str(),
            ClientRef::Id(id) => self.clients.get(id).map_or(id.as_str(), Key::as_str),
        }
    }
}
