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
        match (&finding.waiver, finding.level) {
            (Some(_), _) => Self::Waived,
            (None, Level::Error) => Self::Error,
            (None, Level::Warning) => Self::Warning,
        }
    }

    pub(super) fn of_view(finding: &FindingView) -> Self {
        match (&finding.waiver, finding.level) {
            (Some(_), _) => Self::Waived,
            (None, ProblemLevel::Error) => Self::Error,
            (None, ProblemLevel::Warning) => Self::Warning,
        }
    }
}

/// How many findings there are of each weight; empty where there are none.
pub(super) fn count_weights(weights: impl Iterator<Item = Weight>) -> String {
    let mut numbers: BTreeMap<Weight, usize> = BTreeMap::new();
    for weight in weights {
        *numbers.entry(weight).or_default() += 1;
    }

    let words = numbers
        .into_iter()
        .map(|(weight, number)| match weight {
            Weight::Error => count(number, ("error", "errors")),
            Weight::Warning => count(number, ("warning", "warnings")),
            Weight::Waived => format!("{number} waived"),
        });
    let words: Vec<String> = words.collect();
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
