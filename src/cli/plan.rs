//! `grantry plan`

use super::arguments::Plan;
use super::exit::{Exit, Failure};
use super::target::{Target, with_chosen};
use super::{output, progress};
use crate::model::{Desired, Snapshot};
use crate::plan::Cleared;
use crate::provider::{Estimate, LockUse, Observe, ProviderError};
use crate::{plan, provider, render};

pub(super) async fn run(arguments: &Plan) -> Result<Exit, Failure> {
    let mut loaded = arguments.configuration.load_for(&arguments.tenant)?;
    arguments.deletions.limit(&mut loaded.desired.policy);

    let target = Target::choose(&arguments.tenant, Some(&loaded))?.head_plan()?;
    let reader = target.reader()?;
    // Nobody says yet how it will be applied.
    let lock_use = LockUse::Taken;
    let (cleared, _) = with_chosen!(&reader, reader => {
        make_plan(reader, &loaded.desired, lock_use).await
    })?;

    let has_changes = !cleared.plan().changes.is_empty();
    if arguments.detailed_exitcode && has_changes {
        Ok(Exit::Changes)
    } else {
        Ok(Exit::Done)
    }
}

/// Reads the tenant, and prints what a plan comes to: also where there is none, or it is refused.
/// What applying it costs, if anything, depends on whether the lock will be taken.
pub(super) async fn make_plan(
    tenant: &impl Observe,
    desired: &Desired,
    lock_use: LockUse,
) -> Result<(Cleared, Option<Estimate>), Failure> {
    let seen = read_for(tenant, desired).await?;

    tracing::info!(objects = seen.found.len(), "planning");
    let planned = match plan::plan(desired, &seen) {
        Ok(planned) => planned,
        Err(conflicts) => {
            output::data(&render::conflicts(&conflicts))?;
            return Err(conflicts.into());
        }
    };
    let planned = provider::inspect(tenant, planned).await?;

    // Where nothing changes there is nothing to say of the cost.
    let estimate = if planned.plan.changes.is_empty() {
        None
    } else {
        tenant.estimate(&planned, &seen, lock_use)
    };

    // Before the guards end the run: whoever is refused sees what was refused.
    output::plan(&planned, estimate.as_ref())?;
    let cleared = planned.clear()?;
    Ok((cleared, estimate))
}

async fn read_for(tenant: &impl Observe, desired: &Desired) -> Result<Snapshot, ProviderError> {
    tracing::info!("reading the tenant");
    let spinner = progress::spinner("reading the tenant");
    let seen = provider::observe(tenant, desired).await;

    // On every way out, or it would turn beside the error.
    spinner.finish_and_clear();
    seen
}
