//! How many objects and entries of a plan meet which fate.

use std::collections::BTreeSet;
use std::iter::Sum;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::delivery::DeliveryView;
use crate::plan::{Action, Change};
use crate::render::text::counted;

/// How many objects and entries of sinks meet which fate. An object that
/// changes in two steps counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct CountsView {
    /// To be created.
    pub create: usize,
    /// To be taken over.
    pub adopt: usize,
    /// To be changed in place.
    pub update: usize,
    /// To be let go.
    pub release: usize,
    /// To be deleted.
    pub delete: usize,
    /// Entries of sinks to be written.
    #[serde(default)]
    pub deliver: usize,
    /// Entries of sinks to be removed.
    #[serde(default)]
    pub remove_entries: usize,
    /// As declared.
    pub unchanged: usize,
}

impl Sum for CountsView {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, counts| Self {
            create: sum.create + counts.create,
            adopt: sum.adopt + counts.adopt,
            update: sum.update + counts.update,
            release: sum.release + counts.release,
            delete: sum.delete + counts.delete,
            deliver: sum.deliver + counts.deliver,
            remove_entries: sum.remove_entries + counts.remove_entries,
            unchanged: sum.unchanged + counts.unchanged,
        })
    }
}

impl CountsView {
    /// How many objects and entries of sinks change.
    #[must_use]
    pub fn changed(&self) -> usize {
        let objects =
            self.create + self.adopt + self.update + self.release + self.delete;

        objects + self.deliver + self.remove_entries
    }

    /// What there is to do, deletions first.
    pub(in crate::render) fn deeds(&self) -> String {
        let deeds = counted([
            (self.delete, "to delete"),
            (self.create, "to create"),
            (self.update, "to update"),
            (self.adopt, "to adopt"),
            (self.release, "to release"),
            (self.deliver, "to deliver"),
            (self.remove_entries, "to remove from sinks"),
        ]);

        if deeds.is_empty() {
            "nothing to do".to_owned()
        } else {
            deeds
        }
    }

    /// How many objects of a plan meet which fate.
    pub(in crate::render) fn of<'a>(
        changes: impl Iterator<Item = &'a Change>,
        unchanged: usize,
    ) -> Self {
        let changes: Vec<&Change> = changes.collect();
        let of = |actions: &[Action]| {
            let changes = changes
                .iter()
                .filter(|change| actions.contains(&change.action));
            let objects: BTreeSet<_> = changes
                .map(|change| &change.address)
                .collect();
            objects.len()
        };

        Self {
            create: of(&[Action::Create]),
            adopt: of(&[Action::Adopt]),
            // An API that is widened and narrowed is one object to whoever
            // reads the number.
            update: of(&[Action::Update, Action::Narrow]),
            release: of(&[Action::Release]),
            delete: of(&[Action::Delete]),
            unchanged,
            ..Self::default()
        }
    }

    pub(super) fn with_deliveries(self, deliveries: &[DeliveryView]) -> Self {
        let deeds = deliveries
            .iter()
            .filter(|delivery| delivery.is_deed());
        let (written, removed): (Vec<_>, Vec<_>) =
            deeds.partition(|delivery| delivery.is_write());

        Self {
            deliver: written.len(),
            remove_entries: removed.len(),
            ..self
        }
    }
}
