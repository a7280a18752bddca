//! `grantry unlock`

use super::arguments::Unlock;
use super::exit::{Exit, Failure};
use super::output;
use super::target::{Target, support_of, with_chosen};
use crate::provider::Locks as _;
use crate::{config, render};

pub(super) async fn run(arguments: &Unlock) -> Result<Exit, Failure> {
    let told = arguments.tenant.provider.as_ref();
    let loaded = config::load(&arguments.configuration.paths, support_of(told))?;
    let stack = &loaded.desired.stack;
    let target = Target::choose(&arguments.tenant, Some(&loaded))?.announce();
    let unlocker = target.unlocker()?;

    let found = with_chosen!(&unlocker, unlocker => unlocker.find_lock(stack).await)?;
    let Some(lock) = found else {
        output::data(&render::no_lock(stack))?;
        return Ok(Exit::Done);
    };
    output::data(&render::lock(stack, &lock))?;

    if !arguments.auto_approve {
        match output::ask("\nRemove this lock? Type `yes` to remove it: ") {
            None => return Err(Failure::NobodyToAsk),
            Some(false) => return Err(Failure::NotApproved),
            Some(true) => {}
        }
    }
    with_chosen!(&unlocker, unlocker => unlocker.unlock(&lock.id).await)?;
    output::data(&render::unlocked(stack))?;
    Ok(Exit::Done)
}
