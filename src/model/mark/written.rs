//! A mark as it is written: by this version, by a newer one, or by hand.

use std::fmt;

use super::{Delivery, Mark, MarkDefect, MarkError, Protection, TenantHash};
use crate::model::{Attrs, ClientSpec, Key, StackName};

/// A mark as it is written in the metadata or attributes of an object, whether
/// or not it can be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// The value of `grantry_stack`; empty where it is no text.
    stack: Option<String>,
    /// The value of `grantry_key`; empty where it is no text.
    key: Option<String>,
}

impl Written {
    /// The value of `grantry_stack`, if there is one;
    /// empty where it is no text.
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
        let metadata = attrs
            .get(ClientSpec::METADATA)?
            .as_map()?;
        let [stack, key] = Mark::METADATA_KEYS.map(|entry| {
            let value = metadata.get(entry)?;
            // Kept all the same: it makes a damaged mark, where a client
            // without one could be taken over.
            Some(
                value
                    .as_text()
                    .unwrap_or_default()
                    .to_owned(),
            )
        });

        let is_there = stack.is_some() || key.is_some();
        is_there.then_some(Self { stack, key })
    }

    /// Whose it is and which, whatever its flags say; none
    /// where it cannot be read.
    #[must_use]
    pub fn identity(&self) -> Option<(StackName, TenantHash, Key)> {
        let Mark {
            stack,
            tenant,
            key,
            ..
        } = self.read().ok()?;

        Some((stack, tenant, key))
    }

    /// Reads it.
    pub fn read(&self) -> Result<Mark, MarkError> {
        self.parse()
            .map_err(|defect| MarkError {
                written: self.clone(),
                defect,
            })
    }

    fn parse(&self) -> Result<Mark, MarkDefect> {
        let (Some(stack), Some(key)) = (&self.stack, &self.key) else {
            return Err(MarkDefect::Half);
        };

        // The version first: what a newer one has behind
        // it may look like damage.
        let (stack, tenant) = parse_stack(stack)?;
        let (key, protection, delivery) = parse_key(key)?;

        Ok(Mark {
            stack,
            tenant,
            key,
            protection,
            delivery,
        })
    }

    /// Every word of it that may be the name of a stack, wherever one may stand
    /// in a mark of any version.
    pub fn stack_words(&self) -> impl Iterator<Item = &str> {
        // Both entries, whichever of them should have the name: a mark that may
        // be ours in any way must not count as none, or the client would be
        // created a second time.
        let texts = [&self.stack, &self.key]
            .into_iter()
            .flatten();

        texts
            .flat_map(|text| text.split(is_no_part_of_a_stack))
            .filter(|word| !word.is_empty())
    }

    /// The key that it names, whatever flags follow. Two stacks may have a key
    /// of one name: there is none where it plainly says, in the format of this
    /// or a newer version, which stack it is of.
    #[must_use]
    pub fn key_of_no_stack(&self) -> Option<Key> {
        if self.names_a_stack() {
            return None;
        }

        self.named_key()
    }

    /// Whether it plainly says, in the format of this or a newer version, which
    /// stack it is of.
    fn names_a_stack(&self) -> bool {
        let mut parts = self
            .stack
            .as_deref()
            .unwrap_or_default()
            .split(':');
        let version = parts.next().unwrap_or_default();
        let stack = parts.next().unwrap_or_default();

        is_version(version) && stack.parse::<StackName>().is_ok()
    }

    /// The key that it names, whatever flags follow.
    #[must_use]
    pub fn named_key(&self) -> Option<Key> {
        let (key, _flags) = split_flags(self.key.as_deref()?);
        key.parse().ok()
    }
}

impl Mark {
    /// What its first entry says alone, if it can be read.
    pub(crate) fn read_stack(text: &str) -> Option<(StackName, TenantHash)> {
        parse_stack(text).ok()
    }

    /// What its second entry says alone, if it can be read.
    pub(crate) fn read_key(text: &str) -> Option<(Key, Protection, Delivery)> {
        parse_key(text).ok()
    }
}

/// `v1:<stack>:<tenant hash>`
fn parse_stack(text: &str) -> Result<(StackName, TenantHash), MarkDefect> {
    let (version, rest) = text
        .split_once(':')
        .ok_or(MarkDefect::Damaged)?;
    match version {
        "v1" => {}
        other if is_version(other) => return Err(MarkDefect::Newer),
        _ => return Err(MarkDefect::Damaged),
    }

    let (stack, tenant) = rest
        .split_once(':')
        .ok_or(MarkDefect::Damaged)?;
    let stack = stack
        .parse()
        .map_err(|_| MarkDefect::Damaged)?;
    let tenant = TenantHash::parse(tenant).ok_or(MarkDefect::Damaged)?;

    Ok((stack, tenant))
}

/// `<key>[!][?]`
fn parse_key(text: &str) -> Result<(Key, Protection, Delivery), MarkDefect> {
    let (key, flags) = split_flags(text);
    let (protection, delivery) = parse_flags(flags)?;
    let key = key
        .parse()
        .map_err(|_| MarkDefect::Damaged)?;

    Ok((key, protection, delivery))
}

fn parse_flags(flags: &str) -> Result<(Protection, Delivery), MarkDefect> {
    match flags {
        "" => Ok((Protection::Open, Delivery::Done)),
        "!" => Ok((Protection::Protected, Delivery::Done)),
        "?" => Ok((Protection::Open, Delivery::Pending)),
        "!?" => Ok((Protection::Protected, Delivery::Pending)),
        // Every flag is punctuation, now and in time to come. A space or a
        // letter is somebody's slip, which no newer Grantry mends.
        flags
            if flags
                .chars()
                .all(|flag| flag.is_ascii_punctuation()) =>
        {
            Err(MarkDefect::Newer)
        }
        _ => Err(MarkDefect::Damaged),
    }
}

/// The key, and what stands behind it: no key has a character that a flag is.
fn split_flags(text: &str) -> (&str, &str) {
    let end = text
        .find(is_no_part_of_a_key)
        .unwrap_or(text.len());
    text.split_at(end)
}

fn is_version(text: &str) -> bool {
    let digits = text
        .strip_prefix('v')
        .unwrap_or_default();

    // Any other word is no version: the advice to use a newer Grantry would not
    // help against a text that somebody wrote by hand.
    !digits.is_empty()
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
}

fn is_no_part_of_a_key(character: char) -> bool {
    !(character.is_ascii_alphanumeric() || "._:@/-".contains(character))
}

fn is_no_part_of_a_stack(character: char) -> bool {
    !(character.is_ascii_lowercase()
        || character.is_ascii_digit()
        || character == '-')
}

impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stack = self
            .stack
            .as_deref()
            .unwrap_or("(none)");
        let key = self.key.as_deref().unwrap_or("(none)");

        write!(formatter, "{stack} {key}")
    }
}

#[cfg(test)]
mod tests;
