//! One plan of a comment, in the room that it is given.

use std::fmt::Write as _;

use super::super::access::{sentences_gained, sentences_lost};
use super::super::budget::{Budget, RESERVE};
use super::super::list::{add_list, advice};
use super::super::text::code;
use super::section::add_sections;
use crate::render::document::{
    ActionView, ChangeView, DeliveryView, DriftView, PlanView,
};
use crate::render::text::count;

/// A plan in so many bytes.
pub(super) fn show_plan(
    plan: &PlanView,
    title: Option<&str>,
    most: usize,
) -> String {
    // The title is in any case: what has no name is nobody's.
    let heading = title.map(|title| format!("\n### {title}\n"));
    let mut out = Budget::of(most.saturating_sub(RESERVE));

    // In the order in which it has to be read: what comes
    // later is left less room.
    add_objections(&mut out, plan);
    add_gains_and_losses(&mut out, plan);
    let drifted = plan.drift.iter().map(show_drift);
    add_list(&mut out, "\n**Drift**\n\n", drifted);
    let left_out = add_sections(&mut out, plan);

    let mut text = heading.unwrap_or_default();
    text.push_str(&out.into_text());
    if !left_out.is_empty() {
        let left_out = left_out.join("; ");
        let _ = writeln!(text, "\nThere is no room here for: {left_out}");
    }
    text.push_str(&footer(plan));
    text
}

/// What speaks against the plan, and what it deletes.
fn add_objections(out: &mut Budget, plan: &PlanView) {
    let refusals = plan.refusals.iter().map(advice);
    add_list(out, "\n> [!CAUTION]\n> Refused:\n", refusals);
    let conflicts = plan.conflicts.iter().map(advice);
    add_list(
        out,
        "\n> [!CAUTION]\n> In the way:\n",
        conflicts,
    );

    let changes = plan.changes.iter();
    let deletions =
        changes.filter(|change| change.action == ActionView::Delete);
    add_list(
        out,
        "\n> [!WARNING]\n> To be deleted:\n",
        deletions.map(deletion),
    );
}

/// Who can do what afterwards, and where credentials go.
fn add_gains_and_losses(out: &mut Budget, plan: &PlanView) {
    let deliveries = plan.deliveries.iter();
    let (revealed, others): (Vec<_>, Vec<_>) =
        deliveries.partition(|delivery| delivery.is_gain());
    add_list(
        out,
        "\n**Credentials in use go to a new place, or may**\n\n",
        revealed.into_iter().map(delivery),
    );

    let gained = sentences_gained(&plan.access.gained);
    add_list(out, "\n**Access gained**\n\n", gained);
    let lost = sentences_lost(&plan.access.lost);
    add_list(out, "\n**Access lost**\n\n", lost);

    let others = others.into_iter().map(delivery);
    add_list(out, "\n**Credentials**\n\n", others);
}

fn deletion(change: &ChangeView) -> String {
    let name = code(&change.name);

    match &change.evidence {
        Some(evidence) => {
            format!("> - {name}, because it {}\n", code(evidence))
        }
        None => format!("> - {name}\n"),
    }
}

fn delivery(delivery: &DeliveryView) -> String {
    let title = format!("{} {}", delivery.sign(), delivery.title());
    let title = code(&title);

    match delivery.remark() {
        Some(remark) => format!("- {title}: {remark}\n"),
        None => format!("- {title}\n"),
    }
}

fn show_drift(drift: &DriftView) -> String {
    let class = code(&drift.class);
    let name = code(&drift.name);

    format!("- {class}: {name}\n")
}

/// Where this plan is for, and by what it can be told from another.
fn footer(plan: &PlanView) -> String {
    let provenance = &plan.provenance;
    let tenant = format!("{} {}", provenance.provider, provenance.tenant);
    let mut footer = format!("\nTenant {}", code(&tenant));

    if let Some(requests) = plan.requests {
        let requests = count(requests, ("request", "requests"));
        let _ = write!(footer, " · {requests}");
    }
    if let Some(hash) = &plan.hash {
        let _ = write!(footer, " · plan {}", code(hash));
    }
    footer.push('\n');
    footer
}
