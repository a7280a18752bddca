//! What a plan gives and takes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::live::{LiveGrant, LiveServer, end, named};
use super::rules::{End, Joined};
use super::{Access, AccessChange, Permission};
use crate::model::{Address, Attrs, GrantSpec, Kind, Members, Snapshot, Value};
use crate::plan::context::Context;
use crate::plan::scope::Scope;
use crate::plan::{Action, Change, Verdict};

/// What is gained and lost by these changes. Only the grants are looked at that
/// one of them is about.
pub(in crate::plan) fn change_of_access<'a>(
    context: &'a Context<'a>,
    scope: &Scope<'_>,
    changes: &[Change],
) -> AccessChange {
    // Most plans change nothing, and there may be very
    // many grants to go through.
    if changes.is_empty() {
        return AccessChange::default();
    }

    let seen = context.seen;
    let changes = Changes::by_address(changes);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (remote, verdict) in &context.verdicts {
        let Some(grant) =
            LiveGrant::of(seen, &context.verdicts, remote, verdict)
        else {
            continue;
        };
        if !changes.are_about(grant) {
            continue;
        }

        before.extend(grant.permissions(seen));
        after.extend(permissions_left(seen, &changes, grant));
    }

    let created = changes.created_grants();
    after.extend(
        created.flat_map(|grant| {
            permissions_of_new(context, scope, &changes, grant)
        }),
    );

    let before: Access = before.into_iter().collect();
    before.change_to(&after.into_iter().collect())
}

/// What a grant that is there gives afterwards.
fn permissions_left(
    seen: &Snapshot,
    changes: &Changes<'_>,
    grant: LiveGrant<'_>,
) -> Vec<Permission> {
    // Whichever of them is gone, the grant gives nothing then.
    let Some(own) = changes.leave(grant.own) else {
        return Vec::new();
    };
    let Some(owner) = changes.leave(grant.owner) else {
        return Vec::new();
    };

    let server = match grant.server {
        LiveServer::Unshown => {
            return grant.permissions_with(seen, &own, &owner, End::External);
        }
        LiveServer::Seen(server) => changes.leave(server),
        // It may be there again, and the grant with it.
        LiveServer::Gone(identifier) => changes.leave_at(
            &Address::ResourceServer(identifier.clone()),
            None,
        ),
    };
    let Some(server) = server else {
        return Vec::new();
    };
    let server = end(seen, Kind::ResourceServer, &server);
    grant.permissions_with(seen, &own, &owner, server)
}

/// What a grant gives that is to be created.
fn permissions_of_new(
    context: &Context<'_>,
    scope: &Scope<'_>,
    changes: &Changes<'_>,
    grant: &Change,
) -> Vec<Permission> {
    let Address::Grant {
        client,
        audience,
        subject_type,
    } = &grant.address
    else {
        return Vec::new();
    };

    let seen = context.seen;
    let state_of = |address: Address| {
        let before = live_attrs(seen, scope, &address);
        changes.leave_at(&address, before)
    };
    let Some(owner) = state_of(Address::Client(client.clone())) else {
        return Vec::new();
    };
    let server = state_of(Address::ResourceServer(audience.clone()));
    if server.is_none() && Some(audience) != seen.management_api.as_ref() {
        return Vec::new();
    }

    let attrs = created(grant);
    let joined = Joined {
        client_ref: client.clone(),
        audience: named(seen, audience),
        subject_type: *subject_type,
        grant: end(seen, Kind::Grant, &attrs),
        client: end(seen, Kind::Client, &owner),
        server: match &server {
            Some(server) => end(seen, Kind::ResourceServer, server),
            None => End::External,
        },
    };
    joined.permissions()
}

/// The fields of a live object that is declared, or only referred to.
fn live_attrs<'a>(
    seen: &'a Snapshot,
    scope: &Scope<'a>,
    address: &Address,
) -> Option<&'a Attrs> {
    let declared = scope.live.get(address).copied();
    let found = declared.or_else(|| seen.found.get(address));

    found.map(|found| &found.attrs)
}

/// The changes of a plan, by the object that each is about.
struct Changes<'a>(BTreeMap<&'a Address, Vec<&'a Change>>);

impl<'a> Changes<'a> {
    fn by_address(changes: &'a [Change]) -> Self {
        let mut by_address: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for change in changes {
            by_address
                .entry(&change.address)
                .or_default()
                .push(change);
        }
        Self(by_address)
    }

    /// Whether one of them is about this grant, its client or its API.
    fn are_about(&self, grant: LiveGrant<'_>) -> bool {
        let touch = |object: &Verdict<'_>| self.0.contains_key(&object.address);

        let touch_server = match grant.server {
            LiveServer::Seen(server) => touch(server),
            LiveServer::Unshown => false,
            LiveServer::Gone(identifier) => {
                let address = Address::ResourceServer(identifier.clone());
                self.0.contains_key(&address)
            }
        };
        touch(grant.own) || touch(grant.owner) || touch_server
    }

    /// The fields that a live object has afterwards;
    /// none where it is gone then.
    fn leave<'s>(&self, object: &Verdict<'s>) -> Option<Cow<'s, Attrs>> {
        self.leave_at(&object.address, Some(&object.found.attrs))
    }

    /// The same of what has these fields before, if it is there.
    fn leave_at<'s>(
        &self,
        address: &Address,
        before: Option<&'s Attrs>,
    ) -> Option<Cow<'s, Attrs>> {
        let mut attrs = before.map(Cow::Borrowed);
        for change in self
            .0
            .get(address)
            .into_iter()
            .flatten()
        {
            attrs = match change.action {
                Action::Delete => None,
                Action::Create => Some(Cow::Owned(created(change))),
                Action::Adopt
                | Action::Update
                | Action::Release
                | Action::Narrow => attrs.map(|attrs| {
                    Cow::Owned(overlaid(attrs.into_owned(), &change.fields))
                }),
            };
        }
        attrs
    }

    fn created_grants(&self) -> impl Iterator<Item = &'a Change> {
        let changes = self.0.values().flatten().copied();
        changes.filter(|change| {
            change.action == Action::Create
                && change.address.kind() == Kind::Grant
        })
    }
}

/// The fields of what is created: of a grant also that no organization may use
/// it unless it says so.
fn created(change: &Change) -> Attrs {
    let mut attrs = change.fields.clone();
    if change.address.kind() == Kind::Grant
        && !attrs.contains_key(GrantSpec::ORGANIZATIONS)
    {
        let none = Value::Set(Members::default());
        attrs.insert(GrantSpec::ORGANIZATIONS.into(), none);
    }
    attrs
}

/// These fields, and what is written over them. Maps that are owned key by key
/// say nothing of access, so they are not taken apart.
fn overlaid(mut attrs: Attrs, written: &Attrs) -> Attrs {
    for (field, value) in written {
        match value {
            Value::Null => _ = attrs.remove(field),
            Value::Entries(_) => {}
            _ => _ = attrs.insert(field.clone(), value.clone()),
        }
    }
    attrs
}
