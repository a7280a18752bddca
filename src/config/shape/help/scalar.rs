//! What to do where a text, a number, a boolean or a name is wanted.

use super::super::Form;
use crate::config::node::{Node, Value};
use crate::config::problem::quote;

/// What to do about what is no text: a scalar without quotes, or a map around a
/// text where the text alone is wanted.
pub(super) fn help_with_text(node: &Node, source: &str) -> Option<String> {
    match &node.value {
        Value::Bool(_) | Value::Integer(_) | Value::OtherNumber => {
            Some(format!("put it in quotes: `\"{source}\"`"))
        }
        Value::Mapping(_) => {
            let keys = ["value", "name", "description"];
            let entry = keys
                .iter()
                .find_map(|key| node.entry(key))?;
            let text = entry.value.as_text()?;
            Some(format!("write it alone: {}", quote(text)))
        }
        _ => None,
    }
}

/// A list around a name.
pub(super) fn help_with_name(
    names: &[String],
    node: &Node,
    key: &str,
) -> Option<String> {
    let item = node.items().first()?.as_text()?;
    let name = names
        .iter()
        .find(|known| **known == *item)?;

    Some(format!("write `{key}: {name}`"))
}

/// What other programs take for a boolean.
pub(super) fn help_with_boolean(form: &Form, node: &Node) -> Option<String> {
    let text = match &node.value {
        Value::Text(text) => text.to_lowercase(),
        Value::Integer(number) => number.to_string(),
        _ => return None,
    };
    let is_required = matches!(form, Form::True);

    let help = match &*text {
        // Of these alone, only the quotes may be wrong.
        "true" => "write `true`, without quotes",
        "false" if !is_required => "write `false`, without quotes",
        "yes" | "y" | "on" | "1" => "write `true`",
        "no" | "n" | "off" | "false" | "0" if is_required => "leave it out",
        "no" | "n" | "off" | "0" => "write `false`",
        _ if is_required => "write `true`, or leave it out",
        _ => "write `true` or `false`",
    };
    Some(help.to_owned())
}

/// A number with separators, leading zeros or a unit.
pub(super) fn help_with_number(text: &str, key: &str) -> Option<String> {
    let digits = text.replace(['_', ',', ' '], "");
    if let Ok(number) = digits.parse::<i64>() {
        return Some(format!(
            "write `{number}`, without quotes and in digits alone"
        ));
    }

    let unit = digits.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let number: i64 = digits
        .strip_suffix(unit)?
        .parse()
        .ok()?;
    let seconds = match unit {
        "s" | "sec" | "seconds" => 1,
        "m" | "min" | "minutes" => 60,
        "h" | "hours" => 60 * 60,
        "d" | "days" => 24 * 60 * 60,
        _ => return None,
    };
    if !key.contains("lifetime") {
        return None;
    }
    let number = number.checked_mul(seconds)?;
    Some(format!("it is in seconds: write `{number}`"))
}
