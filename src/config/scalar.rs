//! Texts written down for a configuration.

use std::fmt::Write as _;

use super::reference::escape;
use crate::model::{Foreign, foreign};

/// A text as a scalar of a configuration: in double quotes, on one line.
/// It can end neither its line nor its scalar, speaks to no terminal,
/// and refers to no variable.
pub(crate) fn quote_scalar(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in foreign(&escape(text)) {
        match character {
            Foreign::Harmless(character @ ('"' | '\\')) => {
                quoted.extend(['\\', character]);
            }
            Foreign::Harmless(character) => quoted.push(character),
            Foreign::Harmful('\n') => quoted.push_str("\\n"),
            Foreign::Harmful('\t') => quoted.push_str("\\t"),
            // Writing to a text cannot fail.
            Foreign::Harmful(character) => {
                _ = write!(quoted, "\\U{:08X}", u32::from(character));
            }
        }
    }
    quoted.push('"');
    quoted
}
