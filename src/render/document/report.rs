//! What became of plans, for programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Version;
use super::advice::AdviceView;
use super::delivery::DeliveryOutcomeView;
use super::environments::EnvironmentsView;
use super::failure::FailureView;
use super::outputs::OutputsView;
use super::plan::PlanView;
use crate::apply::{Counts, DeliveryOutcome, Outcome, Report};
use crate::model::Words;
use crate::plan::Change;
use crate::provider::ProviderError;
use crate::render::text::counted;

/// What one run did, one report an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportDocument {
    /// What this is.
    pub format: ReportFormat,
    /// Which form of it. Readers ignore fields that they do not know.
    pub version: Version,
    /// How the run ended.
    pub exit_code: u8,
    /// What was planned, and what became of it.
    pub reports: Vec<ReportView>,
    /// How it ended in each environment, where it was about several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environments: Option<EnvironmentsView>,
    /// Why the run ended early, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureView>,
}

/// What a report document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReportFormat {
    /// A document of reports.
    #[serde(rename = "grantry/report")]
    Report,
}

/// What became of one plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportView {
    /// What was planned.
    pub plan: PlanView,
    /// What it came to.
    pub verdict: ReportVerdict,
    /// How many changes came to which end.
    pub counts: OutcomeCountsView,
    /// What became of each change, in the order of the plan;
    /// nothing where none was begun.
    pub outcomes: Vec<OutcomeView>,
    /// What became of each delivery, in the order of the plan; nothing where
    /// none was begun.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<DeliveryOutcomeView>,
    /// What services need to know, with the ids of the clients as they are now;
    /// not there where nothing was planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<OutputsView>,
    /// Clients of which there are two now.
    pub twins: Vec<Twin>,
    /// Why it is not known whether there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twins_unknown: Option<String>,
}

/// What an apply came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReportVerdict {
    /// Nothing was begun: there was nothing to do, or
    /// something spoke against it.
    NotBegun,
    /// Every change was made, and all credentials delivered.
    Applied,
    /// Every change was made, and not all credentials were delivered.
    NotDelivered,
    /// Some were made, or may have been.
    InPart,
    /// None was made.
    Failed,
}

/// How many changes came to which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct OutcomeCountsView {
    /// Made.
    pub applied: usize,
    /// Not made.
    pub failed: usize,
    /// Not tried, for another's sake.
    pub blocked: usize,
    /// Perhaps made.
    pub unknown: usize,
    /// Not tried, because the run was stopped or its time was over.
    pub not_tried: usize,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeView {
    /// Which object, as the configuration calls it.
    pub name: String,
    /// Which end.
    pub outcome: OutcomeKind,
    /// The id of a client that was created or taken over, which its service
    /// needs. It is no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Why it was not made, or is not known to have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<AdviceView>,
    /// The object whose change had to come first, and was not made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<String>,
}

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// It was made.
    Applied,
    /// It was not made.
    Failed,
    /// It was not tried, because an earlier one was not made.
    Blocked,
    /// It may or may not have been made.
    Unknown,
    /// It was not tried, because the run was stopped or its time was over.
    NotTried,
}

/// A client that is there twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Twin {
    /// Its key.
    pub key: String,
    /// Which clients carry its mark, and what to do.
    #[serde(flatten)]
    pub advice: AdviceView,
}

impl ReportDocument {
    /// The document of a run that ended so.
    #[must_use]
    pub fn of(
        reports: Vec<ReportView>,
        error: Option<FailureView>,
        exit_code: u8,
    ) -> Self {
        Self {
            format: ReportFormat::Report,
            version: Version::One,
            exit_code,
            reports,
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
        for report in &mut self.reports {
            report.plan.drop_preconditions();
        }
        self
    }
}

impl ReportView {
    /// A plan of which nothing was begun.
    #[must_use]
    pub fn not_begun(mut plan: PlanView) -> Self {
        let outputs = plan.outputs.take();
        Self {
            outputs,
            plan,
            verdict: ReportVerdict::NotBegun,
            counts: OutcomeCountsView::default(),
            outcomes: Vec::new(),
            deliveries: Vec::new(),
            twins: Vec::new(),
            twins_unknown: None,
        }
    }

    /// A plan that was given up while changes were in flight: which of them
    /// were made is not known.
    #[must_use]
    pub fn given_up(plan: PlanView) -> Self {
        Self {
            verdict: ReportVerdict::InPart,
            ..Self::not_begun(plan)
        }
    }

    /// The changes that were not made, for whatever reason.
    pub(in crate::render) fn missed(
        &self,
    ) -> impl Iterator<Item = &OutcomeView> {
        self.outcomes
            .iter()
            .filter(|outcome| outcome.outcome != OutcomeKind::Applied)
    }

