//! What a token allows.

use std::collections::BTreeSet;

use super::{COLUMN, Check, Subject};
use crate::provider::auth0::{Permissions, Reach};
use crate::render::text::{WIDTH, count, safe};

impl Check {
    /// What the token is enough for, what it lacks, and what it has too much.
    #[must_use]
    pub fn permissions(permissions: &Permissions) -> Self {
        let Permissions {
            reach,
            missing_to_plan,
            missing_to_apply,
            beyond,
        } = permissions;
        let all = |scopes: &BTreeSet<String>| scopes.iter().cloned().collect::<Vec<_>>().join(" ");
        let mut said = vec![
            match reach {
                Reach::Nothing => "not enough to plan",
                Reach::Plan => "enough to plan; it cannot write",
                Reach::PartOfApply => "enough to plan, but not to apply",
                Reach::Apply => "enough to plan and to apply",
            }
            .to_owned(),
        ];
        if !missing_to_plan.is_empty() {
            said.push(format!("missing to plan: {}", all(missing_to_plan)));
        }
        if !missing_to_apply.is_empty() {
            said.push(format!("missing to apply: {}", all(missing_to_apply)));
        }
        if !beyond.is_empty() {
            let beyond: Vec<&str> = beyond.iter().map(String::as_str).collect();
            said.push(in_one_line("too much: ", &beyond));
        }
        Self::found(Subject::Scopes, permissions.health(), said)
    }
}

/// As many names as fit on the line, and how many more there are.
fn in_one_line(label: &str, names: &[&str]) -> String {
    let mut best = format!("{label}{}", count(names.len(), ("scope", "scopes")));
    for shown in 1..=names.len() {
        let (head, rest) = names.split_at(shown);
        let more = match rest.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let line = format!("{label}{}{more}", safe(&head.join(", ")));
        if line.chars().count() <= WIDTH - COLUMN {
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
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(
            in_one_line("x: ", &names),
            "x: read:things_10, read:things_11 and 87 more"
        );
        assert_eq!(
            in_one_line("x: ", &names[..2]),
            "x: read:things_10, read:things_11"
        );
        let long = "s".repeat(90);
        assert_eq!(in_one_line("x: ", &[&long]), "x: 1 scope");
    }
}
