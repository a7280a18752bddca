//! `grantry plan`

use super::arguments::Plan;
use super::exit::{Exit, Failure};
use super::target::Target;
use super::{output, progress};
use crate::{config, plan, provider};

pub(super) async fn run(arguments: &Plan) -> Result<Exit, Failure> {
    let mut loaded = config::load(&arguments.configuration.paths)?;
    arguments.deletions.limit(&mut loaded.desired.policy);
    let reader = Target::choose(&arguments.tenant, Some(&loaded))?.announce().reader()?;
    let spinner = progress::spinner("reading the tenant");
    let seen = provider::observe(&reader, &loaded.desired).await;
    spinner.finish_and_clear();
    let seen = seen?;
    let planned = plan::plan(&loaded.desired, &seen)?;
    let planned = provider::inspect(&reader, planned).await?;
    output::plan(&reader, &planned.plan, &seen)?;
    let cleared = planned.clear()?;
    let pending = arguments.detailed_exitcode && !cleared.plan().changes.is_empty();
    Ok(if pending { Exit::Changes } else { Exit::Done })
}
