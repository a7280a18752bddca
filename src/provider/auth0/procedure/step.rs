//! The requests that change a tenant, each with what must be allowed for it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Address, Attrs, ClientSpec, Kind, RemoteId, Value};
use crate::provider::{Need, Objects};

/// One request that changes a tenant. `encode` says how it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'a> {
    /// An object is created.
    Create {
        address: &'a Address,
        fields: &'a Attrs,
    },
    /// Fields of an object are changed.
    Update {
        address: &'a Address,
        id: &'a RemoteId,
        fields: &'a Attrs,
    },
    /// An object is deleted.
    Delete {
        address: &'a Address,
        id: &'a RemoteId,
    },
    /// A key is added to a client. It counts for nothing yet.
    AddKey {
        client: &'a RemoteId,
        method: &'a str,
        name: &'a str,
        key: &'a Value,
    },
    /// A key that is there gets another end.
    SetKeyExpiry {
        client: &'a RemoteId,
        credential: &'a str,
        name: &'a str,
        expires_at: &'a Value,
    },
    /// A client is switched over to keys that are there, together with whatever
    /// else changes.
    SwitchKeys {
        address: &'a Address,
        client: &'a RemoteId,
        others: &'a Attrs,
        methods: &'a BTreeMap<String, BTreeSet<String>>,
    },
    /// A key of a client is deleted.
    DeleteKey {
        client: &'a RemoteId,
        credential: &'a str,
    },
    /// An organization may use a grant from now on.
    AddOrganization {
        grant: &'a RemoteId,
        organization: &'a str,
    },
    /// An organization may not use a grant any more.
    RemoveOrganization {
        grant: &'a RemoteId,
        organization: &'a str,
    },
}

impl Step<'_> {
    /// What must be allowed for it.
    pub(crate) fn needs(&self) -> Vec<Need> {
        match self {
            Self::Create {
                address,
                fields,
            } => {
                let object = Need::Create(objects_of(address));
                // A new client brings its keys with it.
                let keys = fields
                    .contains_key(ClientSpec::METHODS)
                    .then_some(Need::Create(Objects::Keys));
                [object]
                    .into_iter()
                    .chain(keys)
                    .collect()
            }
            Self::Update { address, .. } => {
                vec![Need::Update(objects_of(address))]
            }
            Self::Delete { address, .. } => {
                vec![Need::Delete(objects_of(address))]
            }
            Self::AddKey { .. } => vec![Need::Create(Objects::Keys)],
            Self::SetKeyExpiry { .. } => vec![Need::Update(Objects::Keys)],
            Self::SwitchKeys { .. } => vec![
                Need::Update(Objects::Of(Kind::Client)),
                Need::Update(Objects::Keys),
            ],
            Self::DeleteKey { .. } => vec![Need::Delete(Objects::Keys)],
            Self::AddOrganization { .. } => {
                vec![Need::Create(Objects::Organizations)]
            }
            Self::RemoveOrganization { .. } => {
                vec![Need::Delete(Objects::Organizations)]
            }
        }
    }

    /// What is done then, for whoever is told that
    /// something after it went wrong.
    pub(crate) fn describe_done(&self) -> String {
        match self {
            Self::Create { address, .. } => {
                format!("the {} was made", name_of(address))
            }
            Self::Update { .. } => "its other fields were changed".to_owned(),
            Self::Delete { address, .. } => {
                format!("the {} was deleted", name_of(address))
            }
            Self::AddKey { name, .. } => format!("the key {name} was added"),
            Self::SetKeyExpiry { name, .. } => {
                format!("the end of the key {name} was set")
            }
            Self::SwitchKeys { .. } => {
                "the client was switched over".to_owned()
            }
            Self::DeleteKey { credential, .. } => {
                format!("the credential {credential} was deleted")
            }
            Self::AddOrganization {
                organization, ..
            } => {
                format!("the organization {organization} was let in")
            }
            Self::RemoveOrganization {
                organization, ..
            } => {
                format!("the organization {organization} was shut out")
            }
        }
    }

    /// Whether its object has to be there: a 404 says that it is gone.
    pub(crate) fn needs_its_object(&self) -> bool {
        match self {
            Self::Update { .. }
            | Self::Delete { .. }
            | Self::AddKey { .. }
            | Self::SwitchKeys { .. } => true,
            // What is missing may be the client or its key, the API, or the
            // organization.
            Self::Create { .. }
            | Self::SetKeyExpiry { .. }
            | Self::DeleteKey { .. }
            | Self::AddOrganization { .. }
            | Self::RemoveOrganization { .. } => false,
        }
    }
}

fn objects_of(address: &Address) -> Objects {
    Objects::Of(address.kind())
}

fn name_of(address: &Address) -> &'static str {
    match address.kind() {
        Kind::ResourceServer => "resource server",
        Kind::Client => "client",
        Kind::Grant => "grant",
    }
}
