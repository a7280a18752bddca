//! Who can call what, for people and for tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::document::{ExtentView, PermissionView};
use super::layout::Width;
use super::markdown::{cell, sentences_gained, sentences_lost};
use super::style::{CREATED, QUIET, REMOVED, STRONG, styled};
use super::text::{safe, wrapped};
use crate::model::SubjectType;

mod matrix;

use matrix::matrix;

/// What the rows are gathered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// What each client can call.
    Client,
    /// Who can call each API.
    ResourceServer,
    /// Clients beside APIs.
    Matrix,
}

/// Every permission, for people.
#[must_use]
pub fn access(
    permissions: &[PermissionView],
    by: GroupBy,
    width: Width,
) -> String {
    if permissions.is_empty() {
        return "Nobody can get a token.\n".to_owned();
    }
    match by {
        GroupBy::Client => grouped(
            permissions,
            |row| &row.client_name,
            |row| &row.resource_server,
            width,
        ),
        GroupBy::ResourceServer => grouped(
            permissions,
            |row| &row.resource_server,
            |row| &row.client_name,
            width,
        ),
        GroupBy::Matrix => matrix(permissions).as_text(),
    }
}

/// What is gained and lost, for people.
#[must_use]
pub fn access_change(
    gained: &[PermissionView],
    lost: &[PermissionView],
) -> String {
    if gained.is_empty() && lost.is_empty() {
        return "No access is gained or lost.\n".to_owned();
    }

    let mut out = String::new();
    for (sign, style, permissions) in
        [("+", CREATED, gained), ("-", REMOVED, lost)]
    {
        for permission in permissions {
            let row = format!(
                "{} on {}: {}{}",
                safe(&permission.client_name),
                safe(&permission.resource_server),
                scope(permission),
                circumstances(permission)
            );
            let _ = writeln!(
                out,
                "{}",
                styled(style, format!("{sign} {row}"))
            );
        }
    }
    out
}

/// Every permission as a table of Markdown.
#[must_use]
pub fn access_markdown(permissions: &[PermissionView], by: GroupBy) -> String {
    if by == GroupBy::Matrix {
        return matrix(permissions).as_markdown();
    }

    let mut rows: Vec<&PermissionView> = permissions.iter().collect();
    if by == GroupBy::ResourceServer {
        rows.sort_by_key(|row| (&row.resource_server, &row.client_name));
    }
    let mut out = "| Client | API | Scope | Organization | Subject \
                   |\n|---|---|---|---|---|\n"
        .to_owned();
    for row in rows {
        let organization = row
            .organization
            .as_deref()
            .map(cell)
            .unwrap_or_default();
        let scope = match row.extent {
            // Not as code, which names of scopes are: an API may call one of
            // its own so.
            ExtentView::Every => "every scope".to_owned(),
            ExtentView::None | ExtentView::Named => row
                .scope
                .as_deref()
                .map(cell)
                .unwrap_or_default(),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {scope} | {organization} | {} |",
            cell(&row.client_name),
            cell(&row.resource_server),
            subject(row.subject_type),
        );
    }
    out
}

/// What is gained and lost, as lists of Markdown.
#[must_use]
pub fn access_change_markdown(
    gained: &[PermissionView],
    lost: &[PermissionView],
) -> String {
    if gained.is_empty() && lost.is_empty() {
        return "No access is gained or lost.\n".to_owned();
    }

    let sentences = sentences_gained(gained).chain(sentences_lost(lost));
    sentences.collect()
}

/// Every permission as rows of a table, after RFC 4180.
#[must_use]
pub fn access_csv<'a, P>(permissions: P, has_change: bool) -> String
where
    P: IntoIterator<Item = (Option<&'a str>, &'a PermissionView)>,
{
    let change = if has_change { "change," } else { "" };
    let mut out = format!(
        "{change}client,resource_server,audience,extent,scope,organization,\
         subject_type\r\n"
    );
    for (change, row) in permissions {
        let fields = [
            Some(row.client_name.as_str()),
            Some(row.resource_server.as_str()),
            row.audience.as_deref(),
            // Beside the scope, and not as a word in its place: an API may call
            // a scope of its own `every`.
            Some(extent(row.extent)),
            row.scope.as_deref(),
            row.organization.as_deref(),
            Some(subject(row.subject_type)),
        ];
        let fields = fields.map(|field| csv_field(field.unwrap_or_default()));
        let change = change
            .map(|change| format!("{change},"))
            .unwrap_or_default();
        let _ = write!(out, "{change}{}\r\n", fields.join(","));
    }
    out
}

