//! What was approved of a run before it begins.

use super::arguments;
use super::exit::Failure;
use super::page::Page;
use crate::approval::{self, Stale};
use crate::files::{self, Limit};
use crate::model::{Snapshot, safe};
use crate::plan::Planned;
use crate::render;
use crate::render::document::PlanView;

/// What was approved beforehand, so that nobody is asked.
#[derive(Debug)]
pub(super) struct Approved {
    /// What the files say that were named; none where none was. Those that say
    /// nothing approve nothing.
    plans: Option<Vec<PlanView>>,
    hash: Option<String>,
}

impl Approved {
    /// Reads what was approved; none where nothing was said of it, and somebody
    /// has to be asked.
    pub(super) fn read(
        arguments: &arguments::Approval,
    ) -> Result<Option<Self>, Failure> {
        if arguments.plans.is_empty() && arguments.plan_hash.is_none() {
            return Ok(None);
        }

        let mut plans = Vec::new();
        for path in &arguments.plans {
            let text = files::read(path, Limit::PLAN).map_err(|error| {
                Failure::Unreadable {
                    path: path.clone(),
                    source: error.into(),
                }
            })?;
            let approved = approval::read(&String::from_utf8_lossy(&text));
            plans.extend(approved.map_err(|source| Failure::NoApproval {
                path: path.clone(),
                source,
            })?);
        }
        let plans = (!arguments.plans.is_empty()).then_some(plans);
        let hash = arguments
            .plan_hash
            .as_ref()
            .map(|hash| hash.0.clone());
        Ok(Some(Self { plans, hash }))
    }

    /// Whether this plan is what was approved, or what remains of it; if not,
    /// says how it differs.
    pub(super) fn check(
        &self,
        now: &PlanView,
        planned: &Planned,
        seen: &Snapshot,
        page: &Page,
    ) -> Result<(), Failure> {
        let by_plan = match &self.plans {
            None => Ok(()),
            Some(plans) => approval::check(plans, now, planned, seen),
        };
        // Where nothing is left to do, nothing is done that nobody approved.
        let by_hash = match &self.hash {
            Some(hash) if !now.changes.is_empty() => {
                approval::check_hash(hash, now)
            }
            _ => Ok(()),
        };

        by_plan.and(by_hash).map_err(|stale| {
            self.explain(&stale, now, page);
            stale.into()
        })
    }

    fn explain(&self, stale: &Stale, now: &PlanView, page: &Page) {
        for reason in &stale.reasons {
            page.talk(&render::stale(&safe(&reason.to_string())));
        }
        if let Some(plans) = &self.plans {
            let approved = approval::of_same_environment(plans, now);
            page.talk(&render::plans_apart(&approved, now));
        }
    }
}
