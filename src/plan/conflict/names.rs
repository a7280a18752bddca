//! Names that are taken, where a tenant has one for each: ids of clients that
//! the configuration chooses, and identifiers that are such ids too.

use std::fmt;

use super::{Conflict, ConflictSearch};
use crate::model::{
    Address, ClientId, ClientIds, ClientRef, DesiredResourceServer, Identifier,
    Key, StackName,
};
use crate::plan::verdict::{Class, Verdict};

impl ConflictSearch<'_> {
    /// Names that a configuration wants, and somebody else has.
    pub(super) fn find_taken_names(&self) -> Vec<Conflict> {
        let servers = &self.context.desired.resource_servers;
        servers
            .iter()
            .filter_map(|(key, server)| {
                self.refuse_taken_identifier(key, server)
            })
            .collect()
    }

    /// Why a client that is to be created cannot have the
    /// id that is chosen for it.
    pub(super) fn refuse_taken_id(&self, key: &Key) -> Option<Conflict> {
        let address = Address::Client(ClientRef::Key(key.clone()));
        let id = self.context.chosen_id(&address)?;
        let holder = self.holder_of(&id)?;

        Some(Conflict::TakenClientId {
            key: key.clone(),
            id,
            holder,
        })
    }

    /// Why a client that is there cannot have another id than it has.
    pub(super) fn refuse_other_id(
        &self,
        key: &Key,
        id: &ClientId,
        live: &ClientId,
    ) -> Option<Conflict> {
        match self.context.seen.support.client_ids {
            ClientIds::Given => None,
            ClientIds::Chosen => {
                (id != live).then(|| Conflict::FixedClientId {
                    key: key.clone(),
                    id: id.clone(),
                    live: live.clone(),
                })
            }
        }
    }

    /// Who has the id of a client, in words.
    fn holder_of(&self, id: &ClientId) -> Option<Holder> {
        if let Some(verdict) = self.verdict_on(id) {
            return Some(Holder::of(verdict));
        }

        let identifier: Identifier = id.as_str().parse().ok()?;
        let server = Address::ResourceServer(identifier.clone());
        let is_there = self
            .context
            .seen
            .found
            .contains_key(&server);
        is_there.then_some(Holder::Api)
    }

    /// An API whose identifier is the id of a client that is none.
    fn refuse_taken_identifier(
        &self,
        key: &Key,
        server: &DesiredResourceServer,
    ) -> Option<Conflict> {
        server.spec.as_ref()?;

        Some(Conflict::TakenIdentifier {
            key: key.clone(),
            identifier: server.identifier.clone(),
            holder: self.holder_of_identifier(&server.identifier)?,
        })
    }

    /// Who has the identifier of an API as the id of a client.
    pub(super) fn holder_of_identifier(
        &self,
        identifier: &Identifier,
    ) -> Option<Holder> {
        let id = identifier.as_str().parse().ok()?;

        match self.context.seen.support.client_ids {
            ClientIds::Given => None,
            ClientIds::Chosen => self.verdict_on(&id).map(Holder::of),
        }
    }

    /// Declared APIs that another stack owns, or of which that cannot be told.
    pub(super) fn find_servers_of_others(&self) -> Vec<Conflict> {
        let servers = &self.context.desired.resource_servers;
        servers
            .iter()
            .filter_map(|(key, server)| {
                self.refuse_server_of_others(key, server)
            })
            .collect()
    }

    pub(super) fn refuse_server_of_others(
        &self,
        key: &Key,
        server: &DesiredResourceServer,
    ) -> Option<Conflict> {
        let address = Address::ResourceServer(server.identifier.clone());
        match &self
            .context
            .verdicts
            .get(&address)?
            .class
        {
            Class::Foreign(owner) => Some(Conflict::ForeignServer {
                key: key.clone(),
                identifier: server.identifier.clone(),
                owner: owner.clone(),
            }),
            Class::UnreadableMark(reason) => {
                Some(Conflict::UnreadableServerMark {
                    key: key.clone(),
                    identifier: server.identifier.clone(),
                    reason: (**reason).clone(),
                })
            }
            _ => None,
        }
    }
}

/// Who has a name that somebody else wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Holder {
    /// An API.
    Api,
    /// A client that nobody has marked.
    Unmarked,
    /// A client of this stack, under this key.
    Ours(Key),
    /// A client of another stack.
    Stack(StackName),
    /// A client that no configuration changes, or of which
    /// nobody can tell whose it is.
    Untouchable,
}

impl Holder {
    fn of(verdict: &Verdict<'_>) -> Self {
        match &verdict.class {
            Class::Foreign(stack) => Self::Stack(stack.clone()),
            Class::Unmanaged
            | Class::CopiedMark
            | Class::External
            | Class::Adoptable => Self::Unmarked,
            Class::Managed
            | Class::Orphan
            | Class::Protected
            | Class::Removed(_) => verdict
                .address
                .client_key()
                .map_or(Self::Untouchable, |key| Self::Ours(key.clone())),
            Class::UnreadableMark(_)
            | Class::Ambiguous(_)
            | Class::Untouchable(_) => Self::Untouchable,
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api => formatter.write_str("an API"),
            Self::Unmarked => {
                formatter.write_str("a client without a mark that counts here")
            }
            Self::Ours(key) => write!(formatter, "clients.{key} of this stack"),
            Self::Stack(stack) => {
                write!(formatter, "a client of the stack `{stack}`")
            }
            Self::Untouchable => {
                formatter.write_str("a client that no configuration changes")
            }
        }
    }
}
