//! A plan that was kept.

use crate::model::{Advice, Step};
use crate::render::document::{
    ActionView, ChangeView, PlanDocument, PlanVerdict, PlanView,
};

/// Why nothing was approved by a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApprovalError {
    /// It is no document of plans, or one of a version that is not known.
    #[error("it is no plan that this version of Grantry has kept: {0}")]
    NoPlan(String),
    /// The run that kept it came to no plan.
    #[error("the run that kept it came to no plan")]
    Unfinished,
    /// The plan was refused, and is not to be applied.
    #[error("its plan of the stack {0} was refused when it was made")]
    Refused(String),
    /// It does not say what its plan relies on.
    #[error(
        "it does not say what its plan of the stack {0} relies on: `--out` \
         keeps that, and nothing else"
    )]
    NotSealed(String),
    /// It says something else than was kept.
    #[error(
        "its plan of the stack {0} is not the one that its hash is of: \
         somebody has changed it"
    )]
    Altered(String),
}

impl Advice for ApprovalError {
    fn id(&self) -> &'static str {
        match self {
            Self::NoPlan(_) => "no-plan",
            Self::Unfinished => "unfinished-plan",
            Self::Refused(_) => "refused-plan",
            Self::NotSealed(_) => "unsealed-plan",
            Self::Altered(_) => "altered-plan",
        }
    }

    fn next_step(&self) -> Option<Step> {
        Some("plan again with `--out`, and have that approved".into())
    }
}

/// Reads a plan that `--out` kept.
pub fn read(text: &str) -> Result<Vec<PlanView>, ApprovalError> {
    let document: PlanDocument = serde_json::from_str(text)
        .map_err(|error| ApprovalError::NoPlan(error.to_string()))?;
    for plan in &document.plans {
        let stack = || plan.provenance.stack.clone();
        match plan.verdict {
            // Whatever else is written in it: a refused plan approves nothing,
            // even with a right hash.
            PlanVerdict::Refused => {
                return Err(ApprovalError::Refused(stack()));
            }
            PlanVerdict::Conflicts => return Err(ApprovalError::Unfinished),
            PlanVerdict::NoChanges
            | PlanVerdict::AdoptionsOnly
            | PlanVerdict::Changes => {}
        }
        let relies = |change: &ChangeView| {
            // What is created relies on nothing that could be looked at.
            change.action == ActionView::Create || change.precondition.is_some()
        };
        match &plan.hash {
            Some(_) if !plan.changes.iter().all(relies) => {
                return Err(ApprovalError::NotSealed(stack()));
            }
            None => return Err(ApprovalError::NotSealed(stack())),
            // No signature: whoever may write the file can write its hash as
            // well. It tells of a plan that was edited by hand, or by a program
            // that did not know better.
            Some(hash) if *hash != super::hash(plan) => {
                return Err(ApprovalError::Altered(stack()));
            }
            Some(_) => {}
        }
    }
    let is_empty = document.plans.is_empty() && !is_of_nothing(&document);
    if is_empty || document.error.is_some() {
        return Err(ApprovalError::Unfinished);
    }
    Ok(document.plans)
}

/// Whether the run was about a part of the environments in which there is none.
/// Its plan is whole, and approves nothing.
fn is_of_nothing(document: &PlanDocument) -> bool {
    let environments = document.environments.as_ref();
    environments
        .is_some_and(|all| all.shard.is_some() && all.results.is_empty())
}
