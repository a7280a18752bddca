//! The heart: what is wanted and what is there become a plan. Pure functions, no effects.
//!
//! Floor 1. `class` says whose each object is, `closer` what of it has to be looked at again, `scope`
//! what of it is ours, [`diff()`] compares it leaf by leaf, `check` and `keys` say what contradicts it,
//! `decide` and `change` make the changes, `order` puts them in order.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Address, Attrs, ClientId, ClientRef, ClientSpec, Digest, Found, Identifier, Inspection, Key,
    Kind, Mark, RemoteId, StackName, SubjectType, Written,
};

mod change;
mod check;
mod class;
mod closer;
mod conflict;
mod context;
mod decide;
mod diff;
mod former;
mod guard;
mod keys;
mod note;
mod order;
mod owner;
mod scope;
mod twins;
mod verdict;

pub use class::classify;
pub(crate) use closer::closer;
pub use conflict::{Conflict, PlanError};
pub use decide::plan;
pub use diff::{Edit, Leaf, diff};
pub use guard::Refusal;
pub use note::{Caller, DoneEntry, FormerServer, Note, OrphanGrant, Staying};
pub use order::{Wave, blockers};
pub(crate) use owner::{Owner, owner_of};
pub use twins::Twins;
pub use verdict::{Class, Evidence, Verdict, Verdicts};

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
    /// What is to be deleted, as it was when that was decided.
    pub doomed: BTreeMap<Address, Doomed>,
    /// Why the plan must not be applied as it is; nothing, if it may.
    pub refusals: Vec<Refusal>,
}

/// An object that is to be deleted, as it was when that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doomed {
    /// As the listing showed it.
    Listed {
        /// The object.
        found: Found,
        /// The grants that would end with it, by the tenant's ids. The guards have seen these, and no
        /// others.
        grants: BTreeSet<RemoteId>,
    },
    /// As a close look showed it.
    Inspected(Inspection),
}

impl Doomed {
    /// Whether what is there now may be deleted: it is the same, and nobody has got a grant on it since.
    #[must_use]
    pub fn still_holds(&self, now: &Inspection) -> bool {
        match self {
            Self::Listed { found, grants } => now.found == *found && now.grants.is_subset(grants),
            Self::Inspected(before) => before.still_holds(now),
        }
    }
}

/// A plan that no guard speaks against: the only kind that can be applied.
#[derive(Debug, Clone)]
pub struct Cleared(Planned);

/// Everything that speaks against applying a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("refused by {}", count(refusals.len()))]
pub struct Refused {
    /// The reasons, sorted.
    pub refusals: Vec<Refusal>,
}

fn count(refusals: usize) -> String {
    match refusals {
        1 => "a guard against deletion".to_owned(),
        more => format!("{more} guards against deletion"),
    }
}

impl Planned {
    /// Lets the plan pass if no guard speaks against it.
    pub fn clear(self) -> Result<Cleared, Refused> {
        if self.refusals.is_empty() {
            Ok(Cleared(self))
        } else {
            Err(Refused {
                refusals: self.refusals,
            })
        }
    }
}

impl Cleared {
    /// The plan itself.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// The plan and what it needs.
    #[must_use]
    pub fn into_planned(self) -> Planned {
        self.0
    }
}

/// One change to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which object.
    pub address: Address,
    /// What happens to it.
    pub action: Action,
    /// The difference, leaf by leaf; none for a creation, where it is what [`fields`](Self::fields) say.
    pub(crate) edits: Vec<Edit>,
    /// How we know that the object is ours, where it is taken over, let go or deleted.
    pub evidence: Option<Evidence>,
    /// The fields to write: each changed one with its whole new value, of a map owned key by key
    /// the changed keys only. `Null` clears.
    pub fields: Attrs,
    /// What the change relies on that is kept beside the object: it must still be so when it is made.
    pub precondition: Option<Box<Digest>>,
}

impl Plan {
    /// Whether it creates a client.
    #[must_use]
    pub fn creates_clients(&self) -> bool {
        self.changes.iter().any(Change::creates_client)
    }
}

impl Change {
    /// The difference, leaf by leaf.
    ///
    /// Of what is created it is made when asked for: a hundred thousand new clients would keep 100 MB of
    /// it beside the same values in their fields.
    #[must_use]
    pub fn edits(&self) -> Cow<'_, [Edit]> {
        match self.action {
            Action::Create => diff(&self.fields, &Attrs::new(), &Attrs::new()).into(),
            Action::Adopt | Action::Update | Action::Release | Action::Narrow | Action::Delete => {
                self.edits.as_slice().into()
            }
        }
    }

    /// Whether it creates a client.
    #[must_use]
    pub fn creates_client(&self) -> bool {
        self.action == Action::Create && self.address.kind() == Kind::Client
    }

    /// Whether the clients have to be listed once more just before it: another run may have created
    /// the same one, or taken it over.
    #[must_use]
    pub fn lists_clients(&self) -> bool {
        self.creates_client() || self.action == Action::Adopt
    }

    /// Whether it writes over this mark, if any: the one that was there when it was planned.
    #[must_use]
    pub fn writes_over(&self, mark: Option<&Written>) -> bool {
        let edits = self.edits();
        let is_as_planned = |entry: &str, now: Option<&str>| {
            let of_entry = [ClientSpec::METADATA, entry];
            let edit = edits.iter().find(|edit| edit.path == of_entry);
            match edit.map(|edit| &edit.leaf) {
                Some(Leaf::Added(_)) => now.is_none(),
                Some(Leaf::Changed { before, .. } | Leaf::Removed(before)) => {
                    before.as_text() == now
                }
                // It stays as it is.
                None => now.is_some(),
            }
        };

        is_as_planned(Mark::STACK, mark.and_then(Written::stack))
            && is_as_planned(Mark::KEY, mark.and_then(Written::key))
    }
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
            Address::Grant {
                client,
                audience,
                subject_type,
            } => {
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
        self.resource_servers
            .get(identifier)
            .map_or(identifier.as_str(), Key::as_str)
    }

    fn client<'a>(&'a self, client: &'a ClientRef) -> &'a str {
        match client {
            ClientRef::Key(key) => key.as_str(),
            ClientRef::Id(id) => self.clients.get(id).map_or(id.as_str(), Key::as_str),
        }
    }
}
