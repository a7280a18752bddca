//! Which object is meant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Address, ClientRef, Kind, SubjectType};

/// Which object is meant: what is always so of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AddressView {
    /// A resource server (an API).
    ResourceServer {
        /// Its identifier.
        identifier: String,
    },
    /// A client (a service).
    Client {
        /// Which.
        client: ClientView,
    },
    /// A client grant.
    Grant {
        /// Whose.
        client: ClientView,
        /// The identifier of the API.
        audience: String,
        /// For whom the token speaks.
        subject_type: SubjectType,
    },
}

/// Which client is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "named_by", content = "value", rename_all = "snake_case")]
pub enum ClientView {
    /// One of this stack, by its key.
    Key(String),
    /// Any other, by its `client_id`.
    ClientId(String),
}

impl AddressView {
    pub(super) fn of(address: &Address) -> Self {
        match address {
            Address::ResourceServer(identifier) => Self::ResourceServer {
                identifier: identifier.to_string(),
            },
            Address::Client(client) => Self::Client {
                client: ClientView::of(client),
            },
            Address::Grant {
                client,
                audience,
                subject_type,
            } => Self::Grant {
                client: ClientView::of(client),
                audience: audience.to_string(),
                subject_type: *subject_type,
            },
        }
    }

    /// Of what kind the object is.
    pub(in crate::render) fn kind(&self) -> Kind {
        match self {
            Self::ResourceServer { .. } => Kind::ResourceServer,
            Self::Client { .. } => Kind::Client,
            Self::Grant { .. } => Kind::Grant,
        }
    }
}

impl ClientView {
    pub(super) fn of(client: &ClientRef) -> Self {
        match client {
            ClientRef::Key(key) => Self::Key(key.to_string()),
            ClientRef::Id(id) => Self::ClientId(id.to_string()),
        }
    }
}
