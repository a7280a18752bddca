//! What a review found, with the lines it is about.

use std::collections::BTreeSet;

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
        return format!("No findings {since}.\n");
    }

    let remarks = findings.iter().map(Remark::of_finding);
    let shown = show_remarks(remarks, MOST, sources);
    let counts = Counts::of(findings).in_words();
    let waivers = suggest_waivers(findings);
    format!("{shown}{} {since}\n{waivers}", styled(STRONG, counts))
}

/// More waivers are not suggested: whoever wants so many has something else in mind.
const MOST_WAIVERS: usize = 10;

/// What to put in for errors that are meant, and when.
fn suggest_waivers(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_refusal());
    let waivers: BTreeSet<String> = errors
        .map(|finding| {
            let object = serde_json::Value::from(finding.object.as_str());
            let object = safe(&object.to_string());
            let id = finding.id;
            format!("  - {{ finding: {id}, object: {object}, reason: …, until: YYYY-MM-DD }}\n")
        })
        .collect();
    if waivers.is_empty() || waivers.len() > MOST_WAIVERS {
        return String::new();
    }

    let waivers: Vec<String> = waivers.into_iter().collect();
    format!(
        "\nWhat is meant all the same takes a waiver, in a change before this one:\n\n  waivers:\n{}",
        waivers.concat()
    )
}

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
