//! Names within a sentence.

use std::fmt::Display;

/// Names as code, in a row.
pub(crate) fn quote_all<T: Display>(
    names: impl IntoIterator<Item = T>,
    between: &str,
) -> String {
    let quoted: Vec<String> = names
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect();

    quoted.join(between)
}
