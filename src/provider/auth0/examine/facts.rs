//! What there is to find out about a tenant, and how good each answer is.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use crate::model::{ClientId, Identifier, RateLimit, Reserve};
use crate::provider::Health;
use crate::provider::auth0::http::Reading;
use crate::provider::auth0::site::DomainName;
use crate::words::sanitize;

/// A tenant that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Where it was asked.
    pub domain: String,
    /// What that domain is to the tenant.
    pub name: DomainName,
    /// What the tenant calls itself there.
    pub issuer: Issuer,
    /// How long it took to answer.
    pub took: Duration,
}

/// What a tenant calls itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Issuer {
    /// The address it was asked at.
    Same,
    /// Something else, fit to be shown.
    Other(String),
}

impl Issuer {
    pub(super) fn of(issuer: &str, expected: &str) -> Self {
        if issuer == expected {
            Self::Same
        } else {
            Self::Other(sanitize(issuer))
        }
    }
}

impl Site {
    /// A tenant under another name may still be the right one.
    #[must_use]
    pub fn health(&self) -> Health {
        match self.issuer {
            Issuer::Same => Health::Good,
            Issuer::Other(_) => Health::Doubtful,
        }
    }
}

/// A token of the Management API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The client it was issued to.
    pub client: ClientId,
    /// What it is for.
    pub api: Identifier,
    /// How long it counts.
    pub life: Expiry,
}

/// How long a token counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// So long from now on.
    Left(Duration),
    /// Not any more, since so long.
    Expired(Duration),
    /// It does not say.
    Unsaid,
}

impl Expiry {
    pub(super) fn until(end: SystemTime, now: SystemTime) -> Self {
        match end.duration_since(now) {
            Ok(left) if !left.is_zero() => Self::Left(left),
            Ok(over) => Self::Expired(over),
            Err(error) => Self::Expired(error.duration()),
        }
    }
}

impl Token {
    /// A token that has ended is of no use.
    #[must_use]
    pub fn health(&self) -> Health {
        match self.life {
            Expiry::Left(_) | Expiry::Unsaid => Health::Good,
            Expiry::Expired(_) => Health::Bad,
        }
    }
}

/// What a token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// What it is enough for.
    pub reach: Reach,
    /// The scopes that planning lacks.
    pub missing_to_plan: BTreeSet<String>,
    /// The scopes that planning and applying lack.
    pub missing_to_apply: BTreeSet<String>,
    /// The scopes that neither takes.
    pub beyond: BTreeSet<String>,
}

/// What a token is enough for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Not even planning.
    Nothing,
    /// Planning, and not a single write.
    Plan,
    /// Planning, and some of the writes.
    PartOfApply,
    /// Planning and applying.
    Apply,
}

impl Permissions {
    /// To plan is enough; to be allowed half of what applying takes, or more
    /// than any of it, is hardly meant.
    #[must_use]
    pub fn health(&self) -> Health {
        match self.reach {
            Reach::Nothing => Health::Bad,
            Reach::Plan | Reach::Apply if self.beyond.is_empty() => {
                Health::Good
            }
            Reach::Plan | Reach::PartOfApply | Reach::Apply => Health::Doubtful,
        }
    }
}

/// How fast a tenant may be spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// What its answers say of the Management API; none if they do not.
    pub others: Option<Allowance>,
    /// What they say of listing clients, where that is limited apart.
    pub client_listing: Option<Allowance>,
    /// What the configuration says instead.
    pub told: Option<RateLimit>,
    /// What is left to others.
    pub reserve: Reserve,
    /// What one plan costs, without its token; none if
    /// not everything can be seen.
    pub plan: Option<ReadingCost>,
}

/// What a tenant allows at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many requests.
    pub limit: u32,
    /// How many of them were left at the last answer.
    pub left: u32,
}

impl Allowance {
    pub(super) fn of(reading: Reading) -> Self {
        Self {
            limit: reading.limit,
            left: reading.remaining,
        }
    }
}

impl Limits {
    /// A configuration that tells of more than there is will see refusals.
    #[must_use]
    pub fn health(&self) -> Health {
        match (self.told, self.others) {
            // Only the burst can be compared: an answer does not tell how fast
            // its bucket fills.
            (Some(told), Some(shown)) if told.burst() > shown.limit => {
                Health::Doubtful
            }
            _ => Health::Good,
        }
    }
}

/// What reading the tenant for a plan costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingCost {
    /// How many requests it takes, if none has to be repeated.
    pub requests: usize,
    /// How long these take under the tenant's limits; none
    /// where these are not known.
    pub time: Option<Duration>,
}
