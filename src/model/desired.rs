//! What the configuration says should exist.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;

use super::{
    Address, Attrs, ClientId, ClientMetadata, ClientRef, ClientSpec, Delivery,
    Destination, EnvironmentName, Found, GrantSpec, Identifier, Key, Kind,
    Mark, Policy, Protection, ResourceServerSpec, SinkName, SinkSpec, Slots,
    Snapshot, StackName, SubjectType, TenantHash, TokenEndpointAuthMethod,
    Value, Written,
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
    /// Where credentials go, by name.
    pub sinks: BTreeMap<SinkName, SinkSpec>,
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
        /// The sinks that its credentials go to.
        deliver: BTreeSet<SinkName>,
        /// Its settings.
        spec: Box<ClientSpec>,
    },
    /// Only referred to.
    External(ClientId),
}

impl DesiredClient {
    /// Whether the client authenticates with a secret: not one with keys of its
    /// own, nor one that is public.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        match self {
            Self::Managed { spec, .. } => {
                let method = spec.token_endpoint_auth_method.value();
                spec.client_authentication_methods
                    .value()
                    .is_none()
                    && method != Some(&TokenEndpointAuthMethod::None)
            }
            Self::External(_) => false,
        }
    }

    /// Whether it is declared what the client authenticates
    /// with instead of a secret.
    #[must_use]
    pub fn declares_keys(&self) -> bool {
        match self {
            Self::Managed { spec, .. } => !spec
                .client_authentication_methods
                .is_absent(),
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
    /// By the mark it carries, or else by its name, if exactly one client
    /// without a mark has it.
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

/// A declared object as it was declared. Its plain form takes a while to make,
/// and memory to keep.
#[derive(Debug, Clone, Copy)]
pub enum Declared<'a> {
    /// A resource server, and the mark it carries where such objects carry one.
    ResourceServer {
        /// Its settings.
        spec: &'a ResourceServerSpec,
        /// What its mark is made of; none where it carries none.
        mark: Option<MarkParts<'a>>,
    },
    /// A client, and the mark it carries.
    Client {
        /// Its settings.
        spec: &'a ClientSpec,
        /// What its mark is made of.
        mark: MarkParts<'a>,
    },
    /// A grant.
    Grant(&'a GrantSpec),
}

/// What a mark is made of.
// Not the mark itself: there may be very many, and each would be
// a few copies of one name.
#[derive(Debug, Clone, Copy)]
pub struct MarkParts<'a> {
    /// The key of the object.
    pub key: &'a Key,
    /// Whether it may be deleted one day.
    pub protection: Protection,
    /// The stack that declares it.
    pub stack: &'a StackName,
    /// The tenant it is for.
    pub tenant: &'a TenantHash,
    /// Whether its credentials are still to be delivered.
    pub delivery: Delivery,
}

impl MarkParts<'_> {
    fn mark(self) -> Mark {
        Mark {
            stack: self.stack.clone(),
            tenant: self.tenant.clone(),
            key: self.key.clone(),
            protection: self.protection,
            delivery: self.delivery,
        }
    }
}

impl Declared<'_> {
    /// The fields it is to have, in plain form; of what carries an ownership
    /// mark, with that.
    #[must_use]
    pub fn attrs(self) -> Attrs {
        match self {
            Self::ResourceServer {
                spec,
                mark: None,
            } => spec.attrs(),
            Self::ResourceServer {
                spec,
                mark: Some(mark),
            } => add_mark(spec.attrs(), &mark.mark()),
            Self::Client { spec, mark } => add_mark(spec.attrs(), &mark.mark()),
            Self::Grant(spec) => spec.attrs(),
        }
    }

    /// The same of an object that is there: whether its credentials are
    /// delivered is what its mark says, and changes only where they are.
    #[must_use]
    pub fn of_live(self, found: &Found) -> Self {
        match self {
            Self::Client { spec, mark }
                if mark.delivery == Delivery::Pending =>
            {
                let written = Written::find(&found.attrs)
                    .and_then(|mark| mark.read().ok());
                let delivery =
                    written.map_or(Delivery::Done, |mark| mark.delivery);
                let mark = MarkParts {
                    delivery,
                    ..mark
                };
                Self::Client { spec, mark }
            }
            declared => declared,
        }
    }

    /// How many entries of a client's metadata it names,
    /// those of the mark left out.
    pub(crate) fn count_metadata(self) -> usize {
        match self {
            Self::Client { spec, .. } => spec
                .client_metadata
                .as_ref()
                .map_or(0, ClientMetadata::len),
            Self::ResourceServer { .. } | Self::Grant(_) => 0,
        }
    }

    /// Whether it says what a client authenticates with instead of a secret.
    pub(crate) fn declares_keys(self) -> bool {
        match self {
            Self::Client { spec, .. } => !spec
                .client_authentication_methods
                .is_absent(),
            Self::ResourceServer { .. } | Self::Grant(_) => false,
        }
    }
}

