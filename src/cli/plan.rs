//! `grantry plan`

use super::arguments::Plan;
use super::exit::{Exit, Failure};
use super::target::{Target, support_of, with_chosen};
use super::{output, progress};
use crate::model::Desired;
use crate::plan::Cleared;
use crate::provider::{Estimate, LockUse, Observe};
use crate::{config, plan, provider, render};

pub(super) async fn run(arguments: &Plan) -> Result<Exit, Failure> {
    let told = arguments.tenant.provider.as_ref();
    let mut loaded = config::load(&arguments.configuration.paths, support_of(told))?;
    arguments.deletions.limit(&mut loaded.desired.policy);
    let reader = Target::choose(&arguments.tenant, Some(&loaded))?
        .head_plan()?
        .reader()?;
    // Nobody says yet how it will be applied.
    let (cleared, _) =
        with_chosen!(&reader, reader => make(reader, &loaded.desired, LockUse::Taken).await)?;
    let pending = arguments.detailed_exitcode && !cleared.plan().changes.is_empty();
    Ok(if pending { Exit::Changes } else { Exit::Done })
}

/// Reads the tenant, and prints what a plan comes to: also where there is none, or it is refused. What
/// applying it costs, if anything, depends on whether the lock will be taken.
pub(super) async fn make(
    tenant: &impl Observe,
    desired: &Desired,
    lock: LockUse,
) -> Result<(Cleared, Option<Estimate>), Failure> {
    tracing::info!("reading the tenant");
    let spinner = progress::spinner("reading the tenant");
    let seen = provider::observe(tenant, desired).await;
    spinner.finish_and_clear();
    let seen = seen?;

    tracing::info!(objects = seen.found.len(), "planning");
    let planned = match plan::plan(desired, &seen) {
        Ok(planned) => planned,
        Err(error) => {
            output::data(&render::conflicts(&error))?;
            return Err(error.into());
        }
    };
    let planned = provider::inspect(tenant, planned).await?;
    let is_worth_saying = !planned.plan.changes.is_empty();
    let estimate = is_worth_saying
        .then(|| tenant.estimate(&planned, &seen, lock))
        .flatten();
    output::plan(&planned, estimate.as_ref())?;
    Ok((planned.clear()?, estimate))
}
