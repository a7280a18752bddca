//! What listings do not show of an object: what Auth0 keeps beside it.

use super::http::Getter;
use super::{client_keys, organizations};
use crate::model::{
    Address, ClientSpec, Digest, Found, GrantSpec, Kind, Value,
};
use crate::provider::ProviderError;

/// What is kept beside an object, and shown as a field of it.
pub(super) struct Details {
    pub(super) field: &'static str,
    /// None if the object has no such field.
    pub(super) value: Option<Value>,
    /// What tells whether it is still so.
    pub(super) revision: Digest,
}

/// Reads what listings do not show of an object; none if that is nothing.
pub(super) async fn read(
    getter: &Getter,
    address: &Address,
    found: &Found,
) -> Result<Option<(Address, Details)>, ProviderError> {
    let details = match address.kind() {
        Kind::Client => {
            let shown = found.attrs.get(ClientSpec::METHODS);
            let (value, revision) =
                client_keys::read_methods(getter, &found.id, shown).await?;
            Details {
                field: ClientSpec::METHODS,
                value,
                revision,
            }
        }
        Kind::Grant => {
            let organizations = organizations::read(getter, &found.id).await?;
            Details {
                field: GrantSpec::ORGANIZATIONS,
                value: Some(organizations.to_field()),
                revision: organizations.revision(),
            }
        }
        // Their listing shows everything.
        Kind::ResourceServer => return Ok(None),
    };

    Ok(Some((address.clone(), details)))
}

impl Details {
    /// Puts them in the place of what a listing showed.
    pub(super) fn fill_in(self, found: &mut Found) {
        // What the listing showed goes in any case: it named keys by the
        // tenant's ids, and a plan holds none.
        found.attrs.remove(self.field);
        if let Some(value) = self.value {
            found
                .attrs
                .extend([(self.field.into(), value)]);
        }
        found.revision = Some(Box::new(self.revision));
    }
}