    /// The deliveries that should have been made, and were not.
    pub(in crate::render) fn undelivered(
        &self,
    ) -> impl Iterator<Item = &DeliveryOutcomeView> {
        self.deliveries
            .iter()
            .filter(|delivery| delivery.is_missing())
    }

    /// What became of a plan.
    #[must_use]
    pub fn of(mut plan: PlanView, report: &Report, words: Words) -> Self {
        let outputs = plan.outputs.take();
        let outputs = outputs.map(|outputs| outputs.with_new_ids(report));
        let counts = OutcomeCountsView::from(report.counts());
        let outcomes = report
            .plan
            .changes
            .iter()
            .zip(&report.outcomes);
        let (twins, twins_unknown) = match &report.twins {
            Ok(twins) => {
                let twin = |same: &crate::apply::SameMark| Twin {
                    key: same.key.to_string(),
                    advice: AdviceView {
                        id: "same-mark".to_owned(),
                        message: same.twins.to_string(),
                        next_step: Some(same.twins.next_step().in_words(words)),
                    },
                };
                (twins.iter().map(twin).collect(), None)
            }
            Err(error) if report.may_have_twins() => {
                (Vec::new(), Some(error.to_string()))
            }
            // Nothing was created that could have a twin: that nobody could
            // look is no matter.
            Err(_) => (Vec::new(), None),
        };

        Self {
            verdict: ReportVerdict::of(&counts, report),
            counts,
            outcomes: outcomes
                .map(|(change, outcome)| {
                    OutcomeView::of(report, change, outcome, words)
                })
                .collect(),
            deliveries: report
                .plan
                .deliveries
                .iter()
                .zip(&report.deliveries)
                .map(|(delivery, outcome)| {
                    DeliveryOutcomeView::of(delivery, outcome, words)
                })
                .collect(),
            outputs,
            twins,
            twins_unknown,
            plan,
        }
    }
}

impl OutcomeCountsView {
    /// How many changes came to which end, where there are any.
    pub(in crate::render) fn ends(&self) -> String {
        counted([
            (self.applied, "applied"),
            (self.failed, "failed"),
            (self.blocked, "blocked"),
            (self.unknown, "unknown"),
            (self.not_tried, "not tried"),
        ])
    }
}

impl ReportVerdict {
    fn of(counts: &OutcomeCountsView, report: &Report) -> Self {
        let OutcomeCountsView {
            applied,
            failed,
            blocked,
            unknown,
            not_tried,
        } = counts;

        let is_missing = report
            .deliveries
            .iter()
            .any(DeliveryOutcome::is_missing);
        if failed + blocked + unknown + not_tried == 0 && is_missing {
            Self::NotDelivered
        } else if failed + blocked + unknown + not_tried == 0 {
            Self::Applied
        // What may have been made counts: `failed` would say that nothing is to
        // be looked for.
        } else if applied + unknown > 0
            || report.outcomes.iter().any(is_half_made)
        {
            Self::InPart
        } else {
            Self::Failed
        }
    }
}

/// Whether a change failed after some of its requests were carried out.
fn is_half_made(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Failed(ProviderError::Partly { .. })
    )
}

impl From<Counts> for OutcomeCountsView {
    fn from(counts: Counts) -> Self {
        let Counts {
            applied,
            failed,
            blocked,
            unknown,
            not_tried,
        } = counts;

        Self {
            applied,
            failed,
            blocked,
            unknown,
            not_tried,
        }
    }
}

impl OutcomeView {
    fn of(
        report: &Report,
        change: &Change,
        outcome: &Outcome,
        words: Words,
    ) -> Self {
        let names = &report.plan.names;
        let error = match outcome {
            Outcome::Failed(error) | Outcome::Unknown(error) => {
                Some(AdviceView::of(error, error.to_string(), words))
            }
            Outcome::Applied(_) | Outcome::Blocked(_) | Outcome::NotTried => {
                None
            }
        };
        let blocked_by = match outcome {
            Outcome::Blocked(place) => report.plan.changes.get(*place),
            _ => None,
        };

        Self {
            name: names.of(&change.address),
            outcome: outcome.into(),
            client_id: outcome
                .new_client_id(change)
                .map(ToString::to_string),
            error,
            blocked_by: blocked_by.map(|cause| names.of(&cause.address)),
        }
    }
}

impl From<&Outcome> for OutcomeKind {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Applied(_) => Self::Applied,
            Outcome::Failed(_) => Self::Failed,
            Outcome::Blocked(_) => Self::Blocked,
            Outcome::Unknown(_) => Self::Unknown,
            Outcome::NotTried => Self::NotTried,
        }
    }
}
