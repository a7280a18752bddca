//! Which access is critical.

use std::collections::BTreeMap;

use super::objects::{bound_id, key_after};
use crate::model::{
    Audience, ClientId, ClientRef, Critical, Desired, Key, Pattern,
};
use crate::plan::{Names, Permission, PermittedAudience, PermittedScope};

/// What was critical before the change, and how that called what it means. A
/// change could give a client or an API another key, and be about something
/// else then; so whatever has either name is meant.
pub(super) struct CriticalBefore<'a> {
    critical: &'a [Critical],
    names: Names,
    /// The keys of clients before the change, by those after it.
    old_keys: BTreeMap<&'a Key, &'a Key>,
    old_ids: BTreeMap<&'a ClientId, &'a Key>,
}

impl<'a> CriticalBefore<'a> {
    pub(super) fn of(before: &'a Desired, after: &'a Desired) -> Self {
        let keys = before.clients.keys();
        let by_key = keys.map(|key| (key_after(before, after, key), key));

        // Whatever key has its id is the same client.
        let ids = before.clients.iter();
        let ids =
            ids.filter_map(|(key, client)| Some((bound_id(client)?, key)));
        let ids: BTreeMap<&ClientId, &Key> = ids.collect();
        let by_id = after
            .clients
            .iter()
            .filter_map(|(key, client)| {
                let old = ids.get(bound_id(client)?)?;
                Some((key, *old))
            });

        // Those by id come last and win: a key may stand for another client by
        // now, an id never does.
        let old_keys = by_key.chain(by_id).collect();

        Self {
            critical: &before.policy.critical,
            names: Names::of_declared(before),
            old_keys,
            old_ids: ids,
        }
    }

    pub(super) fn are_about(
        &self,
        permission: &Permission,
        names: &Names,
    ) -> bool {
        let of_client = self.names_of_client(&permission.client, names);
        let of_server = self.names_of_server(&permission.audience, names);
        let mut critical = self.critical.iter();

        critical.any(|critical| {
            any_matches(&critical.client, &of_client)
                && any_matches(&critical.resource_server, &of_server)
                && is_scope(&critical.scope, &permission.scope)
        })
    }

    fn names_of_client<'n>(
        &'n self,
        client: &'n ClientRef,
        names: &'n Names,
    ) -> Vec<&'n str> {
        let old_key = match client {
            ClientRef::Key(key) => self
                .old_keys
                .get(key)
                .map(|key| key.as_str()),
            ClientRef::Id(id) => self
                .old_ids
                .get(id)
                .map(|key| key.as_str()),
        };

        old_key
            .into_iter()
            .chain([names.name_client(client)])
            .collect()
    }

    fn names_of_server<'n>(
        &'n self,
        audience: &'n PermittedAudience,
        names: &'n Names,
    ) -> Vec<&'n str> {
        match audience {
            PermittedAudience::ManagementApi => vec![Audience::MANAGEMENT_API],
            PermittedAudience::Identifier(identifier) => vec![
                identifier.as_str(),
                self.names.name_server(identifier),
                names.name_server(identifier),
            ],
        }
    }
}

fn any_matches(pattern: &Pattern, names: &[&str]) -> bool {
    names
        .iter()
        .any(|name| pattern.matches(name))
}

/// A token without a scope is what only a pattern of every scope stands for;
/// every scope is also the one that is meant.
fn is_scope(pattern: &Pattern, scope: &PermittedScope) -> bool {
    match scope {
        PermittedScope::None => pattern.matches(""),
        PermittedScope::Named(scope) => pattern.matches(scope.as_str()),
        PermittedScope::Every => true,
    }
}
