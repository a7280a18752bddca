//! `grantry apply`

use std::cell::OnceCell;
use std::convert::Infallible;
use std::future::pending;
use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::approval::Approved;
use super::arguments::{Apply, Format};
use super::destinations::Destinations;
use super::exit::{Ending, Exit, Failure};
use super::page::Page;
use super::plan::{DriftCheck, Order, ViewUse};
use super::progress::Progress;
use super::selection::{Several, Subject};
use super::several::{Member, Results, look_at_each};
use super::signal::StopRequests;
use super::target::{Target, Writer, with_chosen};
use super::{faces, hint, output, plan};
use crate::apply::{Guard, Outcome, Report, Stop};
use crate::config::Loaded;
use crate::model::{Desired, EnvironmentName, StackName};
use crate::plan::Cleared;
use crate::provider::auth0::CorrelationId;
use crate::provider::{Mutate, Observe, ProviderError, Retry};
use crate::render::document::{EnvironmentsView, PlanView, ReportDocument, ReportView};
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

/// What a run comes to, for whoever reads more than its text.
#[derive(Default)]
struct Made {
    reports: Vec<ReportView>,
    environments: Option<EnvironmentsView>,
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
        self.reports
            .extend(plans.into_iter().map(ReportView::not_begun));
    }
}

pub(super) async fn run(arguments: &Apply) -> Result<Exit, Failure> {
    let mut made = Made::default();
    let ended = plan_and_apply(arguments, &mut made).await;
    let Made {
        reports,
        environments,
    } = made;

    let (exit, error) = faces::end_of(&ended);
    let document = ReportDocument::of(reports, error, exit.code())
        .over(environments)
        .without_preconditions();
    let told = match &document.environments {
        Some(environments) if arguments.faces.format.is_for_people() => {
            let text = render::applied_environments(environments, &document.reports);
            output::data(&format!("\n{text}"))
        }
        _ => Ok(()),
    };
    let shown = match ended {
        // What must not be written over is left alone, whatever there is to say in it.
        Err(Failure::Overwrites { .. }) => arguments.faces.print(&document),
        _ => arguments.faces.show(&document),
    };
    // What was done decides how the run ends, also where it cannot be shown.
    if let Err(failure) = told.and(shown) {
        output::talk(&render::failure(&failure.to_string(), None));
    }
    ended
}

async fn plan_and_apply(arguments: &Apply, made: &mut Made) -> Result<Exit, Failure> {
    // Begun before anything is read: a run has so long in all.
    let deadline = arguments.tenant.deadline.begin();
    let destinations = Destinations::of(&arguments.faces.files, None);
    destinations.check(&arguments.configuration.paths, &arguments.approval.plans)?;
    let told = arguments.tenant.provider.as_ref();
    let subject = arguments
        .configuration
        .load(told, &arguments.deletions, &destinations)?;

    let run = Run {
        arguments,
        approved: Approved::read(&arguments.approval)?,
        deadline,
    };
    let mut stop_requests = StopRequests::listen()?;
    match subject {
        Subject::One(loaded) => {
            let target = Target::choose(&arguments.tenant, Some(&loaded))?;
            destinations.check_target(&target)?;
            run.over_one(*loaded, target, &mut stop_requests, made)
                .await
        }
        Subject::Several(several) => {
            run.over_several(several, &destinations, &mut stop_requests, made)
                .await
        }
    }
}

/// One run, over however many tenants.
struct Run<'a> {
    arguments: &'a Apply,
    approved: Option<Approved>,
    deadline: Option<Instant>,
}

/// A plan that may be applied, with what applies it.
struct Ready {
    applier: Applier,
    cleared: Cleared,
    stack: StackName,
}

/// What applies a plan.
enum Applier {
    Open(Box<Writer>),
    /// A file, which is not locked while others are planned and applied: it may be theirs too.
    Later(Target),
}

impl Applier {
    async fn open(self, patience: Duration) -> Result<Writer, Failure> {
        match self {
            Self::Open(writer) => Ok(*writer),
            Self::Later(target) => target.writer(patience).await,
        }
    }
}

