//! Which tenant a mark was written for.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// Which tenant a mark was written for: the first 8 hexadecimal digits of the
/// SHA-256 of the host of the tenant's own API, or of its issuer where it has
/// none. A mark copied to another tenant does not match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantHash(String);

impl TenantHash {
    /// How many digits it has.
    // With the longest name of a stack, all of the entry has 60 characters: a
    // search indexes 64.
    const LENGTH: usize = 8;

    /// The hash of the host of a tenant's own API.
    #[must_use]
    pub fn of(host: &str) -> Self {
        // Names of hosts mean the same in any case, and no tenant may look like
        // a copy of itself.
        Self::of_text(&host.to_ascii_lowercase())
    }

    /// The hash of an issuer of tokens, for a tenant that is known by that: its
    /// address means what it is, letter by letter.
    #[must_use]
    pub fn of_issuer(issuer: &str) -> Self {
        Self::of_text(issuer)
    }

    fn of_text(text: &str) -> Self {
        let hash = digest(&SHA256, text.as_bytes());
        let prefix = hash
            .as_ref()
            .iter()
            .take(Self::LENGTH / 2)
            .fold(0_u32, |all, byte| all << 8 | u32::from(*byte));

        Self(format!("{prefix:08x}"))
    }

    /// Reads a hash, in lower case as it is written.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_hash = text.len() == Self::LENGTH && text.bytes().all(is_digit);
        is_hash.then(|| Self(text.to_owned()))
    }
}

impl TryFrom<String> for TenantHash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a tenant's hash has 8 hexadecimal digits")
    }
}

impl From<TenantHash> for String {
    fn from(hash: TenantHash) -> Self {
        hash.0
    }
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

impl fmt::Display for TenantHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_hash_ignores_case() {
        assert_eq!(
            TenantHash::of("ACME.eu.auth0.com"),
            TenantHash::of("acme.eu.auth0.com")
        );
        assert_ne!(
            TenantHash::of("acme.eu.auth0.com"),
            TenantHash::of("acme.us.auth0.com")
        );
    }
}
