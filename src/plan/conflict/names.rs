//! Names that are taken, where a tenant has one for each: ids of clients that the configuration
//! chooses, identifiers that are such ids too, and scopes.

use std::fmt;

use super::{Conflict, ConflictSearch, key_of};
use crate::model::{
    Address, Attrs, ClientId, ClientIds, ClientRef, DesiredResourceServer, Identifier, Key,
    ResourceServerSpec, ScopeHolder, ScopeName, Setting, StackName, Value,
};
use crate::plan::owner::is_our_name;
use crate::plan::verdict::{Class, Verdict};

impl ConflictSearch<'_> {
    /// Names that a configuration wants, and somebody else has.
    pub(super) fn find_taken_names(&self) -> Vec<Conflict> {
        let servers = &self.context.desired.resource_servers;

        let identifiers = servers
            .iter()
            .filter_map(|(key, server)| self.refuse_taken_identifier(key, server));
        let scopes = servers
            .iter()
            .flat_map(|(key, server)| self.refuse_taken_scopes(key, server));
        identifiers.chain(scopes).collect()
    }

    /// Why a client that is to be created cannot have the id that is chosen for it.
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
            ClientIds::Chosen => (id != live).then(|| Conflict::FixedClientId {
                key: key.clone(),
                id: id.clone(),
                live: live.clone(),
            }),
        }
    }

    /// Who has the id of a client, in words.
    fn holder_of(&self, id: &ClientId) -> Option<Holder> {
        if let Some(verdict) = self.verdict_on(id) {
            return Some(Holder::of(verdict));
        }

        let identifier: Identifier = id.as_str().parse().ok()?;
        let server = Address::ResourceServer(identifier.clone());
        let is_there = self.context.seen.found.contains_key(&server);
        is_there.then_some(Holder::Api)
    }

    /// An API whose identifier is the id of a client that is none.
    fn refuse_taken_identifier(
        &self,
        key: &Key,
        server: &DesiredResourceServer,
    ) -> Option<Conflict> {
        server.spec.as_ref()?;
        let id = server.identifier.as_str().parse().ok()?;
        let verdict = match self.context.seen.support.client_ids {
            ClientIds::Given => return None,
            ClientIds::Chosen => self.verdict_on(&id)?,
        };

        Some(Conflict::TakenIdentifier {
            key: key.clone(),
            identifier: server.identifier.clone(),
            holder: Holder::of(verdict),
        })
    }

    /// Declared scopes whose names something else has.
    fn refuse_taken_scopes(&self, key: &Key, server: &DesiredResourceServer) -> Vec<Conflict> {
        let held = &self.context.seen.held_scopes;
        let scopes = server.spec.as_ref().map(|spec| &spec.scopes);
        let Some(Setting::Value(scopes)) = scopes.filter(|_| !held.is_empty()) else {
            return Vec::new();
        };

        let there = self.scopes_of(&server.identifier);
        scopes
            .keys()
            .filter(|scope| there.is_none_or(|there| !there.contains_key(scope.as_str())))
            .filter_map(|scope| self.refuse_taken_scope(key, &server.identifier, scope))
            .collect()
    }

    fn scopes_of(&self, identifier: &Identifier) -> Option<&Attrs> {
        let address = Address::ResourceServer(identifier.clone());
        let found = self.context.seen.found.get(&address)?;
        found
            .attrs
            .get(ResourceServerSpec::SCOPES)
            .and_then(Value::as_map)
    }

    fn refuse_taken_scope(
        &self,
        key: &Key,
        identifier: &Identifier,
        scope: &ScopeName,
    ) -> Option<Conflict> {
        let seen = self.context.seen;
        let name = seen.support.scope_naming.name(identifier, scope);
        let holder = seen.held_scopes.get(&name)?;
        if self.is_left_over(identifier, holder) {
            return None;
        }

        Some(Conflict::TakenScope {
            key: key.clone(),
            scope: scope.clone(),
            audience: holder.audience.clone(),
            owner: holder.owner.as_ref().map(|(stack, ..)| stack.clone()),
        })
    }

    /// Whether it is a scope of this very API that this stack has made: half of one that was begun
    /// and not finished, or that somebody has damaged.
    fn is_left_over(&self, identifier: &Identifier, holder: &ScopeHolder) -> bool {
        let Some((stack, tenant, api)) = &holder.owner else {
            return false;
        };

        is_our_name(self.context.desired, stack)
            && *tenant == self.context.seen.tenant
            && api == identifier
    }

    /// Declared APIs that another stack owns, or of which that cannot be told.
    pub(super) fn find_servers_of_others(&self) -> Vec<Conflict> {
        let servers = &self.context.desired.resource_servers;
        servers
            .iter()
            .filter_map(|(key, server)| self.refuse_server_of_others(key, server))
            .collect()
    }

    fn refuse_server_of_others(
        &self,
        key: &Key,
        server: &DesiredResourceServer,
    ) -> Option<Conflict> {
        let address = Address::ResourceServer(server.identifier.clone());
        match &self.context.verdicts.get(&address)?.class {
            Class::Foreign(owner) => Some(Conflict::ForeignServer {
                key: key.clone(),
                identifier: server.identifier.clone(),
                owner: owner.clone(),
            }),
            Class::UnreadableMark(reason) => Some(Conflict::UnreadableServerMark {
                key: key.clone(),
                identifier: server.identifier.clone(),
                reason: (**reason).clone(),
            }),
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
    /// A client that no configuration changes, or of which nobody can tell whose it is.
    Untouchable,
}

impl Holder {
    fn of(verdict: &Verdict<'_>) -> Self {
        match &verdict.class {
            Class::Foreign(stack) => Self::Stack(stack.clone()),
            Class::Unmanaged | Class::CopiedMark | Class::External | Class::Adoptable => {
                Self::Unmarked
            }
            Class::Managed | Class::Orphan | Class::Protected | Class::Removed(_) => {
                key_of(verdict).map_or(Self::Untouchable, |key| Self::Ours(key.clone()))
            }
            Class::UnreadableMark(_) | Class::Ambiguous(_) | Class::Untouchable(_) => {
                Self::Untouchable
            }
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api => formatter.write_str("an API"),
            Self::Unmarked => formatter.write_str("a client without a mark that counts here"),
            Self::Ours(key) => write!(formatter, "clients.{key} of this stack"),
            Self::Stack(stack) => write!(formatter, "a client of the stack `{stack}`"),
            Self::Untouchable => formatter.write_str("a client that no configuration changes"),
        }
    }
}
