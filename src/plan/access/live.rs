//! What a tenant gives, as it was seen.

use super::rules::{End, Joined};
use super::{Access, Permission, PermittedAudience};
use crate::model::{Address, Attrs, Identifier, Kind, Snapshot};
use crate::plan::{Verdict, Verdicts};

impl Access {
    /// What the tenant gives, whoever it belongs to. The clients of this stack are named by their keys, all
    /// others by their ids. A grant whose API is gone gives nothing.
    #[must_use]
    pub fn live(seen: &Snapshot, verdicts: &Verdicts<'_>) -> Self {
        let grants = verdicts
            .iter()
            .filter_map(|(remote, verdict)| LiveGrant::of(seen, verdicts, remote, verdict));

        let permissions = grants.flat_map(|grant| {
            let server = grant.server.map(|server| &server.found.attrs);
            grant.permissions(
                seen,
                &grant.own.found.attrs,
                &grant.owner.found.attrs,
                server,
            )
        });
        permissions.collect()
    }
}

/// A grant of the tenant with what it joins.
#[derive(Clone, Copy)]
pub(super) struct LiveGrant<'a> {
    pub(super) own: &'a Verdict<'a>,
    pub(super) owner: &'a Verdict<'a>,
    /// None where it is the tenant's own Management API, and the provider does not show that.
    pub(super) server: Option<&'a Verdict<'a>>,
}

impl<'a> LiveGrant<'a> {
    /// The grant at this address of the tenant; none where it is no grant, or one of what is gone.
    pub(super) fn of(
        seen: &Snapshot,
        verdicts: &'a Verdicts<'_>,
        remote: &Address,
        own: &'a Verdict<'a>,
    ) -> Option<Self> {
        let Address::Grant {
            client, audience, ..
        } = remote
        else {
            return None;
        };

        let owner = verdicts.get(&Address::Client(client.clone()))?;
        let server = verdicts.get(&Address::ResourceServer(audience.clone()));
        if server.is_none() && *audience != seen.management_api {
            return None;
        }
        Some(Self { own, owner, server })
    }

    /// What it gives where these are the fields of the grant, its client and its API.
    pub(super) fn permissions(
        self,
        seen: &Snapshot,
        grant: &Attrs,
        client: &Attrs,
        server: Option<&Attrs>,
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
            server: server.map_or(End::External, |server| {
                end(seen, Kind::ResourceServer, server)
            }),
        };
        joined.permissions()
    }
}

pub(super) fn named(seen: &Snapshot, audience: &Identifier) -> PermittedAudience {
    if *audience == seen.management_api {
        PermittedAudience::ManagementApi
    } else {
        PermittedAudience::Identifier(audience.clone())
    }
}

pub(super) fn end<'a>(seen: &'a Snapshot, kind: Kind, attrs: &'a Attrs) -> End<'a> {
    End::Seen {
        attrs,
        defaults: &seen.rules(kind).defaults,
    }
}
