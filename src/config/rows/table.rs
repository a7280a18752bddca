//! The rows of a table, and what its columns may be.

use std::collections::BTreeSet;

use crate::config::interpolate::Referred;
use crate::config::problem::{Problem, ProblemId, quote};
use crate::config::reference::is_name;
use crate::config::source::Span;

/// How many columns a table may have.
pub(super) const MOST_COLUMNS: usize = 200;

/// The rows of a table.
#[derive(Debug)]
pub(in crate::config) struct Table {
    pub(in crate::config) columns: Vec<Box<str>>,
    pub(in crate::config) rows: Vec<TableRow>,
}

impl Table {
    /// The table, if nothing is wrong with it.
    pub(super) fn finish(
        columns: Vec<Box<str>>,
        rows: Vec<TableRow>,
        problems: Vec<Problem>,
    ) -> Result<Self, Vec<Problem>> {
        if problems.is_empty() {
            Ok(Self { columns, rows })
        } else {
            Err(problems)
        }
    }
}

/// A row, with a value for each column that it has one for.
#[derive(Debug)]
pub(in crate::config) struct TableRow {
    pub(in crate::config) span: Span,
    pub(super) cells: Vec<Option<Referred>>,
}

impl TableRow {
    /// The value in a column, by its index.
    pub(in crate::config) fn cell(&self, column: usize) -> Option<&Referred> {
        self.cells.get(column)?.as_ref()
    }
}

pub(super) fn check_columns(columns: &[Box<str>], line: Span) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();

    for column in columns {
        if !is_name(column) {
            problems.push(refuse_name(column, columns.len(), line));
        } else if !seen.insert(column) {
            let message =
                format!("the column {} is there twice", quote(column));
            let id = ProblemId::DuplicateKey;
            problems.push(Problem::new(id, line, message));
        }
    }
    problems
}

fn refuse_name(column: &str, count: usize, line: Span) -> Problem {
    let is_one_of_many = count == 1
        && column
            .split([';', '\t', '|'])
            .all(is_name);
    let help = if is_one_of_many {
        "a `,` stands between two columns, and between two values"
    } else {
        "a name consists of letters, digits, `_` and `-`, and begins with a \
         letter or `_`"
    };

    let message = format!(
        "{} cannot be the name of a column",
        quote(column)
    );
    Problem::new(ProblemId::Malformed, line, message).help(help)
}

pub(super) fn refuse_more_columns(span: Span) -> Problem {
    let message = format!("a table has at most {MOST_COLUMNS} columns");

    Problem::new(ProblemId::TooMany, span, message)
}
