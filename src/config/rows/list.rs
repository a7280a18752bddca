//! Tables in YAML or JSON: lists of maps, or of plain values.

use super::table::{
    MOST_COLUMNS, Table, TableRow, check_columns, refuse_more_columns,
};
use crate::config::interpolate::Referred;
use crate::config::node::{Node, Value};
use crate::config::problem::{Problem, ProblemId};
use crate::config::reading::read_document;
use crate::config::source::Sources;
use crate::config::variables::refuse_value;

/// What a row of plain values calls its only one.
const VALUE: &str = "value";

pub(super) fn parse_list(
    file: usize,
    sources: &Sources,
) -> Result<Table, Vec<Problem>> {
    let mut problems = Vec::new();
    let list = read_document(file, sources, &mut problems)?;

    if problems.is_empty() {
        table_of(&list)
    } else {
        Err(problems)
    }
}

/// The table that a list is: of maps, or of plain values.
pub(in crate::config) fn table_of(list: &Node) -> Result<Table, Vec<Problem>> {
    let Value::Sequence(items) = &list.value else {
        let message = "a table is a list of rows";
        let problem = Problem::new(ProblemId::WrongType, list.span, message);
        return Err(vec![problem]);
    };

    let mut columns: Vec<Box<str>> = Vec::new();
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for item in items {
        let mut cells = Vec::new();
        for (name, value) in values_of(item) {
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

    Table::finish(columns, rows, problems)
}

/// The values of a row, each with the name of its column.
fn values_of(item: &Node) -> Vec<(&str, &Node)> {
    match &item.value {
        Value::Mapping(entries) => entries
            .iter()
            .map(|entry| (&*entry.key, &entry.value))
            .collect(),
        _ => vec![(VALUE, item)],
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
