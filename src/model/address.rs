//! Where an object is: everything about it that cannot be changed in place.

use std::collections::BTreeMap;
use std::fmt;

use super::{ClientId, Identifier, Key, RemoteId, SubjectType};

/// The address of an object. What cannot change in place is part of it, so no
/// change ever has to "replace" anything. The order of the variants is the
/// order of creation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// A resource server (an API).
    ResourceServer(Identifier),
    /// A client (a service).
    Client(ClientRef),
    /// Which scopes of an API a client may ask for.
    Grant {
        /// Who may ask.
        client: ClientRef,
        /// The identifier of the API.
        audience: Identifier,
        /// For whom the token speaks.
        subject_type: SubjectType,
    },
}

/// Which client is meant.
// Not by its name: a display name changes, two clients may have the same, and
// what is to be created has no id yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientRef {
    /// A client of this stack, by the key in its mark.
    Key(Key),
    /// Any other client, by the id the tenant gave it.
    Id(ClientId),
}

/// The three kinds of object, in the order of creation.
// Grants come last: Auth0 refuses one whose API or client is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A resource server (an API).
    ResourceServer,
    /// A client (a service).
    Client,
    /// A client grant.
    Grant,
}

impl Address {
    /// The kind of object at this address.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::ResourceServer(_) => Kind::ResourceServer,
            Self::Client(_) => Kind::Client,
            Self::Grant { .. } => Kind::Grant,
        }
    }

    /// The key of the client at this address; nothing where it has none here,
    /// and where it is no client.
    #[must_use]
    pub fn client_key(&self) -> Option<&Key> {
        match self {
            Self::Client(ClientRef::Key(key)) => Some(key),
            _ => None,
        }
    }
}

impl Address {
    /// The address as a tenant knows it, which knows no keys: the
    /// client of a grant is named by its id. The error is the client
    /// whose id is not among these.
    pub fn named_by_id(
        &self,
        ids: &BTreeMap<Self, RemoteId>,
    ) -> Result<Self, Self> {
        let Self::Grant {
            client: client @ ClientRef::Key(_),
            audience,
            subject_type,
        } = self
        else {
            return Ok(self.clone());
        };

        let address = Self::Client(client.clone());
        let Some(id) = ids
            .get(&address)
            .and_then(|id| id.as_str().parse().ok())
        else {
            return Err(address);
        };

        Ok(Self::Grant {
            client: ClientRef::Id(id),
            audience: audience.clone(),
            subject_type: *subject_type,
        })
    }
}

impl fmt::Display for ClientRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(formatter),
            Self::Id(id) => id.fmt(formatter),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResourceServer(identifier) => {
                write!(formatter, "resource_servers.{identifier}")
            }
            Self::Client(client) => write!(formatter, "clients.{client}"),
            Self::Grant {
                client,
                audience,
                subject_type,
            } => {
                write!(formatter, "grants.{client} -> {audience}")?;
                match subject_type {
                    SubjectType::Client => Ok(()),
                    SubjectType::User => formatter.write_str(" (user)"),
                }
            }
        }
    }
}

impl Kind {
    /// Every kind, in the order of creation.
    pub const ALL: [Self; 3] =
        [Self::ResourceServer, Self::Client, Self::Grant];

    /// The singular and plural, for people.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::ResourceServer => ("resource server", "resource servers"),
            Self::Client => ("client", "clients"),
            Self::Grant => ("grant", "grants"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its place among all. A new kind does not compile until it has one.
    fn place(kind: Kind) -> usize {
        match kind {
            Kind::ResourceServer => 0,
            Kind::Client => 1,
            Kind::Grant => 2,
        }
    }

    #[test]
    fn no_kind_is_forgotten() {
        let places: Vec<usize> = Kind::ALL
            .into_iter()
            .map(place)
            .collect();
        assert_eq!(places, (0..Kind::ALL.len()).collect::<Vec<_>>());
        assert!(Kind::ALL.is_sorted());
    }
}
