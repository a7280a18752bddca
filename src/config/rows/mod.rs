//! Tables: what templates are filled in with, row by row.
//!
//! `csv` reads tables of lines (`quotes` refuses what readers of them
//! take for different things) and `list` those in YAML and JSON; a
//! `table` is what both come to.

mod csv;
mod list;
mod quotes;
mod table;

use std::path::Path;

use self::csv::parse_csv;
use list::parse_list;
pub(super) use list::table_of;
pub(super) use table::{Table, TableRow};

use super::problem::{Problem, ProblemId};
use super::read::read_file;
use super::source::{Sources, Span};
use crate::files::Tree;
use crate::model::safe_path;

/// Reads the table that a file holds: CSV with a line of names first, or a list
/// of maps in YAML or JSON.
pub(super) fn read_table(
    tree: &Tree,
    path: &Path,
    sources: &mut Sources,
) -> Result<Table, Vec<Problem>> {
    let file =
        read_file(tree, path, sources).map_err(|problem| vec![problem])?;

    let ending = path
        .extension()
        .and_then(|ending| ending.to_str());
    match ending {
        Some("csv") => parse_csv(file, sources),
        Some("yaml" | "json") => parse_list(file, sources),
        _ => Err(vec![refuse_file(path, file)]),
    }
}

fn refuse_file(path: &Path, file: usize) -> Problem {
    let name = safe_path(path);
    let message = format!(
        "{name} is no table: it ends in none of `.csv`, `.yaml`, `.json`"
    );

    Problem::new(
        ProblemId::UnknownValue,
        Span::whole(file),
        message,
    )
}
