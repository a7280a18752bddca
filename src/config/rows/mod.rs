//! Tables: what templates are filled in with, row by row.

use std::collections::BTreeSet;
use std::path::Path;

use super::interpolate::Referred;
use super::node::{Node, Value};
use super::private_keys::refuse_private_key;
use super::problem::{Problem, ProblemId, Problems, quote};
use super::read::read_file;
use super::reading::read_document;
use super::reference::is_name;
use super::source::{Sources, Span};
use super::variables::refuse_value;
use crate::files::Tree;
use crate::model::{holds_private_key, safe_path};

/// The rows of a table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<Box<str>>,
    pub(super) rows: Vec<TableRow>,
}

/// A row, with a value for each column that it has one for.
#[derive(Debug)]
pub(super) struct TableRow {
    pub(super) span: Span,
    cells: Vec<Option<Referred>>,
}

impl TableRow {
    /// The value in a column, by its index.
    pub(super) fn cell(&self, column: usize) -> Option<&Referred> {
        self.cells.get(column)?.as_ref()
    }
}

/// What a row of plain values calls its only one.
const VALUE: &str = "value";

/// Reads the table that a file holds: CSV with a line of names first, or a list
/// of maps in YAML or JSON.
pub(super) fn read_table(
    tree: &Tree,
    path: &Path,
    sources: &mut Sources,
) -> Result<Table, Vec<Problem>> {
    let file =
        read_file(tree, path, sources).map_err(|problem| vec![problem])?;

    match path
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("csv") => parse_csv(file, sources),
        Some("yaml" | "json") => parse_list(file, sources),
        _ => {
            let name = safe_path(path);
            let message = format!(
                "{name} is no table: it ends in none of `.csv`, `.yaml`, \
                 `.json`"
            );
            Err(vec![Problem::new(
                ProblemId::UnknownValue,
                Span::whole(file),
                message,
            )])
        }
    }
}

fn parse_csv(file: usize, sources: &Sources) -> Result<Table, Vec<Problem>> {
    let whole = Span::whole(file);
    let text = sources
        .get(whole)
        .map_or("", |source| source.text());
    if holds_private_key(text) {
        return Err(vec![refuse_private_key(whole)]);
    }
    if text.trim().is_empty() {
        // As of a configuration: with `prune`, all that was made of its rows
        // would be deleted.
        let problem = Problem::new(
            ProblemId::Empty,
            whole,
            "the table has nothing in it",
        )
        .help("a table without rows has a line with the names of its columns");
        return Err(vec![problem]);
    }
    if let Some(problem) = find_loose_quote(text, file) {
        return Err(vec![problem]);
    }
    let mut reader = csv::ReaderBuilder::new()
        // A row that is too short or too long is told with all the others.
        .flexible(true)
        .from_reader(text.as_bytes());

    let headers = reader
        .headers()
        .map_err(|error| vec![explain_csv(&error, file)])?
        .clone();
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
        let start = record.position().map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let span = span_of_record(text, file, start);
        if record.len() != columns.len() {
            problems.push(refuse_length(record.len(), columns.len(), span));
            continue;
        }

        let cells = record.iter().map(|text| {
            let value = Value::Untyped(text.into());
            Some(Referred { value, span })
        });
        rows.push(TableRow {
            span,
            cells: cells.collect(),
        });
    }

    finish(columns, rows, problems)
}

/// How many columns and rows a table may have.
const MOST_COLUMNS: usize = 200;
const MOST_ROWS: usize = 1_000_000;

/// A quote that is not closed, or stands within a value without quotes. Readers
/// of CSV differ on what is meant, and one that is not closed takes the rows
/// behind it for a part of its value.
fn find_loose_quote(text: &str, file: usize) -> Option<Problem> {
    let mut rest = text;
    while !rest.is_empty() {
        let start = text.len() - rest.len();
        if let Some(quoted) = rest.strip_prefix('"') {
            let Some(end) = end_of_quoted(quoted) else {
                return Some(refuse_quote(
                    "the quote is never closed",
                    start,
                    file,
                ));
            };
            rest = quoted.get(end..).unwrap_or_default();
            if !rest.is_empty() && !rest.starts_with([',', '\r', '\n']) {
                return Some(refuse_quote(
                    "text stands behind the closing quote",
                    start,
                    file,
                ));
            }
        } else {
            let end = rest
                .find([',', '\r', '\n'])
                .unwrap_or(rest.len());
            let (value, behind) = rest.split_at(end);
            if let Some(quote) = value.find('"') {
                let message = "a quote stands within a value without quotes";
                return Some(refuse_quote(message, start + quote, file));
            }
            rest = behind;
        }
        rest = rest
            .strip_prefix([',', '\r', '\n'])
            .unwrap_or(rest);
    }
    None
}

