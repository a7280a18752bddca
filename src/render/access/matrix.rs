//! Clients beside APIs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::render::document::{ExtentView, PermissionView};
use crate::render::markdown::cell;
use crate::render::style::{STRONG, styled};
use crate::render::text::{length, safe};

/// Clients beside APIs, and how many scopes where they meet.
pub(super) struct Matrix<'a> {
    servers: Vec<&'a String>,
    rows: BTreeMap<&'a String, Vec<String>>,
}

pub(super) fn matrix(permissions: &[PermissionView]) -> Matrix<'_> {
    let servers: BTreeSet<&String> = permissions
        .iter()
        .map(|row| &row.resource_server)
        .collect();
    let servers: Vec<&String> = servers.into_iter().collect();

    let mut by_client: BTreeMap<
        &String,
        BTreeMap<&String, Vec<&PermissionView>>,
    > = BTreeMap::new();
    for row in permissions {
        let of_client = by_client
            .entry(&row.client_name)
            .or_default();
        of_client
            .entry(&row.resource_server)
            .or_default()
            .push(row);
    }
    let rows = by_client
        .into_iter()
        .map(|(client, by_server)| {
            let cells =
                servers
                    .iter()
                    .map(|server| match by_server.get(*server) {
                        None => String::new(),
                        Some(rows) => count_scopes(rows),
                    });
            (client, cells.collect())
        });

    Matrix {
        rows: rows.collect(),
        servers,
    }
}

/// How many scopes there are in these, each once.
fn count_scopes(rows: &[&PermissionView]) -> String {
    // No number: which scopes these are was not to be seen.
    if rows
        .iter()
        .any(|row| row.extent == ExtentView::Every)
    {
        return "every".to_owned();
    }
    // A client may hold one scope for itself and for users, and for several
    // organizations.
    let scopes: BTreeSet<&String> = rows
        .iter()
        .filter_map(|row| row.scope.as_ref())
        .collect();
    scopes.len().to_string()
}

impl Matrix<'_> {
    /// One column an API, of the width that it needs.
    pub(super) fn as_text(&self) -> String {
        let first = self
            .rows
            .keys()
            .map(|client| length(&safe(client)));
        let first = first.max().unwrap_or_default();
        let titles: Vec<String> = self
            .servers
            .iter()
            .map(|server| safe(server))
            .collect();
        let widths: Vec<usize> = titles
            .iter()
            .enumerate()
            .map(|(column, title)| self.width_of(column).max(length(title)))
            .collect();

        let mut out = " ".repeat(first);
        let mut gap = 2;
        for (title, width) in titles.iter().zip(&widths) {
            // Before a title, not behind it: nothing hangs
            // over the end of the line.
            let _ = write!(
                out,
                "{}{}",
                " ".repeat(gap),
                styled(STRONG, title)
            );
            gap = 2 + width - length(title);
        }
        out.push('\n');
        for (client, cells) in &self.rows {
            let client = safe(client);
            let padding = " ".repeat(first - length(&client));
            let _ = write!(out, "{client}{padding}");
            for (cell, width) in cells.iter().zip(&widths) {
                let _ = write!(out, "  {cell:width$}");
            }
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
        }
        out
    }

    /// How long the longest cell of a column is.
    fn width_of(&self, column: usize) -> usize {
        let cells = self
            .rows
            .values()
            .filter_map(|cells| cells.get(column));

        cells
            .map(|cell| length(cell))
            .max()
            .unwrap_or_default()
    }

    pub(super) fn as_markdown(&self) -> String {
        let titles: Vec<String> = self
            .servers
            .iter()
            .map(|server| cell(server))
            .collect();
        let mut out = format!("| | {} |\n", titles.join(" | "));
        let _ = writeln!(out, "|---|{}", "---|".repeat(titles.len()));
        for (client, cells) in &self.rows {
            let _ = writeln!(
                out,
                "| {} | {} |",
                cell(client),
                cells.join(" | ")
            );
        }
        out
    }
}
