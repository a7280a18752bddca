//! Takes the lock of the stack where a run needs it: keeps other runs out.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use super::arguments::Locking;
use super::exit::Failure;
use super::signal::StopRequests;
use super::{environment, output};
use crate::apply::{Guard, Stop};
use crate::model::StackName;
use crate::plan::Plan;
use crate::provider::{LockUse, Mutate, Names, ProviderError};
use crate::render;

/// What a run does about others.
#[derive(Debug, Clone, Copy)]
pub(super) enum Exclusion {
    /// It takes the lock of the stack, and waits for it so long.
    Lock(Duration),
    /// It needs none, or is told that there are no others.
    None,
}

impl Locking {
    /// Whether the lock is taken where it is needed.
    pub(super) fn lock_use(&self) -> LockUse {
        if self.no_lock {
            LockUse::Forgone
        } else {
            LockUse::Taken
        }
    }

    /// Only what creates clients, or sets their secrets, needs the lock, and
    /// only where a second client of a name would be taken.
    pub(super) fn exclusion_for(&self, plan: &Plan, names: Names) -> Exclusion {
        let may_double = names == Names::Shared && plan.needs_lock();
        if may_double && self.lock_use() == LockUse::Taken {
            Exclusion::Lock(self.lock_timeout.0)
        } else {
            Exclusion::None
        }
    }
}

impl Exclusion {
    /// Takes the lock, before anything is written.
    pub(super) async fn take<P: Mutate>(
        self,
        writer: &P,
        stack: &StackName,
        stop_requests: &mut StopRequests,
    ) -> Result<Guard, Failure> {
        let Self::Lock(patience) = self else {
            return Ok(Guard::open());
        };

        let holder = environment::holder();
        let wait = |error: &ProviderError| {
            output::talk(&render::waiting(error, patience));
        };
        let stop = Stop::default();

        // Not given up in the middle of a request: the
        // lock would be left behind.
        let stopped = async {
            stop_requests.next().await;
            stop.request();
            pending::<Infallible>().await
        };
        let taking = Guard::take(writer, stack, &holder, patience, &stop, wait);
        let guard = tokio::select! {
            guard = taking => guard,
            never = stopped => match never {},
        };

        // Whoever asked to stop is not told to try again,
        // nor gets what he stopped.
        if stop.is_requested() {
            if let Ok(guard) = guard {
                guard.release(writer).await?;
            }
            return Err(Failure::Stopped);
        }
        Ok(guard?)
    }
}
