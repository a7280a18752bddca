//! What can go wrong between Grantry and a tenant, and what to do then.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{
    ForbiddenReason, Gap, OutOfTimeReason, RejectedReason, UnauthorizedReason,
    UnreachableReason,
};
use crate::model::{
    Address, Advice, ClientId, Identifier, Step, Term, safe_path, step,
};
use crate::words::quote_all;

/// What to do where the tenant is not what it was.
pub(crate) const TENANT_HAS_CHANGED: &str =
    "the tenant has changed since it was read: plan again";

/// What is wrong with the settings of a provider: each has settings of its own.
pub trait SettingsError: std::error::Error + Advice + Send + Sync {}

/// What can go wrong between Grantry and a tenant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// The provider's settings do not make sense.
    #[error("{0}")]
    Settings(Box<dyn SettingsError>),
    /// The tenant could not be reached, or the connection broke.
    #[error("no answer from {url}: {reason}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// What it comes to.
        silence: UnreachableReason,
        /// Why there was no answer.
        reason: String,
        /// What the provider advises.
        next_step: Option<Step>,
    },
    /// The tenant did not accept the credentials.
    #[error("{url} refused the credentials: {reason}")]
    Unauthorized {
        /// What was asked.
        url: String,
        /// What it comes to.
        distrust: UnauthorizedReason,
        /// What the tenant said.
        reason: String,
        /// What the provider advises.
        next_step: Option<Step>,
    },
    /// The credentials are good, but do not allow this.
    #[error("{request} is not allowed: {reason}")]
    Forbidden {
        /// What was asked.
        request: String,
        /// What it comes to.
        denial: ForbiddenReason,
        /// What the tenant said.
        reason: String,
        /// What the provider advises.
        next_step: Option<Step>,
    },
    /// The credentials are good, but it is known that they do not allow what
    /// the run needs.
    #[error(
        "the token of client `{client}` lacks scopes of `{api}` that this run \
         needs: {}",
        quote_all(missing, ", ")
    )]
    MissingScopes {
        /// The id of our own client.
        client: ClientId,
        /// The Management API.
        api: Identifier,
        /// All of the scopes.
        missing: BTreeSet<String>,
        /// What the provider advises.
        next_step: Option<Step>,
    },
    /// Too many requests, even after waiting.
    #[error("{request} was refused for too many requests")]
    RateLimited {
        /// What was asked.
        request: String,
    },
    /// The time of the run was over before this was answered. Where a write is
    /// not unknown, nothing of it was carried out.
    #[error("{request} {}", match wait {
        OutOfTimeReason::Answer => {
            "was not answered: the time of this run is over"
        }
        OutOfTimeReason::TooManyRequests => {
            "was not let through: the tenant answered `too many requests` \
             until the time of this run was over"
        }
    })]
    OutOfTime {
        /// What was asked, or was to be.
        request: String,
        /// What it waited for.
        wait: OutOfTimeReason,
    },
    /// The tenant refused the request itself.
    #[error("{request} was refused with {status}: {reason}")]
    Rejected {
        /// What was asked.
        request: String,
        /// The HTTP status.
        status: u16,
        /// What it comes to.
        objection: RejectedReason,
        /// What the tenant said.
        reason: String,
        /// What the provider advises.
        next_step: Option<Step>,
    },
    /// An answer was not what it should be.
    #[error("{request} gave an answer that makes no sense: {reason}")]
    Unexpected {
        /// What was asked.
        request: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// A reading of the tenant does not agree with itself,
    /// however often it is repeated.
    #[error("the listing of {listing} is not complete: {gap}")]
    Incomplete {
        /// Which listing.
        listing: &'static str,
        /// What does not agree.
        gap: Gap,
    },
    /// A tenant file could not be read or written.
    // Whoever opens a pull request may choose the name of a tenant file, so it
    // is shown as foreign text.
    #[error("cannot {action} {}: {source}", safe_path(path))]
    File {
        /// What was tried, as in "cannot ...".
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A tenant file is damaged, or not a tenant file at all.
    #[error("{} is not a Grantry tenant file: {reason}", safe_path(path))]
    NotATenant {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A tenant file was written by a newer Grantry.
    #[error(
        "{} has version {version}; this Grantry reads up to version {known}",
        safe_path(path)
    )]
    NewerTenant {
        /// Which file.
        path: PathBuf,
        /// Its version.
        version: u64,
        /// The newest version this Grantry knows.
        known: u64,
    },
    /// A write of several steps ended before the last one.
    #[error("{source}; before that, {done}")]
    Partly {
        /// What was done all the same.
        done: String,
        /// What went wrong then.
        source: Box<Self>,
    },
    /// The clients could not be listed again before one
    /// was created or taken over.
    #[error(
        "it was not tried: the clients could not be listed once more \
         ({reason})"
    )]
    NotListedAgain {
        /// Why.
        reason: String,
    },
    /// Another run holds the lock of the stack.
    #[error("the stack is locked by {holder}, until {until}")]
    LockHeld {
        /// Who holds it.
        holder: String,
        /// Until when, by the tenant's own clock.
        until: String,
    },
    /// The stack could not be locked, for another reason than
    /// that another run has it.
    #[error("the stack could not be locked, and nothing was written: {source}")]
    NotLocked {
        /// Why.
        source: Box<Self>,
    },
    /// The lock of the stack was not kept: another run may have it now.
    #[error("the lock of the stack is lost: {reason}")]
    LockLost {
        /// How that is known.
        reason: String,
    },
    /// Another Grantry is writing to the same tenant file.
    #[error("{} is being written by another process", safe_path(path))]
    Locked {
        /// Which file.
        path: PathBuf,
    },
    /// There is an object at the address already.
    #[error("{address} is in the tenant already")]
    AlreadyExists {
        /// Which object.
        address: Box<Address>,
    },
    /// The object to be changed or deleted is not what it
    /// was when that was decided.
    #[error("{address} has changed since the plan, and stays")]
    ChangedSince {
        /// Which object.
        address: Box<Address>,
    },
    /// Nobody looked at what a change relies on when it was planned: the
    /// snapshot was not completed.
    #[error(
        "{address} was planned without a look at what is kept beside it, and \
         stays"
    )]
    NotLookedAt {
        /// Which object.
        address: Box<Address>,
    },
    /// The object to be changed is not there any more.
    #[error("{address} is not in the tenant any more")]
    Gone {
        /// Which object.
        address: Box<Address>,
    },
}

