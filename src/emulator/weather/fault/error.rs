//! Why a text is no fault.

use crate::emulator::weather::misspelt::misspelt;

/// What is wrong with the specification of a fault, and in which column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at column {column}: {problem}")]
pub struct FaultError {
    pub(super) column: usize,
    pub(super) problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("{}", misspelt(what, word, known))]
    Unknown {
        what: &'static str,
        word: String,
        known: &'static [&'static str],
    },
    #[error("`{word}` is not {expected}")]
    IsNot {
        word: String,
        expected: &'static str,
    },
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("`{0}` is said twice")]
    Twice(String),
    #[error("of `nth`, `every` and `p` only one may be said")]
    SeveralTimes,
    #[error("`seed` goes with `p`")]
    SeedWithoutShare,
    #[error("`retry-after` goes with a status, such as `429`")]
    RetryWithoutStatus,
}
