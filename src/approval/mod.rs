//! Approval: what was approved in a plan is what is done, and nothing else.
//!
//! A plan that is kept ([`seal`]) says of each change what it relies on, and by
//! a hash what it comes to. Whoever applies it plans again, and goes on only
//! where what remains was approved ([`check`]), in one plan or in several
//! together: so a retry after a run that ended half way needs no new approval,
//! nor do two merges at once.
//!
//! `read` takes in what was kept. `object` is what a precondition is made of,
//! `deliveries` is about what goes to sinks and `leftover` about the keys that
//! a run has left behind; `stale` says what is not approved any more.
//!
//! Floor 5.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::json;

use crate::model::Snapshot;
use crate::plan::Planned;
use crate::render::document::{
    ActionView, AddressView, ChangeView, EditView, PlanView, Provenance,
    Version,
};
use crate::words::hexadecimal;

mod deliveries;
mod leftover;
mod object;
mod read;
mod stale;

use object::{Object, Objects, Path};
pub use read::{ApprovalError, read};
pub use stale::{Reason, Stale};

/// Adds to the view of a plan what its changes rely on, and what it comes to.
#[must_use]
pub fn seal(
    mut view: PlanView,
    planned: &Planned,
    seen: &Snapshot,
) -> PlanView {
    let objects = Objects::of(planned, seen);
    let changed = paths_by_object(&view.changes);

    // The two go together by place: a view has all the changes of
    // its plan, in their order.
    for (change, planned) in view
        .changes
        .iter_mut()
        .zip(&planned.plan.changes)
    {
        let object = objects.get(&planned.address);
        change.precondition =
            object.map(|object| object.digest(&changed[&change.address]));
    }
    view.hash = Some(hash(&view));
    view
}

/// What a plan comes to: the form it is written in, whose it is, of which
/// tenant, what it does and what it relies on. Not what is only said beside it.
fn hash(view: &PlanView) -> String {
    let changes = view.changes.iter().map(|change| {
        let ChangeView {
            address,
            action,
            edits,
            precondition,
            ..
        } = change;
        json!([address, action, edits, precondition])
    });
    let tenant = &view.provenance.tenant_hash;
    let tenant = match view.provenance.tenant_file() {
        Some(file) => json!([tenant, file]),
        None => json!(tenant),
    };
    let counted = json!({
        "version": Version::One,
        "stack": view.provenance.stack,
        "environment": view.provenance.environment,
        "provider": view.provenance.provider,
        "tenant": tenant,
        // So that a plan that was refused cannot be made one that was not, with
        // its hash left as it was.
        "verdict": view.verdict,
        "changes": changes.collect::<Vec<_>>(),
        "deliveries": view.deliveries,
    });

    let hash = digest(&SHA256, counted.to_string().as_bytes());
    hexadecimal(hash.as_ref().iter().copied())
}

/// The leaves that changes are about, by object.
fn paths_by_object(
    changes: &[ChangeView],
) -> BTreeMap<AddressView, BTreeSet<Path>> {
    let mut paths: BTreeMap<_, BTreeSet<Path>> = BTreeMap::new();
    for change in changes {
        let of_object = paths
            .entry(change.address.clone())
            .or_default();
        of_object.extend(
            change
                .edits
                .iter()
                .map(|edit| edit.path.clone()),
        );
    }
    paths
}

/// Those of the plans that were approved which are for what this one is for;
/// all, where none is.
#[must_use]
pub fn of_same_environment<'a>(
    approved: &'a [PlanView],
    now: &PlanView,
) -> Vec<&'a PlanView> {
    let is_for_now = |plan: &&PlanView| {
        let (approved, now) = (&plan.provenance, &now.provenance);
        (&approved.stack, &approved.environment)
            == (&now.stack, &now.environment)
    };

    let same: Vec<&PlanView> = approved
        .iter()
        .filter(is_for_now)
        .collect();
    if same.is_empty() {
        approved.iter().collect()
    } else {
        same
    }
}

/// Whether everything that this plan does was approved, in one of these plans
/// or in several together.
pub fn check(
    approved: &[PlanView],
    now: &PlanView,
    planned: &Planned,
    seen: &Snapshot,
) -> Result<(), Stale> {
    let relevant = of_same_environment(approved, now);

    // First of all, and alone: of another tenant, each change would seem to be
    // a reason of its own.
    let elsewhere: Vec<Reason> = relevant
        .iter()
        .filter_map(|plan| find_other_place(&plan.provenance, &now.provenance))
        .collect();
    if !elsewhere.is_empty() {
        return Err(Stale {
            reasons: elsewhere,
        });
    }

    let approved = Approved::of(&relevant);
    let objects = Objects::of(planned, seen);
    let reasons: Vec<Reason> = now
        .changes
        .iter()
        .zip(&planned.plan.changes)
        .filter_map(|(change, planned)| {
            approved.objection_to(change, objects.get(&planned.address))
        })
        .chain(deliveries::find_unapproved(&relevant, now))
        .collect();
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(Stale { reasons })
    }
}

/// The strict form: whether this plan is, in every point,
/// the one that was approved.
pub fn check_hash(approved: &str, now: &PlanView) -> Result<(), Stale> {
    let now = now.hash.clone().unwrap_or_default();
    if now == approved {
        return Ok(());
    }

    let reason = Reason::OtherHash {
        approved: approved.to_owned(),
        now,
    };
    Err(Stale {
        reasons: vec![reason],
    })
}

