//! The ownership mark: the one piece of evidence kept in the tenant.
//!
//! ```text
//! grantry_stack = v1:<stack>:<tenant hash>     the same for all clients of a stack in a tenant
//! grantry_key   = <key>[!][?]                  `!` protected, `?` credentials not delivered yet
//! ```
//!
//! Two entries of `client_metadata` instead of one: each fits into the 64 characters that Auth0's
//! search indexes, and the first is one exact value to search for.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use smol_str::{SmolStr, format_smolstr};

use super::{Advice, Attrs, ClientSpec, Key, StackName, Step, Value};

/// Which tenant a mark was written for: the first 8 hexadecimal digits of the SHA-256 of the host of
/// the tenant's own API. A mark copied to another tenant does not match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TenantHash(String);

impl TenantHash {
    /// How many digits it has.
    const LENGTH: usize = 8;

    /// The hash of the host of a tenant's own API.
    #[must_use]
    pub fn of(host: &str) -> Self {
        let hash = digest(&SHA256, host.to_ascii_lowercase().as_bytes());
        let prefix = hash
            .as_ref()
            .iter()
            .take(4)
            .fold(0_u32, |all, byte| all << 8 | u32::from(*byte));

        Self(format!("{prefix:08x}"))
    }

    /// Reads a hash, in lower case as it is written.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_hash = text.len() == Self::LENGTH && text.bytes().all(is_digit);

        is_hash.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for TenantHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

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

/// Whether a client may be deleted. Kept in the mark, so that it outlives the client's declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protection {
    /// It may.
    #[default]
    Open,
    /// It may not, until a configuration says so.
    Protected,
}

/// Whether the credentials of a client that was created here have reached its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// They have, or nobody asked for that.
    #[default]
    Done,
    /// Not yet.
    Pending,
}

/// A mark as it is written in a client's metadata, whether or not it can be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// The value of `grantry_stack`; empty where it is no text.
    stack: Option<String>,
    /// The value of `grantry_key`; empty where it is no text.
    key: Option<String>,
}

/// A mark that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("the mark `{written}` {defect}")]
pub struct MarkError {
    /// The mark.
    pub written: Written,
    /// Why it cannot be read.
    pub defect: MarkDefect,
}

/// Why a mark cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MarkDefect {
    /// Written by a newer Grantry, which has another format or more flags.
    Newer,
    /// One of the two entries is missing.
    Half,
    /// Not a mark at all.
    Damaged,
}

impl fmt::Display for MarkDefect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Newer => "is of a version this Grantry does not know",
            Self::Half => "lacks one of its two entries",
            Self::Damaged => "is damaged",
        })
    }
}

impl Advice for MarkError {
    fn id(&self) -> &'static str {
        match self.defect {
            MarkDefect::Newer => "mark-of-the-future",
            MarkDefect::Half => "half-mark",
            MarkDefect::Damaged => "damaged-mark",
        }
    }

    fn next_step(&self) -> Option<Step> {
        let [stack, key] = Mark::METADATA_KEYS;

        Some(match self.defect {
            MarkDefect::Newer => "use a newer Grantry".into(),
            MarkDefect::Half | MarkDefect::Damaged => format!(
                "set `{stack}` and `{key}` in the client's metadata as they were; or remove both, \
                 and it counts as unmarked"
            )
            .into(),
        })
    }
}

impl Written {
    /// The value of `grantry_stack`, if there is one; empty where it is no text.
    pub(crate) fn stack(&self) -> Option<&str> {
        self.stack.as_deref()
    }

    /// The value of `grantry_key`, if there is one; empty where it is no text.
    pub(crate) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The mark among the fields of a client; none where it has neither entry.
    #[must_use]
    pub fn find(attrs: &Attrs) -> Option<Self> {
        let metadata = attrs.get(ClientSpec::METADATA)?.as_map()?;
        let entry = |key: &str| {
            let value = metadata.get(key)?;
            Some(value.as_text().unwrap_or_default().to_owned())
        };

        let [stack, key] = Mark::METADATA_KEYS.map(entry);
        (stack.is_some() || key.is_some()).then_some(Self { stack, key })
    }

    /// Whose it is and which, whatever its flags say; none where it cannot be read.
    #[must_use]
    pub fn identity(&self) -> Option<(StackName, TenantHash, Key)> {
        let Mark {
            stack, tenant, key, ..
        } = self.read().ok()?;

        Some((stack, tenant, key))
    }

    /// Reads it.
    pub fn read(&self) -> Result<Mark, MarkError> {
        self.parse().map_err(|defect| MarkError {
            written: self.clone(),
            defect,
        })
    }

