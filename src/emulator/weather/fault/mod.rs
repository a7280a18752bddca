//! What goes wrong, where and how often.
//!
//! ```text
//! SPEC    = TARGET ":" KIND [":" OPTION {"," OPTION}]
//! TARGET  = "*" | METHOD " " PATH          METHOD: * GET POST PATCH DELETE
//! PATH    = "*" | below /api/v2, where a segment may be "*" | "/oauth/token"
//! KIND    = STATUS | "reset"               before the deed
//!         | "commit-then-" (STATUS | "reset")                          after it
//!         | "twice" | "short-page" | "truncate" | "slow=" DURATION
//! OPTION  = "nth=" N | "every=" N | "p=" P | "seed=" S | "retry-after=" SECONDS
//! ```

mod apply;
mod error;
mod options;
mod parse;
mod part;
mod target;

use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

use axum::http::StatusCode;

use self::target::Target;
use super::asked::Asked;
use super::draw::draw;
pub use error::FaultError;

/// Before a fault that comes after the deed.
const COMMIT: &str = "commit-then-";

/// One thing that goes wrong, read from a text such as `POST /clients:commit-then-500:nth=3`,
/// `PATCH *:429:retry-after=1`, `*:reset:p=0.05,seed=7` or `*:slow=30s`.
///
/// The target is a method and a path below `/api/v2` (or `/oauth/token`), each of which may be `*`;
/// a segment of a path may be `*` too, for an id. `*` alone is every request.
///
/// - a status from 400 to 599: the deed is not done, and this is the answer;
/// - `reset`: the deed is not done, and the connection is closed without an answer;
/// - `commit-then-500` (or another status), `commit-then-reset`: the same, but the deed is done;
/// - `twice`: the deed is done two times, as when a proxy on the way tries again, and answered as the
///   second time;
/// - `short-page`: a listing with a total lacks its last object;
/// - `truncate`: the deed is done, and the answer ends after half of its body, as if that were all;
/// - `slow=DURATION`: the deed is done and answered, after so long.
///
/// The options: `nth=N` is the Nth matching request alone, counted from 1; `every=N` is every Nth;
/// `p=P` is a share of them from 0 to 1, drawn from `seed=S` (0) alike in every run;
/// `retry-after=SECONDS` goes with a status.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    target: Target,
    kind: Kind,
    when: When,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Status {
        moment: Moment,
        status: StatusCode,
        retry_after: Option<u32>,
    },
    Reset(Moment),
    Twice,
    ShortPage,
    Truncate,
    Slow(Duration),
}

/// As it is written, but for the options.
impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { moment, status, .. } => write!(formatter, "{moment}{}", status.as_u16()),
            Self::Reset(moment) => write!(formatter, "{moment}reset"),
            Self::Twice => formatter.write_str("twice"),
            Self::ShortPage => formatter.write_str("short-page"),
            Self::Truncate => formatter.write_str("truncate"),
            Self::Slow(delay) => write!(formatter, "slow={}ms", delay.as_millis()),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeTheDeed => Ok(()),
            Self::AfterTheDeed => formatter.write_str(COMMIT),
        }
    }
}

/// Whether the tenant has done what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    BeforeTheDeed,
    AfterTheDeed,
}

/// Which of the matching requests it happens to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    Always,
    Nth(NonZeroU64),
    Every(NonZeroU64),
    Sometimes { share: f64, seed: u64 },
}

impl Fault {
    pub(super) fn concerns(&self, asked: &Asked) -> bool {
        self.target.matches(asked)
    }

    /// What happens to the `count`th request it concerns.
    pub(super) fn strikes(&self, count: u64) -> Option<Kind> {
        let strikes = match self.when {
            When::Always => true,
            When::Nth(nth) => count == nth.get(),
            When::Every(every) => count.is_multiple_of(every.get()),
            When::Sometimes { share, seed } => draw(seed, count) < share,
        };
        strikes.then_some(self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_called_as_it_is_written() {
        let lost = ["500", "commit-then-429", "reset", "commit-then-reset"];
        for kind in lost
            .into_iter()
            .chain(["twice", "short-page", "truncate", "slow=250ms"])
        {
            let fault: Fault = format!("*:{kind}").parse().unwrap();
            assert_eq!(fault.kind.to_string(), kind);
        }
    }

    #[test]
    fn options_say_which_of_the_matching_requests() {
        let strikes = |spec: &str| -> Vec<u64> {
            let fault: Fault = spec.parse().unwrap();
            (1..=10)
                .filter(|count| fault.strikes(*count).is_some())
                .collect()
        };
        assert_eq!(strikes("*:reset").len(), 10);
        assert_eq!(strikes("*:reset:nth=3"), [3]);
        assert_eq!(strikes("*:reset:every=4"), [4, 8]);
        assert!(strikes("*:reset:p=0").is_empty());
        assert_eq!(strikes("*:reset:p=1").len(), 10);
        let some = strikes("*:reset:p=0.5,seed=7");
        assert!((1..10).contains(&some.len()), "{some:?}");
        assert_eq!(some, strikes("*:reset:seed=7,p=0.5"));
        assert_ne!(some, strikes("*:reset:p=0.5,seed=8"));
    }
}
