//! A plan, for programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Version;
use super::access::AccessView;
use super::advice::AdviceView;
use super::change::ChangeView;
use super::counts::CountsView;
use super::delivery::DeliveryView;
use super::environments::EnvironmentsView;
use super::failure::FailureView;
use super::outputs::OutputsView;
use super::provenance::Provenance;
use crate::model::Words;
use crate::plan::{Action, Conflict, Plan, PlanError, Planned};
use crate::render::notes;

/// The plans of one run, one an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDocument {
    /// What this is.
    pub format: PlanFormat,
    /// Which form of it. Readers ignore fields that they do not know.
    pub version: Version,
    /// How the run ended.
    pub exit_code: u8,
    /// The plans, as far as any could be made.
    pub plans: Vec<PlanView>,
    /// How it ended in each environment, where it was about several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environments: Option<EnvironmentsView>,
    /// Why the run ended early, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureView>,
}

/// What a plan document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PlanFormat {
    /// A document of plans.
    #[serde(rename = "grantry/plan")]
    Plan,
}

/// What would be done to one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanView {
    /// Whose plan, and of which tenant.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// What it comes to.
    pub verdict: PlanVerdict,
    /// How many objects meet which fate.
    pub counts: CountsView,
    /// The changes, in the order in which they are made.
    pub changes: Vec<ChangeView>,
    /// What is done about the credentials of clients, by client and sink; not
    /// what is as it should be.
    pub deliveries: Vec<DeliveryView>,
    /// Who can call what afterwards, and could not before;
    /// and the other way round.
    pub access: AccessView,
    /// What is not as it was left; only where
    /// `--expect-no-changes` asks for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<DriftView>,
    /// What was seen and is worth saying.
    pub notes: Vec<AdviceView>,
    /// Why it must not be applied as it is.
    pub refusals: Vec<AdviceView>,
    /// Why there is no plan: what of the tenant contradicts the configuration.
    pub conflicts: Vec<AdviceView>,
    /// How many requests it takes to apply it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<usize>,
    /// What it comes to in 64 hexadecimal digits: of two plans that have the
    /// same, the same was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// What services need to know, for the report of an apply alone: ids are no
    /// part of a plan.
    #[serde(skip)]
    pub outputs: Option<OutputsView>,
}

/// What a plan comes to: the more attention it asks for, the greater it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlanVerdict {
    /// Everything is as declared.
    NoChanges,
    /// Existing objects are taken over, and nothing else happens.
    AdoptionsOnly,
    /// There is something to do.
    Changes,
    /// A guard speaks against it.
    Refused,
    /// The tenant contradicts the configuration, so that no plan could be made.
    Conflicts,
}

/// One thing that is not as it was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DriftView {
    /// In which way: `missing`, `changed-fields`, `vanished-mark`, `orphan`,
    /// `undeclared-in-range` or `foreign-caller`.
    pub class: String,
    /// Which object, as the configuration calls it.
    pub name: String,
}

impl PlanDocument {
    /// The document of a run that ended so.
    #[must_use]
    pub fn of(
        plans: Vec<PlanView>,
        error: Option<FailureView>,
        exit_code: u8,
    ) -> Self {
        Self {
            format: PlanFormat::Plan,
            version: Version::One,
            exit_code,
            plans,
            environments: None,
            error,
        }
    }

    /// The same of a run over several environments.
    #[must_use]
    pub fn over(self, environments: Option<EnvironmentsView>) -> Self {
        Self {
            environments,
            ..self
        }
    }

    /// The same for everybody: what a plan relies on is for whoever applies it.
    #[must_use]
    pub fn without_preconditions(mut self) -> Self {
        self.plans
            .iter_mut()
            .for_each(PlanView::drop_preconditions);
        self
    }
}