    fn parse(&self) -> Result<Mark, MarkDefect> {
        let (Some(stack), Some(key)) = (&self.stack, &self.key) else {
            return Err(MarkDefect::Half);
        };

        let (stack, tenant) = parse_stack(stack)?;
        let (key, flags) = split_flags(key);
        let (protection, delivery) = parse_flags(flags)?;
        let key = key.parse().map_err(|_| MarkDefect::Damaged)?;

        Ok(Mark {
            stack,
            tenant,
            key,
            protection,
            delivery,
        })
    }

    /// Every word of it that may be the name of a stack, wherever one may stand in a mark of any
    /// version.
    pub fn stack_words(&self) -> impl Iterator<Item = &str> {
        let texts = [&self.stack, &self.key].into_iter().flatten();

        texts
            .flat_map(|text| text.split(is_no_part_of_a_stack))
            .filter(|word| !word.is_empty())
    }

    /// The key that it names, whatever flags follow. Two stacks may have a key of one name: there is
    /// none where it plainly says, in the format of this or a newer version, which stack it is of.
    #[must_use]
    pub fn key_of_no_stack(&self) -> Option<Key> {
        let mut parts = self.stack.as_deref().unwrap_or_default().split(':');
        let is_versioned = parts.next().is_some_and(is_version);
        if is_versioned
            && parts
                .next()
                .is_some_and(|stack| stack.parse::<StackName>().is_ok())
        {
            return None;
        }

        self.named_key()
    }

    /// The key that it names, whatever flags follow.
    #[must_use]
    pub fn named_key(&self) -> Option<Key> {
        split_flags(self.key.as_deref()?).0.parse().ok()
    }
}

/// `v1:<stack>:<tenant hash>`
fn parse_stack(text: &str) -> Result<(StackName, TenantHash), MarkDefect> {
    let (version, rest) = text.split_once(':').ok_or(MarkDefect::Damaged)?;
    if version != "v1" {
        return Err(if is_version(version) {
            MarkDefect::Newer
        } else {
            MarkDefect::Damaged
        });
    }

    let (stack, tenant) = rest.split_once(':').ok_or(MarkDefect::Damaged)?;
    let stack = stack.parse().map_err(|_| MarkDefect::Damaged)?;
    let tenant = TenantHash::parse(tenant).ok_or(MarkDefect::Damaged)?;

    Ok((stack, tenant))
}

fn parse_flags(flags: &str) -> Result<(Protection, Delivery), MarkDefect> {
    match flags {
        "" => Ok((Protection::Open, Delivery::Done)),
        "!" => Ok((Protection::Protected, Delivery::Done)),
        "?" => Ok((Protection::Open, Delivery::Pending)),
        "!?" => Ok((Protection::Protected, Delivery::Pending)),
        // Every flag is punctuation, now and in time to come. A space or a letter is somebody's slip,
        // which no newer Grantry mends.
        flags if flags.chars().all(|flag| flag.is_ascii_punctuation()) => Err(MarkDefect::Newer),
        _ => Err(MarkDefect::Damaged),
    }
}

/// The key, and what stands behind it: no key has a character that a flag is.
fn split_flags(text: &str) -> (&str, &str) {
    let is_of_a_key =
        |character: char| character.is_ascii_alphanumeric() || "._:@/-".contains(character);
    let end = text
        .find(|character| !is_of_a_key(character))
        .unwrap_or(text.len());

    text.split_at(end)
}