/// A field that a spreadsheet would take for a formula begins with an
/// apostrophe, which it does not show.
fn csv_field(text: &str) -> String {
    // Made safe first: spreadsheets take what begins with a tab or a carriage
    // return for one, too.
    let text = safe(text);
    let text = if text.starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text
    };
    let needs_quotes = text.contains([',', '"', '\r', '\n']);
    if needs_quotes {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Permissions below a title each, one line for each thing beside it.
fn grouped(
    permissions: &[PermissionView],
    title_of: fn(&PermissionView) -> &String,
    beside: fn(&PermissionView) -> &String,
    width: Width,
) -> String {
    let mut groups: BTreeMap<
        &String,
        BTreeMap<(&String, String), Vec<String>>,
    > = BTreeMap::new();
    for permission in permissions {
        // What holds for one organization must not stand beside
        // what holds for another.
        let line = (beside(permission), circumstances(permission));
        let lines = groups
            .entry(title_of(permission))
            .or_default();
        lines
            .entry(line)
            .or_default()
            .push(scope(permission));
    }

    let mut out = String::new();
    for (title, lines) in groups {
        let _ = writeln!(out, "{}", styled(STRONG, safe(title)));
        let names = lines
            .keys()
            .map(|(name, _)| safe(name).chars().count());
        // One long name must not push the scopes of all others off the page.
        let widest = names
            .max()
            .unwrap_or_default()
            .min(width.columns() / 2);
        for ((name, circumstances), scopes) in lines {
            let name = safe(name);
            let padding =
                " ".repeat(widest.saturating_sub(name.chars().count()));
            let scopes = wrapped(&scopes, widest + 4, width);
            let circumstances = styled(QUIET, circumstances);
            let _ = writeln!(
                out,
                "  {name}{padding}  {scopes}{circumstances}"
            );
        }
    }
    out
}

fn scope(permission: &PermissionView) -> String {
    match permission.extent {
        ExtentView::None => "(no scope)".to_owned(),
        ExtentView::Every => "(every scope)".to_owned(),
        ExtentView::Named => safe(
            permission
                .scope
                .as_deref()
                .unwrap_or_default(),
        ),
    }
}

/// For which organization, and for whom.
fn circumstances(permission: &PermissionView) -> String {
    let organization = match permission.organization.as_deref() {
        None => String::new(),
        Some("*") => " (any organization)".to_owned(),
        Some("?") => " (organizations not looked at)".to_owned(),
        Some(id) => format!(" (organization {})", safe(id)),
    };
    let subject = match permission.subject_type {
        SubjectType::Client => "",
        SubjectType::User => " (for users)",
    };

    format!("{organization}{subject}")
}

fn extent(extent: ExtentView) -> &'static str {
    match extent {
        ExtentView::None => "none",
        ExtentView::Named => "named",
        ExtentView::Every => "every",
    }
}

fn subject(subject_type: SubjectType) -> &'static str {
    match subject_type {
        SubjectType::Client => "client",
        SubjectType::User => "user",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn permission(client: &str, server: &str, extent: &str) -> PermissionView {
        let permission = json!({
            "client": { "named_by": "key", "value": client }, "client_name": client, "resource_server": server,
            "extent": extent, "scope": "read", "subject_type": "client",
        });
        serde_json::from_value(permission).unwrap()
    }

    #[test]
    fn a_cell_that_is_longer_than_its_title_shifts_nothing() {
        let permissions = [
            permission("courier", "api", "every"),
            permission("courier", "maps", "named"),
            permission("pilot", "maps", "named"),
        ];

        let text = access(&permissions, GroupBy::Matrix, Width::UNKNOWN);
        let text = anstream::adapter::strip_str(&text).to_string();
        let expected =
            "         api    maps\ncourier  every  1\npilot           1\n";
        assert_eq!(text, expected);
    }
}
