//! Whether a whole run is worth another try, as exit code 75 says. How one
//! request is retried: `web::transport`.

use super::{ProviderError, UnreachableReason};

/// Whether the same, done again later, may end well though
/// nobody has mended anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// What stood in the way passes by itself: an engine may try again.
    Worthwhile,
    /// It takes a person to mend something first, or to look at what was done.
    Pointless,
}

impl ProviderError {
    /// Whether doing the same again is worth it. Where it
    /// is, nothing was written.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unreachable { silence, .. } => silence.retry(),
            // A tenant that is full of APIs, or that is busy: the one takes a
            // person, the other passes.
            Self::NotLocked { source } => source.retry(),
            Self::RateLimited { .. }
            | Self::OutOfTime { .. }
            | Self::Incomplete { .. }
            | Self::Locked { .. }
            | Self::LockHeld { .. }
            | Self::LockLost { .. }
            | Self::NotListedAgain { .. }
            // The server, or what stands before it, is busy or starting.
            | Self::Rejected {
                status: 408 | 500..=599,
                ..
            } => Retry::Worthwhile,
            Self::Rejected { .. }
            | Self::Settings(_)
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::MissingScopes { .. }
            | Self::Unexpected { .. }
            | Self::File { .. }
            | Self::NotATenant { .. }
            | Self::NewerTenant { .. }
            | Self::AlreadyExists { .. }
            | Self::ChangedSince { .. }
            | Self::NotLookedAt { .. }
            | Self::Gone { .. }
            // Something was written, whatever went wrong then.
            | Self::Partly { .. } => Retry::Pointless,
        }
    }
}

impl UnreachableReason {
    /// Whether asking again is worth it. A name may be unknown only because the
    /// network is not there yet, as in a container that has just started.
    #[must_use]
    pub fn retry(self) -> Retry {
        match self {
            Self::Name | Self::Time | Self::Connection => Retry::Worthwhile,
            Self::Certificate | Self::PlainHttp | Self::Https => {
                Retry::Pointless
            }
        }
    }
}

#[cfg(all(test, feature = "auth0"))]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::super::{
        ForbiddenReason, Gap, OutOfTimeReason, RejectedReason,
        UnauthorizedReason,
    };
    use super::*;
    use crate::model::Address;
    use crate::provider::auth0::InvalidSetting;

    fn url() -> String {
        "https://acme.eu.auth0.com/".to_owned()
    }

    fn request() -> String {
        "GET /api/v2/clients".to_owned()
    }

    fn reason() -> String {
        String::new()
    }

    fn file() -> PathBuf {
        "tenant.json".into()
    }

    fn rejected(status: u16) -> ProviderError {
        ProviderError::Rejected {
            request: request(),
            status,
            objection: RejectedReason::Other,
            reason: reason(),
            next_step: None,
        }
    }

    fn unreachable(silence: UnreachableReason) -> ProviderError {
        ProviderError::Unreachable {
            url: url(),
            silence,
            reason: reason(),
            next_step: None,
        }
    }

    #[test]
    fn what_passes_by_itself_is_worth_another_try() {
        for error in [
            unreachable(UnreachableReason::Name),
            unreachable(UnreachableReason::Time),
            unreachable(UnreachableReason::Connection),
            ProviderError::RateLimited {
                request: request(),
            },
            ProviderError::OutOfTime {
                request: request(),
                wait: OutOfTimeReason::TooManyRequests,
            },
            ProviderError::Incomplete {
                listing: "clients",
                gap: Gap::Moved,
            },
            ProviderError::Locked { path: file() },
            ProviderError::LockHeld {
                holder: "a job".to_owned(),
                until: "later".to_owned(),
            },
            ProviderError::LockLost {
                reason: reason(),
            },
            ProviderError::NotListedAgain {
                reason: reason(),
            },
            rejected(408),
            rejected(500),
            rejected(503),
            rejected(599),
        ] {
            assert_eq!(error.retry(), Retry::Worthwhile, "{error}");
        }
    }

    #[test]
    fn what_takes_a_person_to_mend_is_not_worth_another_try() {
        for error in [
            unreachable(UnreachableReason::Certificate),
            unreachable(UnreachableReason::PlainHttp),
            unreachable(UnreachableReason::Https),
            ProviderError::Settings(Box::new(InvalidSetting::NoDomain)),
            ProviderError::Unauthorized {
                url: url(),
                distrust: UnauthorizedReason::Expired,
                reason: reason(),
                next_step: None,
            },
            ProviderError::Forbidden {
                request: request(),
                denial: ForbiddenReason::EntityLimit,
                reason: reason(),
                next_step: None,
            },
            ProviderError::MissingScopes {
                client: "me".parse().unwrap(),
                api: "https://acme/api/v2/".parse().unwrap(),
                missing: ["read:clients".to_owned()].into(),
                next_step: None,
            },
            rejected(400),
            rejected(404),
            rejected(409),
            ProviderError::Unexpected {
                request: request(),
                reason: reason(),
            },
        ] {
            assert_eq!(error.retry(), Retry::Pointless, "{error}");
        }
    }

    #[test]
    fn what_a_file_or_an_object_is_does_not_pass_by_itself() {
        let address =
            || Box::new(Address::ResourceServer("maps".parse().unwrap()));

        for error in [
            ProviderError::File {
                action: "write",
                path: file(),
                source: io::ErrorKind::StorageFull.into(),
            },
            ProviderError::NotATenant {
                path: file(),
                reason: reason(),
            },
            ProviderError::NewerTenant {
                path: file(),
                version: 2,
                known: 1,
            },
            ProviderError::AlreadyExists {
                address: address(),
            },
            ProviderError::ChangedSince {
                address: address(),
            },
            ProviderError::NotLookedAt {
                address: address(),
            },
            ProviderError::Gone {
                address: address(),
            },
        ] {
            assert_eq!(error.retry(), Retry::Pointless, "{error}");
        }
    }

    #[test]
    fn what_was_written_in_part_is_not_worth_another_try_whatever_went_wrong_then()
     {
        let error = ProviderError::Partly {
            done: "the key was added".to_owned(),
            source: Box::new(ProviderError::RateLimited {
                request: request(),
            }),
        };

        assert_eq!(error.retry(), Retry::Pointless, "{error}");
    }
}
