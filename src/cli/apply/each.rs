//! Applying in several environments: all are planned, one question is asked,
//! and then it is one after the other.

use tokio::time::Instant;

use super::applying::{Ended, Stopped};
use super::{Made, Ready, Run};
use crate::cli::destinations::Destinations;
use crate::cli::exit::{Ending, Exit, Failure};
use crate::cli::page::Page;
use crate::cli::plan::ViewUse;
use crate::cli::selection::Several;
use crate::cli::several::{Look, Member, Results, look_at_each};
use crate::cli::signal::StopRequests;
use crate::cli::{output, show};
use crate::model::EnvironmentName;
use crate::render;
use crate::render::document::{PlanView, ReportView};

/// An environment in which there is something to do.
struct Waiting {
    environment: EnvironmentName,
    plans: Vec<PlanView>,
    ready: Ready,
}

impl Run<'_> {
    pub(super) async fn over_several(
        &self,
        several: Several,
        destinations: &Destinations<'_>,
        stop_requests: &mut StopRequests,
        made: &mut Made,
    ) -> Result<Exit, Failure> {
        let (mut results, members) = Results::begin(
            "apply",
            several,
            &self.arguments.configuration,
            &self.arguments.tenant,
            destinations,
        )?;

        let (waiting, planned) = self
            .plan_each(members, &mut results, stop_requests, made)
            .await;
        let asked = match planned {
            Ok(()) if !waiting.is_empty() => {
                self.show_prospect(&waiting, &results, made);
                self.ask(waiting.len(), stop_requests)
                    .await
            }
            planned => planned,
        };
        let ending = asked.as_ref().err().map(Ending::of);
        self.apply_each(
            waiting,
            ending,
            &mut results,
            stop_requests,
            made,
        )
        .await;

        made.environments = Some(results.view());
        match asked {
            Ok(()) => Ok(results.exit()),
            Err(failure)
                if Exit::gravest([failure.exit(), results.exit()])
                    == failure.exit() =>
            {
                Err(failure)
            }
            // What failed elsewhere counts for more than that nobody has
            // approved the rest.
            Err(failure) => {
                output::talk(&show(&failure));
                Ok(results.exit())
            }
        }
    }

    /// Plans for all: those in which there is something to do, and why nothing
    /// may be done in any of them.
    async fn plan_each(
        &self,
        members: Vec<Member>,
        results: &mut Results,
        stop_requests: &mut StopRequests,
        made: &mut Made,
    ) -> (Vec<Waiting>, Result<(), Failure>) {
        let mut planned = Vec::new();
        let how = Look {
            format: self.arguments.faces.format,
            ledger: results.ledger(),
            // Where there is something to do, it has not ended.
            end_of: |ready: &Option<Ready>| {
                ready.is_none().then_some(Exit::Done)
            },
        };
        let look =
            async |loaded, target, page: &Page, plans: &mut Vec<PlanView>| {
                self.plan(loaded, target, ViewUse::Wanted, page, plans)
                    .await
            };
        let take = |environment, plans, ended| {
            planned.push((environment, plans, ended));
        };
        let looking = look_at_each(members, how, look, take);
        let looked = stop_requests.or_stopped(looking).await;

        let plans = planned
            .iter()
            .flat_map(|(_, plans, _)| plans);
        let looked = looked.and_then(|()| results.refuse_one_tenant(plans));
        let mut waiting = Vec::new();
        for (environment, plans, ended) in planned {
            match ended {
                Ok(Some(ready)) => waiting.push(Waiting {
                    environment,
                    plans,
                    ready,
                }),
                Ok(None) => {
                    made.end_early(results, environment, Ok(Exit::Done), plans);
                }
                Err(failure) => {
                    made.end_early(results, environment, Err(failure), plans);
                }
            }
        }
        (waiting, looked)
    }

    /// Says in short what there is to do, for whoever is asked.
    fn show_prospect(
        &self,
        waiting: &[Waiting],
        results: &Results,
        made: &Made,
    ) {
        let early = made
            .reports
            .iter()
            .map(|report| &report.plan);
        let plans = early.chain(
            waiting
                .iter()
                .flat_map(|waiting| &waiting.plans),
        );
        let plans: Vec<&PlanView> = plans.collect();

        self.say(&render::planned_environments(
            &results.prospect(),
            &plans,
            output::width(),
        ));
    }

    /// Applies in one after the other, until there is a
    /// reason to begin no more.
    async fn apply_each(
        &self,
        waiting: Vec<Waiting>,
        mut ending: Option<Ending>,
        results: &mut Results,
        stop_requests: &mut StopRequests,
        made: &mut Made,
    ) {
        for Waiting {
            environment,
            plans,
            ready,
        } in waiting
        {
            ending = ending.or_else(|| self.find_ending(stop_requests));
            if let Some(ending) = ending {
                let ended = Err(Failure::NotReached(ending));
                made.end_early(results, environment, ended, plans);
                continue;
            }

            self.say(&format!("\nEnvironment: {environment}\n"));
            results.begin_writing(&environment);
            let carried = self
                .carry_out(ready, stop_requests)
                .await;
            ending = ending_after(&carried);
            let mut reports = Vec::new();
            let ended = Self::conclude(carried, plans, &mut reports);
            if let Err(failure) = &ended {
                output::talk(&show(failure));
            }
            let report = reports.last();
            let (plan, counts) = report
                .map(|report| (&report.plan, report.counts))
                .unzip();
            results.end(environment, ended, plan, counts);
            made.reports.extend(reports);
        }

        results.leave(ending.unwrap_or(Ending::Stopped));
    }

    /// Why nothing more is begun, if there is a reason.
    fn find_ending(&self, stop_requests: &mut StopRequests) -> Option<Ending> {
        if stop_requests.is_there() {
            return Some(Ending::Stopped);
        }

        let deadline = self.deadline?;
        (deadline <= Instant::now()).then_some(Ending::OutOfTime)
    }
}

impl Made {
    /// A plan of which nothing is begun.
    fn end_early(
        &mut self,
        results: &mut Results,
        environment: EnvironmentName,
        ended: Result<Exit, Failure>,
        plans: Vec<PlanView>,
    ) {
        results.end(environment, ended, plans.last(), None);
        self.reports.extend(
            plans
                .into_iter()
                .map(ReportView::not_begun),
        );
    }
}

/// Why nothing more is begun after a tenant, if that is so.
fn ending_after(ended: &Result<Ended, Failure>) -> Option<Ending> {
    match ended {
        Ok(Ended { stopped, .. }) => stopped.map(|stopped| match stopped {
            Stopped::ByPerson => Ending::Stopped,
            Stopped::ByDeadline => Ending::OutOfTime,
        }),
        Err(Failure::GivenUp | Failure::Stopped) => Some(Ending::Stopped),
        Err(_) => None,
    }
}
