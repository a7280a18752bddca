//! The lock of a stack, for people.

use std::time::Duration;

use super::style::{STRONG, styled};
use super::text::safe;
use crate::model::StackName;
use crate::provider::{ProviderError, SeenLock};

/// That a run waits for another one.
#[must_use]
pub fn waiting(error: &ProviderError, patience: Duration) -> String {
    let error = safe(&error.to_string());
    let seconds = patience.as_secs();

    format!("Waiting up to {seconds} seconds: {error}.\n")
}

/// That the lock was not given back.
#[must_use]
pub fn lock_not_released(error: &ProviderError) -> String {
    let error = safe(&error.to_string());

    format!(
        "The lock of the stack stays until its time is up, in two minutes at \
         most: {error}.\n"
    )
}

/// That nobody holds the lock.
#[must_use]
pub fn no_lock(stack: &StackName) -> String {
    let label = styled(STRONG, "Not locked.");

    format!("{label} Nobody holds the lock of the stack {stack}.\n")
}

/// Who holds the lock, and until when.
#[must_use]
pub fn lock(stack: &StackName, lock: &SeenLock) -> String {
    // Whoever may create an API in the tenant chooses what
    // stands in the name of a lock.
    let holder = safe(&lock.holder);
    let until = safe(&lock.until);
    let (label, advice) = if lock.is_over {
        (
            "Was locked.",
            "Its time is up: the next run removes it by itself.",
        )
    } else {
        (
            "Locked.",
            "Remove it only if that run has ended: it may be creating clients.",
        )
    };

    let label = styled(STRONG, label);
    format!(
        "{label} The stack {stack} is held by {holder}, until \
         {until}.\n{advice}\n"
    )
}

/// That the lock was removed.
#[must_use]
pub fn unlocked(stack: &StackName) -> String {
    let label = styled(STRONG, "Unlocked.");

    format!("{label} Nobody holds the lock of the stack {stack} now.\n")
}
