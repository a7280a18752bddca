//! `grantry unlock`

use super::arguments::Unlock;
use super::exit::{Exit, Failure};
use super::output;
use super::target::{Target, with_chosen};
use crate::provider::Locks as _;
use crate::render;

pub(super) async fn run(arguments: &Unlock) -> Result<Exit, Failure> {
    let loaded = arguments
        .configuration
        .load_for(&arguments.tenant)?;
    let stack = &loaded.desired.stack;
    let target = Target::choose(&arguments.tenant, Some(&loaded))?.announce();
    let unlocker = target.unlocker()?;

    let found =
        with_chosen!(&unlocker, unlocker => unlocker.find_lock(stack).await)?;
    let Some(lock) = found else {
        output::data(&render::no_lock(stack))?;
        return Ok(Exit::Done);
    };
    output::data(&render::lock(stack, &lock))?;

    if !arguments.auto_approve {
        output::ask_for_approval(
            "\nRemove this lock? Type `yes` to remove it: ",
        )
        .await?;
    }
    // The lock that was shown, by its id: one that another run has taken
    // meanwhile stays.
    with_chosen!(&unlocker, unlocker => unlocker.unlock(&lock.id).await)?;
    output::data(&render::unlocked(stack))?;
    Ok(Exit::Done)
}
