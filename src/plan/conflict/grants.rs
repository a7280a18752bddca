//! Grants that cannot be as declared: another stack's, declared twice, or of
//! scopes that are not there.

use std::collections::BTreeSet;

use super::{Conflict, ConflictSearch};
use crate::model::{
    Address, Attrs, Audience, DesiredClient, DesiredGrant, Identifier,
    ResourceServerSpec, ScopeName, Standing, Suggestions, Value,
};
use crate::plan::owner::Owner;

impl<'a> ConflictSearch<'a> {
    /// The address of a declared grant in this tenant; none if it names what is
    /// not declared.
    fn address_of(&self, grant: &DesiredGrant) -> Option<Address> {
        let management_api = self
            .context
            .seen
            .management_api
            .as_ref();
        self.context
            .desired
            .grant_address(grant, management_api)
    }

    /// A grant belongs to the stack that owns its client: two stacks would undo
    /// each other's work.
    pub(super) fn find_grants_of_others(&self) -> Vec<Conflict> {
        self.context
            .desired
            .grants
            .iter()
            .filter_map(|grant| self.refuse_grant_of_others(grant))
            .collect()
    }

    fn refuse_grant_of_others(&self, grant: &DesiredGrant) -> Option<Conflict> {
        let DesiredClient::External(id) = self
            .context
            .desired
            .clients
            .get(&grant.client)?
        else {
            return None;
        };
        let found = self.live_client(id)?;

        match self.owner_of(found) {
            Owner::Them(mark) => Some(Conflict::ForeignGrant {
                grant: self
                    .context
                    .names
                    .of(&self.address_of(grant)?),
                owner: mark.stack,
            }),
            // Nobody's stack owns what no configuration ever changes.
            Owner::Unreadable { error, .. }
                if found.standing == Standing::Ordinary =>
            {
                Some(Conflict::UnreadableMark {
                    key: Some(grant.client.clone()),
                    id: id.clone(),
                    reason: error,
                })
            }
            Owner::Nobody
            | Owner::Copied
            | Owner::Us { .. }
            | Owner::Unreadable { .. } => None,
        }
    }

    /// Two grants of the configuration that are one in this tenant.
    pub(super) fn find_doubled_grants(&self) -> Vec<Conflict> {
        let grants = self.context.desired.grants.iter();
        // No check of the file finds it: what `management_api` stands for is
        // the tenant's to say.
        let mut addresses: Vec<Address> = grants
            .filter_map(|grant| self.address_of(grant))
            .collect();
        addresses.sort_unstable();

        addresses
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| Conflict::DoubledGrant {
                grant: self.context.names.of(&pair[0]),
            })
            .collect()
    }

    /// Scopes granted on what is only referred to must exist there.
    /// Those of a declared API are checked with the configuration,
    /// before a tenant is read.
    pub(super) fn find_unknown_scopes(&self) -> Vec<Conflict> {
        // One for all grants: each guess is compared with every name, so there
        // is a limit to them.
        let mut suggestions = Suggestions::default();
        let mut conflicts = Vec::new();
        for grant in &self.context.desired.grants {
            if !self.is_for_external(&grant.audience) {
                continue;
            }
            let (Some(address), Some(granted)) =
                (self.address_of(grant), &grant.spec.scopes)
            else {
                continue;
            };

            conflicts.extend(self.refuse_unknown_scopes(
                &address,
                granted,
                &mut suggestions,
            ));
        }
        conflicts
    }

    /// Whether an API is only referred to.
    fn is_for_external(&self, audience: &Audience) -> bool {
        match audience {
            Audience::ManagementApi => true,
            Audience::Key(key) => {
                let server = self
                    .context
                    .desired
                    .resource_servers
                    .get(key);
                server.is_some_and(|server| server.spec.is_none())
            }
        }
    }

    fn refuse_unknown_scopes(
        &self,
        grant: &Address,
        granted: &BTreeSet<ScopeName>,
        suggestions: &mut Suggestions,
    ) -> Vec<Conflict> {
        let Address::Grant { audience, .. } = grant else {
            return Vec::new();
        };
        // Without the API itself nothing can be said of its scopes; that it is
        // missing is said once.
        let Some(scopes) = self.live_scopes(audience) else {
            return Vec::new();
        };

        granted
            .iter()
            .filter(|scope| !scopes.contains_key(scope.as_str()))
            .map(|scope| Conflict::NoSuchScope {
                grant: self.context.names.of(grant),
                identifier: audience.clone(),
                scope: scope.clone(),
                near: suggestions
                    .nearest(scope.as_str(), scopes.keys())
                    .map(ToOwned::to_owned),
            })
            .collect()
    }

    /// The scopes that an API of the tenant has; none if it is not there.
    fn live_scopes(&self, audience: &Identifier) -> Option<&'a Attrs> {
        // An API without any scope says nothing of them.
        static NONE: Attrs = Attrs::new();

        let address = Address::ResourceServer(audience.clone());
        let server = self.context.seen.found.get(&address)?;
        let scopes = server
            .attrs
            .get(ResourceServerSpec::SCOPES);

        Some(
            scopes
                .and_then(Value::as_map)
                .unwrap_or(&NONE),
        )
    }
}