/// Where a quoted value ends, behind its closing quote: two quotes in it are
/// one.
fn end_of_quoted(quoted: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let quote = from + quoted.get(from..)?.find('"')?;
        if !quoted.get(quote + 1..)?.starts_with('"') {
            return Some(quote + 1);
        }
        from = quote + 2;
    }
}

fn refuse_quote(message: &str, start: usize, file: usize) -> Problem {
    Problem::new(
        ProblemId::Syntax,
        Span::new(file, start..start + 1),
        message,
    )
    .help(
        "a value with a quote in it stands in quotes, and the quote in it is \
         written twice",
    )
}

/// The line where a record begins: what is quoted may go on in further ones.
fn span_of_record(text: &str, file: usize, start: usize) -> Span {
    let rest = text.get(start..).unwrap_or_default();
    // A reader tells where it stood, which is before the line break of the row
    // above.
    let skipped = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    let line = rest
        .trim_start_matches(['\r', '\n'])
        .lines()
        .next();
    let start = start + skipped;

    Span::new(file, start..start + line.map_or(0, str::len))
}

fn explain_csv(error: &csv::Error, file: usize) -> Problem {
    let byte = error.position().map_or(0, csv::Position::byte);
    let start = usize::try_from(byte).unwrap_or_default();
    let message = format!("the table cannot be read: {error}");

    Problem::new(
        ProblemId::Syntax,
        Span::new(file, start..start),
        message,
    )
}

fn refuse_length(fields: usize, columns: usize, span: Span) -> Problem {
    let message =
        format!("the row has {fields} values, and there are {columns} columns");

    Problem::new(ProblemId::WrongType, span, message)
        .help("a value with a comma in it stands in quotes")
}

fn refuse_more_columns(span: Span) -> Problem {
    let message = format!("a table has at most {MOST_COLUMNS} columns");

    Problem::new(ProblemId::TooMany, span, message)
}

fn check_columns(columns: &[Box<str>], line: Span) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();

    for column in columns {
        if !is_name(column) {
            let message = format!(
                "{} cannot be the name of a column",
                quote(column)
            );
            let is_one_of_many = columns.len() == 1
                && column.split([';', '\t', '|']).all(is_name);
            let help = if is_one_of_many {
                "a `,` stands between two columns, and between two values"
            } else {
                "a name consists of letters, digits, `_` and `-`, and begins \
                 with a letter or `_`"
            };
            problems.push(
                Problem::new(ProblemId::Malformed, line, message).help(help),
            );
        } else if !seen.insert(column) {
            let message =
                format!("the column {} is there twice", quote(column));
            problems.push(Problem::new(
                ProblemId::DuplicateKey,
                line,
                message,
            ));
        }
    }
    problems
}

fn parse_list(file: usize, sources: &Sources) -> Result<Table, Vec<Problem>> {
    let mut problems = Vec::new();
    let list = read_document(file, sources, &mut problems)?;

    if problems.is_empty() {
        table_of(&list)
    } else {
        Err(problems)
    }
}

/// The table that a list is: of maps, or of plain values.
pub(super) fn table_of(list: &Node) -> Result<Table, Vec<Problem>> {
    let Value::Sequence(items) = &list.value else {
        let message = "a table is a list of rows";
        return Err(vec![Problem::new(
            ProblemId::WrongType,
            list.span,
            message,
        )]);
    };

    let mut columns: Vec<Box<str>> = Vec::new();
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for item in items {
        let named: Vec<(&str, &Node)> = match &item.value {
            Value::Mapping(entries) => entries
                .iter()
                .map(|entry| (&*entry.key, &entry.value))
                .collect(),
            _ => vec![(VALUE, item)],
        };

        let mut cells = Vec::new();
        for (name, value) in named {
            problems.extend(refuse_value(value, value.span));
            let column = place_of(&mut columns, name);
            if column >= MOST_COLUMNS {
                problems.push(refuse_more_columns(item.span));
                return Err(problems);
            }
            cells.resize_with(cells.len().max(column + 1), || None);
            cells[column] = Some(Referred {
                value: value.value.clone(),
                span: value.span,
            });
        }
        rows.push(TableRow {
            span: item.span,
            cells,
        });
    }
    problems.extend(check_columns(&columns, list.span));

    finish(columns, rows, problems)
}

fn finish(
    columns: Vec<Box<str>>,
    rows: Vec<TableRow>,
    problems: Vec<Problem>,
) -> Result<Table, Vec<Problem>> {
    if problems.is_empty() {
        Ok(Table { columns, rows })
    } else {
        Err(problems)
    }
}

/// The index of a column, which is made if there is none.
fn place_of(columns: &mut Vec<Box<str>>, name: &str) -> usize {
    let place = columns
        .iter()
        .position(|column| **column == *name);

    place.unwrap_or_else(|| {
        columns.push(name.into());
        columns.len() - 1
    })
}
