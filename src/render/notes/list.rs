//! How a note lists what it is about.

use super::super::text::{WIDTH, capitalize, safe, words};
use crate::model::{Identifier, Key};
use crate::plan::Names;

/// A title with a line for each of these below it.
pub(super) fn list_under(
    title: &str,
    lines: impl Iterator<Item = String>,
) -> String {
    let lines: Vec<String> = lines.collect();

    format!("{title}\n    {}", lines.join("\n    "))
}

/// A list, and what is to be said below it.
pub(super) fn end_with(list: &str, end: &str) -> String {
    let end = words(end, WIDTH - 2).join("\n  ");

    format!("{list}\n  {end}")
}

/// What to do next, as a sentence.
pub(super) fn sentence(step: &str) -> String {
    format!("{}.", capitalize(step))
}

pub(super) fn show_client(key: &Key) -> String {
    format!("clients.{key}")
}

/// An API by its key, or by its identifier where it has none.
pub(super) fn show_api(identifier: &Identifier, names: &Names) -> String {
    let key = names.resource_servers.get(identifier);

    safe(key.map_or(identifier.as_str(), Key::as_str))
}

pub(super) fn show_server(identifier: &Identifier) -> String {
    format!("resource_servers.{}", safe(identifier.as_str()))
}

/// The scopes that a grant confers.
pub(super) fn show_scopes(scopes: Option<&[String]>) -> String {
    let Some(scopes) = scopes else {
        return "all scopes".to_owned();
    };
    if scopes.is_empty() {
        return "no scopes".to_owned();
    }

    let scopes: Vec<String> = scopes
        .iter()
        .map(|scope| safe(scope))
        .collect();
    scopes.join(", ")
}
