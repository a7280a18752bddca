//! A change as lines of a difference, with their signs in the first column.

use std::fmt::Write as _;

use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

use super::super::{marks, text};
use super::text::line;
use crate::model::Value;
use crate::render::document::{
    ActionView, ChangeView, EditView, LeafView, PlanView,
};

/// A text of more characters than this is compared line by line.
const LONG: usize = 60;

/// Every change of a plan as lines of a difference.
#[must_use]
pub fn listing(plan: &PlanView) -> String {
    plan.changes
        .iter()
        .map(change)
        .collect()
}

/// A change: which object, and what of it.
pub(super) fn change(change: &ChangeView) -> String {
    let sign = match change.action {
        ActionView::Create => '+',
        // Not `~` as on a terminal: whoever colours a block of `diff` knows
        // `+`, `-` and `!` only.
        ActionView::Adopt
        | ActionView::Update
        | ActionView::Release
        | ActionView::Narrow => '!',
        ActionView::Delete => '-',
    };
    let (edits, remarks) = marks::set_apart_of_view(
        change.action,
        change.address.kind(),
        &change.edits,
    );
    let remarks = match remarks.as_slice() {
        [] => String::new(),
        remarks => format!(" ({})", line(&remarks.join("; "))),
    };

    let mut out = format!("{sign} {}{remarks}\n", line(&change.name));
    for edit in edits {
        out.push_str(&self::edit(edit));
    }
    out
}

fn edit(edit: &EditView) -> String {
    let path = line(&edit.path.join("."));
    match &edit.leaf {
        LeafView::Added { after } => format!("+   {path}: {}\n", shown(after)),
        LeafView::Removed { before } => {
            format!("-   {path}: {}\n", shown(before))
        }
        LeafView::Changed { before, after } => {
            match (long_text(before), long_text(after)) {
                (Some(before), Some(after)) => by_line(&path, before, after),
                _ => format!(
                    "-   {path}: {}\n+   {path}: {}\n",
                    shown(before),
                    shown(after)
                ),
            }
        }
    }
}

fn shown(value: &Json) -> String {
    line(&text::value(&Value::from(value.clone())))
}

/// A text of several lines, which is compared by them.
fn long_text(value: &Json) -> Option<&str> {
    value
        .as_str()
        .filter(|text| text.chars().count() > LONG || text.contains('\n'))
}

/// Two long texts, line by line.
fn by_line(path: &str, before: &str, after: &str) -> String {
    let mut out = format!("    {path}:\n");
    let difference = TextDiff::from_lines(before, after);
    for change in difference.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        let _ = writeln!(
            out,
            "{sign}     {}",
            line(change.value().trim_end_matches('\n'))
        );
    }
    out
}