impl Desired {
    /// Everything declared, for the tenant that was seen.
    #[must_use]
    pub fn resources<'a>(&'a self, seen: &'a Snapshot) -> Resources<'a> {
        let servers = self.resource_servers.iter();
        let clients = self.clients.iter();
        let grants = self.grants.iter();

        // By kind, as addresses are ordered: what comes in order needs no
        // search for its place in the row.
        servers
            .filter_map(|(key, server)| self.declared_server(key, server, seen))
            .chain(clients.filter_map(|(key, client)| {
                self.declared_client(key, client, seen)
            }))
            .chain(grants.filter_map(|grant| self.declared_grant(grant, seen)))
            .collect()
    }

    fn declared_server<'a>(
        &'a self,
        key: &'a Key,
        server: &'a DesiredResourceServer,
        seen: &'a Snapshot,
    ) -> Option<(Address, Declared<'a>)> {
        let spec = server.spec.as_ref()?;
        let is_marked = seen
            .support
            .is_marked(Kind::ResourceServer);

        let address = Address::ResourceServer(server.identifier.clone());
        // None can be protected: its clients, which are asked for first, can.
        let mark =
            is_marked.then(|| self.mark_parts(key, Protection::Open, seen));
        Some((address, Declared::ResourceServer { spec, mark }))
    }

    fn mark_parts<'a>(
        &'a self,
        key: &'a Key,
        protection: Protection,
        seen: &'a Snapshot,
    ) -> MarkParts<'a> {
        MarkParts {
            key,
            protection,
            stack: &self.stack,
            tenant: &seen.tenant,
            delivery: Delivery::Done,
        }
    }

    fn declared_client<'a>(
        &'a self,
        key: &'a Key,
        client: &'a DesiredClient,
        seen: &'a Snapshot,
    ) -> Option<(Address, Declared<'a>)> {
        let DesiredClient::Managed {
            spec,
            protection,
            deliver,
            ..
        } = client
        else {
            return None;
        };

        let address = Address::Client(ClientRef::Key(key.clone()));
        let mut mark = self.mark_parts(key, *protection, seen);
        // A new one is not finished before its service has its credentials.
        if !deliver.is_empty() {
            mark.delivery = Delivery::Pending;
        }
        Some((address, Declared::Client { spec, mark }))
    }

    /// Where the credentials of a client go in a sink, at the address that the
    /// environment names, if it names one; none where there is no such sink.
    #[must_use]
    pub fn destination(
        &self,
        sink: &SinkName,
        key: &Key,
        environment: Option<&EnvironmentName>,
        address: Option<&str>,
    ) -> Option<Destination> {
        let slots = Slots {
            key,
            stack: &self.stack,
            environment,
        };

        Some(
            self.sinks
                .get(sink)?
                .destination(sink, address, slots),
        )
    }

    /// The mark of a declared client whose service has its credentials.
    pub(crate) fn finished_mark(
        &self,
        key: &Key,
        seen: &Snapshot,
    ) -> Option<Mark> {
        match self.clients.get(key)? {
            DesiredClient::Managed { protection, .. } => Some(
                self.mark_parts(key, *protection, seen)
                    .mark(),
            ),
            DesiredClient::External(_) => None,
        }
    }

    fn declared_grant<'a>(
        &'a self,
        grant: &'a DesiredGrant,
        seen: &Snapshot,
    ) -> Option<(Address, Declared<'a>)> {
        let address =
            self.grant_address(grant, seen.management_api.as_ref())?;
        Some((address, Declared::Grant(&grant.spec)))
    }

    /// The address of a declared grant; none if it names what is not declared.
    #[must_use]
    pub fn grant_address(
        &self,
        grant: &DesiredGrant,
        management_api: Option<&Identifier>,
    ) -> Option<Address> {
        let audience = match &grant.audience {
            Audience::Key(key) => self
                .resource_servers
                .get(key)?
                .identifier
                .clone(),
            Audience::ManagementApi => management_api?.clone(),
        };
        let client = match self.clients.get(&grant.client)? {
            DesiredClient::Managed { .. } => {
                ClientRef::Key(grant.client.clone())
            }
            DesiredClient::External(id) => ClientRef::Id(id.clone()),
        };

        Some(Address::Grant {
            client,
            audience,
            subject_type: grant.subject_type,
        })
    }
}

/// Fields with an ownership mark among the metadata.
fn add_mark(mut attrs: Attrs, mark: &Mark) -> Attrs {
    let metadata = attrs
        .entry(ClientSpec::METADATA.into())
        .or_insert_with(|| Value::Entries(Attrs::new()));

    if let Value::Entries(entries) = metadata {
        // Nothing is overwritten: the checks refuse metadata
        // under the names of a mark.
        entries.extend(mark.entries());
    }
    attrs
}
