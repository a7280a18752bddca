//! The notes themselves, and what to do about each.

use std::collections::BTreeMap;

use crate::model::{
    Address, Advice, ClientId, Identifier, Key, Kind, MarkError, StackName,
    Step,
};

/// Something that was seen in the tenant and is worth
/// saying. It changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Note {
    /// Objects of this stack that are not declared, and stay.
    Orphans {
        /// Why they stay.
        because: Staying,
        /// Clients that carry this stack's mark, by the key in it.
        clients: Vec<Key>,
        /// Grants of this stack's clients.
        grants: Vec<OrphanGrant>,
        /// Resource servers that match a pattern under `owns`.
        resource_servers: Vec<Identifier>,
    },
    /// Objects of this stack that are not declared, and are safe from deletion.
    Protected(Vec<Address>),
    /// APIs that are not declared and carry the mark of one that is: copied
    /// from it, or what it was before its identifier was changed. They stay.
    SharedMarks(Vec<SharedMark>),
    /// Grants that others hold on the APIs that are declared here.
    UnexpectedCallers(Vec<Caller>),
    /// Grants that stay as they are while their API loses scopes that they
    /// hold: only these scopes are listed.
    LosingCallers(Vec<Caller>),
    /// Declared grants of which the client gets scopes unasked, in every token.
    UnaskedGrants(Vec<Caller>),
    /// Grants that have outlived their API, and give
    /// tokens again by its creation.
    RevivedGrants(Vec<Caller>),
    /// APIs of the display name of one that is to be created, and that stay.
    FormerServers(Vec<FormerServer>),
    /// Clients that can authenticate with nothing that they authenticate with
    /// now, once this is applied.
    AbruptKeys(Vec<Key>),
    /// Declared grants of more scopes than one request for a token can name,
    /// where all of them are left out of the token then.
    LongGrants {
        /// The most characters that the names may have, with a
        /// space between any two.
        most: usize,
        /// The grants.
        grants: Vec<Address>,
    },
    /// Declared clients that exist but carry no mark, or have lost it.
    Unmarked(Vec<Key>),
    /// Scopes that are there already, without a mark that counts here, and
    /// become those of an API of ours.
    TakenScopes(Vec<TakenScope>),
    /// Scopes of this stack that are for something else now, and become what
    /// they were made for, or go.
    BentScopes(Vec<BentScope>),
    /// Scopes of this stack whose API is neither declared nor there, as the
    /// tenant calls them.
    StrayScopes(Vec<String>),
    /// A client whose mark was written for another tenant:
    /// copied, and so no evidence.
    CopiedMark {
        /// The client's name.
        name: String,
        /// The client's id.
        client_id: ClientId,
    },
    /// An API that is not declared, and whose mark was written for another
    /// tenant: no evidence.
    CopiedServerMark {
        /// The API.
        identifier: Identifier,
    },
    /// A client whose mark this version cannot read.
    UnreadableMark {
        /// The client's name.
        name: String,
        /// The client's id.
        client_id: ClientId,
        /// What is wrong with the mark.
        reason: MarkError,
    },
    /// Objects that are not ours, counted by kind.
    NotOurs(BTreeMap<Kind, usize>),
    /// Grants that have outlived their API: nobody gets a token by them, until
    /// there is an API of that identifier again.
    Outliving(Vec<Caller>),
    /// Entries of `moved` and `removed` that have been applied.
    Done(Vec<DoneEntry>),
}

