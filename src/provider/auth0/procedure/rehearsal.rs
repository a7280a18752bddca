//! A procedure without a tenant: how many requests it takes, and what must be
//! allowed for them.

use std::collections::BTreeSet;

use futures_util::FutureExt as _;
use smol_str::ToSmolStr as _;

use super::{
    Driver, Keys, Organizations, Step, Update, create, delete, update,
};
use crate::model::{Attrs, ClientSpec, Digest, Found, GrantSpec, RemoteId};
use crate::plan::{Action, Change};
use crate::provider::{Need, WriteError};

/// Carries out changes in thought only.
#[derive(Debug, Default)]
pub(crate) struct Rehearsal {
    /// How many requests were made.
    pub(crate) requests: usize,
    /// What must be allowed for them.
    pub(crate) needs: BTreeSet<Need>,
    keys: Keys,
    organizations: Organizations,
}

impl Rehearsal {
    /// Carries out one change, to an object that was seen like this.
    pub(crate) fn rehearse(&mut self, change: &Change, seen: Option<&Found>) {
        let Change {
            address,
            action,
            fields,
            ..
        } = change;
        let precondition = self.prepare_details(fields, seen);
        let id = &RemoteId::new("");

        // Nothing is waited for here, and nothing is refused,
        // so each is over at once.
        match action {
            Action::Create => {
                expect_end(create(self, address, fields).now_or_never());
            }
            Action::Adopt
            | Action::Update
            | Action::Release
            | Action::Narrow => {
                let change = Update {
                    address,
                    id,
                    fields,
                    precondition: precondition.as_ref(),
                };
                expect_end(update(self, change).now_or_never());
            }
            Action::Delete => {
                expect_end(delete(self, address, id).now_or_never());
            }
        }
    }

    /// Makes ready what is kept beside the object, if one of the fields is
    /// about that; what tells that it is still so.
    fn prepare_details(
        &mut self,
        fields: &Attrs,
        seen: Option<&Found>,
    ) -> Option<Digest> {
        let find_seen = |field| seen.and_then(|found| found.attrs.get(field));

        if fields.contains_key(ClientSpec::METHODS) {
            let keys = find_seen(ClientSpec::METHODS).map(Keys::from_field);
            self.keys = keys.unwrap_or_default();
            Some(self.keys.revision())
        } else if fields.contains_key(GrantSpec::ORGANIZATIONS) {
            let organizations = find_seen(GrantSpec::ORGANIZATIONS)
                .map(Organizations::from_field);
            self.organizations = organizations.unwrap_or_default();
            Some(self.organizations.revision())
        } else {
            None
        }
    }
}

/// A procedure that waited for something, or was refused,
/// would be counted in part.
fn expect_end<T>(rehearsed: Option<Result<T, WriteError>>) {
    let end = rehearsed.and_then(Result::ok);
    debug_assert!(end.is_some(), "a rehearsal ended early");
}

impl Driver for Rehearsal {
    async fn read_keys(
        &mut self,
        _client: &RemoteId,
    ) -> Result<Keys, WriteError> {
        // The keys, and which of them the client names.
        self.requests += 2;
        Ok(self.keys.clone())
    }

    async fn read_organizations(
        &mut self,
        _grant: &RemoteId,
    ) -> Result<Organizations, WriteError> {
        self.requests += self.organizations.count_pages();
        Ok(self.organizations.clone())
    }

    async fn perform(&mut self, step: Step<'_>) -> Result<(), WriteError> {
        self.requests += 1;
        self.needs.extend(step.needs());
        Ok(())
    }

    async fn create(&mut self, step: Step<'_>) -> Result<RemoteId, WriteError> {
        self.perform(step).await?;
        // Each has another id, as in a tenant.
        Ok(RemoteId::new(self.requests.to_smolstr()))
    }
}

#[cfg(test)]
mod tests;
