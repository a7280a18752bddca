//! Whose an object is, and how we know: the words for it.

use std::collections::BTreeSet;
use std::fmt;

use litemap::LiteMap;

use crate::model::{
    Address, ClientId, ClientRef, Found, Glob, Key, MarkError, Removal,
    StackName, Standing,
};

/// Whose an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// Declared here.
    Managed,
    /// Declared here, and to be taken over: it exists, but carries no mark.
    Adoptable,
    /// Ours, and not declared any more.
    Orphan,
    /// Ours, not declared any more, and safe from deletion.
    Protected,
    /// Ours, and named by `removed:`.
    Removed(Removal),
    /// Another stack's.
    Foreign(StackName),
    /// Nobody's that we know: its mark was copied from another tenant.
    CopiedMark,
    /// Perhaps ours: its mark cannot be read.
    UnreadableMark(Box<MarkError>),
    /// Perhaps ours: several objects carry the same mark.
    Ambiguous(BTreeSet<ClientId>),
    /// Referred to by the configuration, which never changes it.
    External,
    /// Never changed by anybody's configuration.
    Untouchable(Standing),
    /// Nobody's that we know.
    Unmanaged,
}

/// How we know whose an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// The mark it carries.
    Mark(String),
    /// The mark of a declared API, which is there too: one of the two was
    /// copied, or its identifier was changed.
    SharedMark(Key),
    /// The configuration names it: its identifier, or its client and audience.
    Declaration,
    /// The configuration names its `client_id`.
    ClientId,
    /// It alone has the name, and the configuration says `adopt: true`.
    Name,
    /// It belongs to this client.
    Client(ClientRef),
    /// It is not declared, and this client of it is.
    NotDeclared(ClientRef),
    /// This client of it is not declared any more.
    GoesWithClient(ClientRef),
    /// Its identifier matches this pattern under `owns`.
    Owns(Glob),
    /// The configuration names it under `removed`.
    Removal,
    /// The configuration names this client or resource
    /// server of it under `removed`.
    GoesWith(Box<Address>),
    /// What the tenant says of it.
    Standing,
    /// Nothing.
    Nothing,
}

/// Whose an object is, how we know, and how this stack calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// The object.
    pub found: &'a Found,
    /// Whose it is.
    pub class: Class,
    /// How we know.
    pub evidence: Evidence,
    /// Its address, with the clients of this stack named by key.
    pub address: Address,
}

/// Whose each live object is, by the address the tenant knows it by: in a row,
/// as there may be very many.
pub type Verdicts<'a> = LiteMap<&'a Address, Verdict<'a>>;

impl Class {
    /// Whether the object is this stack's.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        match self {
            Self::Managed
            | Self::Adoptable
            | Self::Orphan
            | Self::Protected
            | Self::Removed(_) => true,
            Self::Foreign(_)
            | Self::CopiedMark
            | Self::UnreadableMark(_)
            | Self::Ambiguous(_)
            | Self::External
            | Self::Untouchable(_)
            | Self::Unmanaged => false,
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mark(mark) => write!(formatter, "carries the mark {mark}"),
            Self::SharedMark(key) => {
                write!(
                    formatter,
                    "carries the mark of resource_servers.{key}"
                )
            }
            Self::Declaration => formatter.write_str("is declared"),
            Self::ClientId => formatter.write_str("is named by its client_id"),
            Self::Name => {
                formatter.write_str("is the only client of this name")
            }
            Self::Client(client) => {
                write!(formatter, "belongs to clients.{client}")
            }
            Self::NotDeclared(client) => {
                write!(
                    formatter,
                    "is a grant of clients.{client} that is not declared"
                )
            }
            Self::GoesWithClient(client) => {
                write!(
                    formatter,
                    "goes with clients.{client}, which is not declared any \
                     more"
                )
            }
            Self::Owns(glob) => {
                write!(formatter, "matches `{glob}` under `owns`")
            }
            Self::Removal => formatter.write_str("is named under `removed`"),
            Self::GoesWith(address) => {
                write!(
                    formatter,
                    "goes with {address}, which is named under `removed`"
                )
            }
            Self::Standing => formatter.write_str("is so in the tenant"),
            Self::Nothing => formatter.write_str("carries no evidence"),
        }
    }
}