impl PlanView {
    /// The view of a plan. What it relies on and what it comes to are known to
    /// whoever approves ([`approval`](crate::approval)).
    #[must_use]
    pub fn of(
        planned: &Planned,
        provenance: Provenance,
        requests: Option<usize>,
        words: Words,
    ) -> Self {
        let Plan {
            stack: _,
            changes,
            unchanged,
            deliveries,
            notes,
            access,
            names,
        } = &planned.plan;
        let deliveries: Vec<DeliveryView> = deliveries
            .iter()
            .map(DeliveryView::of)
            .collect();
        let counts = CountsView::of(changes.iter(), *unchanged)
            .with_deliveries(&deliveries);
        let verdict = PlanVerdict::of(&counts, planned);
        let notes = notes.iter().map(|note| {
            AdviceView::of(note, notes::show_note(note, names), words)
        });
        let refusals = planned
            .refusals
            .iter()
            .map(|refusal| AdviceView::of(refusal, refusal.to_string(), words));

        Self {
            provenance,
            verdict,
            counts,
            changes: changes
                .iter()
                .map(|change| ChangeView::of(change, names.of(&change.address)))
                .collect(),
            deliveries,
            access: AccessView::of(access, names),
            drift: Vec::new(),
            notes: notes.collect(),
            refusals: refusals.collect(),
            conflicts: Vec::new(),
            requests: requests.filter(|_| planned.plan.does_anything()),
            hash: None,
            outputs: None,
        }
    }

    /// The same, and in which ways the tenant has moved
    /// away from what was applied.
    #[must_use]
    pub fn with_drift(mut self, plan: &Plan) -> Self {
        let drift = plan
            .drift()
            .into_iter()
            .map(|drift| DriftView {
                class: drift.class.id().to_owned(),
                name: drift.name,
            });
        self.drift = drift.collect();
        self
    }

    /// Whether nothing is to be done, and there is nothing to say.
    #[must_use]
    pub fn says_nothing(&self) -> bool {
        self.verdict == PlanVerdict::NoChanges
            && self.deliveries.is_empty()
            && self.notes.is_empty()
            && self.drift.is_empty()
    }

    pub(super) fn drop_preconditions(&mut self) {
        for change in &mut self.changes {
            change.precondition = None;
        }
    }

    /// The view of what contradicts a configuration so
    /// that no plan could be made.
    #[must_use]
    pub fn of_conflicts(
        error: &PlanError,
        provenance: Provenance,
        words: Words,
    ) -> Self {
        let view = |conflict: &Conflict| {
            AdviceView::of(conflict, conflict.to_string(), words)
        };

        Self {
            provenance,
            verdict: PlanVerdict::Conflicts,
            counts: CountsView::default(),
            changes: Vec::new(),
            deliveries: Vec::new(),
            access: AccessView::default(),
            drift: Vec::new(),
            notes: Vec::new(),
            refusals: Vec::new(),
            conflicts: error
                .conflicts
                .iter()
                .map(view)
                .collect(),
            requests: None,
            hash: None,
            outputs: None,
        }
    }
}

impl PlanVerdict {
    /// The verdict as a word that stays the same.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::NoChanges => "no-changes",
            Self::AdoptionsOnly => "adoptions-only",
            Self::Changes => "changes",
            Self::Refused => "refused",
            Self::Conflicts => "conflicts",
        }
    }

    fn of(counts: &CountsView, planned: &Planned) -> Self {
        let CountsView {
            create,
            adopt,
            update,
            release,
            delete,
            deliver,
            remove_entries,
            unchanged: _,
        } = counts;

        let mut adoptions = planned
            .plan
            .changes
            .iter()
            .filter(|change| change.action == Action::Adopt);
        // A grant or an API that is taken over shows no mark: whatever is
        // written of it is a change.
        let adopts_only = adoptions.all(|change| {
            change.edits().is_empty() || change.is_about_mark_only()
        });

        let deeds =
            create + update + release + delete + deliver + remove_entries;

        // First: a plan that is refused may hold changes, and nothing of them
        // is to be approved.
        if !planned.refusals.is_empty() {
            Self::Refused
        } else if deeds > 0 || !adopts_only {
            Self::Changes
        } else if *adopt > 0 {
            Self::AdoptionsOnly
        } else {
            Self::NoChanges
        }
    }
}
