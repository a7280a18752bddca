//! What is asked of an object's field.

/// What has to be so of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) field: String,
    pub(super) test: Test,
}

/// What has to be so of one of a field's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    Is(String),
    /// Of none of them.
    IsNot(String),
    Begins(String),
    Ends(String),
    Contains(String),
    IsPresent,
    /// Each end is inclusive, or not.
    From(String, End),
    Until(String, End),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Inclusive,
    Exclusive,
}

impl Test {
    pub(super) fn holds(&self, values: &[String]) -> bool {
        let mut values = values.iter();

        if self.is_of_all() {
            values.all(|value| self.holds_of(value))
        } else {
            values.any(|value| self.holds_of(value))
        }
    }

    /// Whether it has to be so of all values, and not only of one.
    fn is_of_all(&self) -> bool {
        match self {
            Self::IsNot(_) => true,
            Self::Is(_)
            | Self::Begins(_)
            | Self::Ends(_)
            | Self::Contains(_)
            | Self::IsPresent
            | Self::From(..)
            | Self::Until(..) => false,
        }
    }

    fn holds_of(&self, value: &str) -> bool {
        match self {
            Self::Is(text) => value == text,
            Self::IsNot(text) => value != text,
            Self::Begins(text) => value.starts_with(text),
            Self::Ends(text) => value.ends_with(text),
            Self::Contains(text) => value.contains(text),
            Self::IsPresent => true,
            Self::From(text, End::Inclusive) => value >= text.as_str(),
            Self::From(text, End::Exclusive) => value > text.as_str(),
            Self::Until(text, End::Inclusive) => value <= text.as_str(),
            Self::Until(text, End::Exclusive) => value < text.as_str(),
        }
    }
}