impl Run<'_> {
    async fn over_one(
        &self,
        loaded: Loaded,
        target: Target,
        stop_requests: &mut StopRequests,
        made: &mut Made,
    ) -> Result<Exit, Failure> {
        let mut plans = Vec::new();
        let view = ViewUse::of(self.arguments.faces.are_wanted());
        let planning = self.plan(loaded, target, view, &Page::AtOnce, &mut plans);
        let planned = stop_requests.or_stopped(planning).await;
        let approved = match planned {
            Ok(Some(ready)) => self.ask(1, stop_requests).await.map(|()| Some(ready)),
            planned => planned,
        };

        let ended = match approved {
            Ok(Some(ready)) => self.carry_out(ready, stop_requests).await,
            Ok(None) => {
                let views = plans.into_iter();
                made.reports.extend(views.map(ReportView::not_begun));
                return Ok(Exit::Done);
            }
            Err(failure) => Err(failure),
        };
        Self::conclude(ended, plans, &mut made.reports)
    }

    /// Plans for all, asks once, and then applies for one after the other.
    async fn over_several(
        &self,
        several: Several,
        destinations: &Destinations<'_>,
        stop_requests: &mut StopRequests,
        made: &mut Made,
    ) -> Result<Exit, Failure> {
        let arguments = self.arguments;
        let configuration = &arguments.configuration;
        let (mut results, members) = Results::begin(
            "apply",
            several,
            configuration,
            &arguments.tenant,
            destinations,
        )?;

        let mut planned = Vec::new();
        let look = async |member: Member, page: &Page, plans: &mut Vec<PlanView>| {
            let Member { loaded, target, .. } = member;
            self.plan(loaded, target, ViewUse::Wanted, page, plans)
                .await
        };
        let take = |environment, plans, ended| planned.push((environment, plans, ended));
        let looking = look_at_each(members, arguments.faces.format, look, take);
        let looked = stop_requests.or_stopped(looking).await;

        let mut ready = Vec::new();
        for (environment, plans, ended) in planned {
            match ended {
                Ok(Some(one)) => ready.push((environment, plans, one)),
                Ok(None) => made.end_early(&mut results, environment, Ok(Exit::Done), plans),
                Err(failure) => made.end_early(&mut results, environment, Err(failure), plans),
            }
        }
        let plans = || ready.iter().flat_map(|(_, plans, _)| plans);
        let looked = looked.and_then(|()| results.refuse_one_tenant(plans()));
        let asked = match looked {
            Ok(()) if !ready.is_empty() => {
                if arguments.faces.format.is_for_people() {
                    let plans: Vec<&PlanView> = plans().collect();
                    output::data(&render::planned_environments(&results.prospect(), &plans))?;
                }
                self.ask(ready.len(), stop_requests).await
            }
            looked => looked,
        };

        let mut ending = asked.as_ref().err().map(|_| Ending::Stopped);
        for (environment, plans, one) in ready {
            ending = ending.or_else(|| self.is_out_of_time());
            if let Some(ending) = ending {
                let ended = Err(Failure::NotReached(ending));
                made.end_early(&mut results, environment, ended, plans);
                continue;
            }

            if arguments.faces.format.is_for_people() {
                output::data(&format!("\nEnvironment: {environment}\n"))?;
            }
            results.begin_writing(&environment);
            let carried = self.carry_out(one, stop_requests).await;
            ending = find_ending(&carried);
            let ended = Self::conclude(carried, plans, &mut made.reports);
            if let Err(failure) = &ended {
                output::talk(&super::show(failure));
            }
            let report = made.reports.last();
            let outcomes = report.map(|report| report.counts);
            results.end(
                environment,
                ended,
                report.map(|report| &report.plan),
                outcomes,
            );
        }

        results.leave(ending.unwrap_or(Ending::Stopped));
        made.environments = Some(results.view());
        asked?;
        Ok(results.exit())
    }

    /// Plans for one tenant; none where there is nothing to do.
    async fn plan(
        &self,
        loaded: Loaded,
        target: Target,
        view: ViewUse,
        page: &Page,
        plans: &mut Vec<PlanView>,
    ) -> Result<Option<Ready>, Failure> {
        let Self {
            arguments,
            approved,
            ..
        } = self;
        let format = arguments.faces.format;
        let target = target.head_plan(format, page)?;
        let order = Order {
            lock_use: arguments.locking.lock_use(),
            provenance: target.provenance(&loaded),
            format,
            view,
            approved: approved.as_ref(),
            drift: DriftCheck::Off,
            page,
        };

        let desired = loaded.desired;
        let (applier, cleared) = match (target, page) {
            (target @ Target::Local(_), Page::Kept(_)) => {
                let reader = target.clone().reader()?;
                let cleared = with_chosen!(&reader, reader => {
                    make_permitted(reader, &desired, order, plans).await?
                });
                (Applier::Later(target), cleared)
            }
            (target, _) => {
                let writer = target.writer(arguments.locking.lock_timeout.0).await?;
                let cleared = with_chosen!(&writer, writer => {
                    make_permitted(writer.reader(), &desired, order, plans).await?
                });
                (Applier::Open(Box::new(writer)), cleared)
            }
        };

        if cleared.plan().changes.is_empty() {
            return Ok(None);
        }
        // What is wanted is in the plan now, and what waits for approval may be large.
        Ok(Some(Ready {
            applier,
            cleared,
            stack: desired.stack,
        }))
    }

    /// Asks whoever sits there, unless that was approved already.
    async fn ask(&self, tenants: usize, stop_requests: &mut StopRequests) -> Result<(), Failure> {
        if self.approved.is_some() || self.arguments.auto_approve {
            return Ok(());
        }

        let asking = ask_for_approval(self.arguments.faces.format, tenants);
        stop_requests.or_stopped(asking).await
    }

    /// Applies to one tenant.
    async fn carry_out(
        &self,
        ready: Ready,
        stop_requests: &mut StopRequests,
    ) -> Result<Ended, Failure> {
        let Ready {
            applier,
            cleared,
            stack,
        } = ready;
        let opening = applier.open(self.arguments.locking.lock_timeout.0);
        let writer = stop_requests.or_stopped(opening).await?;
        let ended = with_chosen!(&writer, writer => {
            self.apply(writer, cleared, &stack, stop_requests).await
        })?;

        let format = self.arguments.faces.format;
        tell_end(&ended.report, format, writer.correlation(), self.deadline);
        Ok(ended)
    }

    async fn apply<P: Mutate>(
        &self,
        writer: &P,
        cleared: Cleared,
        stack: &StackName,
        stop_requests: &mut StopRequests,
    ) -> Result<Ended, Failure> {
        let Self {
            arguments,
            deadline,
            ..
        } = self;

        // The lock only now: whoever thinks about a plan keeps nobody waiting.
        let exclusion = arguments
            .locking
            .exclusion_for(cleared.plan(), writer.names());
        let guard = exclusion.take(writer, stack, stop_requests).await?;
        let applying = Applying {
            writer,
            guard: &guard,
            parallelism: writer.side_by_side(arguments.tenant.parallelism),
            deadline: *deadline,
            format: arguments.faces.format,
        };
        let ended = applying.carry_out(cleared, stop_requests).await;

        // On every way out: a lock that stays keeps the next run waiting.
        if let Err(error) = guard.release(writer).await {
            output::talk(&render::lock_not_released(&error));
        }
        ended
    }

    /// What became of a plan, and how the run ends.
    fn conclude(
        ended: Result<Ended, Failure>,
        plans: Vec<PlanView>,
        reports: &mut Vec<ReportView>,
    ) -> Result<Exit, Failure> {
        let views = plans.into_iter();
        let Ended { report, stopped } = match ended {
            Ok(ended) => ended,
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
        // Two clients where there should be one, perhaps: somebody has to look at that.
        if report.may_have_twins() {
            return Ok(Exit::Partial);
        }
        Ok(exit_after(&report.outcomes, stopped))
    }

    fn is_out_of_time(&self) -> Option<Ending> {
        let is_over = self
            .deadline
            .is_some_and(|deadline| deadline <= Instant::now());
        is_over.then_some(Ending::OutOfTime)
    }
}

