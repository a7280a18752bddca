//! What a review found, with the lines it is about.

use std::collections::BTreeSet;

use super::problems::{MOST, show_remarks};
use super::remark::Remark;
use super::style::{STRONG, styled};
use super::text::safe;
use super::weight::{Weight, count_weights};
use crate::config::Sources;
use crate::review::Finding;

/// Every finding with the lines it is about, and what they come to. `base` is
/// what the configuration was compared with.
#[must_use]
pub fn findings(findings: &[Finding], sources: &Sources, base: &str) -> String {
    let since = format!("since {}", safe(base));
    if findings.is_empty() {
        return format!("No findings {since}.\n");
    }

    let remarks = findings.iter().map(Remark::of_finding);
    let shown = show_remarks(remarks, MOST, sources);
    let counts = count_weights(findings.iter().map(Weight::of));
    let waivers = suggest_waivers(findings);
    format!(
        "{shown}{} {since}\n{waivers}",
        styled(STRONG, counts)
    )
}

/// More waivers are not suggested: whoever wants so many
/// has something else in mind.
const MOST_WAIVERS: usize = 10;

/// What to put in for errors that are meant, and when.
fn suggest_waivers(findings: &[Finding]) -> String {
    let errors = findings
        .iter()
        .filter(|finding| finding.is_refusal());
    // Each once: one waiver is enough for all findings
    // of a kind about an object.
    let waivers: BTreeSet<String> = errors
        .map(|finding| {
            // As JSON, which YAML reads: a name may hold what is more than text
            // without quotes.
            let object = serde_json::Value::from(finding.object.as_str());
            let object = safe(&object.to_string());
            let id = finding.id;
            format!(
                "  - {{ finding: {id}, object: {object}, reason: …, until: \
                 YYYY-MM-DD }}\n"
            )
        })
        .collect();
    if waivers.is_empty() || waivers.len() > MOST_WAIVERS {
        return String::new();
    }

    let waivers: Vec<String> = waivers.into_iter().collect();
    format!(
        "\nWhat is meant all the same takes a waiver, in a change before this \
         one:\n\n  waivers:\n{}",
        waivers.concat()
    )
}
