//! What goes wrong, where and how often.
//!
//! ```text
//! SPEC    = TARGET ":" KIND [":" OPTION {"," OPTION}]
//! TARGET  = "*" | METHOD " " PATH          METHOD: * GET POST PATCH DELETE
//! PATH    = "*" | below /api/v2, where a segment may be "*" | "/oauth/token"
//! KIND    = STATUS | "reset"               before the handler
//!         | "commit-then-" (STATUS | "reset")                       after it
//!         | "twice" | "short-page" | "truncate" | "slow=" DURATION
//!         | "lag=" DURATION                                         of searches alone
//! OPTION  = "nth=" N | "every=" N | "p=" P | "seed=" S | "retry-after=" SECONDS
//! ```

use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

use axum::http::StatusCode;

use super::random::random_number;
use super::target::{RequestLine, Target};

/// Before a fault that comes after the handler.
pub(super) const AFTER_HANDLER: &str = "commit-then-";

/// One thing that goes wrong, read from a text such as `POST
/// /clients:commit-then-500:nth=3`, `PATCH *:429:retry-after=1`,
/// `*:reset:p=0.05,seed=7` or `*:slow=30s`.
///
/// The target is a method and a path below `/api/v2` (or `/oauth/token`), each
/// of which may be `*`; a segment of a path may be `*` too, for an id. `*`
/// alone is every request.
///
/// - a status from 400 to 599: the request is not carried out, and this is the
///   answer;
/// - `reset`: it is not carried out, and the connection is closed without an
///   answer;
/// - `commit-then-500` (or another status), `commit-then-reset`: the same, but
///   it is carried out;
/// - `twice`: it is carried out two times, as when a proxy on the way tries
///   again, and answered as the second time;
/// - `short-page`: a listing with a total lacks its last object;
/// - `truncate`: it is carried out, and the answer ends after half of its body,
///   as if that were all;
/// - `slow=DURATION`: it is carried out and answered, after so long;
/// - `lag=DURATION`: a search knows only what was there so long ago. Other
///   requests it is not about.
///
/// The options: `nth=N` is the Nth matching request alone, counted from 1;
/// `every=N` is every Nth; `p=P` is a share of them from 0 to 1, drawn from
/// `seed=S` (0) alike in every run; `retry-after=SECONDS` goes with a status.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub(super) target: Target,
    pub(super) kind: FaultKind,
    pub(super) when: When,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    Status {
        stage: Stage,
        status: StatusCode,
        retry_after: Option<u32>,
    },
    Reset(Stage),
    Twice,
    ShortPage,
    Truncate,
    Slow(Duration),
    Lag(Duration),
}

/// Whether the handler has done what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    BeforeHandler,
    AfterHandler,
}

/// Which of the matching requests it happens to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum When {
    Always,
    Nth(NonZeroU64),
    Every(NonZeroU64),
    Sometimes { share: f64, seed: u64 },
}

impl Fault {
    pub(super) fn applies_to(&self, line: &RequestLine) -> bool {
        let is_of_kind = match self.kind {
            FaultKind::Lag(_) => line.endpoint.is_search(),
            _ => true,
        };
        is_of_kind && self.target.matches(line)
    }

    /// How far the searches are behind that it is about.
    pub(super) fn search_lag(&self) -> Duration {
        match self.kind {
            FaultKind::Lag(lag) => lag,
            _ => Duration::ZERO,
        }
    }

    /// What happens to the `count`th request that it applies to.
    pub(super) fn trigger(&self, count: u64) -> Option<FaultKind> {
        let is_triggered = match self.when {
            When::Always => true,
            When::Nth(nth) => count == nth.get(),
            When::Every(every) => count.is_multiple_of(every.get()),
            When::Sometimes { share, seed } => {
                random_number(seed, count) < share
            }
        };
        is_triggered.then_some(self.kind)
    }
}

/// As it is written, but for the options.
impl fmt::Display for FaultKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status {
                stage, status, ..
            } => write!(formatter, "{stage}{}", status.as_u16()),
            Self::Reset(stage) => write!(formatter, "{stage}reset"),
            Self::Twice => formatter.write_str("twice"),
            Self::ShortPage => formatter.write_str("short-page"),
            Self::Truncate => formatter.write_str("truncate"),
            Self::Slow(delay) => {
                write!(formatter, "slow={}ms", delay.as_millis())
            }
            Self::Lag(lag) => write!(formatter, "lag={}ms", lag.as_millis()),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeHandler => Ok(()),
            Self::AfterHandler => formatter.write_str(AFTER_HANDLER),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_called_as_it_is_written() {
        for kind in [
            "500",
            "commit-then-429",
            "reset",
            "commit-then-reset",
            "twice",
            "short-page",
            "truncate",
            "slow=250ms",
            "lag=250ms",
        ] {
            let fault: Fault = format!("*:{kind}").parse().unwrap();
            assert_eq!(fault.kind.to_string(), kind);
        }
    }

    /// Which of the first ten requests the fault happens to.
    fn list_triggers(spec: &str) -> Vec<u64> {
        let fault: Fault = spec.parse().unwrap();
        (1..=10)
            .filter(|count| fault.trigger(*count).is_some())
            .collect()
    }

    #[test]
    fn options_say_which_of_the_matching_requests() {
        assert_eq!(list_triggers("*:reset").len(), 10);
        assert_eq!(list_triggers("*:reset:nth=3"), [3]);
        assert_eq!(list_triggers("*:reset:every=4"), [4, 8]);
        assert!(list_triggers("*:reset:p=0").is_empty());
        assert_eq!(list_triggers("*:reset:p=1").len(), 10);

        let some = list_triggers("*:reset:p=0.5,seed=7");
        assert!((1..10).contains(&some.len()), "{some:?}");
        assert_eq!(some, list_triggers("*:reset:seed=7,p=0.5"));
        assert_ne!(some, list_triggers("*:reset:p=0.5,seed=8"));
    }
}
