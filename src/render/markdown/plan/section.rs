//! What of a plan is shown when asked for.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::budget::{Budget, count_left_out};
use super::super::diff;
use super::super::text::{block, folded};
use crate::model::Kind;
use crate::render::document::{AddressView, ChangeView, PlanView};
use crate::render::text::capitalize;

/// What is folded away below a title.
struct Section {
    title: String,
    language: &'static str,
    pieces: Vec<String>,
}

/// Adds the notes and the changes, as far as there is room; the titles of what
/// there was none for.
pub(super) fn add_sections(out: &mut Budget, plan: &PlanView) -> Vec<String> {
    let changes = Kind::ALL.map(|kind| Section::of_changes(plan, kind));
    let sections = [Section::of_notes(plan)]
        .into_iter()
        .chain(changes);

    sections
        .filter_map(|section| section.add_to(out).err())
        .collect()
}

impl Section {
    fn of_notes(plan: &PlanView) -> Self {
        let notes = plan.notes.iter();
        let notes = notes.map(|note| format!("{}\n", note.message));

        Self {
            title: "Notes".to_owned(),
            language: "text",
            pieces: notes.collect(),
        }
    }

    fn of_changes(plan: &PlanView, kind: Kind) -> Self {
        let changes: Vec<&ChangeView> = plan
            .changes
            .iter()
            .filter(|change| change.address.kind() == kind)
            .collect();
        // An API that changes in two steps is one.
        let objects: BTreeSet<&AddressView> = changes
            .iter()
            .map(|change| &change.address)
            .collect();

        let (_, many) = kind.words();
        let title = format!("{}: {}", capitalize(many), objects.len());
        Self {
            title,
            language: "diff",
            pieces: changes
                .into_iter()
                .map(diff::change)
                .collect(),
        }
    }

    /// Adds it, as far as there is room. The error is its
    /// title, where there was none.
    fn add_to(self, out: &mut Budget) -> Result<(), String> {
        if self.pieces.is_empty() {
            return Ok(());
        }

        // The fence is as long as the text needs, so the
        // text is gathered first.
        let frame = folded(&self.title, "");
        let room = out.half().saturating_sub(frame.len());
        let mut lines = Budget::of(room);
        let left_out = lines.add_all(self.pieces.into_iter(), room);
        let mut body = block(self.language, &lines.into_text());
        if let Some(more) = count_left_out(left_out) {
            let _ = writeln!(body, "\n…{more}");
        }

        if out.add(&folded(&self.title, &body)) {
            Ok(())
        } else {
            Err(self.title)
        }
    }
}
