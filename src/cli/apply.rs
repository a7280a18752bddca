//! `grantry apply`

use std::cell::OnceCell;
use std::convert::Infallible;
use std::future::pending;
use std::num::NonZeroUsize;

use tokio::time::{Instant, sleep_until};

use super::approval::Approved;
use super::arguments::{Apply, Format};
use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::faces;
use super::plan::{DriftCheck, Order};
use super::progress::Progress;
use super::signal::StopRequests;
use super::target::{Target, with_chosen};
use super::{hint, output, plan};
use crate::apply::{Guard, Outcome, Report, Stop};
use crate::model::Desired;
use crate::plan::Cleared;
use crate::provider::auth0::CorrelationId;
use crate::provider::{Mutate, Observe as _, ProviderError, Retry};
use crate::render::document::{PlanView, ReportDocument, ReportView};
use crate::{apply, render};

/// What became of a plan, and why nothing more was begun, if it was stopped.
struct Ended {
    report: Report,
    stopped: Option<Stopped>,
}

/// Why nothing more was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stopped {
    ByPerson,
    ByDeadline,
}

pub(super) async fn run(arguments: &Apply) -> Result<Exit, Failure> {
    let mut reports = Vec::new();
    let ended = plan_and_apply(arguments, &mut reports).await;

    let (exit, error) = faces::end_of(&ended);
    let document = ReportDocument::of(reports, error, exit.code()).without_preconditions();
    let shown = match ended {
        // What must not be written over is left alone, whatever there is to say in it.
        Err(Failure::Overwrites { .. }) => arguments.faces.print(&document),
        _ => arguments.faces.show(&document),
    };
    // What was done decides how the run ends, also where it cannot be shown.
    if let Err(failure) = shown {
        output::talk(&render::failure(&failure.to_string(), None));
    }
    ended
}

async fn plan_and_apply(arguments: &Apply, reports: &mut Vec<ReportView>) -> Result<Exit, Failure> {
    // Begun before anything is read: a run has so long in all.
    let deadline = arguments.tenant.deadline.begin();
    let destinations = Destinations::of(&arguments.faces.files, None);
    destinations.check(&arguments.configuration.paths, &arguments.approval.plans)?;
    let loaded = arguments.configuration.load_for(&arguments.tenant);
    let mut loaded = destinations.check_loaded(loaded)?;
    arguments.deletions.limit(&mut loaded.desired.policy);
    let approved = Approved::read(&arguments.approval)?;

    let format = arguments.faces.format;
    let target = Target::choose(&arguments.tenant, Some(&loaded))?;
    destinations.check_target(&target)?;
    let target = target.head_plan(format)?;
    let order = Order {
        lock_use: arguments.locking.lock_use(),
        provenance: target.provenance(&loaded),
        format,
        needs_view: arguments.faces.are_wanted(),
        approved: approved.as_ref(),
        drift: DriftCheck::Off,
    };
    let writer = target.writer(arguments.locking.lock_timeout.0).await?;
    let desired = loaded.desired;
    let mut plans = Vec::new();
    let ended = with_chosen!(&writer, writer => {
        let run = Run { arguments, writer, deadline };
        run.carry_through(desired, order, &mut plans).await
    });

    let views = plans.into_iter();
    let Ended { report, stopped } = match ended {
        Ok(Some(ended)) => ended,
        Ok(None) => {
            reports.extend(views.map(ReportView::not_begun));
            return Ok(Exit::Done);
        }
        Err(failure) => {
            let view: fn(PlanView) -> ReportView = match failure {
                Failure::GivenUp => ReportView::given_up,
                _ => ReportView::not_begun,
            };
            reports.extend(views.map(view));
            return Err(failure);
        }
    };

    reports.extend(views.map(|view| ReportView::of(view, &report, hint::words)));
    tell_end(&report, format, writer.correlation(), deadline);
    // Two clients where there should be one, perhaps: somebody has to look at that.
    if report.may_have_twins() {
        return Ok(Exit::Partial);
    }
    Ok(exit_after(&report.outcomes, stopped))
}

/// One run against one tenant.
struct Run<'a, P> {
    arguments: &'a Apply,
    writer: &'a P,
    deadline: Option<Instant>,
}

