//! What makes a text a name: one value feeds the parser and the schema.

use regex::Regex;
use schemars::{Schema, json_schema};

/// Why a text or number is not the name it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is shorter than allowed.
    #[error("{what} must not be empty")]
    Empty {
        /// What the text should have been.
        what: &'static str,
    },
    /// The text is longer than allowed.
    #[error("{what} is at most {max} characters long")]
    TooLong {
        /// What the text should have been.
        what: &'static str,
        /// The most characters (Unicode scalar values) allowed.
        max: usize,
    },
    /// The text holds characters that are not allowed.
    #[error("{what} {rule}")]
    Shape {
        /// What the text should have been.
        what: &'static str,
        /// The rule, in words.
        rule: &'static str,
    },
    /// The number is outside its range.
    #[error("{what} is between {min} and {max}")]
    Range {
        /// What the number should have been.
        what: &'static str,
        /// The smallest allowed.
        min: u32,
        /// The largest allowed.
        max: u32,
    },
}

/// What a text must look like.
pub(super) struct Rule {
    pub(super) what: &'static str,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) pattern: &'static str,
    pub(super) words: &'static str,
}

impl Rule {
    pub(super) fn check(
        &self,
        pattern: &Regex,
        text: &str,
    ) -> Result<(), NameError> {
        let what = self.what;
        // In characters, as JSON Schema counts: an editor has to come to the
        // same verdict.
        let length = text.chars().count();

        if length < self.min {
            return Err(NameError::Empty { what });
        }
        if length > self.max {
            let max = self.max;
            return Err(NameError::TooLong { what, max });
        }
        if !pattern.is_match(text) {
            let rule = self.words;
            return Err(NameError::Shape { what, rule });
        }

        Ok(())
    }

    pub(super) fn schema(&self, description: &str, example: &str) -> Schema {
        let mut schema = json_schema!({
            "type": "string",
            "description": description.trim(),
            "maxLength": self.max,
            "pattern": self.pattern,
            "patternErrorMessage": format!("{} {}", self.what, self.words),
            "examples": [example],
        });
        if self.min > 0 {
            schema.insert("minLength".to_owned(), self.min.into());
        }
        schema
    }
}

macro_rules! text {
    ($(#[doc = $doc:literal])* $name:ident: $what:literal, $min:literal..=$max:literal,
     $pattern:literal, $words:literal, example $example:literal) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[serde(try_from = "SmolStr", into = "SmolStr")]
        pub struct $name(SmolStr);

        impl $name {
            const RULE: Rule = Rule {
                what: $what,
                min: $min,
                max: $max,
                pattern: $pattern,
                words: $words,
            };

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<SmolStr> for $name {
            type Error = NameError;

            fn try_from(text: SmolStr) -> Result<Self, NameError> {
                static PATTERN: LazyLock<Option<Regex>> =
                    LazyLock::new(|| Regex::new($pattern).ok());
                let shape = NameError::Shape { what: $what, rule: $words };
                // A pattern that is none lets no text pass, instead of every
                // one; a test tries them all.
                let pattern = PATTERN.as_ref().ok_or(shape)?;
                Self::RULE.check(pattern, &text).map(|()| Self(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::try_from(SmolStr::new(text))
            }
        }

        impl From<$name> for SmolStr {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                Self::RULE.schema(concat!($($doc, "\n"),*), $example)
            }
        }
    };
}

pub(super) use text;