impl Advice for ProviderError {
    fn id(&self) -> &'static str {
        match self {
            Self::Settings(error) => error.id(),
            Self::Unreachable { .. } => "unreachable",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Forbidden { .. } => "forbidden",
            Self::MissingScopes { .. } => "missing-scopes",
            Self::RateLimited { .. } => "rate-limited",
            Self::OutOfTime { .. } => "out-of-time",
            Self::Rejected { .. } => "rejected",
            Self::Unexpected { .. } => "unexpected-answer",
            Self::Incomplete { .. } => "incomplete-reading",
            Self::File { .. } => "tenant-file",
            Self::NotATenant { .. } => "not-a-tenant-file",
            Self::NewerTenant { .. } => "newer-tenant-file",
            Self::Partly { .. } => "partly-written",
            Self::NotListedAgain { .. } => "not-listed-again",
            Self::LockHeld { .. } => "lock-held",
            Self::NotLocked { .. } => "not-locked",
            Self::LockLost { .. } => "lock-lost",
            Self::Locked { .. } => "tenant-file-locked",
            Self::AlreadyExists { .. } => "already-exists",
            Self::ChangedSince { .. } => "changed-since",
            Self::NotLookedAt { .. } => "not-looked-at",
            Self::Gone { .. } => "gone",
        }
    }

    fn next_step(&self) -> Option<Step> {
        Some(match self {
            Self::Settings(error) => return error.next_step(),
            Self::Unreachable { next_step, .. }
            | Self::Unauthorized { next_step, .. }
            | Self::Forbidden { next_step, .. }
            | Self::MissingScopes { next_step, .. }
            | Self::Rejected { next_step, .. } => return next_step.clone(),
            // The step is about what went wrong: what was done before that
            // takes none.
            Self::Partly { source, .. } => return source.next_step(),
            Self::RateLimited { .. } => {
                step![
                    "try again later, or with a smaller ",
                    Term::Parallelism
                ]
            }
            Self::OutOfTime { wait, .. } => advise_on_time(*wait),
            Self::Incomplete { .. } => {
                "someone else may be changing the tenant: try again".into()
            }
            Self::NotATenant { .. } => {
                step![
                    "the file was left as it is; name another file with ",
                    Term::TenantFile,
                ]
            }
            Self::NewerTenant { .. } => "use a newer Grantry".into(),
            Self::Locked { .. } => {
                step![
                    "wait for the other run to end, with ",
                    Term::LockTimeout
                ]
            }
            Self::LockHeld { .. } => wait_for_holder(),
            Self::NotLocked { source } => advise_on_lock(source),
            Self::LockLost { .. } => {
                "apply again: another run may have taken the stack over".into()
            }
            Self::NotListedAgain { .. } => {
                "apply again for what was not done".into()
            }
            Self::NotLookedAt { .. } => {
                "read the tenant with `provider::observe`".into()
            }
            Self::Gone { .. }
            | Self::ChangedSince { .. }
            | Self::AlreadyExists { .. } => TENANT_HAS_CHANGED.into(),
            Self::File { .. } => {
                step![
                    "to keep the tenant elsewhere, name a file with ",
                    Term::TenantFile
                ]
            }
            Self::Unexpected { .. } => return None,
        })
    }
}

fn advise_on_time(wait: OutOfTimeReason) -> Step {
    match wait {
        OutOfTimeReason::Answer => {
            step!["give the run more time with ", Term::Deadline]
        }
        OutOfTimeReason::TooManyRequests => step![
            "try again later, or give the run more time with ",
            Term::Deadline
        ],
    }
}

fn wait_for_holder() -> Step {
    step![
        "wait for that run with ",
        Term::LockTimeout,
        "; if it is gone, ",
        Term::Unlock,
        " removes its lock",
    ]
}

/// What to do where this has kept the lock from being taken.
fn advise_on_lock(source: &ProviderError) -> Step {
    let without = step![
        "where it is sure that no other run is about, ",
        Term::NoLock,
        " does without",
    ];

    match source.next_step() {
        Some(step) => step.then("; ", without),
        None => without,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hostile_path() -> PathBuf {
        PathBuf::from("a\n::error::\u{202e}")
    }

    /// Also for whoever prints it as it is.
    #[test]
    fn no_error_lets_the_name_of_a_file_speak() {
        for error in [
            ProviderError::File {
                action: "read",
                path: hostile_path(),
                source: std::io::Error::other("no"),
            },
            ProviderError::NotATenant {
                path: hostile_path(),
                reason: "it is none".to_owned(),
            },
            ProviderError::NewerTenant {
                path: hostile_path(),
                version: 3,
                known: 2,
            },
            ProviderError::Locked {
                path: hostile_path(),
            },
        ] {
            let said = error.to_string();
            assert!(
                said.contains("a\\n\\u{3a}:error::\\u{202e}"),
                "{said}"
            );
        }
    }
}
