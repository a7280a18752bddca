//! What a comment lists below a title.

use std::fmt::Write as _;
use std::iter::once;

use super::budget::{Budget, count_left_out};
use super::text::code;
use crate::render::document::AdviceView;

/// Adds a title and what is listed below it, as far as there is room.
pub(super) fn add_list(
    out: &mut Budget,
    title: &str,
    mut items: impl Iterator<Item = String>,
) {
    let Some(first) = items.next() else {
        return;
    };

    out.add(title);
    let left_out = out.add_all(once(first).chain(items), out.half());
    if let Some(more) = count_left_out(left_out) {
        let is_quoted = title.contains("> ");
        let quote = if is_quoted { "> " } else { "" };
        out.add(&format!("{quote}-{more}\n"));
    }
}

/// What is said, and below it what to do about it, as an item of a quoted list.
pub(super) fn advice(said: &AdviceView) -> String {
    let mut out = format!("> - {}\n", code(&said.message));
    let step = said
        .next_step
        .as_deref()
        .unwrap_or_default();
    for line in step.lines() {
        let _ = writeln!(out, ">   {}", code(line));
    }
    out
}
