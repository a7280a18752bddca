//! Applying to one tenant: how far it is, being stopped, and how it ends.

use std::cell::OnceCell;
use std::convert::Infallible;
use std::future::pending;
use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::apply::{DeliveryOutcome, Guard, Outcome, Report, Stop};
use crate::cli::arguments::Format;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Progress;
use crate::cli::signal::StopRequests;
use crate::cli::target::{Target, Writer};
use crate::cli::{hint, output};
use crate::plan::Cleared;
use crate::provider::auth0::CorrelationId;
use crate::provider::{Mutate, ProviderError, Retry};
use crate::secrets::Sinks;
use crate::{apply, render};

/// What became of a plan, and why nothing more was begun, if it was stopped.
pub(super) struct Ended {
    pub(super) report: Report,
    pub(super) stopped: Option<Stopped>,
}

/// Why nothing more was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    ByPerson,
    ByDeadline,
}

/// What applies a plan.
pub(super) enum Applier {
    Open(Box<Writer>),
    /// A file, which is not locked while others are planned and applied: it may
    /// be theirs too.
    Later(Target),
}

impl Applier {
    pub(super) async fn open(
        self,
        patience: Duration,
    ) -> Result<Writer, Failure> {
        match self {
            Self::Open(writer) => Ok(*writer),
            Self::Later(target) => target.writer(patience).await,
        }
    }
}

/// How a plan is applied.
pub(super) struct Applying<'a, P> {
    pub(super) writer: &'a P,
    pub(super) guard: &'a Guard,
    pub(super) sinks: &'a Sinks,
    pub(super) parallelism: NonZeroUsize,
    pub(super) deadline: Option<Instant>,
    pub(super) format: Format,
}

impl<P: Mutate> Applying<'_, P> {
    /// Applies, and tells how far it is. A request to stop is granted after
    /// what is in flight, and so is the end of the run's time; the report says
    /// what was not tried.
    pub(super) async fn carry_out(
        &self,
        cleared: Cleared,
        stop_requests: &mut StopRequests,
    ) -> Result<Ended, Failure> {
        let progress = Progress::of(cleared.plan().changes.len(), self.format);
        let names = cleared.plan().names.clone();
        let stopping = Stopping::default();

        let applying = apply::apply_and_deliver(
            self.writer,
            cleared,
            self.sinks,
            self.guard,
            self.parallelism,
            &stopping.stop,
            |change, outcome| progress.tell_ended(change, outcome, &names),
        );
        let second_request = stopping.wait_for_person(stop_requests);
        let deadline = stopping.wait_for_deadline(self.deadline);
        let report = tokio::select! {
            report = applying => Ok(report),
            () = second_request => Err(Failure::GivenUp),
            never = deadline => match never {},
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
            "Stopping: what is in flight is finished, nothing more is begun. \
             Once more to give up.\n",
        );

        stop_requests.next().await;
    }

    /// Stops when the time of the run is over. It never ends: what is in flight
    /// is waited for.
    async fn wait_for_deadline(&self, deadline: Option<Instant>) -> Infallible {
        if let Some(deadline) = deadline {
            sleep_until(deadline).await;
            self.request(Stopped::ByDeadline);
            output::talk(
                "The time of this run is over: what is in flight is finished, \
                 nothing more is begun.\n",
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
pub(super) fn tell_end(
    report: &Report,
    format: Format,
    correlation: Option<&CorrelationId>,
    deadline: Option<Instant>,
) {
    if format.is_for_people() {
        // Where it cannot be shown, it still decides how the run ends.
        if let Err(error) =
            output::data(&format!("\n{}", render::report(report)))
        {
            output::talk(&format!("error: {error}\n"));
        }
    }
    if let Some(correlation) = correlation {
        output::talk(&render::correlation(correlation.as_str()));
    }

    let errors = report
        .outcomes
        .iter()
        .filter_map(|outcome| match outcome {
            Outcome::Failed(error) | Outcome::Unknown(error) => Some(error),
            Outcome::Applied(_) | Outcome::Blocked(_) | Outcome::NotTried => {
                None
            }
        });
    let undelivered = report
        .deliveries
        .iter()
        .filter_map(|outcome| match outcome {
            DeliveryOutcome::Failed(error) => Some(error),
            _ => None,
        });
    let mut hints = hint::collect_hints(errors);
    hints.extend(hint::collect_hints(undelivered));
    for hint in hints {
        output::talk(&render::hint(&hint));
    }

    let is_over = deadline.is_some_and(|deadline| deadline <= Instant::now());
    if is_over && report.counts().not_tried > 0 {
        output::talk(
            "Apply again for what was not tried, perhaps with a longer \
             --deadline.\n",
        );
    }
}

/// How the run ends: what was applied and not delivered, or the other way
/// round, is done in part.
pub(super) fn exit_after(report: &Report, stopped: Option<Stopped>) -> Exit {
    let deliveries = &report.deliveries;
    let is_missing = deliveries
        .iter()
        .any(DeliveryOutcome::is_missing);
    let is_any_made = deliveries
        .iter()
        .any(DeliveryOutcome::is_made);

    match exit_after_changes(&report.outcomes, stopped) {
        Exit::Done if is_missing => Exit::Partial,
        Exit::Done => Exit::Done,
        _ if is_any_made => Exit::Partial,
        exit => exit,
    }
}

/// How it ends as far as the tenant goes. Whoever is told to try again can rely
/// on it that nothing was written.
fn exit_after_changes(outcomes: &[Outcome], stopped: Option<Stopped>) -> Exit {
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
mod tests;
