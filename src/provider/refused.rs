//! Why a tenant says no, or nothing at all, told apart by what to do about it.

use std::collections::BTreeSet;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnreachableReason {
    /// Nobody knows a host of that name.
    Name,
    /// Somebody is there whose certificate is not trusted, or who does not
    /// speak TLS as we do.
    Certificate,
    /// Somebody is there who was spoken to in TLS, and speaks plain http.
    PlainHttp,
    /// Somebody is there who was spoken to in plain http, and speaks TLS.
    Https,
    /// It took too long.
    Time,
    /// Nobody is there, or the connection broke.
    Connection,
}

/// What a request waited for until the time of the run was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutOfTimeReason {
    /// An answer, or its turn.
    Answer,
    /// The tenant, which answered each time that there were too many requests:
    /// to this one, or to another while it had its turn.
    TooManyRequests,
}

/// Why credentials are not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnauthorizedReason {
    /// The client's id and its secret, or key, do not belong together.
    Credentials,
    /// What was sent as a token is none.
    NoToken,
    /// The token has expired.
    Expired,
    /// The token is for another API.
    Audience,
    /// The token is not from this tenant, or not from
    /// this domain of the tenant.
    Issuer,
    /// The tenant does not say.
    Unsaid,
}

/// Why something is not allowed to good credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForbiddenReason {
    /// The token has none of these scopes of the Management
    /// API, one of which is needed.
    Scope {
        /// The scopes.
        any_of: BTreeSet<String>,
    },
    /// Our client has no grant on the Management API.
    NoGrant,
    /// Our client is not granted what it asked for.
    ScopeNotGranted,
    /// Our client may not ask for tokens of its own.
    GrantType,
    /// The tenant has no such Management API.
    Audience,
    /// The tenant's plan does not include it.
    Plan,
    /// The tenant holds as many objects of the kind as its plan allows.
    EntityLimit,
    /// The tenant does not say.
    Unsaid,
}

/// What a tenant has against a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RejectedReason {
    /// The object is not there.
    NotFound,
    /// There is such an object already.
    Conflict,
    /// These fields cannot be changed once the object is there.
    Immutable {
        /// Their names, as the tenant has them.
        fields: BTreeSet<String>,
    },
    /// The tenant does not know these fields.
    UnknownFields {
        /// Their names, as the tenant has them.
        fields: BTreeSet<String>,
    },
    /// The identifier or name is kept for the tenant itself.
    Reserved,
    /// The object is the tenant's own, and cannot be changed or deleted.
    System,
    /// Pages this far into a listing are not given.
    Paging,
    /// Something else.
    Other,
}