fn is_version(text: &str) -> bool {
    let digits = text.strip_prefix('v').unwrap_or_default();

    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_no_part_of_a_stack(character: char) -> bool {
    !(character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-')
}

impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [stack, key] = [&self.stack, &self.key].map(|text| text.as_deref().unwrap_or("(none)"));

        write!(formatter, "{stack} {key}")
    }
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
        let [stack, key] = [self.stack_value(), self.key_value()].map(Value::Text);

        [(Self::STACK.into(), stack), (Self::KEY.into(), key)]
    }

    fn stack_value(&self) -> SmolStr {
        format_smolstr!("v1:{}:{}", self.stack, self.tenant)
    }

    fn key_value(&self) -> SmolStr {
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
        write!(formatter, "{} {}", self.stack_value(), self.key_value())
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    fn mark(stack: &str, key: &str, protection: Protection, delivery: Delivery) -> Mark {
        let tenant = TenantHash::of("acme.eu.auth0.com");
        Mark {
            stack: stack.parse().unwrap(),
            tenant,
            key: key.parse().unwrap(),
            protection,
            delivery,
        }
    }

    fn written(stack: Option<&str>, key: Option<&str>) -> Written {
        Written {
            stack: stack.map(str::to_owned),
            key: key.map(str::to_owned),
        }
    }

    #[test]
    fn a_mark_reads_back_as_it_was_written() {
        for protection in [Protection::Open, Protection::Protected] {
            for delivery in [Delivery::Done, Delivery::Pending] {
                let mark = mark("world-mappers", "gift-deliveries", protection, delivery);
                let metadata = Value::Entries(mark.entries().into_iter().collect());
                let attrs = Attrs::from_iter([(ClientSpec::METADATA.into(), metadata)]);
                assert_eq!(Written::find(&attrs).unwrap().read(), Ok(mark));
            }
        }
    }

    /// Marks outlive versions of Grantry: the notation is a promise.
    #[test]
    fn the_notation_stays() {
        let mark = mark(
            "world-mappers",
            "gift-deliveries",
            Protection::Protected,
            Delivery::Pending,
        );
        let [(stack, stack_value), (key, key_value)] = mark.entries();
        assert_eq!(
            (&*stack, stack_value),
            ("grantry_stack", "v1:world-mappers:bac52a7c".into())
        );
        assert_eq!(
            (&*key, key_value),
            ("grantry_key", "gift-deliveries!?".into())
        );
    }

    #[test]
    fn the_longest_mark_fits_into_what_a_search_indexes() {
        let longest = mark(
            &"s".repeat(48),
            &"k".repeat(60),
            Protection::Protected,
            Delivery::Pending,
        );
        for (entry, value) in longest.entries() {
            assert!(value.as_text().unwrap().len() <= 64, "{entry}");
        }
    }

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

    #[test]
    fn a_mark_that_cannot_be_read_says_why() {
        let good = "v1:maps:df2a1b1b";
        for (stack, key, defect) in [
            (Some("v2:maps:df2a1b1b"), Some("courier"), MarkDefect::Newer),
            (Some(good), Some("courier#"), MarkDefect::Newer),
            (Some(good), Some("courier?!"), MarkDefect::Newer),
            (Some(good), Some("courier!!"), MarkDefect::Newer),
            (Some(good), Some("courier "), MarkDefect::Damaged),
            (Some(good), Some("courier !"), MarkDefect::Damaged),
            (Some(good), Some("courier! "), MarkDefect::Damaged),
            (Some(good), Some("courier\n"), MarkDefect::Damaged),
            (Some(good), Some("courier!x"), MarkDefect::Damaged),
            // A Cyrillic letter that looks like the Latin one.
            (Some(good), Some("c\u{43e}urier"), MarkDefect::Damaged),
            (Some(good), Some("courier\u{430}!"), MarkDefect::Damaged),
            (Some(good), Some("courier\u{203d}"), MarkDefect::Damaged),
            (Some(good), None, MarkDefect::Half),
            (None, Some("courier"), MarkDefect::Half),
            (Some("v1:maps"), Some("courier"), MarkDefect::Damaged),
            (
                Some("v1:maps:df2a1b1"),
                Some("courier"),
                MarkDefect::Damaged,
            ),
            (
                Some("v1:maps:df2a1b1b:more"),
                Some("courier"),
                MarkDefect::Damaged,
            ),
            (
                Some("v1:Maps:df2a1b1b"),
                Some("courier"),
                MarkDefect::Damaged,
            ),
            (
                Some("vx:maps:df2a1b1b"),
                Some("courier"),
                MarkDefect::Damaged,
            ),
            (Some(good), Some("!"), MarkDefect::Damaged),
            (Some(""), Some(""), MarkDefect::Damaged),
        ] {
            let read = written(stack, key).read();
            assert_eq!(read.unwrap_err().defect, defect, "{stack:?} {key:?}");
        }
    }

    #[test]
    fn an_unreadable_mark_still_names_whom_it_is_about() {
        let courier: Option<Key> = "courier".parse().ok();
        for (stack, key, is_maps, of_no_stack) in [
            (Some("v2:maps:df2a1b1b"), Some("courier"), true, None),
            (Some("maps"), None, true, None),
            (Some("v1:maps"), Some("courier"), true, None),
            (None, Some("courier!"), false, courier.clone()),
            (Some("?"), Some("courier#x"), false, courier.clone()),
            (
                Some("maps, please ask Ann"),
                Some("courier"),
                true,
                courier.clone(),
            ),
            (Some("v2:atlas:df2a1b1b"), Some("courier"), false, None),
            (
                Some("v1:maps-of-old:df2a1b1"),
                Some("couriers"),
                false,
                None,
            ),
        ] {
            let written = written(stack, key);
            assert_eq!(
                written.stack_words().any(|word| word == "maps"),
                is_maps,
                "{written}"
            );
            assert_eq!(written.key_of_no_stack(), of_no_stack, "{written}");
        }
    }
}
