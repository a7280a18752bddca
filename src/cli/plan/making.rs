//! Making a plan: the tenant is read, compared, and the difference is told.

use std::mem;

use super::commission::{Commission, OutputsUse};
use crate::cli::exit::Failure;
use crate::cli::page::Page;
use crate::cli::sinks::SinksAtHand;
use crate::model::{Desired, Snapshot};
use crate::plan::{self, Cleared, Outputs, PlanError, Planned};
use crate::provider::{self, Estimate, Observe, ProviderError};
use crate::render::document::{OutputsView, PlanView};

/// Reads the tenant, and prints what a plan comes to: also where there is none,
/// or it is refused. What others than people read of it is added to `plans`.
pub(in crate::cli) async fn make_plan(
    tenant: &impl Observe,
    desired: &Desired,
    commission: Commission<'_>,
    plans: &mut Vec<PlanView>,
) -> Result<(Cleared, Option<Estimate>), Failure> {
    let seen = read_for(tenant, desired, commission.page).await?;

    tracing::info!(objects = seen.found.len(), "planning");
    let compared =
        plan_with_deliveries(tenant, desired, &seen, commission.sinks).await?;
    let planned = match compared {
        Ok(planned) => planned,
        Err(conflicts) => {
            plans.push(commission.view_of_conflicts(&conflicts, &seen));
            commission.print_conflicts(&conflicts)?;
            return Err(conflicts.into());
        }
    };
    // Only now, for what is to be deleted: to look at everything closely takes
    // a request an object.
    let planned = provider::inspect(tenant, planned).await?;

    // Where nothing changes there is nothing to say of the cost.
    let estimate = if planned.plan.does_anything() {
        tenant.estimate(&planned, &seen, commission.lock_use)
    } else {
        None
    };
    let cost = estimate.as_ref();

    // Before the guards end the run: whoever is refused sees what was refused.
    commission.print(&planned, cost)?;
    let mut view = commission.view(&planned, &seen, cost);
    if let (Some(view), OutputsUse::Wanted) = (&mut view, commission.outputs) {
        let outputs = Outputs::of(desired, &seen);
        let endpoints = tenant.endpoints().await?;
        view.outputs = Some(OutputsView::of(&outputs, endpoints));
    }
    let checked = commission.check(view.as_ref(), &planned, &seen, cost);
    plans.extend(view);

    // The process ends soon, and gives it back at once: piece by piece takes as
    // long as comparing it.
    mem::forget(seen);

    let cleared = planned.clear()?;
    checked?;
    Ok((cleared, estimate))
}

/// What is to be done, with what is delivered.
async fn plan_with_deliveries(
    tenant: &impl Observe,
    desired: &Desired,
    seen: &Snapshot,
    sinks: &SinksAtHand,
) -> Result<Result<Planned, PlanError>, Failure> {
    let planned = match plan::plan(desired, seen) {
        Ok(planned) => planned,
        // Where there is no plan, nobody need look into sinks.
        conflicts => return Ok(conflicts),
    };

    let surroundings = sinks
        .look_around(tenant, desired, seen)
        .await?;
    Ok(match surroundings {
        Some(surroundings) => {
            planned.with_deliveries(desired, seen, surroundings)
        }
        None => Ok(planned),
    })
}

/// Reads what a configuration needs to know of the
/// tenant, and shows that it does.
pub(in crate::cli) async fn read_for(
    tenant: &impl Observe,
    desired: &Desired,
    page: &Page,
) -> Result<Snapshot, ProviderError> {
    tracing::info!("reading the tenant");
    let spinner = page.spinner("reading the tenant");
    let seen = provider::observe(tenant, desired).await;

    // On every way out, or it would turn beside the error.
    spinner.finish_and_clear();
    seen
}
