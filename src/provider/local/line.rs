//! The lines of a tenant file, each a JSON object of its own.
//!
//! ```text
//! {"grantry_tenant":2,"issued":2}
//! {"resource_server":{"id":"api_000001","identifier":"https://maps.example/","fields":{"name":"Maps"}}}
//! {"client":{"id":"client_000002","fields":{"name":"Gifts"}}}
//! {"deleted":"client_000002"}
//! ```
//!
//! The first line says what the file is. Each of the others is an object as it
//! is from then on, or says that one is gone, so what is appended changes
//! nothing that stands there already.

use std::io;

use serde::{Deserialize, Serialize, Serializer};

use crate::model::{
    Address, Attrs, ClientId, ClientRef, Found, Identifier, RemoteId, Standing,
    SubjectType,
};

/// The version of the file that this Grantry reads and writes.
pub(super) const VERSION: u64 = 2;

/// The first line of the file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) grantry_tenant: u64,
    /// The highest number that an id was ever given.
    #[serde(default)]
    pub(super) issued: u64,
}

/// Any line but the first.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    ResourceServer(ResourceServerRecord),
    Client(ClientRecord),
    Grant(GrantRecord),
    /// The object of this id is gone, and with a client all of its grants.
    Deleted(String),
}

/// An object as the file has it; it is written as the line of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    ResourceServer(ResourceServerRecord),
    Client(ClientRecord),
    Grant(GrantRecord),
}

// People who read what is wrong with a line know nothing of records, so
// `expecting` says what each is.

// A key that is not known is an error: with the next file that takes this one's
// place it would be lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "struct ResourceServer")]
pub(super) struct ResourceServerRecord {
    pub(super) id: String,
    pub(super) identifier: Identifier,
    pub(super) fields: Fields,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "struct Client")]
pub(super) struct ClientRecord {
    pub(super) id: ClientId,
    pub(super) fields: Fields,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "struct Grant")]
pub(super) struct GrantRecord {
    pub(super) id: String,
    pub(super) client_id: ClientId,
    pub(super) audience: Identifier,
    pub(super) subject_type: SubjectType,
    pub(super) fields: Fields,
}

/// What a grant is found by: its client, audience and subject.
pub(super) type GrantKey = (ClientId, String, SubjectType);

impl GrantRecord {
    pub(super) fn key(&self) -> GrantKey {
        (
            self.client_id.clone(),
            self.audience.as_str().to_owned(),
            self.subject_type,
        )
    }
}

/// The fields of an object as the file holds them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "serde_json::Map<String, serde_json::Value>")]
pub(super) struct Fields(pub(super) Attrs);

impl From<serde_json::Map<String, serde_json::Value>> for Fields {
    fn from(fields: serde_json::Map<String, serde_json::Value>) -> Self {
        let fields = fields
            .into_iter()
            .map(|(field, value)| (field.into(), value.into()));

        Self(fields.collect())
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl Record {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::ResourceServer(server) => &server.id,
            Self::Client(client) => client.id.as_str(),
            Self::Grant(grant) => &grant.id,
        }
    }

    pub(super) fn address(&self) -> Address {
        match self {
            Self::ResourceServer(server) => {
                Address::ResourceServer(server.identifier.clone())
            }
            Self::Client(client) => {
                Address::Client(ClientRef::Id(client.id.clone()))
            }
            Self::Grant(grant) => Address::Grant {
                client: ClientRef::Id(grant.client_id.clone()),
                audience: grant.audience.clone(),
                subject_type: grant.subject_type,
            },
        }
    }

    pub(super) fn fields_mut(&mut self) -> &mut Attrs {
        match self {
            Self::ResourceServer(server) => &mut server.fields.0,
            Self::Client(client) => &mut client.fields.0,
            Self::Grant(grant) => &mut grant.fields.0,
        }
    }

    /// The object as the engine sees it.
    pub(super) fn into_found(self) -> Found {
        let (id, fields) = match self {
            Self::ResourceServer(server) => (server.id, server.fields),
            Self::Client(client) => (client.id.to_string(), client.fields),
            Self::Grant(grant) => (grant.id, grant.fields),
        };

        Found {
            id: RemoteId::new(id),
            // Nothing in here is the tenant's own, or that of
            // whoever runs Grantry.
            standing: Standing::Ordinary,
            attrs: fields.0,
            revision: None,
        }
    }
}

/// Writes one line.
pub(super) fn write_line(
    into: &mut impl io::Write,
    line: &impl Serialize,
) -> io::Result<()> {
    serde_json::to_writer(&mut *into, line)?;
    into.write_all(b"\n")
}
