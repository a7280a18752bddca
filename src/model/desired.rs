//! What the configuration says should exist.

use std::collections::BTreeMap;

use litemap::LiteMap;

use super::{
    Address, Attrs, ClientId, ClientMetadata, ClientRef, ClientSpec, Delivery, GrantSpec,
    Identifier, Key, Mark, Policy, Protection, ResourceServerSpec, Snapshot, StackName,
    SubjectType, TenantHash, Value,
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

impl DesiredResourceServer {
    fn declared(&self) -> Option<(Address, Declared<'_>)> {
        let spec = self.spec.as_ref()?;
        let address = Address::ResourceServer(self.identifier.clone());
        Some((address, Declared::ResourceServer(spec)))
    }
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

/// Everything declared, by address: in a row, as there may be very many.
pub type Resources<'a> = LiteMap<Address, Declared<'a>>;

/// A declared object as it was declared. Its plain form takes a while to make, and memory to keep.
#[derive(Debug, Clone, Copy)]
pub enum Declared<'a> {
    /// A resource server.
    ResourceServer(&'a ResourceServerSpec),
    /// A client, and what its mark says beside its key.
    Client {
        /// Its key.
        key: &'a Key,
        /// Its settings.
        spec: &'a ClientSpec,
        /// Whether it may be deleted one day.
        protection: Protection,
        /// The stack that declares it.
        stack: &'a StackName,
        /// The tenant it is for.
        tenant: &'a TenantHash,
    },
    /// A grant.
    Grant(&'a GrantSpec),
}

impl Declared<'_> {
    /// The fields it is to have, in plain form; those of a client with its ownership mark.
    #[must_use]
    pub fn attrs(self) -> Attrs {
        match self {
            Self::ResourceServer(spec) => spec.attrs(),
            Self::Client {
                key,
                spec,
                protection,
                stack,
                tenant,
            } => {
                let mark = Mark {
                    stack: stack.clone(),
                    tenant: tenant.clone(),
                    key: key.clone(),
                    protection,
                    // Nothing delivers credentials yet, so none can be on their way.
                    delivery: Delivery::Done,
                };
                attrs_with_mark(&mark, spec)
            }
            Self::Grant(spec) => spec.attrs(),
        }
    }

    /// How many entries of a client's metadata it names, those of the mark left out.
    pub(crate) fn count_metadata(self) -> usize {
        match self {
            Self::Client { spec, .. } => {
                spec.client_metadata.as_ref().map_or(0, ClientMetadata::len)
            }
            Self::ResourceServer(_) | Self::Grant(_) => 0,
        }
    }

    /// Whether it says what a client authenticates with instead of a secret.
    pub(crate) fn declares_keys(self) -> bool {
        match self {
            Self::Client { spec, .. } => !spec.client_authentication_methods.is_absent(),
            Self::ResourceServer(_) | Self::Grant(_) => false,
        }
    }
}

impl Desired {
    /// Everything declared, for the tenant that was seen.
    #[must_use]
    pub fn resources<'a>(&'a self, seen: &'a Snapshot) -> Resources<'a> {
        let servers = self.resource_servers.values();
        let clients = self.clients.iter();
        let grants = self.grants.iter();

        // By kind, as addresses are ordered: what comes in order needs no search for its place in
        // the row.
        servers
            .filter_map(DesiredResourceServer::declared)
            .chain(clients.filter_map(|(key, client)| self.declared_client(key, client, seen)))
            .chain(grants.filter_map(|grant| self.declared_grant(grant, seen)))
            .collect()
    }

    fn declared_client<'a>(
        &'a self,
        key: &'a Key,
        client: &'a DesiredClient,
        seen: &'a Snapshot,
    ) -> Option<(Address, Declared<'a>)> {
        let DesiredClient::Managed {
            spec, protection, ..
        } = client
        else {
            return None;
        };

        let address = Address::Client(ClientRef::Key(key.clone()));
        let declared = Declared::Client {
            key,
            spec,
            protection: *protection,
            stack: &self.stack,
            tenant: &seen.tenant,
        };
        Some((address, declared))
    }

    fn declared_grant<'a>(
        &'a self,
        grant: &'a DesiredGrant,
        seen: &Snapshot,
    ) -> Option<(Address, Declared<'a>)> {
        let address = self.grant_address(grant, &seen.management_api)?;
        Some((address, Declared::Grant(&grant.spec)))
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

        Some(Address::Grant {
            client,
            audience,
            subject_type: grant.subject_type,
        })
    }
}

/// A client's fields with its ownership mark.
fn attrs_with_mark(mark: &Mark, spec: &ClientSpec) -> Attrs {
    let mut attrs = spec.attrs();
    let metadata = attrs
        .entry(ClientSpec::METADATA.into())
        .or_insert_with(|| Value::Entries(Attrs::new()));

    if let Value::Entries(entries) = metadata {
        // Nothing is overwritten: the checks refuse metadata under the names of a mark.
        entries.extend(mark.entries());
    }
    attrs
}
