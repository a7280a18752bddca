//! What clients can get tokens for that they could not get before.

use std::collections::{BTreeMap, BTreeSet};

use super::critical::CriticalBefore;
use super::objects::{is_rebound, key_after};
use super::{Change, Finding, Level};
use crate::config::Written;
use crate::model::{
    Audience, ClientRef, Desired, DesiredGrant, FindingId, SubjectType,
};
use crate::plan::{
    Access, Names, Permission, PermittedAudience, PermittedOrganization,
    PermittedScope, parties_of,
};

pub(super) fn find(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let known = access_before(&before.loaded.desired, &after.loaded.desired);
    let gained = known.change_to(&declared(after)).gained;
    let grants = Grants::of(after);

    let rules =
        CriticalBefore::of(&before.loaded.desired, &after.loaded.desired);

    let mut findings = grants.find(&gained, &rules);
    findings.extend(grants.find_all_scopes(before));
    findings
}

fn declared(written: &Written) -> Access {
    Access::declared(&written.loaded.desired)
}

/// What could be had before, with clients called as they are after the change.
fn access_before(before: &Desired, after: &Desired) -> Access {
    let access = Access::declared(before);
    let permissions = access.iter().filter_map(|permission| {
        Some(Permission {
            client: client_after(&permission.client, before, after)?,
            ..permission.clone()
        })
    });

    permissions.collect()
}

/// What a client is called after the change. One that is bound to another id is
/// another client: what the one had, the other gains.
fn client_after(
    client: &ClientRef,
    before: &Desired,
    after: &Desired,
) -> Option<ClientRef> {
    let ClientRef::Key(key) = client else {
        return Some(client.clone());
    };

    let new = key_after(before, after, key);
    let clients = before
        .clients
        .get(key)
        .zip(after.clients.get(new));
    let is_same = clients.is_none_or(|(old, new)| !is_rebound(old, new));
    is_same.then(|| ClientRef::Key(new.clone()))
}

/// The API of a grant, whatever the tenant calls it.
type Api = PermittedAudience;

/// The grants of a configuration, by what their tokens say.
struct Grants<'a> {
    written: &'a Written,
    names: Names,
    by_token: BTreeMap<(ClientRef, Api, SubjectType), usize>,
}

impl<'a> Grants<'a> {
    fn of(written: &'a Written) -> Self {
        let desired = &written.loaded.desired;
        let grants = desired.grants.iter().enumerate();

        Self {
            written,
            names: Names::of_declared(desired),
            by_token: grants
                .filter_map(|(index, grant)| {
                    Some((token_of(desired, grant)?, index))
                })
                .collect(),
        }
    }

    /// What is found of permissions that are gained, a grant each.
    fn find(
        &self,
        gained: &BTreeSet<Permission>,
        rules: &CriticalBefore<'_>,
    ) -> Vec<Finding> {
        let mut by_grant: BTreeMap<usize, Vec<&Permission>> = BTreeMap::new();
        for permission in gained {
            let token = (
                permission.client.clone(),
                permission.audience.clone(),
                permission.subject_type,
            );
            if let Some(grant) = self.by_token.get(&token) {
                by_grant
                    .entry(*grant)
                    .or_default()
                    .push(permission);
            }
        }

        let grants = by_grant.into_iter();
        let findings = grants
            .flat_map(|(grant, gained)| self.find_of(grant, gained, rules));
        findings.collect()
    }

    fn find_of(
        &self,
        index: usize,
        gained: Vec<&Permission>,
        rules: &CriticalBefore<'_>,
    ) -> Vec<Finding> {
        let is_critical =
            |permission: &&Permission| rules.are_about(permission, &self.names);
        let (critical, others): (Vec<_>, Vec<_>) = gained
            .into_iter()
            .partition(is_critical);

        let for_management = |permission: &&Permission| {
            permission.audience == PermittedAudience::ManagementApi
        };
        let (management, plain): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(for_management);

        let groups = [
            // A permission is told of once, as the worst that it is. Ordinary
            // access is what most changes are for: as an error, each would need
            // a waiver in a change before it.
            (
                FindingId::CriticalAccessGained,
                Level::Error,
                critical,
            ),
            (
                FindingId::ManagementApiGranted,
                Level::Error,
                management,
            ),
            (FindingId::AccessGained, Level::Warning, plain),
        ];
        let groups = groups
            .into_iter()
            .filter(|(.., gained)| !gained.is_empty());
        let findings = groups.map(|(id, level, gained)| {
            let span = self.written.item("grants", index, None);
            Finding::new(id, level, self.name_of(index), span)
                .message(self.say(index, &gained))
        });
        findings.collect()
    }

