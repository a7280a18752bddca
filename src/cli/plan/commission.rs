//! What a plan is made for, and what is said of it then.

use crate::approval;
use crate::cli::approval::Approved;
use crate::cli::arguments::Format;
use crate::cli::exit::Failure;
use crate::cli::hint;
use crate::cli::page::Page;
use crate::cli::sinks::SinksAtHand;
use crate::model::Snapshot;
use crate::plan::{PlanError, Planned};
use crate::provider::{Estimate, LockUse};
use crate::render::document::{PlanView, Provenance};
use crate::render::{self, Layout};

/// What a plan is made for.
pub(in crate::cli) struct Commission<'a> {
    /// Whether the lock will be taken: applying costs more then.
    pub(in crate::cli) lock_use: LockUse,
    /// Whose plan it is, and of which tenant.
    pub(in crate::cli) provenance: Provenance,
    /// How stdout says it.
    pub(in crate::cli) format: Format,
    /// How much it says.
    pub(in crate::cli) layout: Layout,
    /// Whether anybody but a person reads it.
    pub(in crate::cli) view: ViewUse,
    /// What was approved beforehand.
    pub(in crate::cli) approved: Option<&'a Approved>,
    /// Whether it is said how the tenant has drifted.
    pub(in crate::cli) drift: DriftCheck,
    /// Where it is said.
    pub(in crate::cli) page: &'a Page,
    /// Where credentials go.
    pub(in crate::cli) sinks: &'a SinksAtHand,
    /// Whether a report says what services need to know.
    pub(in crate::cli) outputs: OutputsUse,
}

/// Whether anybody but a person reads a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum ViewUse {
    Wanted,
    None,
}

impl ViewUse {
    pub(in crate::cli) fn of(is_wanted: bool) -> Self {
        if is_wanted {
            Self::Wanted
        } else {
            Self::None
        }
    }
}

/// Whether a report says what services need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum OutputsUse {
    Wanted,
    None,
}

/// Whether it is said in which ways the tenant has moved
/// away from what was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum DriftCheck {
    On,
    Off,
}

impl Commission<'_> {
    pub(super) fn print(
        &self,
        planned: &Planned,
        estimate: Option<&Estimate>,
    ) -> Result<(), Failure> {
        if !self.format.is_for_people() {
            return Ok(());
        }

        self.page
            .plan(planned, estimate, self.layout)?;
        match self.drift {
            DriftCheck::On => {
                let drift = planned.plan.drift();
                self.page.data(&render::drift(&drift))
            }
            DriftCheck::Off => Ok(()),
        }
    }

    /// The same where there is no plan, but why.
    pub(super) fn print_conflicts(
        &self,
        conflicts: &PlanError,
    ) -> Result<(), Failure> {
        if !self.format.is_for_people() {
            return Ok(());
        }
        self.page
            .data(&render::conflicts(conflicts))
    }

    /// What others than people read, if anybody does: it takes a while to make,
    /// and memory to keep.
    pub(super) fn view(
        &self,
        planned: &Planned,
        seen: &Snapshot,
        estimate: Option<&Estimate>,
    ) -> Option<PlanView> {
        (self.view == ViewUse::Wanted)
            .then(|| self.make_view(planned, seen, estimate))
    }

    /// The same where there is no plan, but why.
    pub(super) fn view_of_conflicts(
        &self,
        conflicts: &PlanError,
        seen: &Snapshot,
    ) -> PlanView {
        let provenance = self.provenance_of(seen);
        PlanView::of_conflicts(conflicts, provenance, hint::words)
    }

    fn make_view(
        &self,
        planned: &Planned,
        seen: &Snapshot,
        estimate: Option<&Estimate>,
    ) -> PlanView {
        let requests = estimate.map(|estimate| estimate.requests);
        let provenance = self.provenance_of(seen);
        let view = PlanView::of(planned, provenance, requests, hint::words);
        let view = match self.drift {
            DriftCheck::On => view.with_drift(&planned.plan),
            DriftCheck::Off => view,
        };
        approval::seal(view, planned, seen)
    }

    /// Whether this is what was approved, if anything was. What a guard speaks
    /// against is refused whoever has approved it, and not compared.
    pub(super) fn check(
        &self,
        view: Option<&PlanView>,
        planned: &Planned,
        seen: &Snapshot,
        estimate: Option<&Estimate>,
    ) -> Result<(), Failure> {
        match (self.approved, view) {
            (None, _) => Ok(()),
            (Some(_), _) if !planned.refusals.is_empty() => Ok(()),
            (Some(approved), Some(view)) => {
                approved.check(view, planned, seen, self.page)
            }
            // Also where nobody reads it: nothing passes without
            // having been compared.
            (Some(approved), None) => {
                let view = self.make_view(planned, seen, estimate);
                approved.check(&view, planned, seen, self.page)
            }
        }
    }

    fn provenance_of(&self, seen: &Snapshot) -> Provenance {
        Provenance {
            tenant_hash: Some(seen.tenant.to_string()),
            ..self.provenance.clone()
        }
    }
}