/// Plans what may be applied with our permissions. Before anybody is asked: nobody has to approve what is not
/// permitted anyway.
async fn make_permitted(
    reader: &impl Observe,
    desired: &Desired,
    order: Order<'_>,
    plans: &mut Vec<PlanView>,
) -> Result<Cleared, Failure> {
    let (cleared, estimate) = plan::make_plan(reader, desired, order, plans).await?;
    if let Some(estimate) = estimate {
        reader.check_permissions(&estimate.needs).await?;
    }
    Ok(cleared)
}

/// Why nothing more is begun after a tenant, if that is so.
fn find_ending(ended: &Result<Ended, Failure>) -> Option<Ending> {
    match ended {
        Ok(Ended { stopped, .. }) => stopped.map(|stopped| match stopped {
            Stopped::ByPerson => Ending::Stopped,
            Stopped::ByDeadline => Ending::OutOfTime,
        }),
        Err(Failure::GivenUp | Failure::Stopped) => Some(Ending::Stopped),
        Err(_) => None,
    }
}

/// Asks whoever sits there, who must have been shown what for.
async fn ask_for_approval(format: Format, tenants: usize) -> Result<(), Failure> {
    if !format.is_for_people() {
        return Err(Failure::NobodyToAsk);
    }

    let where_to = match tenants {
        1 => String::new(),
        tenants => format!(" to {tenants} environments"),
    };
    let question = format!("\nApply these changes{where_to}? Type `yes` to apply: ");
    output::ask_for_approval(&question).await
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
