//! What a configuration gives, with no tenant at hand.

use std::collections::BTreeMap;

use super::rules::{End, Joined};
use super::{Access, PermittedAudience};
use crate::model::{
    Attrs, Audience, ClientRef, Desired, DesiredClient, DesiredGrant, Key,
    ResourceServerSpec, Value,
};

impl Access {
    /// What the configuration gives. What it does not manage is not known, and
    /// what it only refers to is taken to be fit for use.
    #[must_use]
    pub fn declared(desired: &Desired) -> Self {
        let declared = Declared::of(desired);
        let joined = desired
            .grants
            .iter()
            .filter_map(|grant| Some((grant, declared.ends_of(grant)?)));

        let permissions = joined.flat_map(|(grant, ends)| {
            let attrs = grant.spec.attrs();
            let joined = Joined {
                client_ref: ends.client_ref,
                audience: ends.audience,
                subject_type: grant.subject_type,
                grant: seen(&attrs),
                client: ends.client,
                server: ends.server,
            };
            joined.permissions()
        });
        permissions.collect()
    }
}

/// What grants join, in plain form: made once, not once a grant, as there may
/// be thousands on one API.
struct Declared<'a> {
    desired: &'a Desired,
    servers: BTreeMap<&'a Key, Attrs>,
    clients: BTreeMap<&'a Key, Attrs>,
}

/// What one grant joins.
struct Ends<'a> {
    client_ref: ClientRef,
    client: End<'a>,
    audience: PermittedAudience,
    server: End<'a>,
}

impl<'a> Declared<'a> {
    fn of(desired: &'a Desired) -> Self {
        let servers = desired
            .resource_servers
            .iter()
            .filter_map(|(key, server)| {
                let mut attrs = server.spec.as_ref()?.attrs();
                // Here, unlike elsewhere, the default is plain: an API that
                // nobody gives scopes has none.
                if attrs.get(ResourceServerSpec::SCOPES) == Some(&Value::Null) {
                    attrs.insert(
                        ResourceServerSpec::SCOPES.into(),
                        Value::Map(Attrs::new()),
                    );
                }
                Some((key, attrs))
            });
        let clients = desired
            .clients
            .iter()
            .filter_map(|(key, client)| match client {
                DesiredClient::Managed { spec, .. } => {
                    Some((key, spec.attrs()))
                }
                DesiredClient::External(_) => None,
            });

        Self {
            desired,
            servers: servers.collect(),
            clients: clients.collect(),
        }
    }

    /// What a grant joins; none if it names what is not declared.
    fn ends_of(&self, grant: &DesiredGrant) -> Option<Ends<'_>> {
        let (client_ref, audience) = parties_of(self.desired, grant)?;
        let client = self
            .clients
            .get(&grant.client)
            .map_or(End::External, seen);
        let server = match &grant.audience {
            Audience::ManagementApi => End::External,
            Audience::Key(key) => self
                .servers
                .get(key)
                .map_or(End::External, seen),
        };

        Some(Ends {
            client_ref,
            client,
            audience,
            server,
        })
    }
}

/// Who a grant is to and for which API, as tokens say it; none if it names what
/// is not declared.
pub(crate) fn parties_of(
    desired: &Desired,
    grant: &DesiredGrant,
) -> Option<(ClientRef, PermittedAudience)> {
    let client = match desired.clients.get(&grant.client)? {
        DesiredClient::Managed { .. } => ClientRef::Key(grant.client.clone()),
        DesiredClient::External(id) => ClientRef::Id(id.clone()),
    };
    let audience = match &grant.audience {
        Audience::ManagementApi => PermittedAudience::ManagementApi,
        Audience::Key(key) => {
            let server = desired.resource_servers.get(key)?;
            PermittedAudience::Identifier(server.identifier.clone())
        }
    };

    Some((client, audience))
}

fn seen(attrs: &Attrs) -> End<'_> {
    static UNKNOWN: Attrs = Attrs::new();

    End::Seen {
        attrs,
        defaults: &UNKNOWN,
    }
}
