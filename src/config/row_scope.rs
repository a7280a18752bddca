//! Rows: what the references of a template lead to, and how a problem tells
//! which row it is about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::interpolate::{Referred, Scopes, refuse_malformed, refuse_scope};
use super::node::Entry;
use super::problem::{Problem, ProblemId, quote, shorten};
use super::reference::{Piece, Reference, has_references, locate, split};
use super::rows::{Table, TableRow};
use super::source::{Row, Sources, Span};
use super::variables::Variables;
use crate::model::nearest;

/// What rows cannot be called: these mean something else, or may one day.
pub(super) const RESERVED: [&str; 4] =
    [Reference::VARIABLE, "env", "stack", "client"];

/// What the references of a template lead to: a value
/// of the row, or a variable.
pub(super) struct RowScope<'a> {
    name: &'a str,
    table: &'a Table,
    row: Option<&'a TableRow>,
    variables: &'a Variables,
    /// The places of references that lead nowhere, whatever
    /// the row: each is told once.
    refused: BTreeSet<Span>,
}

impl<'a> RowScope<'a> {
    pub(super) fn of(
        name: &'a str,
        table: &'a Table,
        variables: &'a Variables,
    ) -> Self {
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
            refuse_rows(reference, place, self.name)
        } else if let Some(column) = self.column(reference.name) {
            let cell = self
                .row
                .and_then(|row| row.cell(column))
                .cloned();
            // Only this row has no such value.
            return cell.ok_or_else(|| {
                Some(Box::new(refuse_missing(reference, span)))
            });
        } else {
            self.refuse_column(reference, place)
        };

        self.refused.insert(place);
        Err(Some(Box::new(problem)))
    }

    fn rows(&self) -> Option<&str> {
        Some(self.name)
    }
}

impl RowScope<'_> {
    fn column(&self, name: &str) -> Option<usize> {
        let mut columns = self.table.columns.iter();
        columns.position(|column| **column == *name)
    }

    fn refuse_column(&self, reference: Reference<'_>, span: Span) -> Problem {
        let known = self
            .table
            .columns
            .iter()
            .map(|column| &**column);
        let columns: Vec<String> = known.clone().map(quote).collect();
        let message = format!("no column is called {}", quote(reference.name));

        Problem::new(ProblemId::UnknownReference, span, message)
            .help(format!(
                "the columns are {}",
                columns.join(", ")
            ))
            .suggest(nearest(reference.name, known))
    }
}

/// A reference that leads neither to the row, which is
/// called so, nor to a variable.
fn refuse_rows(reference: Reference<'_>, span: Span, name: &str) -> Problem {
    let known = [name, Reference::VARIABLE];
    // What means something else is no other name of the row.
    let is_row = !RESERVED.contains(&reference.scope)
        && nearest(reference.scope, known).is_none_or(|near| near == name);
    let meant =
        is_row.then(|| format!("${{{name}.{}}}", shorten(reference.name)));

    refuse_scope(reference, span, &known).suggest(meant.as_deref())
}

/// What is wrong with the key of a template, of which each
/// row has to make another one.
pub(super) fn check_key(
    template: &Entry,
    name: &str,
    sources: &Sources,
) -> Option<Problem> {
    let pieces = split(&template.key);
    let tells_apart = |piece: &Piece<'_>| is_of_row(piece, name);
    if pieces.iter().any(tells_apart) {
        return None;
    }

    // Where a reference leads nowhere, it was to tell the rows apart.
    let place = |written| locate(sources, written, template.key_span);
    let wrong = pieces
        .into_iter()
        .find_map(|piece| match piece {
            Piece::Reference(reference)
                if reference.scope != Reference::VARIABLE =>
            {
                Some(refuse_rows(
                    reference,
                    place(reference.written),
                    name,
                ))
            }
            Piece::Malformed(written) => Some(refuse_malformed(
                written,
                place(written),
                Some(name),
            )),
            _ => None,
        });
    wrong.or_else(|| Some(refuse_fixed_key(template, name)))
}

fn is_of_row(piece: &Piece<'_>, name: &str) -> bool {
    match piece {
        Piece::Reference(reference) => reference.scope == name,
        _ => false,
    }
}

/// Of a key that is the same in each row, all but one would be too many.
fn refuse_fixed_key(template: &Entry, name: &str) -> Problem {
    let key = &*template.key;
    let message = format!(
        "every row would make the same key {}",
        quote(key)
    );
    let help = if !has_references(key) && key.contains(['$', '{']) {
        format!("a value of the row is written as in `${{{name}.id}}`")
    } else {
        let example = format!("{key}-${{{name}.id}}");
        format!(
            "put a value of the row into it, such as {}",
            quote(&example)
        )
    };

    Problem::new(
        ProblemId::DuplicateKey,
        template.key_span,
        message,
    )
    .help(help)
}

fn refuse_missing(reference: Reference<'_>, span: Span) -> Problem {
    let message = format!("the row has no {}", quote(reference.name));

    Problem::new(ProblemId::UnknownReference, span, message)
}

/// Tells once of what is wrong with a template in the same way for several of
/// its rows: of no row, where it is for all of them, for no row has anything to
/// do with it then.
pub(super) fn tell_templates_once(
    problems: &mut Vec<Problem>,
    sources: &Sources,
) {
    // Each bundle has a name of its own, though it may be
    // called as another one is.
    let bundle = |row: &Row| Arc::as_ptr(&row.name).cast::<u8>();
    let key = |problem: &Problem| {
        let row = sources.row_of(problem.span)?;
        let place = problem.span.without_row();
        let key = (
            bundle(row),
            place,
            problem.id,
            problem.message.clone(),
        );
        is_of_template(problem, sources).then_some(key)
    };
    let mut told = count_each(problems.iter().filter_map(key));
    // There may be very many, and mostly there is nothing to tell.
    let all = if told.is_empty() {
        BTreeMap::new()
    } else {
        count_each(sources.rows().iter().map(bundle))
    };

    problems.retain_mut(|problem| {
        let Some(key) = key(problem) else {
            return true;
        };
        let Some(count) = told.remove(&key) else {
            return false;
        };

        let (bundle, ..) = key;
        if all.get(&bundle) == Some(&count) {
            problem.span = problem.span.without_row();
        } else if count > 1 {
            let message = &problem.message;
            problem.message =
                format!("{message} (and in {} more rows)", count - 1);
        }
        true
    });
}

fn count_each<T: Ord>(all: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

/// Whether a problem is the same for whatever row: nothing of what it is about
/// comes from one, or what leads nowhere leads nowhere in each of them.
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
    let spans = std::iter::once(problem.span).chain(
        problem
            .related
            .iter()
            .map(|(span, _)| *span),
    );
    let rows: Vec<&Row> = spans
        .filter_map(|span| sources.row_of(span))
        .collect();
    let Some(first) = rows.first() else {
        return;
    };

    let places: Vec<(Span, String)> = rows
        .iter()
        .map(|row| {
            (
                row.span,
                format!("row {} of `{}`", row.number, row.name),
            )
        })
        .collect();

    // A template has one place for all of its rows, and
    // only these tell them apart.
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
