//! The write that makes a change.

use std::collections::BTreeMap;

use crate::model::{Address, RemoteId};
use crate::plan::{Action, Change};
use crate::provider::{ProviderError, Write};

/// The write that makes a change, with the tenant's ids in it.
pub(super) fn write_for(
    change: &Change,
    ids: &BTreeMap<Address, RemoteId>,
) -> Result<Write, ProviderError> {
    match change.action {
        Action::Create => Ok(Write::Create {
            address: name_by_id(&change.address, ids)?,
            attrs: change.fields.clone(),
        }),
        Action::Adopt | Action::Update | Action::Release | Action::Narrow => {
            Ok(Write::Update {
                id: find_id(&change.address, ids)?,
                fields: change.fields.clone(),
                address: change.address.clone(),
                precondition: change.precondition.clone(),
            })
        }
        Action::Delete => Ok(Write::Delete {
            id: find_id(&change.address, ids)?,
            address: name_by_id(&change.address, ids)?,
            precondition: change.precondition.clone(),
        }),
    }
}

fn find_id(
    address: &Address,
    ids: &BTreeMap<Address, RemoteId>,
) -> Result<RemoteId, ProviderError> {
    ids.get(address)
        .cloned()
        .ok_or_else(|| gone(address.clone()))
}

/// The address with the id of its client instead of the key: a client may have
/// been created in this run.
fn name_by_id(
    address: &Address,
    ids: &BTreeMap<Address, RemoteId>,
) -> Result<Address, ProviderError> {
    address.named_by_id(ids).map_err(gone)
}

fn gone(address: Address) -> ProviderError {
    ProviderError::Gone {
        address: Box::new(address),
    }
}