impl Advice for Note {
    fn id(&self) -> &'static str {
        match self {
            Self::Orphans { .. } => "orphans",
            Self::Protected(_) => "protected-orphans",
            Self::SharedMarks(_) => "shared-marks",
            Self::UnexpectedCallers(_) => "unexpected-callers",
            Self::LosingCallers(_) => "losing-callers",
            Self::UnaskedGrants(_) => "unasked-grants",
            Self::RevivedGrants(_) => "revived-grants",
            Self::FormerServers(_) => "former-servers",
            Self::AbruptKeys(_) => "abrupt-keys",
            Self::LongGrants { .. } => "long-grants",
            Self::Unmarked(_) => "unmarked",
            Self::TakenScopes(_) => "taken-scopes",
            Self::BentScopes(_) => "bent-scopes",
            Self::StrayScopes(_) => "stray-scopes",
            Self::CopiedMark { .. } | Self::CopiedServerMark { .. } => {
                "copied-mark"
            }
            Self::UnreadableMark { .. } => "unreadable-mark-aside",
            Self::NotOurs(_) => "not-ours",
            Self::Outliving(_) => "outliving-grants",
            Self::Done(_) => "done",
        }
    }

    fn next_step(&self) -> Option<Step> {
        Some(match self {
            Self::Orphans {
                because: Staying::NotPruned,
                ..
            } => "to delete what is not declared, say `prune: true`".into(),
            Self::CopiedServerMark { .. } => {
                "to delete it, declare it first, which takes it over".into()
            }
            Self::FormerServers(_) | Self::SharedMarks(_) => {
                "once nobody calls one any more, delete it by its line under \
                 `removed`"
                    .into()
            }
            Self::AbruptKeys(_) => "declare a new key beside the old one \
                                    first, which leaves no gap; between a \
                                    secret and keys there always is one"
                .into(),
            Self::UnaskedGrants(_) => "in the tenant, have them be optional \
                                       scopes of the client, as Grantry gives \
                                       them"
                .into(),
            Self::LongGrants { .. } => {
                "have each service ask for those that it needs".into()
            }
            Self::StrayScopes(_) => "delete them in the tenant, or declare \
                                     their API, which takes them over"
                .into(),
            Self::UnreadableMark { reason, .. } => return reason.next_step(),
            Self::Done(_) => "take them out, or mend their spelling".into(),
            Self::Orphans {
                because: Staying::NoEvidence,
                ..
            }
            | Self::Protected(_)
            | Self::UnexpectedCallers(_)
            | Self::LosingCallers(_)
            | Self::RevivedGrants(_)
            | Self::Unmarked(_)
            | Self::TakenScopes(_)
            | Self::BentScopes(_)
            | Self::CopiedMark { .. }
            | Self::NotOurs(_)
            | Self::Outliving(_) => return None,
        })
    }
}

/// Why what is ours and not declared stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Staying {
    /// The configuration does not prune.
    NotPruned,
    /// Its client carries no mark yet, so the tenant holds no
    /// evidence that it is ours.
    NoEvidence,
}

/// A grant of this stack that is not declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrphanGrant {
    /// Which grant.
    pub address: Address,
    /// The scopes it confers; none for every scope.
    pub scopes: Option<Vec<String>>,
}

/// A scope that is taken over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TakenScope {
    /// Its API.
    pub audience: Identifier,
    /// What it is called there.
    pub scope: String,
}

/// An API that carries the mark of one that is declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SharedMark {
    /// The one that is not declared.
    pub identifier: Identifier,
    /// The one that is.
    pub key: Key,
}

/// A scope of this stack that is for something else now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BentScope {
    /// The API that it was made for.
    pub audience: Identifier,
    /// What it is called there.
    pub scope: String,
    /// The API that its tokens are for now.
    pub instead: Identifier,
    /// The clients that hold it, by their display names.
    pub holders: Vec<String>,
}

/// An API that stays while another of its display name is created, as when an
/// identifier is changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormerServer {
    /// The new one.
    pub created: Address,
    /// The one that stays.
    pub identifier: Identifier,
}

/// A grant that somebody else holds on an API that is declared here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// The display name of its client.
    pub client: String,
    /// The API.
    pub audience: Identifier,
    /// The scopes it confers; none for every scope.
    pub scopes: Option<Vec<String>>,
}

/// An entry of the configuration that has done its work.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DoneEntry {
    /// No client carries this old key any more.
    MovedClient(Key),
    /// No client carries the mark of this old stack any more.
    MovedStack(StackName),
    /// The client is gone, or not ours any more.
    RemovedClient(Key),
    /// The resource server is gone.
    RemovedResourceServer(Identifier),
}
