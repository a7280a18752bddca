//! What the configuration allows beyond creating and changing: taking over,
//! letting go, deleting.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{Critical, Identifier, Key, NameError, StackName, Waiver};

/// What may happen to objects that are ours and not, or differently, declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// What becomes of objects that are ours and not declared any more.
    pub prune: Prune,
    /// The resource servers that are ours although they carry no evidence.
    pub owns: Vec<Glob>,
    /// How much may be deleted.
    pub limits: Limits,
    /// Stacks whose marks are taken over: this stack's former names.
    pub former_stacks: BTreeSet<StackName>,
    /// Clients that have a new key, by the old one: `moved:`.
    pub moved_clients: BTreeMap<Key, Key>,
    /// Clients that are to go, by key.
    pub removed_clients: BTreeMap<Key, Removal>,
    /// Resource servers that are to go, by identifier.
    pub removed_resource_servers: BTreeMap<Identifier, Removal>,
    /// What is looked at with care when somebody gains access to it.
    pub critical: Vec<Critical>,
    /// Findings of a review that are known.
    pub waivers: Vec<Waiver>,
}

impl Policy {
    /// Whether nothing was moved or removed by name.
    pub(crate) fn moves_or_removes_nothing(&self) -> bool {
        self.former_stacks.is_empty()
            && self.moved_clients.is_empty()
            && self.removed_clients.is_empty()
            && self.removed_resource_servers.is_empty()
    }
}

/// What becomes of objects that are ours and not declared any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prune {
    /// They are reported, and stay.
    #[default]
    Off,
    /// They are deleted.
    On,
}

/// How an object goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is deleted.
    Destroy,
    /// It stays in the tenant, and is not ours any more.
    Release,
}

/// How much one run may delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// The most deletions of all kinds together; without it, the default limits
    /// hold for each kind.
    pub max_deletes: Option<usize>,
    /// Whether a kind may be emptied.
    pub emptying: Emptying,
}

/// Whether every object of a kind may be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Emptying {
    /// It may not.
    #[default]
    Refused,
    /// It may.
    Allowed,
}

/// A pattern of identifiers: `*` stands for any run of characters, everything
/// else for itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Glob(String);

impl Glob {
    /// What a pattern must begin with: enough to name a
    /// host or a name of one's own.
    const PATTERN: &str = r"^[^*\s]{4}\S*$";
    const FEWEST_OF_ONES_OWN: usize = 4;
    /// The schemes behind which a host comes.
    const OF_HOSTS: [&str; 2] = ["https://", "http://"];
    const WORDS: &str = "begins with at least 4 characters before the first \
                         `*`, and has no white space";

    /// Whether the pattern names neither a host nor a name of one's own: it
    /// stands for APIs of anybody.
    #[must_use]
    pub fn is_too_wide(&self) -> bool {
        let text = self.0.to_ascii_lowercase();
        if let Some(address) = Self::OF_HOSTS
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme))
        {
            return has_open_host(address);
        }

        // Four characters to begin with are no guard by themselves: `http*` is
        // every address, and `urn:*` every name.
        let beginning = text
            .split('*')
            .next()
            .unwrap_or_default();
        let is_part_of_scheme = |scheme: &&str| scheme.starts_with(beginning);
        let is_any_host = text.contains('*')
            && Self::OF_HOSTS
                .iter()
                .any(is_part_of_scheme);

        let own = text
            .strip_prefix("urn:")
            .unwrap_or(&text);
        let characters = own
            .chars()
            .filter(|character| *character != '*');
        is_any_host
            || text.contains("*://")
            || characters.count() < Self::FEWEST_OF_ONES_OWN
    }

    /// Whether the pattern stands for this text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        matches(&self.0, text)
    }
}

/// Whether the host of an address may be anybody's: a star stands for one of
/// its last two labels, or for all.
fn has_open_host(address: &str) -> bool {
    let host = address
        .split(['/', ':', '?', '#'])
        .next();
    // With a dot at its end it is the same host.
    let host = host
        .unwrap_or_default()
        .trim_end_matches('.');

    // Two, as in `acme.example`. Where a registry hands out names of three
    // (`acme.co.uk`), two are everybody's; telling them takes a list that
    // changes every week.
    let mut own = host.rsplit('.').take(2);
    host.is_empty() || own.any(|label| label.contains('*'))
}

/// Whether a pattern, in which `*` stands for any run of
/// characters, stands for this text.
#[must_use]
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, others)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };

    // The first place of each part will do: a later one would only
    // leave less text to the parts behind it. The last part has a
    // place of its own, the end.
    let mut parts = others.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }

        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        rest = behind;
    }
    true
}

impl TryFrom<String> for Glob {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        let beginning = text
            .chars()
            .take(Self::FEWEST_OF_ONES_OWN);
        let literal = beginning
            .filter(|character| *character != '*')
            .count();
        let has_beginning = literal == Self::FEWEST_OF_ONES_OWN;
        if has_beginning && !text.contains(char::is_whitespace) {
            return Ok(Self(text));
        }

        Err(NameError::Shape {
            what: "a pattern of identifiers",
            rule: Self::WORDS,
        })
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> Self {
        glob.0
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl JsonSchema for Glob {
    fn schema_name() -> Cow<'static, str> {
        "Glob".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let otherwise = format!("a pattern of identifiers {}", Self::WORDS);
        json_schema!({
            "type": "string",
            "description":
                "A pattern of identifiers: `*` stands for any run of \
                 characters.",
            "maxLength": 600,
            "pattern": Self::PATTERN,
            "patternErrorMessage": otherwise,
            "examples": ["https://*.world-mappers.example/"],
        })
    }
}

#[cfg(test)]
mod tests;
