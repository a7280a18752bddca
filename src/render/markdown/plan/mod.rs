//! The comment of a plan: what a reviewer sees in ten
//! seconds, and below it everything.
//!
//! `one` is one plan of it, and `section` what of a
//! plan is shown when asked for.

use std::fmt::Write as _;

use super::access::sentences_gained;
use super::budget::{Budget, MOST, RESERVE, count_left_out};
use super::environments::{add_environments, without};
use super::failure::show_failure;
use super::list::add_list;
use super::text::code;
use crate::render::document::{
    ActionView, CountsView, PlanDocument, PlanVerdict, PlanView,
};
use crate::render::text::count;

mod one;
mod section;

use one::show_plan;

/// The plans of a run as a comment of at most 60,000 bytes.
#[must_use]
pub fn plans(document: &PlanDocument) -> String {
    let mut out = Budget::of(MOST - RESERVE);
    out.add(&format!("{}\n", headline(document)));
    if let Some(error) = &document.error {
        out.add(&show_failure(error, out.half()));
    }
    add_environments(&mut out, document.environments.as_ref());

    // What says nothing is only named, and last: it takes no room
    // from what has to be read.
    let (quiet, loud): (Vec<_>, Vec<_>) = document
        .plans
        .iter()
        .partition(|plan| plan.says_nothing());
    if out.left() / loud.len().max(1) < 2 * RESERVE {
        add_gravest_of_all(&mut out, &loud);
    }
    // A single plan has its name in the first line.
    let is_named = document.plans.len() > 1;
    let left_out = add_plans(&mut out, &loud, is_named);
    if is_named && !quiet.is_empty() {
        add_quiet(&mut out, &quiet);
    }

    let mut text = out.into_text();
    if left_out > 0 {
        let plans = count(left_out, ("plan", "plans"));
        let _ = writeln!(
            text,
            "\nThere is no room here for {plans} more."
        );
    }
    text
}

/// Adds the plans that there is room for; how many there was none for.
fn add_plans(out: &mut Budget, plans: &[&PlanView], is_named: bool) -> usize {
    let mut left_out = 0;
    for (place, plan) in plans.iter().enumerate() {
        // Shared anew before each: what a short plan leaves
        // is for those that follow.
        let share = out.left() / (plans.len() - place);
        let title = is_named.then(|| name(plan));
        let shown = show_plan(plan, title.as_deref(), share);
        left_out += usize::from(!out.add(&shown));
    }
    left_out
}

/// Names the plans that say nothing.
fn add_quiet(out: &mut Budget, plans: &[&PlanView]) {
    let names = plans
        .iter()
        .map(|plan| format!("{}\n", name(plan)));
    let room = out.half();
    let mut list = Budget::of(room);
    let left_out = list.add_all(names, room);

    let list = list.into_text();
    let names: Vec<&str> = list.lines().collect();
    let names = names.join(", ");
    let more = count_left_out(left_out).unwrap_or_default();
    out.add(&format!("\nNo changes: {names}{more}\n"));
}

/// What has to be read of so many plans that none has room for it: why they are
/// refused, and what they delete.
fn add_gravest_of_all(out: &mut Budget, plans: &[&PlanView]) {
    let refused = plans.iter().flat_map(|plan| {
        let said = plan
            .refusals
            .iter()
            .chain(&plan.conflicts);
        said.map(|said| quoted_item(plan, &said.message))
    });
    add_list(
        out,
        "\n> [!CAUTION]\n> Refused, or in the way:\n",
        refused,
    );

    let deleted = plans.iter().flat_map(|plan| {
        let changes = plan.changes.iter();
        changes
            .filter(|change| change.action == ActionView::Delete)
            .map(|change| quoted_item(plan, &change.name))
    });
    add_list(
        out,
        "\n> [!WARNING]\n> To be deleted:\n",
        deleted,
    );

    let gained = plans.iter().flat_map(|plan| {
        let sentences = sentences_gained(&plan.access.gained);
        sentences.map(|sentence| {
            let sentence = sentence.trim_start_matches("- ");
            format!("- {}: {sentence}", name(plan))
        })
    });
    add_list(out, "\n**Access gained**\n\n", gained);
}

/// Something about a plan, as an item of a quoted list.
fn quoted_item(plan: &PlanView, text: &str) -> String {
    format!("> - {}: {}\n", name(plan), code(text))
}

/// Whose plan, and for which environment.
fn name(plan: &PlanView) -> String {
    let stack = &plan.provenance.stack;

    match &plan.provenance.environment {
        Some(environment) => code(&format!("{stack}/{environment}")),
        None => code(stack),
    }
}

/// The first line: what all of it comes to, deletions first.
#[must_use]
pub fn headline(document: &PlanDocument) -> String {
    let plans: Vec<&PlanView> = document.plans.iter().collect();
    let stacks: Vec<String> = plans
        .iter()
        .map(|plan| name(plan))
        .collect();
    let of = match stacks.as_slice() {
        [] => String::new(),
        [one] => format!("{one}: "),
        [..] => format!("{}: ", count(stacks.len(), ("plan", "plans"))),
    };

    // Before all else: of these nothing is known.
    let unknown = without(
        document.environments.as_ref(),
        plans.len(),
        "a plan",
    );

    let counts: CountsView = plans
        .iter()
        .map(|plan| plan.counts)
        .sum();
    let deeds = counts.deeds();
    // The gravest of all: one plan that is refused must
    // not hide behind ten others.
    let said = match plans
        .iter()
        .map(|plan| plan.verdict)
        .max()
    {
        None => "**no plan**".to_owned(),
        Some(PlanVerdict::Conflicts) => {
            "**no plan**, the tenant contradicts the configuration".to_owned()
        }
        Some(PlanVerdict::Refused) => format!("**refused**: {deeds}"),
        Some(PlanVerdict::Changes) => format!("**{deeds}**, needs approval"),
        Some(PlanVerdict::AdoptionsOnly) => {
            format!("**adoptions only**: {deeds}, needs approval")
        }
        Some(PlanVerdict::NoChanges) => {
            "**no changes**, nothing to approve".to_owned()
        }
    };

    let notes = match plans
        .iter()
        .map(|plan| plan.notes.len())
        .sum()
    {
        0 => String::new(),
        number => format!(" · {}", count(number, ("note", "notes"))),
    };
    format!("{of}{unknown}{said}{notes}")
}

#[cfg(test)]
mod tests;
