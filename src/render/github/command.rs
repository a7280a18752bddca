//! A workflow command: what is said, how bad it is, and where.

use super::super::document::{PlaceView, ProblemLevel};
use super::super::text::safe;

/// How bad what is said is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Level {
    Error,
    Warning,
    Notice,
}

impl From<ProblemLevel> for Level {
    fn from(level: ProblemLevel) -> Self {
        match level {
            ProblemLevel::Error => Self::Error,
            ProblemLevel::Warning => Self::Warning,
        }
    }
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// A command about the whole run.
pub(super) fn titled(level: Level, title: &str, message: &str) -> String {
    command(level, &[("title", title)], message)
}

/// A command about a place in a file.
pub(super) fn at(
    place: &PlaceView,
    level: Level,
    title: &str,
    message: &str,
) -> String {
    let numbers = [
        ("line", place.line),
        ("endLine", place.end_line),
        ("col", place.column),
        ("endColumn", place.end_column),
    ];
    let numbers: Vec<(&str, String)> = numbers
        .into_iter()
        .filter_map(|(name, number)| Some((name, number?.to_string())))
        .collect();

    let mut properties = vec![("file", place.file.as_str())];
    for (name, number) in &numbers {
        properties.push((name, number));
    }
    properties.push(("title", title));
    command(level, &properties, message)
}

/// One command on a line of its own. What would end it, or begin another, is
/// written by number.
fn command(level: Level, properties: &[(&str, &str)], message: &str) -> String {
    let word = level.word();
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped_property(value)))
        .collect();
    let properties = properties.join(",");
    let message = escaped(message);

    format!("::{word} {properties}::{message}\n")
}

fn escaped(text: &str) -> String {
    // The percent sign first, or it would spoil the
    // numbers that are written below.
    let text = text.replace('%', "%25");
    // Line by line: a line break is meant, and as a character `safe` would
    // write it by number.
    let lines: Vec<String> = text.split('\n').map(safe).collect();

    lines.join("%0A")
}

fn escaped_property(text: &str) -> String {
    // These two end a property; in a message they are text.
    escaped(text)
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_a_command_of_its_own() {
        let said = "50%\n::set-output name=x::y\r\n##[error]z";
        assert_eq!(
            titled(Level::Error, "a,b:c", said),
            "::error title=a%2Cb%3Ac::50%25%0A\\u{3a}:set-output \
             name=x::y\\r%0A\\u{23}#[error]z\n"
        );
    }
}
