//! What the configuration says should exist.

use std::collections::BTreeMap;

use super::{
    Address, Attrs, ClientId, ClientRef, ClientSpec, Delivery, GrantSpec, Identifier, Key, Mark,
    Policy, Protection, ResourceServerSpec, Snapshot, StackName, SubjectType, Value,
};

/// A whole configuration, checked: every name in it resolves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desired {
    /// Who owns what is declared here.
    pub stack: StackName,
    /// The resource servers, by key.
    pub resource_servers: BTreeMap<Key, DesiredResourceServer>,
    /// The clients, by key.
    pub clients: BTreeMap<Key, DesiredClient>,
    /// The grants, in no particular order.
    pub grants: Vec<DesiredGrant>,
    /// What may happen to what is not, or differently, declared.
    pub policy: Policy,
}

/// A resource server of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredResourceServer {
    /// The identifier, which is also how it is found in the tenant.
    pub identifier: Identifier,
    /// Its settings; none if it is only referred to.
    pub spec: Option<ResourceServerSpec>,
}

/// A client of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DesiredClient {
    /// Declared here.
    Managed {
        /// How it is met in the tenant.
        identity: Identity,
        /// Whether it may be deleted one day.
        protection: Protection,
        /// Its settings.
        spec: Box<ClientSpec>,
    },
    /// Only referred to.
    External(ClientId),
}

impl DesiredClient {
    /// Whether it is declared what the client authenticates with instead of a secret.
    #[must_use]
    pub fn declares_keys(&self) -> bool {
        match self {
            Self::Managed { spec, .. } => !spec.client_authentication_methods.is_absent(),
            Self::External(_) => false,
        }
    }
}

/// How a declared client is met in the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// By the mark it carries; without one it does not exist yet.
    Mark,
    /// By its id: an existing client, bound here.
    ClientId(ClientId),
    /// By the mark it carries, or else by its name, if exactly one client without a mark has it.
    Name,
}

/// A grant of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredGrant {
    /// The key of its client.
    pub client: Key,
    /// The API it is for.
    pub audience: Audience,
    /// For whom the token speaks.
    pub subject_type: SubjectType,
    /// Its settings.
    pub spec: GrantSpec,
}

/// The API a grant is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// A resource server of the configuration, by key.
    Key(Key),
    /// The tenant's own Management API.
    ManagementApi,
}

impl Audience {
    /// The built-in name of the tenant's Management API.
    pub const MANAGEMENT_API: &'static str = "management_api";
}

impl Desired {
    /// Everything declared, in plain form, for the tenant that was seen.
    #[must_use]
    pub fn resources(&self, seen: &Snapshot) -> BTreeMap<Address, Attrs> {
        let resource_servers = self.resource_servers.values().filter_map(|server| {
            let spec = server.spec.as_ref()?;
            Some((Address::ResourceServer(server.identifier.clone()), spec.attrs()))
        });
        let clients = self.clients.iter().filter_map(|(key, client)| match client {
            DesiredClient::Managed { spec, protection, identity: _ } => {
                let mark = Mark {
                    stack: self.stack.clone(),
                    tenant: seen.tenant.clone(),
                    key: key.clone(),
                    protection: *protection,
                    delivery: Delivery::Done,
                };
                Some((Address::Client(ClientRef::Key(key.clone())), marked(&mark, spec)))
            }
            DesiredClient::External(_) => None,
        });
        let grants = self.grants.iter().filter_map(|grant| {
            Some((self.grant_address(grant, &seen.management_api)?, grant.spec.attrs()))
        });
        resource_servers.chain(clients).chain(grants).collect()
    }

    /// The address of a declared grant; none if it names what is not declared.
    #[must_use]
    pub fn grant_address(
        &self,
        grant: &DesiredGrant,
        management_api: &Identifier,
    ) -> Option<Address> {
        let audience = match &grant.audience {
            Audience::Key(key) => self.resource_servers.get(key)?.identifier.clone(),
            Audience::ManagementApi => management_api.clone(),
        };
        let client = match self.clients.get(&grant.client)? {
            DesiredClient::Managed { .. } => ClientRef::Key(grant.client.clone()),
            DesiredClient::External(id) => ClientRef::Id(id.clone()),
        };
        Some(Address::Grant { client, audience, subject_type: grant.subject_type })
    }
}

/// A client's fields with its ownership mark.
fn marked(mark: &Mark, spec: &ClientSpec) -> Attrs {
    let mut attrs = spec.attrs();
    let metadata = attrs
        .entry(ClientSpec::METADATA.to_owned())
        .or_insert_with(|| Value::Entries(BTreeMap::new()));
    if let Value::Entries(entries) = metadata {
        entries.extend(mark.entries());
    }
    attrs
}
