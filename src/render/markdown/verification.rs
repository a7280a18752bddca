//! What tokens have proved of grants, as a comment.

use super::super::text::counted;
use super::budget::{Budget, MOST, RESERVE};
use super::failure::show_failure;
use super::text::code;
use crate::render::document::{
    GrantVerificationView, VerificationDocument, VerificationVerdict,
    VerificationView,
};

/// What was proved, in at most 60,000 bytes: what has failed first, and what
/// was verified only counted.
#[must_use]
pub fn verification(document: &VerificationDocument) -> String {
    let mut out = Budget::of(MOST - RESERVE);
    out.add(&format!("{}\n", headline(document)));
    if let Some(error) = &document.error {
        out.add(&show_failure(error, out.half()));
    }

    let mut left_out = 0;
    if let Some(view) = &document.verification {
        let of = |verdict| {
            let grants = view.grants.iter();
            grants.filter(move |grant| grant.verdict == verdict)
        };
        let failed = of(VerificationVerdict::Failed);
        let unknown = of(VerificationVerdict::NotVerified);
        let mut items = failed
            .chain(unknown)
            .map(item)
            .peekable();
        if items.peek().is_some() {
            out.add("\n");
        }
        let room = out.left();
        left_out = out.add_all(items, room);
    }

    out.into_text_without(left_out)
}

/// The first line: what all of it came to.
#[must_use]
pub fn headline(document: &VerificationDocument) -> String {
    let Some(view) = &document.verification else {
        return "**nothing was verified**".to_owned();
    };
    if view.grants.is_empty() {
        return "**nothing to verify**: no grant is meant".to_owned();
    }

    let verdict = if view.count(VerificationVerdict::Failed) > 0 {
        "failed"
    } else if view.count(VerificationVerdict::Verified) > 0 {
        "verified"
    } else {
        "not verified"
    };
    format!("**{verdict}**: {}", count_verdicts(view))
}

fn count_verdicts(view: &VerificationView) -> String {
    let verdicts = [
        VerificationVerdict::Failed,
        VerificationVerdict::Verified,
        VerificationVerdict::NotVerified,
    ];

    counted(verdicts.map(|verdict| (view.count(verdict), verdict.in_words())))
}

fn item(grant: &GrantVerificationView) -> String {
    let name = code(&format!(
        "grants.{} -> {}",
        grant.client, grant.resource_server
    ));
    let remarks: Vec<String> = grant
        .remarks
        .iter()
        .map(|remark| code(remark))
        .collect();

    format!(
        "- {name} **{}**: {}\n",
        grant.verdict.in_words(),
        remarks.join("; ")
    )
}

#[cfg(test)]
mod tests;
