//! Tables in CSV, with a line of names first.

use csv::{Position, ReaderBuilder, StringRecord};

use super::quotes::find_loose_quote;
use super::table::{
    MOST_COLUMNS, Table, TableRow, check_columns, refuse_more_columns,
};
use crate::config::interpolate::Referred;
use crate::config::node::Value;
use crate::config::private_keys::refuse_private_key;
use crate::config::problem::{Problem, ProblemId, Problems};
use crate::config::source::{Source, Sources, Span};
use crate::model::holds_private_key;

/// How many rows a table may have.
const MOST_ROWS: usize = 1_000_000;

pub(super) fn parse_csv(
    file: usize,
    sources: &Sources,
) -> Result<Table, Vec<Problem>> {
    let whole = Span::whole(file);
    let text = sources
        .get(whole)
        .map_or("", Source::text);
    if let Some(problem) = refuse_text(text, file) {
        return Err(vec![problem]);
    }
    let mut reader = ReaderBuilder::new()
        // A row that is too short or too long is told with all the others.
        .flexible(true)
        .from_reader(text.as_bytes());

    let headers = reader
        .headers()
        .map_err(|error| vec![explain_csv(&error, file)])?;
    let first_line = span_of_record(text, file, 0);
    if headers.len() > MOST_COLUMNS {
        return Err(vec![refuse_more_columns(first_line)]);
    }
    let columns: Vec<Box<str>> = headers.iter().map(Into::into).collect();
    let mut problems = check_columns(&columns, first_line);

    let mut rows = Vec::new();
    for record in reader.records() {
        if problems.len() >= Problems::MOST {
            break;
        }
        if rows.len() >= MOST_ROWS {
            let message = format!("a table has at most {MOST_ROWS} rows");
            problems.push(Problem::new(ProblemId::TooMany, whole, message));
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(explain_csv(&error, file));
                break;
            }
        };

        let start = record
            .position()
            .map_or(0, Position::byte);
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let span = span_of_record(text, file, start);
        if record.len() == columns.len() {
            rows.push(row_of(&record, span));
        } else {
            problems.push(refuse_length(record.len(), columns.len(), span));
        }
    }

    Table::finish(columns, rows, problems)
}

/// What no table can be read from.
fn refuse_text(text: &str, file: usize) -> Option<Problem> {
    let whole = Span::whole(file);
    if holds_private_key(text) {
        return Some(refuse_private_key(whole));
    }
    if !text.trim().is_empty() {
        return find_loose_quote(text, file);
    }

    // As of a configuration: with `prune`, all that was made of
    // its rows would be deleted.
    let message = "the table has nothing in it";
    let help = "a table without rows has a line with the names of its columns";
    let problem = Problem::new(ProblemId::Empty, whole, message);
    Some(problem.help(help))
}

fn row_of(record: &StringRecord, span: Span) -> TableRow {
    let cells = record.iter().map(|text| {
        let value = Value::Untyped(text.into());
        Some(Referred { value, span })
    });

    TableRow {
        span,
        cells: cells.collect(),
    }
}

/// The line where a record begins: what is quoted may go on in further ones.
fn span_of_record(text: &str, file: usize, start: usize) -> Span {
    let rest = text.get(start..).unwrap_or_default();
    // A reader tells where it stood, which is before the
    // line break of the row above.
    let record = rest.trim_start_matches(['\r', '\n']);
    let start = start + rest.len() - record.len();

    let line = record
        .lines()
        .next()
        .unwrap_or_default();
    Span::new(file, start..start + line.len())
}

fn explain_csv(error: &csv::Error, file: usize) -> Problem {
    let byte = error
        .position()
        .map_or(0, Position::byte);
    let start = usize::try_from(byte).unwrap_or_default();
    let span = Span::new(file, start..start);

    let message = format!("the table cannot be read: {error}");
    Problem::new(ProblemId::Syntax, span, message)
}

fn refuse_length(fields: usize, columns: usize, span: Span) -> Problem {
    let message =
        format!("the row has {fields} values, and there are {columns} columns");

    Problem::new(ProblemId::WrongType, span, message)
        .help("a value with a comma in it stands in quotes")
}
