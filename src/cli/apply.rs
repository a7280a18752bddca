//! `grantry apply`

use std::cell::OnceCell;
use std::convert::Infallible;
use std::future::pending;
use std::num::NonZeroUsize;

use tokio::time::{Instant, sleep_until};

use super::arguments::Apply;
use super::exit::{Exit, Failure};
use super::progress::Progress;
use super::signal::StopRequests;
use super::target::{Target, support_of, with_chosen};
use super::{hint, output, plan};
use crate::apply::{Guard, Outcome, Report, Stop};
use crate::model::Desired;
use crate::plan::Cleared;
use crate::provider::auth0::CorrelationId;
use crate::provider::{Mutate, Observe as _, ProviderError, Retry};
use crate::{apply, config, render};

pub(super) async fn run(arguments: &Apply) -> Result<Exit, Failure> {
    let ends = arguments.tenant.deadline.begun_now();
    let told = arguments.tenant.provider.as_ref();
    let mut loaded = config::load(&arguments.configuration.paths, support_of(told))?;
    arguments.deletions.limit(&mut loaded.desired.policy);

    let target = Target::choose(&arguments.tenant, Some(&loaded))?.head_plan()?;
    let writer = target.writer(arguments.locking.lock_timeout.0).await?;
    let desired = loaded.desired;
    let ended =
        with_chosen!(&writer, writer => plan_and_apply(arguments, desired, writer, ends).await)?;
    let Some((report, stopped)) = ended else {
        return Ok(Exit::Done);
    };

    tell(&report, writer.correlation(), ends);
    // Two clients where there should be one, perhaps: somebody has to look at that.
    if report.may_have_twins() {
        return Ok(Exit::Partial);
    }
    Ok(end(&report.outcomes, stopped))
}

/// Plans, asks, and applies: what became of it; none where there was nothing to do.
async fn plan_and_apply<P: Mutate>(
    arguments: &Apply,
    desired: Desired,
    writer: &P,
    ends: Option<Instant>,
) -> Result<Option<(Report, Option<Stopped>)>, Failure> {
    let lock = arguments.locking.lock_use();
    let (cleared, estimate) = plan::make(writer.reader(), &desired, lock).await?;
    if cleared.plan().changes.is_empty() {
        return Ok(None);
    }
    // What is wanted is in the plan now, and what waits for approval may be large.
    let stack = desired.stack.clone();
    drop(desired);

    let locking = arguments.locking.for_plan(cleared.plan(), writer.names());
    if let Some(estimate) = estimate {
        writer.reader().allows(&estimate.needs).await?;
    }
    if !arguments.auto_approve {
        match output::ask("\nApply these changes? Type `yes` to apply: ") {
            None => return Err(Failure::NobodyToAsk),
            Some(false) => return Err(Failure::NotApproved),
            Some(true) => {}
        }
    }

    let mut stop_requests = StopRequests::listen()?;
    let parallelism = writer.side_by_side(arguments.tenant.parallelism);
    let guard = locking.take(writer, &stack, &mut stop_requests).await?;
    let ended = carry_out(
        writer,
        cleared,
        &guard,
        parallelism,
        ends,
        &mut stop_requests,
    )
    .await;
    // On every way out: a lock that stays keeps the next run waiting.
    if let Err(error) = guard.release(writer).await {
        output::talk(&render::lock_not_released(&error));
    }
    ended.map(Some)
}

/// Says what became of a plan, and what to do next.
fn tell(report: &Report, correlation: Option<&CorrelationId>, ends: Option<Instant>) {
    // Where it cannot be shown, it still decides how the run ends.
    if let Err(error) = output::data(&format!("\n{}", render::report(report))) {
        output::talk(&format!("error: {error}\n"));
    }
    if let Some(correlation) = correlation {
        output::talk(&render::correlation(correlation.as_str()));
    }

    let errors = report.outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Failed(error) | Outcome::Unknown(error) => Some(error),
        Outcome::Applied(_) | Outcome::Blocked(_) | Outcome::NotTried => None,
    });
    for hint in hint::of_all(errors) {
        output::talk(&render::hint(&hint));
    }

    let is_over = ends.is_some_and(|ends| ends <= Instant::now());
    if is_over && report.counts().not_tried > 0 {
        output::talk("Apply again for what was not tried, perhaps with a longer --deadline.\n");
    }
}

