//! What the configuration allows beyond creating and changing: taking over, letting go, deleting.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{Identifier, Key, NameError, StackName};

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
    /// Clients that have a new key, by the old one.
    pub moved_clients: BTreeMap<Key, Key>,
    /// Clients that are to go, by key.
    pub removed_clients: BTreeMap<Key, Removal>,
    /// Resource servers that are to go, by identifier.
    pub removed_resource_servers: BTreeMap<Identifier, Removal>,
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
    /// The most deletions of all kinds together; without it, the default limits hold for each kind.
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

/// A pattern of identifiers: `*` stands for any run of characters, everything else for itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Glob(String);

impl Glob {
    /// What a pattern must begin with: enough to name a host or a name of one's own.
    const PATTERN: &str = r"^[^*\s]{4}\S*$";
    const WORDS: &str =
        "begins with at least 4 characters before the first `*`, and has no white space";

    /// Whether the pattern names nothing of one's own: all it has beside stars is a scheme.
    #[must_use]
    pub fn is_too_wide(&self) -> bool {
        let schemes = ["https://", "http://", "urn:"];
        let own = schemes
            .iter()
            .find_map(|scheme| self.0.strip_prefix(scheme))
            .unwrap_or(&self.0);
        own.chars().filter(|character| *character != '*').count() < 4
    }

    /// Whether the pattern stands for this text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        matches(&self.0, text)
    }
}

/// Whether a pattern, in which `*` stands for any run of characters, stands for this text.
#[must_use]
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    true
}

impl TryFrom<String> for Glob {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        let begins = text
            .chars()
            .take(4)
            .filter(|character| *character != '*')
            .count()
            == 4;
        if begins && !text.contains(char::is_whitespace) {
            Ok(Self(text))
        } else {
            Err(NameError::Shape {
                what: "a pattern of identifiers",
                rule: Self::WORDS,
            })
        }
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> Self {
        glob.0
    }
}

impl std::fmt::Display for Glob {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl JsonSchema for Glob {
    fn schema_name() -> Cow<'static, str> {
        "Glob".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A pattern of identifiers: `*` stands for any run of characters.",
            "maxLength": 600,
            "pattern": Self::PATTERN,
            "patternErrorMessage": format!("a pattern of identifiers {}", Self::WORDS),
            "examples": ["https://*.world-mappers.example/"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Glob {
        Glob::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        let hosts = glob("https://*.maps.example/");
        assert!(hosts.matches("https://api.maps.example/"));
        assert!(hosts.matches("https://.maps.example/"));
        assert!(!hosts.matches("https://maps.example/"));
        assert!(!hosts.matches("https://api.maps.example/v2"));
        assert!(!hosts.matches("http://api.maps.example/"));
        assert!(glob("urn:a*b*c").matches("urn:axxbxxc"));
        assert!(!glob("urn:a*b*c").matches("urn:axxcxxb"));
        assert!(glob("urn:orders").matches("urn:orders"));
        assert!(!glob("urn:orders").matches("urn:orders2"));
        assert!(!glob("urn:a*aa").matches("urn:a"));
    }

    #[test]
    fn a_scheme_alone_names_nothing_of_ones_own() {
        for wide in ["https://*", "http://**", "urn:*", "https://*/", "urn:*a*b*"] {
            assert!(glob(wide).is_too_wide(), "{wide}");
        }
        for own in ["https://*.maps.example/", "urn:maps:*", "maps-*"] {
            assert!(!glob(own).is_too_wide(), "{own}");
        }
    }

    #[test]
    fn a_pattern_for_everything_is_refused() {
        for text in ["*", "**", "h*", "   *", ""] {
            assert!(Glob::try_from(text.to_owned()).is_err(), "{text}");
        }
        let pattern = regex::Regex::new(Glob::PATTERN).unwrap();
        for text in ["*", "h*", "urn:*", "https://*.example/", "urn:a b"] {
            let parsed = Glob::try_from(text.to_owned()).is_ok();
            assert_eq!(pattern.is_match(text), parsed, "{text}");
        }
    }
}
