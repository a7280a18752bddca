//! Scopes that are somebody else's, where each is an object of its own, and
//! carries a mark.

use std::collections::BTreeMap;

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

        let servers = self.context.desired.resource_servers.iter();
        servers
            .flat_map(|(key, server)| {
                self.refuse_taken_scopes(&live, key, server)
            })
            .collect()
    }

    /// Declared scopes that are somebody else's, or whose names something else
    /// has.
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
        let scopes = server.spec.as_ref().map(|spec| &spec.scopes);
        let Some(Setting::Value(scopes)) = scopes else {
            return Vec::new();
        };

        let declared = scopes.keys();
        declared
            .filter_map(|scope| {
                self.refuse_taken_scope(live, key, &server.identifier, scope)
            })
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
        match live.of_api(identifier, scope) {
            [] => {
                let holder = live.named(&name)?;
                let is_free = self.is_of(identifier, holder);
                (!is_free).then(|| Conflict::TakenScope {
                    key: key.clone(),
                    scope: scope.clone(),
                    audience: holder.of.as_ref().map(|(api, _)| api.clone()),
                    owner: holder.owner.stack().cloned(),
                })
            }
            [(live_name, only)]
                if self.is_nobodys(only) || self.is_of(identifier, only) =>
            {
                let is_to_be_renamed =
                    !is_well_named(identifier, scope, live_name);
                (is_to_be_renamed && live.named(&name).is_some()).then(|| {
                    Conflict::MisnamedScope {
                        key: key.clone(),
                        scope: scope.clone(),
                        name,
                        live: (*live_name).to_owned(),
                    }
                })
            }
            [(name, only)] => Some(match &only.owner {
                // Ours, and bent from another API of ours.
                ScopeOwner::Stack { stack, api, .. }
                    if is_our_name(self.context.desired, stack)
                        && api != identifier =>
                {
                    Conflict::TakenScope {
                        key: key.clone(),
                        scope: scope.clone(),
                        audience: Some(api.clone()),
                        owner: None,
                    }
                }
                ScopeOwner::Stack { stack, .. } => Conflict::ForeignScope {
                    server: format!("resource_servers.{key}"),
                    scope: scope.clone(),
                    owner: stack.clone(),
                },
                ScopeOwner::Nobody | ScopeOwner::Unreadable => {
                    Conflict::UnreadableScopeMark {
                        server: format!("resource_servers.{key}"),
                        scope: scope.clone(),
                        name: (*name).to_owned(),
                    }
                }
            }),
            several => Some(Conflict::DoubledScope {
                key: key.clone(),
                scope: scope.clone(),
                names: several
                    .iter()
                    .map(|(name, _)| (*name).to_owned())
                    .collect(),
            }),
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
    /// one that was begun and not finished, or one that somebody has
    /// damaged.
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

    /// Whether writing an API also gives those of its scopes its mark that
    /// carry this stack's: it does where they carry the same one, or it is
    /// made anew.
    fn changes_marks_of(
        &self,
        identifier: &Identifier,
        stack: &StackName,
    ) -> bool {
        let address = Address::ResourceServer(identifier.clone());
        let found = self.context.seen.found.get(&address);
        let live = found.and_then(Found::mark).and_then(Result::ok);

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

        self.is_to_be_deleted(api).then_some(conflict)
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

/// Whether a scope has a name that it was made under, in one naming or the
/// other: it keeps that one.
fn is_well_named(api: &Identifier, scope: &ScopeName, live: &str) -> bool {
    [ScopeNaming::Bare, ScopeNaming::Qualified]
        .iter()
        .any(|naming| naming.name(api, scope) == live)
}

/// The scopes of a tenant in which their names are unique, by what they are
/// sought.
struct LiveScopes<'a> {
    by_name: &'a BTreeMap<String, ScopeHolder>,
    by_api: BTreeMap<
        (&'a Identifier, &'a ScopeName),
        Vec<(&'a str, &'a ScopeHolder)>,
    >,
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

        Self {
            by_name,
            by_api,
        }
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
        self.by_api
            .get(&(api, scope))
            .map_or(&[], Vec::as_slice)
    }
}
