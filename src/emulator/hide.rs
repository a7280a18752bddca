//! Words for the log without what must not be in it. Callers put things in the
//! wrong place: a secret for an audience, a token in a query; and refusals
//! repeat what they were sent.

use serde_json::Value;

use super::MANAGEMENT_CLIENT_SECRET;

/// Stands for what is not shown.
const HIDDEN: &str = "…";

/// What is in the names of fields and parameters whose value is never shown,
/// wherever they stand: small letters and digits alone, as names are folded to.
const SECRET_NAMES: [&str; 11] = [
    "secret",
    "password",
    "assertion",
    "privatekey",
    "accesskey",
    "masterkey",
    "apikey",
    "authtoken",
    "passwd",
    "accesstoken",
    "idtoken",
];

/// As long as the secrets that are made here, and longer
/// than anything that is an id.
const SECRET_LENGTH: usize = 64;

/// The text with each secret, token and assertion in it hidden.
pub(crate) fn hide_credentials(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;

    while let Some(first) = rest.chars().next() {
        let is_word = is_of_word(first);
        let end = rest
            .find(|letter| is_of_word(letter) != is_word)
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        let hides = is_word && is_secret(piece);
        shown.push_str(if hides { HIDDEN } else { piece });
        rest = after;

        if is_word
            && is_secret_name(piece)
            && let Some((sign, after)) = split_after_sign(rest)
        {
            let value = measure_value(after);
            shown.push_str(sign);
            shown.push_str(if value == 0 { "" } else { HIDDEN });
            rest = &after[value..];
        }
    }
    shown
}

/// What stands between a name and its value: `=` or `:`, with brackets and
/// quotation marks around it, each of which may be escaped. Nothing where no
/// value follows.
fn split_after_sign(text: &str) -> Option<(&str, &str)> {
    let closed = trim_start(text, &["[]", "%5B%5D", "%5b%5d", "%22", "\""]);
    let signs = ["=", ":", "%3D", "%3d", "%3A", "%3a"];
    let after = signs
        .iter()
        .find_map(|sign| closed.strip_prefix(sign))?;
    let after = trim_start(after, &["%22", "\""]);

    Some(text.split_at(text.len() - after.len()))
}

fn trim_start<'a>(text: &'a str, marks: &[&str]) -> &'a str {
    let mut rest = text;
    while let Some(trimmed) = marks
        .iter()
        .find_map(|mark| rest.strip_prefix(mark))
    {
        rest = trimmed;
    }
    rest
}

/// How long a value is: whatever it is made of, it ends where parameters and
/// quotations do.
fn measure_value(text: &str) -> usize {
    let ends = [
        text.find(ends_value),
        text.find("%22"),
        text.find("%26"),
    ];
    ends.into_iter()
        .flatten()
        .min()
        .unwrap_or(text.len())
}

/// A copy of what was sent or answered, without what is secret in it.
pub(crate) fn hide_in_value(value: &Value) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| {
                (
                    hide_credentials(name),
                    hide_in_field(name, value),
                )
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .map(hide_in_value)
            .collect(),
        Value::String(text) => hide_credentials(text).into(),
        plain => plain.clone(),
    }
}

fn hide_in_field(name: &str, value: &Value) -> Value {
    match value {
        // Of other types there is no secret: `can_create_token:
        // true` says what is allowed.
        Value::String(_) if is_secret_name(name) => HIDDEN.into(),
        Value::Array(items) if is_secret_name(name) => items
            .iter()
            .map(|item| hide_in_field(name, item))
            .collect(),
        other => hide_in_value(other),
    }
}

/// Whether a field or parameter of this name is secret, whatever is in it.
fn is_secret_name(name: &str) -> bool {
    let folded: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();

    // What these are in the names of is another matter: `p12` stands in no
    // other, `pass` in many.
    let is_short = matches!(folded.as_str(), "pass" | "p12");
    is_short
        || folded.ends_with("token")
        || SECRET_NAMES
            .iter()
            .any(|part| folded.contains(part))
}

fn ends_value(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '&' | '"' | '\'' | '`')
}

fn is_secret(word: &str) -> bool {
    // What `{"`, the beginning of a JWT's header, is in Base64.
    let is_jwt = word.starts_with("eyJ");
    // Part by part: a host name may be that long as a
    // whole, but no label of it.
    let is_long = word
        .split('.')
        .any(|part| part.len() >= SECRET_LENGTH);
    is_jwt || is_long || word == MANAGEMENT_CLIENT_SECRET
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

#[cfg(test)]
mod tests;
