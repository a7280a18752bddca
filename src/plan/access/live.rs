//! What a tenant gives, as it was seen.

use super::rules::{End, Joined};
use super::{Access, Permission, PermittedAudience};
use crate::model::{Address, Attrs, Identifier, Kind, Snapshot};
use crate::plan::{Verdict, Verdicts};

impl Access {
    /// What the tenant gives, whoever it belongs to. The clients of this stack
    /// are named by their keys, all others by their ids. A grant whose API is
    /// gone gives nothing.
    #[must_use]
    pub fn live(seen: &Snapshot, verdicts: &Verdicts<'_>) -> Self {
        let grants = verdicts
            .iter()
            .filter_map(|(remote, verdict)| {
                LiveGrant::of(seen, verdicts, remote, verdict)
            });

        grants
            .flat_map(|grant| grant.permissions(seen))
            .collect()
    }
}

/// A grant of the tenant with what it joins.
#[derive(Clone, Copy)]
pub(super) struct LiveGrant<'a> {
    pub(super) own: &'a Verdict<'a>,
    pub(super) owner: &'a Verdict<'a>,
    pub(super) server: LiveServer<'a>,
}

/// The API of a grant of the tenant.
#[derive(Clone, Copy)]
pub(super) enum LiveServer<'a> {
    /// It is there.
    Seen(&'a Verdict<'a>),
    /// It is the tenant's own Management API, and the
    /// provider does not show that.
    Unshown,
    /// It is gone, and the grant gives nothing until there is one of this
    /// identifier again.
    Gone(&'a Identifier),
}

impl<'a> LiveGrant<'a> {
    /// The grant at this address of the tenant; none where it is no grant, or
    /// one of a client that is gone.
    pub(super) fn of(
        seen: &Snapshot,
        verdicts: &'a Verdicts<'_>,
        remote: &'a Address,
        own: &'a Verdict<'a>,
    ) -> Option<Self> {
        let Address::Grant {
            client,
            audience,
            ..
        } = remote
        else {
            return None;
        };

        let owner = verdicts.get(&Address::Client(client.clone()))?;
        let server =
            match verdicts.get(&Address::ResourceServer(audience.clone())) {
                Some(server) => LiveServer::Seen(server),
                None if Some(audience) == seen.management_api.as_ref() => {
                    LiveServer::Unshown
                }
                None => LiveServer::Gone(audience),
            };
        Some(Self {
            own,
            owner,
            server,
        })
    }

    /// What it gives as it was seen.
    pub(super) fn permissions(self, seen: &Snapshot) -> Vec<Permission> {
        let server = match self.server {
            LiveServer::Seen(server) => {
                end(seen, Kind::ResourceServer, &server.found.attrs)
            }
            LiveServer::Unshown => End::External,
            LiveServer::Gone(_) => return Vec::new(),
        };

        let (own, owner) = (&self.own.found.attrs, &self.owner.found.attrs);
        self.permissions_with(seen, own, owner, server)
    }

    /// What it gives where these are the fields of the grant and its client,
    /// and this its API.
    pub(super) fn permissions_with(
        self,
        seen: &Snapshot,
        grant: &Attrs,
        client: &Attrs,
        server: End<'_>,
    ) -> Vec<Permission> {
        let Address::Grant {
            client: client_ref,
            audience,
            subject_type,
        } = &self.own.address
        else {
            return Vec::new();
        };

        let joined = Joined {
            client_ref: client_ref.clone(),
            audience: named(seen, audience),
            subject_type: *subject_type,
            grant: end(seen, Kind::Grant, grant),
            client: end(seen, Kind::Client, client),
            server,
        };
        joined.permissions()
    }
}

pub(super) fn named(
    seen: &Snapshot,
    audience: &Identifier,
) -> PermittedAudience {
    if Some(audience) == seen.management_api.as_ref() {
        PermittedAudience::ManagementApi
    } else {
        PermittedAudience::Identifier(audience.clone())
    }
}

pub(super) fn end<'a>(
    seen: &'a Snapshot,
    kind: Kind,
    attrs: &'a Attrs,
) -> End<'a> {
    End::Seen {
        attrs,
        defaults: &seen.rules(kind).defaults,
    }
}
