//! Scopes that are somebody else's, where each is an object of its own, and
//! carries a mark.

use super::live_scopes::LiveScopes;
use super::{Conflict, ConflictSearch};
use crate::model::{
    Address, DesiredResourceServer, Found, Identifier, Key, Prune, Removal,
    ScopeHolder, ScopeName, ScopeNaming, ScopeOwner, Setting, StackName,
};
use crate::plan::owner::is_our_name;
use crate::plan::verdict::Class;

impl ConflictSearch<'_> {
    /// Scopes that a configuration wants, and somebody else has.
    pub(super) fn find_scopes_of_others(&self) -> Vec<Conflict> {
        let live = LiveScopes::of(&self.context.seen.held_scopes);

        let servers = self
            .context
            .desired
            .resource_servers
            .iter();
        servers
            .flat_map(|(key, server)| {
                self.refuse_taken_scopes(&live, key, server)
            })
            .collect()
    }

    /// Declared scopes that are somebody else's, or whose
    /// names something else has.
    fn refuse_taken_scopes(
        &self,
        live: &LiveScopes<'_>,
        key: &Key,
        server: &DesiredResourceServer,
    ) -> Vec<Conflict> {
        // What another stack has is said once, of the API.
        if self
            .refuse_server_of_others(key, server)
            .is_some()
        {
            return Vec::new();
        }
        let scopes = server
            .spec
            .as_ref()
            .map(|spec| &spec.scopes);
        let Some(Setting::Value(scopes)) = scopes else {
            return Vec::new();
        };

        let declared = scopes.keys();
        declared
            .filter_map(|scope| {
                let declared = self.declared_scope(key, server, scope);
                self.refuse_taken_scope(live, &declared)
            })
            .collect()
    }

    fn declared_scope<'d>(
        &self,
        key: &'d Key,
        server: &'d DesiredResourceServer,
        scope: &'d ScopeName,
    ) -> DeclaredScope<'d> {
        let api = &server.identifier;
        let naming = self.context.seen.support.scope_naming;

        DeclaredScope {
            key,
            api,
            scope,
            name: naming.name(api, scope),
        }
    }

    fn refuse_taken_scope(
        &self,
        live: &LiveScopes<'_>,
        declared: &DeclaredScope<'_>,
    ) -> Option<Conflict> {
        let has_its_name = live.named(&declared.name);

        match live.of_api(declared.api, declared.scope) {
            [] => self.refuse_taken_name(declared, has_its_name?),
            [(live, only)]
                if self.is_nobodys(only) || self.is_of(declared.api, only) =>
            {
                let is_to_be_renamed =
                    !is_well_named(declared.api, declared.scope, live);
                (is_to_be_renamed && has_its_name.is_some()).then(|| {
                    Conflict::MisnamedScope {
                        key: declared.key.clone(),
                        scope: declared.scope.clone(),
                        name: declared.name.clone(),
                        live: (*live).to_owned(),
                    }
                })
            }
            [(live, only)] => {
                Some(self.refuse_scope_owner(declared, live, only))
            }
            several => {
                let names = several.iter().map(|(name, _)| *name);
                Some(Conflict::DoubledScope {
                    key: declared.key.clone(),
                    scope: declared.scope.clone(),
                    names: names.map(str::to_owned).collect(),
                })
            }
        }
    }

    /// A scope that is not there, and whose name something else has.
    fn refuse_taken_name(
        &self,
        declared: &DeclaredScope<'_>,
        holder: &ScopeHolder,
    ) -> Option<Conflict> {
        let is_free = self.is_of(declared.api, holder);

        (!is_free).then(|| Conflict::TakenScope {
            key: declared.key.clone(),
            scope: declared.scope.clone(),
            audience: holder
                .of
                .as_ref()
                .map(|(api, _)| api.clone()),
            owner: holder.owner.stack().cloned(),
        })
    }

    /// A scope that is there, called this, and somebody else's.
    fn refuse_scope_owner(
        &self,
        declared: &DeclaredScope<'_>,
        live: &str,
        holder: &ScopeHolder,
    ) -> Conflict {
        let scope = declared.scope.clone();
        let server = format!("resource_servers.{}", declared.key);

        match &holder.owner {
            // Ours, and bent from another API of ours.
            ScopeOwner::Stack { stack, api, .. }
                if is_our_name(self.context.desired, stack)
                    && api != declared.api =>
            {
                Conflict::TakenScope {
                    key: declared.key.clone(),
                    scope,
                    audience: Some(api.clone()),
                    owner: None,
                }
            }
            ScopeOwner::Stack { stack, .. } => Conflict::ForeignScope {
                server,
                scope,
                owner: stack.clone(),
            },
            ScopeOwner::Nobody | ScopeOwner::Unreadable => {
                Conflict::UnreadableScopeMark {
                    server,
                    scope,
                    name: live.to_owned(),
                }
            }
        }
    }

    /// Whether nothing says whose a scope is: what is for an API becomes its
    /// owner's when it is declared.
    fn is_nobodys(&self, holder: &ScopeHolder) -> bool {
        match &holder.owner {
            ScopeOwner::Nobody => true,
            ScopeOwner::Stack { tenant, .. } => {
                *tenant != self.context.seen.tenant
            }
            ScopeOwner::Unreadable => false,
        }
    }

    /// Whether this stack has made a scope for this very API. It may be half of
    /// one that was begun and not finished, or one that somebody has damaged.
    fn is_of(&self, identifier: &Identifier, holder: &ScopeHolder) -> bool {
        let ScopeOwner::Stack {
            stack,
            tenant,
            api,
        } = &holder.owner
        else {
            return false;
        };

        is_our_name(self.context.desired, stack)
            && *tenant == self.context.seen.tenant
            && api == identifier
            && self.changes_marks_of(identifier, stack)
    }

    /// Whether writing an API also gives those of its scopes its mark
    /// that carry this stack's: it does where they carry the same
    /// one, or it is made anew.
    fn changes_marks_of(
        &self,
        identifier: &Identifier,
        stack: &StackName,
    ) -> bool {
        let address = Address::ResourceServer(identifier.clone());
        let found = self.context.seen.found.get(&address);
        let live = found
            .and_then(Found::mark)
            .and_then(Result::ok);

        *stack == self.context.desired.stack
            || live.is_none_or(|mark| mark.stack == *stack)
    }

    /// APIs that are to be deleted, and have scopes of another stack.
    pub(super) fn find_removed_with_foreign_scopes(&self) -> Vec<Conflict> {
        let scopes = self.context.seen.held_scopes.iter();

        let refused = scopes
            .filter_map(|(name, holder)| self.refuse_to_delete(name, holder));
        refused.collect()
    }

    /// Why a scope cannot go along with its API, if that goes.
    fn refuse_to_delete(
        &self,
        name: &str,
        holder: &ScopeHolder,
    ) -> Option<Conflict> {
        let (api, scope) = holder.of.as_ref()?;
        let server = format!("resource_servers.{api}");
        let conflict = match &holder.owner {
            // What was made for another API stays.
            ScopeOwner::Stack {
                stack,
                tenant,
                api: made_for,
            } if *tenant == self.context.seen.tenant
                && !is_our_name(self.context.desired, stack)
                && made_for == api =>
            {
                Conflict::ForeignScope {
                    server,
                    scope: scope.clone(),
                    owner: stack.clone(),
                }
            }
            ScopeOwner::Unreadable => Conflict::UnreadableScopeMark {
                server,
                scope: scope.clone(),
                name: name.to_owned(),
            },
            ScopeOwner::Stack { .. } | ScopeOwner::Nobody => return None,
        };

        self.is_to_be_deleted(api)
            .then_some(conflict)
    }

    /// Whether an API that nobody has marked goes: one of ours goes without
    /// what others have made beside it.
    fn is_to_be_deleted(&self, api: &Identifier) -> bool {
        let address = Address::ResourceServer(api.clone());
        let Some(verdict) = self.context.verdicts.get(&address) else {
            return false;
        };

        let is_going = match verdict.class {
            Class::Removed(removal) => removal == Removal::Destroy,
            Class::Orphan => self.context.desired.policy.prune == Prune::On,
            _ => false,
        };
        is_going && verdict.found.mark().is_none()
    }
}

/// A scope that a configuration wants.
struct DeclaredScope<'a> {
    /// The key of its API.
    key: &'a Key,
    api: &'a Identifier,
    scope: &'a ScopeName,
    /// What it is to be called in the tenant.
    name: String,
}

/// Whether a scope has a name that it was made under, in one naming or the
/// other: it keeps that one.
fn is_well_named(api: &Identifier, scope: &ScopeName, live: &str) -> bool {
    [ScopeNaming::Bare, ScopeNaming::Qualified]
        .iter()
        .any(|naming| naming.name(api, scope) == live)
}