impl<P: Mutate> Run<'_, P> {
    /// Plans, asks, and applies: what became of it; none where there was nothing to do.
    async fn carry_through(
        self,
        desired: Desired,
        order: Order<'_>,
        plans: &mut Vec<PlanView>,
    ) -> Result<Option<Ended>, Failure> {
        let Self {
            arguments,
            writer,
            deadline,
        } = self;
        let is_approved = order.approved.is_some() || arguments.auto_approve;
        let format = order.format;

        let mut stop_requests = StopRequests::listen()?;
        let making = plan::make_plan(writer.reader(), &desired, order, plans);
        let (cleared, estimate) = stop_requests.or_stopped(making).await?;
        if cleared.plan().changes.is_empty() {
            return Ok(None);
        }

        // What is wanted is in the plan now, and what waits for approval may be large.
        let stack = desired.stack.clone();
        drop(desired);

        // Before anybody is asked: nobody has to approve what is not permitted anyway.
        if let Some(estimate) = estimate {
            writer.reader().check_permissions(&estimate.needs).await?;
        }
        if !is_approved {
            stop_requests.or_stopped(ask_for_approval(format)).await?;
        }

        // The lock only now: whoever thinks about a plan keeps nobody waiting.
        let exclusion = arguments
            .locking
            .exclusion_for(cleared.plan(), writer.names());
        let guard = exclusion.take(writer, &stack, &mut stop_requests).await?;
        let applying = Applying {
            writer,
            guard: &guard,
            parallelism: writer.side_by_side(arguments.tenant.parallelism),
            deadline,
            format,
        };
        let ended = applying.carry_out(cleared, &mut stop_requests).await;

        // On every way out: a lock that stays keeps the next run waiting.
        if let Err(error) = guard.release(writer).await {
            output::talk(&render::lock_not_released(&error));
        }
        ended.map(Some)
    }
}

/// Asks whoever sits there, who must have been shown what for.
async fn ask_for_approval(format: Format) -> Result<(), Failure> {
    if !format.is_for_people() {
        return Err(Failure::NobodyToAsk);
    }
    output::ask_for_approval("\nApply these changes? Type `yes` to apply: ").await
}

/// How a plan is applied.
struct Applying<'a, P> {
    writer: &'a P,
    guard: &'a Guard,
    parallelism: NonZeroUsize,
    deadline: Option<Instant>,
    format: Format,
}

impl<P: Mutate> Applying<'_, P> {
    /// Applies, and tells how far it is. A request to stop is granted after what is in flight, and so
    /// is the end of the run's time; the report says what was not tried.
    async fn carry_out(
        &self,
        cleared: Cleared,
        stop_requests: &mut StopRequests,
    ) -> Result<Ended, Failure> {
        let progress = Progress::of(cleared.plan().changes.len(), self.format);
        let names = cleared.plan().names.clone();
        let stopping = Stopping::default();

        let applying = apply::apply(
            self.writer,
            cleared,
            self.guard,
            self.parallelism,
            &stopping.stop,
            |change, outcome| progress.tell_ended(change, outcome, &names),
        );
        let report = tokio::select! {
            report = applying => Ok(report),
            () = stopping.wait_for_person(stop_requests) => Err(Failure::GivenUp),
            never = stopping.wait_for_deadline(self.deadline) => match never {},
        };
        progress.finish();

        Ok(Ended {
            report: report?,
            stopped: stopping.by.get().copied(),
        })
    }
}

/// The request to stop, and who made it first.
#[derive(Default)]
struct Stopping {
    stop: Stop,
    by: OnceCell<Stopped>,
}

impl Stopping {
    /// Stops when somebody asks for it; ends when somebody asks once more.
    async fn wait_for_person(&self, stop_requests: &mut StopRequests) {
        stop_requests.next().await;
        self.request(Stopped::ByPerson);
        output::talk(
            "Stopping: what is in flight is finished, nothing more is begun. Once more to give up.\n",
        );

        stop_requests.next().await;
    }

    /// Stops when the time of the run is over. It never ends: what is in flight is waited for.
    async fn wait_for_deadline(&self, deadline: Option<Instant>) -> Infallible {
        if let Some(deadline) = deadline {
            sleep_until(deadline).await;
            self.request(Stopped::ByDeadline);
            output::talk(
                "The time of this run is over: what is in flight is finished, nothing more is begun.\n",
            );
        }

        pending().await
    }

    fn request(&self, by: Stopped) {
        self.by.get_or_init(|| by);
        self.stop.request();
    }
}

