//! Which fields a request may carry, and which of them it may clear.

use super::super::shape::{Field, Null, Others, Record, Sent};

/// What a request means to do with the body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    Update,
}

impl Record {
    /// The field of this name that the request may carry.
    pub(super) fn field(
        &self,
        key: &str,
        operation: Operation,
    ) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.name == key && field.is_sent(operation))
    }

    /// A record that is open takes what it does not know, and not what it knows
    /// of another request.
    pub(super) fn takes(&self, key: &str, operation: Operation) -> bool {
        match self.others {
            Others::Kept if self.known(key).is_none() => true,
            Others::Kept | Others::Refused => {
                self.field(key, operation).is_some()
            }
        }
    }
}

impl Field {
    fn is_sent(&self, operation: Operation) -> bool {
        match self.sent {
            Sent::Always => true,
            Sent::OnPost => operation == Operation::Create,
            Sent::OnPatch => operation == Operation::Update,
        }
    }

    pub(super) fn takes_null(&self, operation: Operation) -> bool {
        match self.null {
            Null::Never => false,
            Null::OnPatch => operation == Operation::Update,
            Null::Always => true,
        }
    }
}
