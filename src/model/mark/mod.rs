//! The ownership mark: the one piece of evidence kept in the tenant.
//!
//! ```text
//! grantry_stack = v1:<stack>:<tenant hash>     the same for all clients of a stack in a tenant
//! grantry_key   = <key>[!][?]                  `!` protected, `?` credentials not delivered yet
//! ```
//!
//! Two entries of `client_metadata` instead of one: each fits into the
//! 64 characters that Auth0's search indexes, and the first is one
//! exact value to search for.

use std::fmt;

use smol_str::{SmolStr, format_smolstr};

use super::{Key, StackName, Value};

mod error;
mod tenant_hash;
mod written;

pub use error::{MarkDefect, MarkError};
pub use tenant_hash::TenantHash;
pub use written::Written;

/// A mark that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The stack that owns the client.
    pub stack: StackName,
    /// The tenant the mark was written for.
    pub tenant: TenantHash,
    /// The client's key in its configuration.
    pub key: Key,
    /// Whether the client may be deleted.
    pub protection: Protection,
    /// Whether the service has its credentials.
    pub delivery: Delivery,
}

/// Whether a client may be deleted. Kept in the mark, so that it outlives the
/// client's declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protection {
    /// It may.
    #[default]
    Open,
    /// It may not, until a configuration says so.
    Protected,
}

/// Whether the credentials of a client that was created here
/// have reached its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// They have, or nobody asked for that.
    #[default]
    Done,
    /// Not yet.
    Pending,
}

impl Mark {
    /// The entry of `client_metadata` that says whose it is.
    pub const STACK: &'static str = "grantry_stack";

    /// The entry of `client_metadata` that says which client it is.
    pub const KEY: &'static str = "grantry_key";

    /// Both.
    pub const METADATA_KEYS: [&'static str; 2] = [Self::STACK, Self::KEY];

    /// Whether this entry of `client_metadata` is part of a mark.
    #[must_use]
    pub fn is_entry(key: &str) -> bool {
        Self::METADATA_KEYS.contains(&key)
    }

    /// The entries of `client_metadata` that make the mark.
    #[must_use]
    pub fn entries(&self) -> [(SmolStr, Value); 2] {
        let [stack, key] =
            [self.stack_value(), self.key_value()].map(Value::Text);

        [
            (Self::STACK.into(), stack),
            (Self::KEY.into(), key),
        ]
    }

    fn stack_value(&self) -> SmolStr {
        format_smolstr!("v1:{}:{}", self.stack, self.tenant)
    }

    /// What the entry for the key says.
    pub(crate) fn key_value(&self) -> SmolStr {
        let protection = match self.protection {
            Protection::Open => "",
            Protection::Protected => "!",
        };
        let delivery = match self.delivery {
            Delivery::Done => "",
            Delivery::Pending => "?",
        };

        format_smolstr!("{}{protection}{delivery}", self.key)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} {}",
            self.stack_value(),
            self.key_value()
        )
    }
}

#[cfg(test)]
mod tests;
