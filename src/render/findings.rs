//! What a review found, with the lines it is about.

use super::problems::{MOST, show_remarks};
use super::remark::Remark;
use super::style::{STRONG, styled};
use super::text::{count, safe};
use crate::config::Sources;
use crate::review::{Finding, Level};

/// Every finding with the lines it is about, and what they come to. `base` is what the configuration was
/// compared with.
#[must_use]
pub fn findings(findings: &[Finding], sources: &Sources, base: &str) -> String {
    let since = format!("since {}", safe(base));
    if findings.is_empty() {
        return format!("No access gained and no safety lost {since}.\n");
    }

    let remarks = findings.iter().map(Remark::of_finding);
    let shown = show_remarks(remarks, MOST, sources);
    let counts = Counts::of(findings);
    let words = styled(STRONG, counts.in_words());
    let step = if counts.errors > 0 { WAIVING } else { "" };
    format!("{shown}{words} {since}\n{step}")
}

/// What to do about errors that are meant.
const WAIVING: &str =
    "What is meant all the same takes an entry under `waivers`, in a change before this one.\n";

/// How many findings there are of each weight.
struct Counts {
    errors: usize,
    warnings: usize,
    waived: usize,
}

impl Counts {
    fn of(findings: &[Finding]) -> Self {
        let of_level = |level| {
            let of_level = |finding: &&Finding| finding.level == level && finding.waiver.is_none();
            findings.iter().filter(of_level).count()
        };
        let errors = of_level(Level::Error);
        let warnings = of_level(Level::Warning);

        Self {
            errors,
            warnings,
            waived: findings.len() - errors - warnings,
        }
    }

    fn in_words(&self) -> String {
        let words = [
            (self.errors, ("error", "errors")),
            (self.warnings, ("warning", "warnings")),
            (self.waived, ("waived", "waived")),
        ];
        let words = words.into_iter().filter(|(number, _)| *number > 0);
        let words: Vec<String> = words.map(|(number, words)| count(number, words)).collect();
        words.join(", ")
    }
}
