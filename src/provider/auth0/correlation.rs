//! What ties the tenant's log entries to a run.

use reqwest::header::HeaderValue;

use crate::model::StackName;
use crate::provider::web::random_hexadecimal;

/// The most characters Auth0 keeps.
const LONGEST: usize = 64;

/// The random end, in bytes; each is written with two hexadecimal digits.
const RANDOM: usize = 6;

/// Sent with every change of a run, and found in the tenant's logs as
/// `references.correlation_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrelationId(String);

impl CorrelationId {
    /// One of its own for a run of this stack, as in
    /// `grantry-world-mappers-0f1e2d3c4b5a`.
    #[must_use]
    pub fn of(stack: &StackName) -> Self {
        // Without chance it still names the stack.
        let end = random_hexadecimal::<RANDOM>().unwrap_or_default();
        let room = LONGEST - "grantry--".len() - 2 * RANDOM;
        // Cut here rather than by Auth0, which would cut off the end.
        let name: String = stack
            .as_str()
            .chars()
            .take(room)
            .collect();

        Self(format!("grantry-{name}-{end}"))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(&self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_stack_and_is_another_each_time() {
        let maps = "world-mappers".parse().unwrap();
        let one = CorrelationId::of(&maps);
        let other = CorrelationId::of(&maps);
        assert!(
            one.as_str()
                .starts_with("grantry-world-mappers-"),
            "{one:?}"
        );
        assert_ne!(one, other);

        let long = CorrelationId::of(&"s".repeat(48).parse().unwrap());
        assert!(long.as_str().len() <= LONGEST, "{long:?}");
        assert!(long.header().is_some());
    }
}
