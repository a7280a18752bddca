//! How much findings weigh, and why some count no more.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::document::{FindingView, ProblemLevel};
use super::text::count;
use crate::review::{Finding, Level};

/// How much a finding weighs, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    Error,
    Warning,
    /// It is known, whatever its level.
    Waived,
}

impl Weight {
    pub(super) fn of(finding: &Finding) -> Self {
        if finding.waiver.is_some() {
            return Self::Waived;
        }

        match finding.level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
        }
    }

    pub(super) fn of_view(finding: &FindingView) -> Self {
        if finding.waiver.is_some() {
            return Self::Waived;
        }

        match finding.level {
            ProblemLevel::Error => Self::Error,
            ProblemLevel::Warning => Self::Warning,
        }
    }

    fn in_words(self, number: usize) -> String {
        match self {
            Self::Error => count(number, ("error", "errors")),
            Self::Warning => count(number, ("warning", "warnings")),
            Self::Waived => format!("{number} waived"),
        }
    }
}

/// How many findings there are of each weight; empty where there are none.
pub(super) fn count_weights(weights: impl Iterator<Item = Weight>) -> String {
    let mut numbers: BTreeMap<Weight, usize> = BTreeMap::new();
    for weight in weights {
        *numbers.entry(weight).or_default() += 1;
    }

    let words: Vec<String> = numbers
        .into_iter()
        .map(|(weight, number)| weight.in_words(number))
        .collect();
    words.join(", ")
}

/// Why nobody need act on a finding, and how long.
pub(super) fn waived(reason: &str, until: impl Display) -> String {
    format!("waived until {until}: {reason}")
}

/// What to do about a finding, or why nothing need be done.
pub(super) fn step_of(finding: &FindingView) -> Option<String> {
    match &finding.waiver {
        Some(waiver) => Some(waived(&waiver.reason, &waiver.until)),
        None => finding.next_step.clone(),
    }
}
