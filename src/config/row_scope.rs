//! Rows: what the references of a template lead to, and how a problem tells which row it is about.

use std::collections::BTreeSet;

use super::interpolate::{Referred, Scopes, refuse_scope};
use super::problem::{Problem, ProblemId, quote};
use super::reference::{Reference, has_references};
use super::rows::{Table, TableRow};
use super::source::{Row, Sources, Span};
use super::variables::Variables;
use crate::model::nearest;

/// What the references of a template lead to: a value of the row, or a variable.
pub(super) struct RowScope<'a> {
    name: &'a str,
    table: &'a Table,
    row: Option<&'a TableRow>,
    variables: &'a Variables,
    /// The places of references that lead nowhere, whatever the row: each is told once.
    refused: BTreeSet<Span>,
}

impl<'a> RowScope<'a> {
    pub(super) fn of(name: &'a str, table: &'a Table, variables: &'a Variables) -> Self {
        Self {
            name,
            table,
            row: None,
            variables,
            refused: BTreeSet::new(),
        }
    }

    /// Goes on to this row.
    pub(super) fn turn_to(&mut self, row: &'a TableRow) {
        self.row = Some(row);
    }
}

impl Scopes for RowScope<'_> {
    fn find(
        &mut self,
        reference: Reference<'_>,
        span: Span,
    ) -> Result<Referred, Option<Box<Problem>>> {
        // No row has anything to do with what is not there at all.
        let place = span.without_row();
        if self.refused.contains(&place) {
            return Err(None);
        }

        let problem = if reference.scope == Reference::VARIABLE {
            match self.variables.find(reference, place) {
                Ok(referred) => return Ok(referred),
                Err(problem) => problem,
            }
        } else if reference.scope != self.name {
            refuse_scope(reference, place, &[self.name, Reference::VARIABLE])
        } else if let Some(column) = self.column(reference.name) {
            let cell = self.row.and_then(|row| row.cell(column)).cloned();
            // Only this row has no such value.
            return cell.ok_or_else(|| Some(Box::new(refuse_missing(reference, span))));
        } else {
            self.refuse_column(reference, place)
        };

        self.refused.insert(place);
        Err(Some(Box::new(problem)))
    }
}

impl RowScope<'_> {
    fn column(&self, name: &str) -> Option<usize> {
        let mut columns = self.table.columns.iter();
        columns.position(|column| **column == *name)
    }

    fn refuse_column(&self, reference: Reference<'_>, span: Span) -> Problem {
        let known = self.table.columns.iter().map(|column| &**column);
        let columns: Vec<String> = known.clone().map(quote).collect();
        let message = format!("no column is called {}", quote(reference.name));

        Problem::new(ProblemId::UnknownReference, span, message)
            .help(format!("the columns are {}", columns.join(", ")))
            .suggest(nearest(reference.name, known))
    }
}

fn refuse_missing(reference: Reference<'_>, span: Span) -> Problem {
    let message = format!("the row has no {}", quote(reference.name));

    Problem::new(ProblemId::UnknownReference, span, message)
}

/// Tells of what is wrong in a template itself once, and of no row: no row has anything to do with it.
pub(super) fn tell_templates_once(problems: &mut Vec<Problem>, sources: &Sources) {
    let mut told = BTreeSet::new();

    problems.retain_mut(|problem| {
        if sources.row_of(problem.span).is_none() || !is_of_template(problem, sources) {
            return true;
        }
        problem.span = problem.span.without_row();
        told.insert((problem.span, problem.id, problem.message.clone()))
    });
}

/// Whether a problem is the same for whatever row: nothing of what it is about comes from one, or what leads nowhere
/// leads nowhere in each of them.
fn is_of_template(problem: &Problem, sources: &Sources) -> bool {
    let is_literal = !has_references(sources.slice(problem.span));

    (is_literal || problem.id == ProblemId::UnknownReference)
        && problem
            .related
            .iter()
            .all(|(span, _)| sources.row_of(*span).is_none())
}

/// Adds to a problem with what a template makes which row it makes it for.
pub(super) fn name_rows(problem: &mut Problem, sources: &Sources) {
    let spans = std::iter::once(problem.span).chain(problem.related.iter().map(|(span, _)| *span));
    let rows: Vec<&Row> = spans.filter_map(|span| sources.row_of(span)).collect();
    let Some(first) = rows.first() else {
        return;
    };

    let places: Vec<(Span, String)> = rows
        .iter()
        .map(|row| (row.span, format!("row {} of `{}`", row.number, row.name)))
        .collect();

    // A template has one place for all of its rows, and only these tell them apart.
    let place = problem.span.without_row();
    problem
        .related
        .retain(|(span, _)| span.without_row() != place);

    // The general advice is for one who writes the two names by hand.
    if problem.id == ProblemId::DuplicateName {
        let help = format!(
            "put what tells the rows apart into the name, such as `${{{}.id}}`",
            first.name
        );
        problem.help = Some(help.into());
    }
    problem.related.extend(places);
}
