//! The comment of a plan: what a reviewer sees in ten seconds, and below it
//! everything.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::text::{capitalize, count};
use super::access::{sentences_gained, sentences_lost};
use super::budget::{Budget, MOST, count_left_out};
use super::diff;
use super::failure::show_failure;
use super::text::{block, code};
use crate::model::Kind;
use crate::render::document::{
    ActionView, AddressView, AdviceView, ChangeView, CountsView, DeliveryView,
    EnvironmentsView, PlanDocument, PlanVerdict, PlanView,
};

/// What each part before the changes may take of the room that is left for a
/// plan: one half. So each part is there, however long the others are.
const SHARE: usize = 2;

/// What is kept for the sentences that say what was left out, and for closing
/// what was opened.
const RESERVE: usize = 600;

/// The plans of a run as a comment of at most 60,000 bytes.
#[must_use]
pub fn plans(document: &PlanDocument) -> String {
    let mut out = Budget::of(MOST - RESERVE);
    out.add(&format!("{}\n", headline(document)));
    if let Some(error) = &document.error {
        out.add(&show_failure(error, out.left() / SHARE));
    }
    add_environments(&mut out, document.environments.as_ref());

    // What says nothing is only named, and last: it takes no room from what has
    // to be read.
    let (quiet, loud): (Vec<_>, Vec<_>) = document
        .plans
        .iter()
        .partition(|plan| plan.says_nothing());
    if out.left() / loud.len().max(1) < 2 * RESERVE {
        add_gravest(&mut out, &loud);
    }
    let mut left_out = 0;
    for (place, plan) in loud.iter().enumerate() {
        // Shared anew before each: what a short plan leaves is for those that
        // follow.
        let share = out.left() / (loud.len() - place);
        // A single plan has its name in the first line.
        let title = (document.plans.len() > 1).then(|| name(plan));
        left_out +=
            usize::from(!out.add(&self::plan(plan, title.as_deref(), share)));
    }
    if !quiet.is_empty() && document.plans.len() > 1 {
        let names = quiet
            .iter()
            .map(|plan| format!("{}\n", name(plan)));
        let mut list = Budget::of(out.left() / SHARE);
        let left_out = list.add_all(names, out.left() / SHARE);
        let names: Vec<String> = list
            .into_text()
            .lines()
            .map(str::to_owned)
            .collect();
        let more = count_left_out(left_out).unwrap_or_default();
        out.add(&format!(
            "\nNo changes: {}{more}\n",
            names.join(", ")
        ));
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

/// What has to be read of so many plans that none has room for it: why they are
/// refused, and what they delete.
fn add_gravest(out: &mut Budget, plans: &[&PlanView]) {
    let refused = plans.iter().flat_map(|plan| {
        let said = plan.refusals.iter().chain(&plan.conflicts);
        said.map(|said| {
            format!("> - {}: {}\n", name(plan), code(&said.message))
        })
    });
    add_list(
        out,
        "\n> [!CAUTION]\n> Refused, or in the way:\n",
        refused,
    );

    let deleted = plans.iter().flat_map(|plan| {
        let deletions = plan.changes.iter();
        let deletions =
            deletions.filter(|change| change.action == ActionView::Delete);
        deletions.map(|change| {
            format!("> - {}: {}\n", name(plan), code(&change.name))
        })
    });
    add_list(
        out,
        "\n> [!WARNING]\n> To be deleted:\n",
        deleted,
    );

    let gained = plans.iter().flat_map(|plan| {
        let sentences = sentences_gained(&plan.access.gained);
        sentences.map(|sentence| {
            format!(
                "- {}: {}",
                name(plan),
                sentence.trim_start_matches("- ")
            )
        })
    });
    add_list(out, "\n**Access gained**\n\n", gained);
}

/// Whose plan, and for which environment.
fn name(plan: &PlanView) -> String {
    match &plan.provenance.environment {
        Some(environment) => code(&format!(
            "{}/{environment}",
            plan.provenance.stack
        )),
        None => code(&plan.provenance.stack),
    }
}

/// The first line: what all of it comes to, deletions first.
#[must_use]
pub fn headline(document: &PlanDocument) -> String {
    let plans: Vec<&PlanView> = document.plans.iter().collect();
    let stacks: Vec<String> = plans.iter().map(|plan| name(plan)).collect();
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

    let deeds = plans
        .iter()
        .map(|plan| plan.counts)
        .sum::<CountsView>()
        .deeds();
    // The gravest of all: one plan that is refused must not hide behind ten
    // others.
    let said = match plans.iter().map(|plan| plan.verdict).max() {
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

    let warnings = plans.iter().map(|plan| plan.notes.len()).sum();
    let warnings = match warnings {
        0 => String::new(),
        warnings => format!(" · {}", count(warnings, ("note", "notes"))),
    };
    format!("{of}{unknown}{said}{warnings}")
}

/// How many environments have none of what there are so many of.
pub(super) fn without(
    environments: Option<&EnvironmentsView>,
    there: usize,
    what: &str,
) -> String {
    let all = environments.map_or(0, |environments| environments.results.len());

    match all.saturating_sub(there) {
        0 => String::new(),
        left => {
            let left = count(left, ("environment", "environments"));
            format!("**{left} without {what}**, ")
        }
    }
}

/// How many environments were done, and why others were not.
pub(super) fn add_environments(
    out: &mut Budget,
    environments: Option<&EnvironmentsView>,
) {
    let Some(environments) = environments else {
        return;
    };

    out.add(&format!(
        "\nDone: {}\n",
        environments.in_words()
    ));
    let failed: Vec<_> = environments
        .results
        .iter()
        .filter_map(|result| {
            Some((&result.environment, result.error.as_ref()?))
        })
        .collect();
    for (place, (environment, error)) in failed.iter().enumerate() {
        // Shared anew before each, and half is left for the plans.
        let share = out.left() / SHARE / (failed.len() - place);
        let failure = show_failure(error, share);
        out.add(&format!("\n{}:\n{failure}", code(environment)));
    }
}

/// One plan in so many bytes.
fn plan(plan: &PlanView, title: Option<&str>, most: usize) -> String {
    // The title is in any case: what has no name is nobody's.
    let heading = title.map(|title| format!("\n### {title}\n"));
    let mut out = Budget::of(most.saturating_sub(RESERVE));

    // In the order in which it has to be read: what comes later is left less
    // room.
    for (title, said) in [
        ("Refused", &plan.refusals),
        ("In the way", &plan.conflicts),
    ] {
        add_list(
            &mut out,
            &format!("\n> [!CAUTION]\n> {title}:\n"),
            said.iter().map(advice),
        );
    }

    let deletions = plan
        .changes
        .iter()
        .filter(|change| change.action == ActionView::Delete);
    add_list(
        &mut out,
        "\n> [!WARNING]\n> To be deleted:\n",
        deletions.map(deletion),
    );

    let deliveries = || plan.deliveries.iter();
    let revealed = deliveries().filter(|delivery| delivery.is_gain());
    add_list(
        &mut out,
        "\n**Credentials in use go to a new place, or may**\n\n",
        revealed.map(delivery),
    );

    let access = &plan.access;
    let gained = sentences_gained(&access.gained);
    add_list(&mut out, "\n**Access gained**\n\n", gained);
    let lost = sentences_lost(&access.lost);
    add_list(&mut out, "\n**Access lost**\n\n", lost);

    let others = deliveries().filter(|delivery| !delivery.is_gain());
    add_list(
        &mut out,
        "\n**Credentials**\n\n",
        others.map(delivery),
    );

    let drift = plan.drift.iter().map(|drift| {
        format!(
            "- {}: {}\n",
            code(&drift.class),
            code(&drift.name)
        )
    });
    add_list(&mut out, "\n**Drift**\n\n", drift);

    let notes = plan
        .notes
        .iter()
        .map(|note| format!("{}\n", note.message));
    let mut sections = vec![Section {
        title: "Notes".to_owned(),
        language: "text",
        pieces: notes.collect(),
    }];
    for kind in Kind::ALL {
        let changes: Vec<&ChangeView> = plan
            .changes
            .iter()
            .filter(|change| change.address.kind() == kind)
            .collect();
        let (_, many) = kind.words();
        // An API that changes in two steps is one.
        let objects: BTreeSet<&AddressView> = changes
            .iter()
            .map(|change| &change.address)
            .collect();
        let title = format!("{}: {}", capitalize(many), objects.len());
        sections.push(Section {
            title,
            language: "diff",
            pieces: changes.into_iter().map(diff::change).collect(),
        });
    }
    let left_out: Vec<String> = sections
        .into_iter()
        .filter_map(|section| add_details(&mut out, section).err())
        .collect();

    let mut text = heading.unwrap_or_default();
    text.push_str(&out.into_text());
    if !left_out.is_empty() {
        let _ = writeln!(
            text,
            "\nThere is no room here for: {}",
            left_out.join("; ")
        );
    }
    text.push_str(&footer(plan));
    text
}

/// Adds a title and what is listed below it, as far as there is room.
fn add_list(
    out: &mut Budget,
    title: &str,
    mut items: impl Iterator<Item = String>,
) {
    let Some(first) = items.next() else {
        return;
    };

    out.add(title);
    let room = out.left() / SHARE;
    let left_out = out.add_all(std::iter::once(first).chain(items), room);
    if let Some(more) = count_left_out(left_out) {
        let quote = if title.contains("> ") {
            "> "
        } else {
            ""
        };
        out.add(&format!("{quote}-{more}\n"));
    }
}

/// What is shown when asked for.
struct Section {
    title: String,
    language: &'static str,
    pieces: Vec<String>,
}

/// Adds what is shown when asked for, as far as there is room. The error is the
/// title of what there was none for.
fn add_details(out: &mut Budget, section: Section) -> Result<(), String> {
    let Section {
        title,
        language,
        pieces,
    } = section;
    if pieces.is_empty() {
        return Ok(());
    }

    // The fence is as long as the text needs, so the text is gathered first.
    let frame =
        format!("\n<details><summary>{title}</summary>\n\n\n</details>\n");
    let room = (out.left() / SHARE).saturating_sub(frame.len());
    let mut lines = Budget::of(room);
    let left_out = lines.add_all(pieces.into_iter(), room);
    let mut body = block(language, &lines.into_text());
    if let Some(more) = count_left_out(left_out) {
        let _ = writeln!(body, "\n…{more}");
    }
    let details = format!(
        "\n<details><summary>{title}</summary>\n\n{body}\n</details>\n"
    );
    if out.add(&details) {
        Ok(())
    } else {
        Err(title)
    }
}

fn deletion(change: &ChangeView) -> String {
    match &change.evidence {
        Some(evidence) => format!(
            "> - {}, because it {}\n",
            code(&change.name),
            code(evidence)
        ),
        None => format!("> - {}\n", code(&change.name)),
    }
}

fn delivery(delivery: &DeliveryView) -> String {
    let title = code(&format!(
        "{} {}",
        delivery.sign(),
        delivery.title()
    ));
    match delivery.remark() {
        Some(remark) => format!("- {title}: {remark}\n"),
        None => format!("- {title}\n"),
    }
}

pub(super) fn advice(said: &AdviceView) -> String {
    let mut out = format!("> - {}\n", code(&said.message));
    for line in said
        .next_step
        .iter()
        .flat_map(|step| step.lines())
    {
        let _ = writeln!(out, ">   {}", code(line));
    }
    out
}

/// Where this plan is for, and by what it can be told from another.
fn footer(plan: &PlanView) -> String {
    let provenance = &plan.provenance;
    let tenant = code(&format!(
        "{} {}",
        provenance.provider, provenance.tenant
    ));
    let requests = plan
        .requests
        .map(|requests| count(requests, ("request", "requests")));
    let requests = requests
        .map(|requests| format!(" · {requests}"))
        .unwrap_or_default();
    let hash = plan
        .hash
        .as_deref()
        .map(|hash| format!(" · plan {}", code(hash)));

    format!(
        "\nTenant {tenant}{requests}{}\n",
        hash.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests;
