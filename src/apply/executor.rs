//! Runs the waves of a plan one after the other.

use std::num::NonZeroUsize;

use super::deliver::{self, Courier};
use super::twins::find_twins;
use super::wave::{Ended, Known, Run};
use super::{DeliveryOutcome, Guard, Outcome, Report, SameMark, Stop};
use crate::model::Secrets;
use crate::plan::{Change, Cleared, Planned, Wave, find_blockers};
use crate::provider::{Mutate, ProviderError};
use crate::secrets::Sinks;

/// Carries out a plan, and tells the end of each change as it comes. A change
/// that fails blocks those that need it, and nothing else.
///
/// What deletes is looked at just before, and compared with what
/// [`crate::provider::inspect`] saw. Where the tenant does not keep names
/// apart, clients are listed before the first of them is created and again at
/// the end; the guard says whether others are kept out meanwhile.
pub async fn apply<P: Mutate>(
    provider: &P,
    cleared: Cleared,
    guard: &Guard,
    parallelism: NonZeroUsize,
    stop: &Stop,
    tell: impl FnMut(&Change, &Outcome),
) -> Report {
    // Where there is none, no entry is made that would say when.
    let sinks = Sinks::new(Secrets::default(), String::new);

    apply_and_deliver(
        provider,
        cleared,
        &sinks,
        guard,
        parallelism,
        stop,
        tell,
    )
    .await
}

/// The same, and brings the credentials of clients to these sinks.
pub async fn apply_and_deliver<P: Mutate>(
    provider: &P,
    cleared: Cleared,
    sinks: &Sinks,
    guard: &Guard,
    parallelism: NonZeroUsize,
    stop: &Stop,
    tell: impl FnMut(&Change, &Outcome),
) -> Report {
    let Planned {
        plan,
        ids,
        expected,
        refusals: _,
        delivering,
    } = cleared.into_planned();
    let known = Known { ids, expected };
    let run = Run {
        provider,
        guard,
        stop,
        parallelism,
        plan: &plan,
        courier: Courier::of(&plan, sinks, &delivering),
    };

    let carried_out = run.carry_out(known, tell);
    // In the same task: the lock is renewed for as long as the
    // run lasts, and no longer.
    let (outcomes, deliveries, twins) = tokio::select! {
        ended = carried_out => ended,
        never = guard.keep(provider) => match never {},
    };
    Report {
        plan,
        outcomes,
        deliveries,
        twins,
    }
}

impl<P: Mutate> Run<'_, P> {
    /// Runs every wave, and looks at the clients at the end.
    async fn carry_out(
        &self,
        mut known: Known,
        mut tell: impl FnMut(&Change, &Outcome),
    ) -> (
        Vec<Outcome>,
        Vec<DeliveryOutcome>,
        Result<Vec<SameMark>, ProviderError>,
    ) {
        let changes = &self.plan.changes;
        let mut blockers = find_blockers(changes).into_iter();
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(changes.len());
        let mut delivered = deliver::Ended::new();

        for wave in
            changes.chunk_by(|one, next| Wave::of(one) == Wave::of(next))
        {
            if let Some(first) = wave.first() {
                tracing::info!(
                    wave = ?Wave::of(first),
                    changes = wave.len(),
                    "applying"
                );
            }

            // What is blocked ends before the others begin, and
            // asks the tenant nothing.
            let mut ended = Ended::new(changes, &mut tell);
            let mut ready = Vec::new();
            let places = outcomes.len()..outcomes.len() + wave.len();
            for (place, causes) in places.zip(blockers.by_ref()) {
                match block(&causes, &outcomes) {
                    Some(outcome) => ended.record(place, outcome),
                    None => ready.push(place),
                }
            }

            self.run_wave(ready, &known, &mut ended)
                .await;
            known.ids.extend(ended.written);
            delivered.extend(ended.delivered);
            // Every place of the wave has ended, so that each outcome stands
            // where its change does.
            outcomes.extend(ended.outcomes.into_values());
        }

        let rest = self.courier.bring_rest(
            self.provider,
            &outcomes,
            delivered,
            self.stop,
            self.parallelism.get(),
        );
        let deliveries = Box::pin(rest).await;

        let twins = find_twins(self.provider, self.plan, &outcomes).await;
        (outcomes, deliveries, twins)
    }
}

/// How a change ends that needs others, if one of those was not applied.
fn block(causes: &[usize], outcomes: &[Outcome]) -> Option<Outcome> {
    let mut ended = causes
        .iter()
        .filter_map(|cause| Some((*cause, outcomes.get(*cause)?)));
    let (cause, outcome) = ended.find(|(_, outcome)| !outcome.is_applied())?;

    match outcome {
        // Nothing went wrong; the run was stopped.
        Outcome::NotTried => Some(Outcome::NotTried),
        _ => Some(Outcome::Blocked(cause)),
    }
}