/// Why nothing more was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stopped {
    ByPerson,
    ByDeadline,
}

/// Applies, and tells how far it is. A request to stop is granted after what is in flight, and so
/// is the end of the run's time; the report says what was not tried.
async fn carry_out<P: Mutate>(
    writer: &P,
    cleared: Cleared,
    guard: &Guard,
    parallelism: NonZeroUsize,
    ends: Option<Instant>,
    stop_requests: &mut StopRequests,
) -> Result<(Report, Option<Stopped>), Failure> {
    let progress = Progress::of(cleared.plan().changes.len());
    let names = cleared.plan().names.clone();
    let stop = Stop::default();
    let stopped = OnceCell::new();
    let applying = apply::apply(
        writer,
        cleared,
        guard,
        parallelism,
        &stop,
        |change, outcome| {
            progress.ended(change, outcome, &names);
        },
    );
    let stopped_twice = async {
        stop_requests.next().await;
        stopped.get_or_init(|| Stopped::ByPerson);
        stop.request();
        output::talk(
            "Stopping: what is in flight is finished, nothing more is begun. Once more to give up.\n",
        );
        stop_requests.next().await;
    };
    let out_of_time = async {
        if let Some(ends) = ends {
            sleep_until(ends).await;
            stopped.get_or_init(|| Stopped::ByDeadline);
            stop.request();
            output::talk(
                "The time of this run is over: what is in flight is finished, nothing more is begun.\n",
            );
        }
        pending::<Infallible>().await
    };
    let report = tokio::select! {
        report = applying => Ok(report),
        () = stopped_twice => Err(Failure::GivenUp),
        never = out_of_time => match never {},
    };
    progress.finish();
    Ok((report?, stopped.get().copied()))
}

/// How the run ends. Whoever is told to try again can rely on it that nothing was written.
fn end(outcomes: &[Outcome], stopped: Option<Stopped>) -> Exit {
    let is_touched = |outcome: &Outcome| match outcome {
        Outcome::Applied(_) | Outcome::Unknown(_) => true,
        Outcome::Failed(error) => matches!(error, ProviderError::Partly { .. }),
        Outcome::Blocked(_) | Outcome::NotTried => false,
    };
    let passes = |outcome: &Outcome| match outcome {
        Outcome::Failed(error) => error.retry() == Retry::Worthwhile,
        // Without a stop, it is a request that found no time.
        Outcome::NotTried => stopped != Some(Stopped::ByPerson),
        // It goes the way of what blocks it.
        Outcome::Blocked(_) => true,
        Outcome::Applied(_) | Outcome::Unknown(_) => false,
    };
    if outcomes.iter().all(Outcome::is_applied) {
        Exit::Done
    } else if outcomes.iter().any(is_touched) {
        Exit::Partial
    } else if outcomes.iter().all(passes) {
        Exit::TryAgain
    } else {
        Exit::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RemoteId;
    use crate::provider::auth0;

    #[test]
    fn a_run_is_tried_again_only_where_nothing_was_written() {
        let request = || "POST /api/v2/clients".to_owned();
        let busy = || ProviderError::RateLimited { request: request() };
        let applied = || Outcome::Applied(RemoteId::new("id"));
        let failed = || Outcome::Failed(busy());
        let wrong = || {
            Outcome::Failed(ProviderError::Settings(Box::new(
                auth0::InvalidSetting::NoDomain,
            )))
        };
        let partly = || {
            let (done, source) = ("the key was added".to_owned(), Box::new(busy()));
            Outcome::Failed(ProviderError::Partly { done, source })
        };
        let (person, deadline) = (Some(Stopped::ByPerson), Some(Stopped::ByDeadline));
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
            assert_eq!(
                end(&outcomes, stopped),
                expected,
                "{outcomes:?}, {stopped:?}"
            );
        }
    }
}