/// What an approved plan is for, where this run is for something else.
fn find_other_place(approved: &Provenance, now: &Provenance) -> Option<Reason> {
    let pairs = places_of(approved)
        .into_iter()
        .zip(places_of(now));
    let mut different = pairs.filter(|(approved, now)| approved != now);

    let ((what, approved), (_, now)) = different.next()?;
    Some(Reason::Elsewhere {
        what,
        approved: approved.to_owned(),
        now: now.to_owned(),
    })
}

fn places_of(provenance: &Provenance) -> [(&'static str, &str); 5] {
    let environment = provenance.environment.as_deref();
    let tenant = provenance.tenant_hash.as_deref();

    [
        ("stack", &provenance.stack),
        (
            "environment",
            environment.unwrap_or("without a name"),
        ),
        ("provider", &provenance.provider),
        ("tenant", tenant.unwrap_or_default()),
        (
            "tenant",
            provenance
                .tenant_file()
                .unwrap_or_default(),
        ),
    ]
}

/// The changes that were approved, by object and action.
struct Approved<'a> {
    by_object: BTreeMap<(&'a AddressView, ActionView), Vec<ApprovedChange<'a>>>,
    /// All edits that were approved of an object.
    edits: BTreeMap<&'a AddressView, Vec<&'a EditView>>,
}

/// One change that was approved, and what else of its object its plan is about.
struct ApprovedChange<'a> {
    change: &'a ChangeView,
    paths: BTreeSet<Path>,
}

impl<'a> Approved<'a> {
    fn of(plans: &[&'a PlanView]) -> Self {
        let mut by_object: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut edits: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for plan in plans {
            let paths = paths_by_object(&plan.changes);
            for change in &plan.changes {
                let paths = paths
                    .get(&change.address)
                    .cloned()
                    .unwrap_or_default();
                let approved = ApprovedChange { change, paths };
                let key = (&change.address, change.action);
                by_object
                    .entry(key)
                    .or_default()
                    .push(approved);
                edits
                    .entry(&change.address)
                    .or_default()
                    .extend(&change.edits);
            }
        }
        Self {
            by_object,
            edits,
        }
    }

    /// Why a change must not be made; none where it was approved.
    fn objection_to(
        &self,
        change: &ChangeView,
        object: Option<Object<'_>>,
    ) -> Option<Reason> {
        let name = || change.name.clone();
        let Some(candidates) = self
            .by_object
            .get(&(&change.address, change.action))
        else {
            return Some(Reason::NotApproved {
                name: name(),
                action: change.action.verb(),
            });
        };

        // What comes into being or goes is approved whole. What
        // changes may be half done already, or be approved in parts,
        // so of that each edit counts.
        let covers = |candidate: &ApprovedChange<'_>| match change.action {
            ActionView::Create | ActionView::Delete => {
                candidate.change.edits == change.edits
            }
            ActionView::Adopt
            | ActionView::Update
            | ActionView::Release
            | ActionView::Narrow => {
                let mut edits = change.edits.iter();
                edits.any(|edit| is_approved_in(edit, candidate, change))
            }
        };
        let holds = |candidate: &&ApprovedChange<'_>| {
            self.holds(candidate, &change.address, object)
        };
        let covering: Vec<_> = candidates
            .iter()
            .filter(|candidate| covers(candidate))
            .collect();
        // One that does not hold any more takes nothing from another that does.
        let holding: Vec<_> = covering
            .iter()
            .copied()
            .filter(|candidate| holds(candidate))
            .collect();

        if is_covered_by(change, &holding) {
            None
        } else if is_covered_by(change, &covering) {
            Some(Reason::Moved { name: name() })
        } else {
            Some(Reason::OtherEdits { name: name() })
        }
    }

    /// Whether what a change relies on that was approved is still so.
    fn holds(
        &self,
        candidate: &ApprovedChange<'_>,
        address: &AddressView,
        object: Option<Object<'_>>,
    ) -> bool {
        match (&candidate.change.precondition, object) {
            (None, None) => true,
            (Some(precondition), Some(object)) => {
                let edits = self
                    .edits
                    .get(address)
                    .map_or(&[][..], Vec::as_slice);
                *precondition == object.digest(&candidate.paths)
                    || *precondition
                        == object.digest_before(&candidate.paths, edits)
            }
            // It was to be made and is there already, or was to
            // be changed and is gone.
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
}

/// Whether each edit of a change was approved in one of these.
fn is_covered_by(
    change: &ChangeView,
    approved: &[&ApprovedChange<'_>],
) -> bool {
    let is_approved = |edit: &EditView| {
        let mut approved = approved.iter();
        approved.any(|approved| is_approved_in(edit, approved, change))
    };

    // A change may have no edits, and of no edits each is
    // approved, also by nobody.
    !approved.is_empty() && change.edits.iter().all(is_approved)
}

/// Whether an edit of a change was approved in this one, in these words or in
/// those that are said of a key by now.
fn is_approved_in(
    edit: &EditView,
    approved: &ApprovedChange<'_>,
    change: &ChangeView,
) -> bool {
    let approved = &approved.change.edits;

    approved.contains(edit)
        || leftover::takes_only_approved(edit, approved, &change.edits)
}