    /// New grants of every scope. What those are may be the same as before;
    /// what they will be is not.
    fn find_all_scopes(&self, before: &Written) -> Vec<Finding> {
        let desired = &self.written.loaded.desired;
        let old = &before.loaded.desired;
        // Not by permissions: where every scope was listed before, none is
        // gained today.
        let had_all: BTreeSet<_> = old
            .grants
            .iter()
            .filter(|grant| is_for_all_scopes(grant))
            .filter_map(|grant| token_of(old, grant))
            // By the key that it has now, or a client that only moves would
            // seem to gain all.
            .filter_map(|(client, api, subject)| {
                Some((
                    client_after(&client, old, desired)?,
                    api,
                    subject,
                ))
            })
            .collect();

        let new = self
            .by_token
            .iter()
            .filter(|(token, index)| {
                let grant = desired.grants.get(**index);
                grant.is_some_and(is_for_all_scopes) && !had_all.contains(token)
            });
        let findings = new.map(|(_, index)| {
            let span = self
                .written
                .item("grants", *index, Some("all_scopes"));
            let object = self.name_of(*index);
            let message = format!(
                "`{object}` is for every scope, also for those to come"
            );
            Finding::new(
                FindingId::AllScopesGranted,
                Level::Warning,
                object,
                span,
            )
            .message(message)
        });
        findings.collect()
    }

    fn name_of(&self, index: usize) -> String {
        let Some(grant) = self
            .written
            .loaded
            .desired
            .grants
            .get(index)
        else {
            return String::new();
        };

        Names::of_grant(
            grant.client.as_str(),
            server_of(grant),
            grant.subject_type,
        )
    }

    /// Who can call what from now on, and for which organizations.
    fn say(&self, index: usize, gained: &[&Permission]) -> String {
        let Some(grant) = self
            .written
            .loaded
            .desired
            .grants
            .get(index)
        else {
            return String::new();
        };

        let mut scopes: BTreeMap<&PermittedOrganization, Vec<&str>> =
            BTreeMap::new();
        for permission in gained {
            let of_organization = scopes
                .entry(&permission.organization)
                .or_default();
            of_organization.push(name_scope(&permission.scope));
        }
        let scopes = scopes
            .into_iter()
            .map(|(organization, scopes)| {
                let scopes = scopes.join(", ");
                match organization {
                    PermittedOrganization::None => scopes,
                    PermittedOrganization::Id(id) => {
                        format!("{scopes} for the organization {id}")
                    }
                    PermittedOrganization::Any => {
                        format!("{scopes} for any organization")
                    }
                    PermittedOrganization::Unseen => {
                        format!("{scopes} for some organizations")
                    }
                }
            });

        let scopes: Vec<String> = scopes.collect();
        let (client, server, scopes) = (
            &grant.client,
            server_of(grant),
            scopes.join("; "),
        );
        let user = match grant.subject_type {
            SubjectType::Client => "",
            SubjectType::User => " (user)",
        };
        format!("`{client}` gains {scopes} on `{server}`{user}")
    }
}

fn name_scope(scope: &PermittedScope) -> &str {
    match scope {
        PermittedScope::None => "a token without a scope",
        PermittedScope::Named(scope) => scope.as_str(),
        PermittedScope::Every => "every scope",
    }
}

/// The API of a grant as the configuration calls it.
fn server_of(grant: &DesiredGrant) -> &str {
    match &grant.audience {
        Audience::Key(key) => key.as_str(),
        Audience::ManagementApi => Audience::MANAGEMENT_API,
    }
}

fn is_for_all_scopes(grant: &DesiredGrant) -> bool {
    grant.spec.scopes.is_none()
}

/// What the tokens of a grant say of it.
fn token_of(
    desired: &Desired,
    grant: &DesiredGrant,
) -> Option<(ClientRef, Api, SubjectType)> {
    let (client, api) = parties_of(desired, grant)?;

    Some((client, api, grant.subject_type))
}
