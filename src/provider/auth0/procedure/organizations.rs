//! The organizations that may use a grant: added and removed one by one.

use std::collections::BTreeSet;

use super::{Driver, Step};
use crate::model::{Digest, RemoteId, Value};
use crate::provider::WriteError;
use crate::provider::auth0::pages::PER_PAGE;

/// The ids of the organizations that may use a grant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Organizations(pub(crate) BTreeSet<String>);

impl Organizations {
    /// Those of a field.
    pub(crate) fn from_field(field: &Value) -> Self {
        let ids = field
            .as_set()
            .into_iter()
            .flatten()
            .filter_map(Value::as_text);

        Self(ids.map(str::to_owned).collect())
    }

    /// They as a field.
    pub(crate) fn to_field(&self) -> Value {
        let ids = self
            .0
            .iter()
            .map(|id| Value::from(id.as_str()));

        Value::Set(ids.collect())
    }

    /// How many pages the list of them has.
    pub(super) fn count_pages(&self) -> usize {
        self.0.len().div_ceil(PER_PAGE).max(1)
    }

    /// What tells whether they are still the same.
    pub(crate) fn revision(&self) -> Digest {
        Digest::of(
            self.0
                .iter()
                .map(String::as_str)
                .collect(),
        )
    }
}

/// Lets these organizations, and no others, use a grant.
pub(super) async fn change<D: Driver>(
    driver: &mut D,
    grant: &RemoteId,
    wanted: &Value,
    before: &Organizations,
) -> Result<(), WriteError> {
    let after = Organizations::from_field(wanted);

    // Let in before anybody is shut out: where one is refused, as a mistyped id
    // is, nobody has lost access.
    for organization in after.0.difference(&before.0) {
        let step = Step::AddOrganization {
            grant,
            organization,
        };
        driver.perform(step).await?;
    }
    for organization in before.0.difference(&after.0) {
        let step = Step::RemoveOrganization {
            grant,
            organization,
        };
        driver.perform(step).await?;
    }

    Ok(())
}
