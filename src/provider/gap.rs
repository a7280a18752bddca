//! Why a reading of a tenant is not believed.

use std::fmt;

use crate::model::ClientId;

/// What does not agree in a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gap {
    /// The tenant says that there are more objects, or fewer.
    Count {
        /// How many objects were seen.
        seen: usize,
        /// How many the tenant says there are.
        total: usize,
    },
    /// Its pages are not of one moment.
    Moved,
    /// The tenant's own API, which every tenant has, is missing.
    OwnApi,
    /// The client that we are is missing.
    OwnClient(ClientId),
    /// A client is missing that a grant names.
    ClientOfGrant {
        /// The tenant's id of the grant.
        grant: String,
        /// The client's id.
        client: String,
    },
    /// An API is missing that the tenant has when asked
    /// for it by its identifier.
    ApiOfGrant {
        /// The identifier.
        identifier: String,
    },
}

impl fmt::Display for Gap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { seen, total } => {
                write!(formatter, "{seen} of {total} seen")
            }
            Self::Moved => formatter.write_str("it changed while it was read"),
            Self::OwnApi => {
                formatter.write_str("the tenant's own API is not in it")
            }
            Self::OwnClient(client) => write!(
                formatter,
                "our own client {client} is not in it"
            ),
            Self::ClientOfGrant { grant, client } => {
                write!(
                    formatter,
                    "the client {client} of the grant {grant} is not in it"
                )
            }
            Self::ApiOfGrant { identifier } => {
                write!(
                    formatter,
                    "`{identifier}` is not in it, though the tenant has it"
                )
            }
        }
    }
}
