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

        // Nothing is waited for here, and nothing is refused, so each is over
        // at once.
        match action {
            Action::Create => {
                expect_end(create(self, address, fields).now_or_never())
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
                expect_end(delete(self, address, id).now_or_never())
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

/// A procedure that waited for something, or was refused, would be counted in
/// part.
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
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::model::{
        Address, ClientRef, Kind, RemoteId, Standing, SubjectType, Value,
    };
    use crate::provider::Objects;

    fn attrs(json: Json) -> Attrs {
        Value::from(json).as_map().unwrap().clone()
    }

    fn client() -> Address {
        Address::Client(ClientRef::Key("courier".parse().unwrap()))
    }

    fn grant() -> Address {
        Address::Grant {
            client: ClientRef::Id("c1".parse().unwrap()),
            audience: "urn:maps".parse().unwrap(),
            subject_type: SubjectType::Client,
        }
    }

    fn with_key(key: &str) -> Json {
        let fields = json!({ key: { "expires_at": "2095-05-13T09:33:13Z" } });
        json!({ ClientSpec::METHODS: { "private_key_jwt": fields } })
    }

    fn for_one(organization: &str) -> Json {
        json!({ GrantSpec::ORGANIZATIONS: [organization] })
    }

    /// How many requests a change to an object with these fields takes, and
    /// what they need.
    fn rehearse(
        address: Address,
        action: Action,
        fields: Json,
        seen: Json,
    ) -> (usize, BTreeSet<Need>) {
        let change = Change {
            address,
            action,
            edits: Vec::new(),
            evidence: None,
            fields: attrs(fields),
            precondition: None,
        };
        let found = Found {
            id: RemoteId::new("1"),
            standing: Standing::Ordinary,
            attrs: attrs(seen),
            revision: None,
        };

        let mut rehearsal = Rehearsal::default();
        rehearsal.rehearse(&change, Some(&found));
        (rehearsal.requests, rehearsal.needs)
    }

    #[test]
    fn a_change_needs_what_its_requests_need() {
        let clients = Objects::Of(Kind::Client);
        let grants = Objects::Of(Kind::Grant);
        let keys = Objects::Keys;
        let organizations = Objects::Organizations;
        let endless = json!({ ClientSpec::METHODS: { "private_key_jwt": { "old": {} } } });

        for (address, action, fields, seen, requests, needs) in [
            (
                client(),
                Action::Update,
                json!({"name": "A"}),
                json!({}),
                1,
                vec![Need::Update(clients)],
            ),
            (
                client(),
                Action::Delete,
                json!({}),
                json!({}),
                1,
                vec![Need::Delete(clients)],
            ),
            (
                client(),
                Action::Create,
                with_key("new"),
                json!({}),
                1,
                vec![Need::Create(clients), Need::Create(keys)],
            ),
            // Looked at twice, added, switched over, deleted.
            (
                client(),
                Action::Adopt,
                with_key("new"),
                with_key("old"),
                5,
                vec![
                    Need::Create(keys),
                    Need::Update(clients),
                    Need::Update(keys),
                    Need::Delete(keys),
                ],
            ),
            (
                client(),
                Action::Update,
                with_key("old"),
                endless,
                3,
                vec![Need::Update(keys)],
            ),
            (
                grant(),
                Action::Create,
                for_one("org_a"),
                json!({}),
                2,
                vec![
                    Need::Create(grants),
                    Need::Create(organizations),
                ],
            ),
            // Looked at, let in, shut out.
            (
                grant(),
                Action::Update,
                for_one("org_a"),
                for_one("org_b"),
                3,
                vec![
                    Need::Create(organizations),
                    Need::Delete(organizations),
                ],
            ),
        ] {
            let story = format!("{action:?} {address}: {fields}");
            let expected = (requests, needs.into_iter().collect());
            assert_eq!(
                rehearse(address, action, fields, seen),
                expected,
                "{story}"
            );
        }
    }
}
