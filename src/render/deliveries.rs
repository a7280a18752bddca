//! Where credentials go, for people.

use std::fmt::Write as _;

use super::document::{DeliveryActionView, DeliveryView};
use super::layout::Width;
use super::style::{CHANGED, CREATED, QUIET, REMOVED, STRONG, styled};
use super::text::{WIDTH, safe, words, words_and_snippets};
use crate::apply::{DeliveryOutcome, Report};
use crate::plan::Plan;

/// What is done about the credentials of clients, one a line.
pub(super) fn show_deliveries(plan: &Plan, width: Width) -> String {
    let deliveries = plan
        .deliveries
        .iter()
        .map(DeliveryView::of);
    let mut out: String = deliveries
        .map(|delivery| show(&delivery, width))
        .collect();

    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Where a remark begins.
const INDENT: usize = 6;

/// How far to the right the reason stands why something was not delivered.
const REASON: usize = 13;

fn show(delivery: &DeliveryView, width: Width) -> String {
    let style = match delivery.action {
        DeliveryActionView::Add => CREATED,
        DeliveryActionView::Remove => REMOVED,
        DeliveryActionView::Change | DeliveryActionView::Withhold => CHANGED,
        DeliveryActionView::Unseen | DeliveryActionView::Keep => QUIET,
    };
    let sign = styled(style, delivery.sign());
    let title = styled(STRONG, safe(&delivery.title()));
    let remark = delivery.remark();
    let lines = remark.map(|remark| {
        words_and_snippets(&safe(&remark), width.columns() - INDENT)
    });
    let lines = lines.unwrap_or_default();
    let mut remark = String::new();
    for line in lines {
        let _ = writeln!(remark, "{:INDENT$}{}", "", styled(QUIET, line));
    }

    format!("  {sign} {title}\n{remark}")
}

/// How many entries are written and removed, and how many are not though they
/// would have to be.
pub(super) fn count_deliveries(plan: &Plan) -> Vec<String> {
    let count = |is_counted: fn(&DeliveryView) -> bool| {
        let deliveries = plan
            .deliveries
            .iter()
            .map(DeliveryView::of);
        deliveries.filter(is_counted).count()
    };

    [
        (
            count(|delivery| {
                matches!(
                    delivery.action,
                    DeliveryActionView::Add | DeliveryActionView::Change
                )
            }),
            "to deliver",
        ),
        (
            count(|delivery| delivery.action == DeliveryActionView::Remove),
            "to remove from sinks",
        ),
        (
            count(|delivery| delivery.action == DeliveryActionView::Withhold),
            "not delivered",
        ),
        (
            count(|delivery| delivery.action == DeliveryActionView::Unseen),
            "to look at on apply",
        ),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect()
}

/// What became of the credentials of clients, one a line.
pub(super) fn show_delivered(report: &Report) -> String {
    let deliveries = report
        .plan
        .deliveries
        .iter()
        .zip(&report.deliveries);

    deliveries
        .filter_map(|(delivery, outcome)| {
            let (word, style) = match outcome {
                DeliveryOutcome::Idle => return None,
                DeliveryOutcome::Done => ("delivered", CREATED),
                DeliveryOutcome::Failed(_) => ("NOT DELIVERED", REMOVED),
                DeliveryOutcome::Blocked => ("blocked", CHANGED),
                DeliveryOutcome::NotTried => ("not tried", QUIET),
            };
            let view = DeliveryView::of(delivery);
            let word = match view.action {
                DeliveryActionView::Remove
                    if matches!(outcome, DeliveryOutcome::Done) =>
                {
                    "removed"
                }
                _ => word,
            };
            let reason = match outcome {
                DeliveryOutcome::Failed(error) => {
                    let lines =
                        words(&safe(&error.to_string()), WIDTH - REASON);
                    let indent = format!("\n{}", " ".repeat(REASON));
                    indent.clone() + &lines.join(&indent)
                }
                _ => String::new(),
            };

            let word = styled(style, format!("{word:9}"));
            let title = safe(&view.title());
            Some(format!(
                "  {word}  {} {title}{reason}\n",
                view.sign()
            ))
        })
        .collect()
}
