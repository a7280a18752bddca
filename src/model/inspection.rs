//! What a deletion relies on.

use std::collections::BTreeSet;
use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};

use super::{Found, RemoteId, Value};
use crate::words::hexadecimal;

/// A close look at an object that is to be deleted. It
/// must still be so just before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The object as every listing shows it.
    pub found: Found,
    /// All of the object, also what Grantry knows nothing of.
    pub digest: Digest,
    /// The grants that would end with it, by the tenant's ids;
    /// of a grant there are none.
    pub grants: BTreeSet<RemoteId>,
}

impl Inspection {
    /// Whether what is there now may be deleted because of what was seen: the
    /// object is the same, and nobody has got a grant on it since. Grants that
    /// went meanwhile are no reason to stop: they would end with it.
    #[must_use]
    pub fn still_holds(&self, now: &Self) -> bool {
        self.digest == now.digest && now.grants.is_subset(&self.grants)
    }
}

/// What an object comes to, without its secrets and dates: it can be compared,
/// and nothing can be read from it.
#[derive(Clone, PartialEq, Eq)]
pub struct Digest([u8; 32]);

/// The fields that are left out of a digest, wherever they stand. Secrets must
/// not be guessed from it, and the dates of an object move without anything
/// having changed.
const LEFT_OUT: [&str; 5] = [
    "client_secret",
    "signing_secret",
    "signing_keys",
    "created_at",
    "updated_at",
];

/// What is left out of a client as such, which shows it to whoever may see its
/// secret only. Further inside, an API has a public key of this name, whose
/// exchange must not pass unseen.
const LEFT_OUT_AT_THE_TOP: &str = "encryption_key";

/// The fields in which people choose the names: there, no name
/// tells what it stands for.
const NAMED_BY_PEOPLE: [&str; 2] = ["client_metadata", "scopes"];

impl Digest {
    /// The digest of an object as a tenant shows it. The order of fields and of
    /// arrays means nothing.
    #[must_use]
    pub fn of(object: serde_json::Value) -> Self {
        let mut value = Value::from(object);
        if let Value::Map(fields) = &mut value {
            fields.remove(LEFT_OUT_AT_THE_TOP);
        }

        // Every map and set of a `Value` is sorted, so this is
        // one text for one object.
        let text = serde_json::Value::from(without_secrets(value)).to_string();
        let hash = digest(&SHA256, text.as_bytes());

        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.as_ref());
        Self(bytes)
    }
}

fn without_secrets(value: Value) -> Value {
    match value {
        Value::Map(entries) => {
            let kept = entries
                .into_iter()
                .filter(|(key, _)| !LEFT_OUT.contains(&key.as_str()));
            let entries = kept.map(|(key, value)| {
                let is_named_by_people =
                    NAMED_BY_PEOPLE.contains(&key.as_str());
                let value = if is_named_by_people {
                    value
                } else {
                    without_secrets(value)
                };
                (key, value)
            });
            Value::Map(entries.collect())
        }
        Value::Set(members) => Value::Set(
            members
                .into_iter()
                .map(without_secrets)
                .collect(),
        ),
        value => value,
    }
}

impl fmt::Display for Digest {
    /// All of it, in hexadecimal digits.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hexadecimal(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = hexadecimal(self.0.into_iter().take(4));
        write!(formatter, "Digest({start}…)")
    }
}

#[cfg(test)]
mod tests;
