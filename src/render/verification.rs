//! What tokens have proved of grants, for people.

use std::fmt::Write as _;

use super::document::{
    GrantVerificationView, VerificationVerdict, VerificationView,
};
use super::layout::Width;
use super::style::{CREATED, QUIET, REMOVED, styled};
use super::text::{count, counted, length, safe, words};

/// The longest verdict.
const VERDICT: usize = 12;
/// However long the names are, remarks are not broken into single words.
const REMARK: usize = 30;

/// What tokens have proved of grants.
#[must_use]
pub fn verification(view: &VerificationView, width: Width) -> String {
    if view.grants.is_empty() {
        return "There is no grant to verify.\n".to_owned();
    }

    let longest = |name: fn(&GrantVerificationView) -> &str| {
        let grants = view.grants.iter();
        grants
            .map(|grant| length(&safe(name(grant))))
            .max()
    };
    let columns = [
        longest(|grant| &grant.client).unwrap_or_default(),
        longest(|grant| &grant.resource_server).unwrap_or_default(),
    ];
    let rows = view
        .grants
        .iter()
        .map(|grant| row(grant, columns, width));
    let mut out: String = rows.collect();

    let counts = [
        VerificationVerdict::Verified,
        VerificationVerdict::Failed,
        VerificationVerdict::NotVerified,
    ]
    .map(|verdict| (view.count(verdict), verdict.in_words()));
    let _ = writeln!(out, "\n{}.", counted(counts));
    out
}

fn row(
    grant: &GrantVerificationView,
    [client, server]: [usize; 2],
    width: Width,
) -> String {
    let style = match grant.verdict {
        VerificationVerdict::Verified => CREATED,
        VerificationVerdict::Failed => REMOVED,
        VerificationVerdict::NotVerified => QUIET,
    };
    let verdict = grant.verdict.in_words();
    let head = format!(
        "{:client$}  {:server$}  {}",
        safe(&grant.client),
        safe(&grant.resource_server),
        styled(style, verdict)
    );
    if grant.remarks.is_empty() {
        return format!("{head}\n");
    }

    let indent = client + server + VERDICT + 6;
    let room = width
        .columns()
        .saturating_sub(indent)
        .max(REMARK);
    let remarks = grant.remarks.iter();
    let lines: Vec<String> = remarks
        .flat_map(|remark| words(&safe(remark), room))
        .collect();
    let remarks = lines.join(&format!("\n{}", " ".repeat(indent)));
    // Behind the style, which has no width.
    let padding = " ".repeat(VERDICT - verdict.len());
    format!("{head}{padding}  {remarks}\n")
}

/// How often tokens are asked for: those that are to be given, and those that
/// are to be refused.
#[must_use]
pub fn tokens_to_ask_for(given: usize, refused: usize) -> String {
    let given = count(given, ("token", "tokens"));
    let refused = match refused {
        0 => String::new(),
        refused => format!(
            ", and {} for a scope that is not granted",
            count(refused, ("time", "times"))
        ),
    };

    format!("Asking for {given}{refused}.\n")
}

/// That what was not verified is no failure.
#[must_use]
pub fn not_all_verified(number: usize) -> String {
    let what = match number {
        1 => "1 grant was not verified, which is no failure".to_owned(),
        _ => format!("{number} grants were not verified, which is no failure"),
    };

    format!("{what}: of these nothing is known.\n")
}
