//! What a run needs to be allowed to do.

use std::collections::BTreeSet;

use crate::model::{Address, ClientSpec, Desired, DesiredClient, GrantSpec, Kind};
use crate::plan::{Action, Change, Plan};

/// One thing that a run needs to be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// To read such objects.
    Read(Objects),
    /// To create them.
    Create(Objects),
    /// To change them.
    Update(Objects),
    /// To delete them.
    Delete(Objects),
}

/// What a tenant guards apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Objects {
    /// The objects of a kind.
    Of(Kind),
    /// The keys of clients.
    Keys,
    /// The organizations that may use a grant.
    Organizations,
}

impl Objects {
    /// The objects of every kind.
    #[must_use]
    pub fn of_every_kind() -> BTreeSet<Self> {
        Kind::ALL.map(Self::Of).into()
    }

    /// What a configuration is about: every kind, and what it declares beside.
    #[must_use]
    pub fn declared_in(desired: &Desired) -> BTreeSet<Self> {
        let mut objects = Self::of_every_kind();
        if desired.clients.values().any(DesiredClient::declares_keys) {
            objects.insert(Self::Keys);
        }
        if desired.grants.iter().any(|grant| !grant.spec.settings.organizations.is_absent()) {
            objects.insert(Self::Organizations);
        }
        objects
    }
}

impl Need {
    /// What reading a tenant needs.
    #[must_use]
    pub fn to_read() -> BTreeSet<Self> {
        Self::to_plan_with(&Objects::of_every_kind())
    }

    /// What planning needs that is about these objects.
    #[must_use]
    pub fn to_plan_with(objects: &BTreeSet<Objects>) -> BTreeSet<Self> {
        objects.iter().copied().map(Self::Read).collect()
    }

    /// What any run needs that plans and applies, if it is about these objects.
    #[must_use]
    pub fn to_apply_with(objects: &BTreeSet<Objects>) -> BTreeSet<Self> {
        let all = |objects: Objects| match objects {
            // They are let in or out, and never changed.
            Objects::Organizations => vec![Self::Create(objects), Self::Delete(objects)],
            Objects::Of(_) | Objects::Keys => {
                vec![Self::Create(objects), Self::Update(objects), Self::Delete(objects)]
            }
        };
        let writes = objects.iter().copied().flat_map(all);
        Self::to_plan_with(objects).into_iter().chain(writes).collect()
    }

    /// What applying a plan needs.
    #[must_use]
    pub fn to_apply(plan: &Plan) -> BTreeSet<Self> {
        plan.changes.iter().flat_map(Self::of_change).collect()
    }

    fn of_change(change: &Change) -> Vec<Self> {
        let objects = Objects::Of(change.address.kind());
        let mut needs = match change.action {
            Action::Create => vec![Self::Create(objects)],
            Action::Adopt | Action::Update | Action::Release | Action::Narrow => {
                vec![Self::Update(objects)]
            }
            Action::Delete => vec![Self::Delete(objects)],
        };
        let (field, apart) = match change.address {
            Address::Client(_) => (ClientSpec::METHODS, Objects::Keys),
            Address::Grant { .. } => (GrantSpec::ORGANIZATIONS, Objects::Organizations),
            Address::ResourceServer(_) => return needs,
        };
        if !change.fields.contains_key(field) {
            return needs;
        }
        needs.push(Self::Create(apart));
        match (change.action, apart) {
            (Action::Create, _) => {}
            (_, Objects::Keys) => needs.extend([Self::Update(apart), Self::Delete(apart)]),
            // An organization is let in or out, never changed.
            _ => needs.push(Self::Delete(apart)),
        }
        needs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attrs, ClientRef, SubjectType, Value};

    fn of(address: Address, action: Action, field: &str) -> BTreeSet<Need> {
        let fields = Attrs::from_iter([(field.into(), Value::Null)]);
        let change = Change { address, action, edits: Vec::new(), evidence: None, fields };
        Need::of_change(&change).into_iter().collect()
    }

    #[test]
    fn what_is_kept_beside_an_object_is_needed_where_it_changes() {
        let client = || Address::Client(ClientRef::Key("courier".parse().unwrap()));
        let grant = || Address::Grant {
            client: ClientRef::Key("courier".parse().unwrap()),
            audience: "urn:maps".parse().unwrap(),
            subject_type: SubjectType::Client,
        };
        let (create, update, delete) = (Need::Create, Need::Update, Need::Delete);
        let (clients, keys) = (Objects::Of(Kind::Client), Objects::Keys);
        let (grants, organizations) = (Objects::Of(Kind::Grant), Objects::Organizations);
        for (needs, expected) in [
            (of(client(), Action::Update, "name"), vec![update(clients)]),
            (
                of(client(), Action::Create, ClientSpec::METHODS),
                vec![create(clients), create(keys)],
            ),
            (
                of(client(), Action::Adopt, ClientSpec::METHODS),
                vec![update(clients), create(keys), update(keys), delete(keys)],
            ),
            (
                of(grant(), Action::Create, GrantSpec::ORGANIZATIONS),
                vec![create(grants), create(organizations)],
            ),
            (
                of(grant(), Action::Update, GrantSpec::ORGANIZATIONS),
                vec![update(grants), create(organizations), delete(organizations)],
            ),
        ] {
            assert_eq!(needs, expected.into_iter().collect());
        }
    }
}
