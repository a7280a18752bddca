//! How the configuration calls what it declares.

use std::collections::BTreeMap;

use crate::model::{
    Address, Audience, ClientId, ClientRef, Desired, DesiredClient, Identifier,
    Key, SubjectType,
};

/// How the configuration calls what it declares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Resource servers, by identifier.
    pub resource_servers: BTreeMap<Identifier, Key>,
    /// External clients, by id; our own are named by key already.
    pub clients: BTreeMap<ClientId, Key>,
}

impl Names {
    /// The names of what is declared, where it is not known
    /// yet which tenant it is for.
    #[must_use]
    pub fn of_declared(desired: &Desired) -> Self {
        let servers = desired
            .resource_servers
            .iter()
            .map(|(key, server)| (server.identifier.clone(), key.clone()));
        let clients = desired
            .clients
            .iter()
            .filter_map(|(key, client)| match client {
                DesiredClient::External(id) => Some((id.clone(), key.clone())),
                DesiredClient::Managed { .. } => None,
            });

        Self {
            resource_servers: servers.collect(),
            clients: clients.collect(),
        }
    }

    /// The same for a tenant with this Management API, if it has one.
    #[must_use]
    pub fn of_stack(
        desired: &Desired,
        management_api: Option<&Identifier>,
    ) -> Self {
        let mut names = Self::of_declared(desired);
        if let (Some(management_api), Ok(key)) =
            (management_api, Audience::MANAGEMENT_API.parse())
        {
            names
                .resource_servers
                .insert(management_api.clone(), key);
        }
        names
    }

    /// The name of an object as the configuration writes it.
    #[must_use]
    pub fn of(&self, address: &Address) -> String {
        match address {
            Address::ResourceServer(identifier) => {
                format!(
                    "resource_servers.{}",
                    self.name_server(identifier)
                )
            }
            Address::Client(client) => {
                format!("clients.{}", self.name_client(client))
            }
            Address::Grant {
                client,
                audience,
                subject_type,
            } => {
                let client = self.name_client(client);
                let server = self.name_server(audience);
                Self::of_grant(client, server, *subject_type)
            }
        }
    }

    /// The name of a grant between two that are called so.
    pub(crate) fn of_grant(
        client: &str,
        server: &str,
        subject_type: SubjectType,
    ) -> String {
        match subject_type {
            SubjectType::Client => format!("grants.{client} -> {server}"),
            SubjectType::User => format!("grants.{client} -> {server} (user)"),
        }
    }

    pub(crate) fn name_server<'a>(
        &'a self,
        identifier: &'a Identifier,
    ) -> &'a str {
        self.resource_servers
            .get(identifier)
            .map_or(identifier.as_str(), Key::as_str)
    }

    pub(crate) fn name_client<'a>(&'a self, client: &'a ClientRef) -> &'a str {
        match client {
            ClientRef::Key(key) => key.as_str(),
            ClientRef::Id(id) => {
                let key = self.clients.get(id);
                key.map_or(id.as_str(), Key::as_str)
            }
        }
    }
}