/// Says what became of a plan, and what to do next.
fn tell_end(
    report: &Report,
    format: Format,
    correlation: Option<&CorrelationId>,
    deadline: Option<Instant>,
) {
    if format.is_for_people() {
        // Where it cannot be shown, it still decides how the run ends.
        if let Err(error) = output::data(&format!("\n{}", render::report(report))) {
            output::talk(&format!("error: {error}\n"));
        }
    }
    if let Some(correlation) = correlation {
        output::talk(&render::correlation(correlation.as_str()));
    }

    let errors = report.outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Failed(error) | Outcome::Unknown(error) => Some(error),
        Outcome::Applied(_) | Outcome::Blocked(_) | Outcome::NotTried => None,
    });
    for hint in hint::collect_hints(errors) {
        output::talk(&render::hint(&hint));
    }

    let is_over = deadline.is_some_and(|deadline| deadline <= Instant::now());
    if is_over && report.counts().not_tried > 0 {
        output::talk("Apply again for what was not tried, perhaps with a longer --deadline.\n");
    }
}

/// How the run ends. Whoever is told to try again can rely on it that nothing was written.
fn exit_after(outcomes: &[Outcome], stopped: Option<Stopped>) -> Exit {
    if outcomes.iter().all(Outcome::is_applied) {
        return Exit::Done;
    }
    if outcomes.iter().any(has_touched_tenant) {
        return Exit::Partial;
    }

    let may_all_pass = outcomes
        .iter()
        .all(|outcome| may_pass_by_itself(outcome, stopped));
    if may_all_pass {
        Exit::TryAgain
    } else {
        Exit::Error
    }
}

fn has_touched_tenant(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Applied(_) | Outcome::Unknown(_) => true,
        Outcome::Failed(error) => matches!(error, ProviderError::Partly { .. }),
        Outcome::Blocked(_) | Outcome::NotTried => false,
    }
}

fn may_pass_by_itself(outcome: &Outcome, stopped: Option<Stopped>) -> bool {
    match outcome {
        Outcome::Failed(error) => error.retry() == Retry::Worthwhile,
        // Without a stop, it is a request that found no time.
        Outcome::NotTried => stopped != Some(Stopped::ByPerson),
        // It goes the way of what blocks it.
        Outcome::Blocked(_) => true,
        Outcome::Applied(_) | Outcome::Unknown(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RemoteId;
    use crate::provider::auth0;

    fn busy() -> ProviderError {
        let request = "POST /api/v2/clients".to_owned();
        ProviderError::RateLimited { request }
    }

    fn applied() -> Outcome {
        Outcome::Applied(RemoteId::new("id"))
    }

    fn failed() -> Outcome {
        Outcome::Failed(busy())
    }

    fn wrong() -> Outcome {
        let error = auth0::InvalidSetting::NoDomain;
        Outcome::Failed(ProviderError::Settings(Box::new(error)))
    }

    fn partly() -> Outcome {
        let done = "the key was added".to_owned();
        let source = Box::new(busy());
        Outcome::Failed(ProviderError::Partly { done, source })
    }

    #[test]
    fn a_run_is_tried_again_only_where_nothing_was_written() {
        let person = Some(Stopped::ByPerson);
        let deadline = Some(Stopped::ByDeadline);

        for (outcomes, stopped, expected) in [
            (vec![applied(), applied()], None, Exit::Done),
            (vec![applied(), applied()], person, Exit::Done),
            (vec![failed(), Outcome::Blocked(0)], None, Exit::TryAgain),
            (vec![failed(), Outcome::NotTried], deadline, Exit::TryAgain),
            (vec![Outcome::NotTried], deadline, Exit::TryAgain),
            (vec![Outcome::NotTried], None, Exit::TryAgain),
            (vec![Outcome::NotTried], person, Exit::Error),
            (vec![failed(), Outcome::NotTried], person, Exit::Error),
            (vec![failed(), wrong()], None, Exit::Error),
            (vec![wrong(), Outcome::Blocked(0)], None, Exit::Error),
            (vec![applied(), failed()], None, Exit::Partial),
            (vec![applied(), Outcome::NotTried], person, Exit::Partial),
            (vec![Outcome::Unknown(busy())], None, Exit::Partial),
            (vec![partly()], None, Exit::Partial),
        ] {
            let exit = exit_after(&outcomes, stopped);
            assert_eq!(exit, expected, "{outcomes:?}, {stopped:?}");
        }
    }
}
