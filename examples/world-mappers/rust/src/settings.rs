//! Settings come from environment variables, and from nowhere else.

use std::env;
use std::error::Error;
use std::fmt::Write;

#[derive(Debug, thiserror::Error)]
#[error("these environment variables are missing or empty: {}", .0.join(", "))]
pub struct Missing(Vec<&'static str>);

/// The values of all these variables, or the names of all that are missing.
pub fn required<const N: usize>(
    names: [&'static str; N],
) -> Result<[String; N], Missing> {
    let values = names.map(|name| optional(name).ok_or(name));
    let missing: Vec<_> = values
        .iter()
        .filter_map(|value| value.clone().err())
        .collect();
    if missing.is_empty() {
        Ok(values.map(Result::unwrap_or_default))
    } else {
        Err(Missing(missing))
    }
}

#[must_use]
pub fn optional(name: &str) -> Option<String> {
    env::var(name)
        .ok()
        .filter(|value| !value.is_empty())
}

/// An error with all its causes, in a line.
#[must_use]
pub fn explain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}
