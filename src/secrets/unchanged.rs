//! Whether an entry is still as it was when it was looked at.

use super::SinkError;
use crate::model::{Looked, Seen};
use crate::words::sanitize;

/// Refuses what has changed since it was looked at, and what is not ours.
pub(super) fn refuse_changed(
    place: &str,
    now: &Looked,
    before: Option<&Seen>,
) -> Result<(), SinkError> {
    match (now, before) {
        (Looked::Strange(reason), _) => Err(strange(place, reason)),
        (Looked::Nothing, None) => Ok(()),
        (Looked::Entry(now), Some(before)) if now == before => Ok(()),
        (Looked::Nothing | Looked::Entry(_) | Looked::Unseen, _) => {
            Err(SinkError::Changed {
                place: place.to_owned(),
            })
        }
    }
}

/// What lies there is nothing of ours.
pub(super) fn strange(place: &str, reason: &impl ToString) -> SinkError {
    SinkError::Strange {
        place: place.to_owned(),
        reason: sanitize(&reason.to_string()),
    }
}
