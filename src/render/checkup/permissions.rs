//! What a token allows.

use std::collections::BTreeSet;

use super::{COLUMN, Diagnosis, Subject};
use crate::provider::auth0::{Permissions, Reach};
use crate::render::text::{WIDTH, count, length, safe};

impl Diagnosis {
    /// What the token is enough for, what it lacks, and what it has too much.
    #[must_use]
    pub fn permissions(permissions: &Permissions) -> Self {
        let Permissions {
            reach,
            missing_to_plan,
            missing_to_apply,
            beyond,
        } = permissions;
        let reach = match reach {
            Reach::Nothing => "not enough to plan",
            Reach::Plan => "enough to plan; it cannot write",
            Reach::PartOfApply => "enough to plan, but not to apply",
            Reach::Apply => "enough to plan and to apply",
        };
        let mut findings = vec![reach.to_owned()];

        if !missing_to_plan.is_empty() {
            let missing = join_scopes(missing_to_plan);
            findings.push(format!("missing to plan: {missing}"));
        }
        if !missing_to_apply.is_empty() {
            let missing = join_scopes(missing_to_apply);
            findings.push(format!("missing to apply: {missing}"));
        }
        if !beyond.is_empty() {
            let beyond: Vec<&str> = beyond
                .iter()
                .map(String::as_str)
                .collect();
            findings.push(fit_in_line("too much: ", &beyond));
        }
        Self::new(Subject::Scopes, permissions.health(), findings)
    }
}

/// All of the scopes: each that is missing has to be added.
fn join_scopes(scopes: &BTreeSet<String>) -> String {
    let scopes: Vec<&str> = scopes
        .iter()
        .map(String::as_str)
        .collect();

    scopes.join(" ")
}

/// As many names as fit on the line, and how many more there are.
fn fit_in_line(label: &str, names: &[&str]) -> String {
    let number = count(names.len(), ("scope", "scopes"));
    let mut best = format!("{label}{number}");

    for shown in 1..=names.len() {
        let (head, rest) = names.split_at(shown);
        let head = safe(&head.join(", "));
        let more = match rest.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };

        let line = format!("{label}{head}{more}");
        // Not the end where it is too long: all of them, with no count behind,
        // may fit again.
        if length(&line) <= WIDTH - COLUMN {
            best = line;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_fits_on_one_line() {
        let names: Vec<String> = (10..99)
            .map(|number| format!("read:things_{number}"))
            .collect();
        let names: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .collect();
        assert_eq!(
            fit_in_line("x: ", &names),
            "x: read:things_10, read:things_11 and 87 more"
        );
        assert_eq!(
            fit_in_line("x: ", &names[..2]),
            "x: read:things_10, read:things_11"
        );
        let long = "s".repeat(90);
        assert_eq!(fit_in_line("x: ", &[&long]), "x: 1 scope");
    }
}
