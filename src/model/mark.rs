//! The ownership mark: the one piece of evidence kept in the tenant.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};

use super::{Attrs, ClientSpec, Key, StackName};

/// Which tenant a mark was written for: the first 8 hexadecimal digits of the SHA-256 of the
/// canonical tenant domain. A mark copied to another tenant does not match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TenantHash(String);

impl TenantHash {
    /// The hash of a canonical tenant domain (the host of the Management API audience).
    #[must_use]
    pub fn of(domain: &str) -> Self {
        let hash = digest(&SHA256, domain.to_ascii_lowercase().as_bytes());
        let prefix =
            hash.as_ref().iter().take(4).fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        Self(format!("{prefix:08x}"))
    }
}

impl fmt::Display for TenantHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// `v1,stack=<stack>,tenant=<hash>,key=<key>[,protect]`, kept under `grantry` in a client's metadata.
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
}

/// Whether a client may be deleted. Kept in the mark, so that it outlives the client's declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protection {
    /// It may.
    #[default]
    Open,
    /// It may not, until a configuration says so.
    Protected,
}

/// Why a text is not a mark this version can read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum MarkError {
    /// Written by a newer Grantry.
    #[error("the mark `{0}` is of a version this Grantry does not know")]
    UnknownVersion(String),
    /// Not a mark at all.
    #[error("the mark `{0}` is damaged")]
    Damaged(String),
}

impl MarkError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownVersion(_) => "use a newer Grantry".to_owned(),
            Self::Damaged(_) => format!(
                "remove `{}` from the client's metadata, and it counts as unmarked",
                Mark::METADATA_KEY
            ),
        }
    }
}

impl Mark {
    /// The key of `client_metadata` that holds the mark.
    pub const METADATA_KEY: &'static str = "grantry";

    /// The mark among the fields of a client, as it is written; empty where it is no text.
    #[must_use]
    pub fn written(attrs: &Attrs) -> Option<&str> {
        let mark = attrs.get(ClientSpec::METADATA)?.as_map()?.get(Self::METADATA_KEY)?;
        Some(mark.as_text().unwrap_or_default())
    }

    /// Reads a mark.
    pub fn parse(text: &str) -> Result<Self, MarkError> {
        let damaged = || MarkError::Damaged(text.to_owned());
        let Some((version, rest)) = text.split_once(',') else {
            return Err(damaged());
        };
        if version != "v1" {
            let number = version.strip_prefix('v').filter(|number| !number.is_empty());
            let is_version =
                number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
            let newer = || MarkError::UnknownVersion(text.to_owned());
            return Err(if is_version { newer() } else { damaged() });
        }
        let mut parts = rest.split(',');
        let mut part = |name: &str| parts.next()?.strip_prefix(name)?.strip_prefix('=');
        let (stack, tenant, key) = (part("stack"), part("tenant"), part("key"));
        let protection = match (parts.next(), parts.next()) {
            (None, _) => Protection::Open,
            (Some("protect"), None) => Protection::Protected,
            _ => return Err(MarkError::UnknownVersion(text.to_owned())),
        };
        Ok(Self {
            stack: stack.and_then(|stack| stack.parse().ok()).ok_or_else(damaged)?,
            tenant: TenantHash(tenant.ok_or_else(damaged)?.to_owned()),
            key: key.and_then(|key| key.parse().ok()).ok_or_else(damaged)?,
            protection,
        })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stack, tenant, key, protection } = self;
        write!(formatter, "v1,stack={stack},tenant={tenant},key={key}")?;
        match protection {
            Protection::Open => Ok(()),
            Protection::Protected => formatter.write_str(",protect"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(stack: &str, key: &str, protection: Protection) -> Mark {
        let tenant = TenantHash::of("acme.eu.auth0.com");
        Mark { stack: stack.parse().unwrap(), tenant, key: key.parse().unwrap(), protection }
    }

    #[test]
    fn a_mark_reads_back_as_it_was_written() {
        for protection in [Protection::Open, Protection::Protected] {
            let mark = mark("world-mappers", "gift-deliveries", protection);
            assert_eq!(Mark::parse(&mark.to_string()), Ok(mark));
        }
        // Marks outlive versions of Grantry: the notation is a promise.
        let text = "v1,stack=world-mappers,tenant=df2a1b1b,key=gift-deliveries,protect";
        let tenant = TenantHash("df2a1b1b".to_owned());
        let mark = mark("world-mappers", "gift-deliveries", Protection::Protected);
        assert_eq!(Mark { tenant, ..mark }.to_string(), text);
    }

    #[test]
    fn the_longest_mark_fits_into_a_metadata_value() {
        let longest = mark(&"s".repeat(63), &"k".repeat(128), Protection::Protected);
        assert!(longest.to_string().len() <= 255);
    }

    #[test]
    fn the_tenant_hash_ignores_case() {
        assert_eq!(TenantHash::of("ACME.eu.auth0.com"), TenantHash::of("acme.eu.auth0.com"));
        assert_ne!(TenantHash::of("acme.eu.auth0.com"), TenantHash::of("acme.us.auth0.com"));
    }

    #[test]
    fn a_mark_of_the_future_is_told_from_a_damaged_one() {
        let newer = Mark::parse("v2,owner=x");
        assert!(matches!(newer, Err(MarkError::UnknownVersion(_))), "{newer:?}");
        let longer = Mark::parse("v1,stack=a,tenant=00000000,key=b,shiny");
        assert!(matches!(longer, Err(MarkError::UnknownVersion(_))), "{longer:?}");
        for text in ["", "v1", "v1,stack=a", "v1,stack=A,tenant=0,key=b", "hello, world"] {
            assert!(Mark::parse(text).is_err(), "{text}");
        }
        for text in ["v1,stack=a", "hello, world", "v,1", "vx,stack=a"] {
            assert!(matches!(Mark::parse(text), Err(MarkError::Damaged(_))), "{text}");
        }
    }
}
