//! Names that are taken, where a tenant has one for each: ids of clients that the configuration
//! chooses, identifiers that are such ids too, and scopes.

use std::collections::BTreeMap;
use std::fmt;

use super::{Conflict, ConflictSearch, key_of};
use crate::model::{
    Address, ClientId, ClientIds, ClientRef, DesiredResourceServer, Identifier, Key, ScopeHolder,
    ScopeName, ScopeOwner, Setting, StackName,
};
use crate::plan::owner::is_our_name;
use crate::plan::verdict::{Class, Verdict};

impl ConflictSearch<'_> {
    /// Names that a configuration wants, and somebody else has.
    pub(super) fn find_taken_names(&self) -> Vec<Conflict> {
        let servers = &self.context.desired.resource_servers;
        let live = LiveScopes::of(&self.context.seen.held_scopes);

        let identifiers = servers
            .iter()
            .filter_map(|(key, server)| self.refuse_taken_identifier(key, server));
        let scopes = servers
            .iter()
            .flat_map(|(key, server)| self.refuse_taken_scopes(&live, key, server));
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

    /// Declared scopes that are somebody else's, or whose names something else has.
    fn refuse_taken_scopes(
        &self,
        live: &LiveScopes<'_>,
        key: &Key,
        server: &DesiredResourceServer,
    ) -> Vec<Conflict> {
        let scopes = server.spec.as_ref().map(|spec| &spec.scopes);
        let Some(Setting::Value(scopes)) = scopes else {
            return Vec::new();
        };

        let declared = scopes.keys();
        declared
            .filter_map(|scope| self.refuse_taken_scope(live, key, &server.identifier, scope))
            .collect()
    }

    fn refuse_taken_scope(
        &self,
        live: &LiveScopes<'_>,
        key: &Key,
        identifier: &Identifier,
        scope: &ScopeName,
    ) -> Option<Conflict> {
        let name = self
            .context
            .seen
            .support
            .scope_naming
            .name(identifier, scope);
        let holder = match live.of_api(identifier, scope) {
            [] => live
                .named(&name)
                .filter(|holder| !self.is_of(identifier, holder))?,
            [(_, only)] => {
                let is_free = self.is_nobodys(only) || self.is_of(identifier, only);
                (!is_free).then_some(only)?
            }
            several => {
                return Some(Conflict::DoubledScope {
                    key: key.clone(),
                    scope: scope.clone(),
                    names: several.iter().map(|(name, _)| (*name).to_owned()).collect(),
                });
            }
        };

        Some(Conflict::TakenScope {
            key: key.clone(),
            scope: scope.clone(),
            audience: holder.of.as_ref().map(|(api, _)| api.clone()),
            owner: match &holder.owner {
                ScopeOwner::Stack { stack, .. } => Some(stack.clone()),
                ScopeOwner::Nobody | ScopeOwner::Unreadable => None,
            },
        })
    }

    /// Whether nothing says whose a scope is: what is for an API becomes its owner's when it is declared.
    fn is_nobodys(&self, holder: &ScopeHolder) -> bool {
        match &holder.owner {
            ScopeOwner::Nobody => true,
            ScopeOwner::Stack { tenant, .. } => *tenant != self.context.seen.tenant,
            ScopeOwner::Unreadable => false,
        }
    }

    /// Whether this stack has made a scope for this very API. It may be half of one that was begun and
    /// not finished, or one that somebody has damaged.
    fn is_of(&self, identifier: &Identifier, holder: &ScopeHolder) -> bool {
        let ScopeOwner::Stack { stack, tenant, api } = &holder.owner else {
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

/// The scopes of a tenant in which their names are unique, by what they are sought.
struct LiveScopes<'a> {
    by_name: &'a BTreeMap<String, ScopeHolder>,
    by_api: BTreeMap<(&'a Identifier, &'a ScopeName), Vec<(&'a str, &'a ScopeHolder)>>,
}

impl<'a> LiveScopes<'a> {
    fn of(by_name: &'a BTreeMap<String, ScopeHolder>) -> Self {
        let mut by_api: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (name, holder) in by_name {
            if let Some((api, scope)) = &holder.of {
                let same = by_api.entry((api, scope)).or_default();
                same.push((name.as_str(), holder));
            }
        }

        Self { by_name, by_api }
    }

    fn named(&self, name: &str) -> Option<&'a ScopeHolder> {
        self.by_name.get(name)
    }

    /// Those that are one scope of an API, each with its name in the tenant.
    fn of_api<'s>(
        &'s self,
        api: &'s Identifier,
        scope: &'s ScopeName,
    ) -> &'s [(&'a str, &'a ScopeHolder)] {
        self.by_api.get(&(api, scope)).map_or(&[], Vec::as_slice)
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
