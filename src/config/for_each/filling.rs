//! Templates are filled in: row by row, and added to the
//! sections that they are of.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use super::super::interpolate::Interpolation;
use super::super::named_file::{RELATIVE, find_path};
use super::super::node::{Entry, Node, Value};
use super::super::normalize::sort_entries;
use super::super::problem::{Problem, ProblemId};
use super::super::reference::has_references;
use super::super::row_scope::RowScope;
use super::super::rows::{Table, TableRow, read_table, table_of};
use super::super::source::{Row, RowIndex, Sources, Span};
use super::super::variables::Variables;
use super::bundle::{IN, SECTIONS, check_bundle, list_sections, name_of};
use crate::files::Tree;

/// How many values all templates may make: as many as one file may have.
const MOST_MADE: usize = 4_000_000;

/// Fills templates in.
pub(in crate::config) struct Filling<'a> {
    tree: &'a Tree,
    /// The folder of each file of the configuration, by its
    /// index among the sources.
    folders: &'a BTreeMap<usize, PathBuf>,
    variables: &'a Variables,
    sources: &'a mut Sources,
    problems: &'a mut Vec<Problem>,
    /// Files that were read on the way.
    files: &'a mut Vec<PathBuf>,
    /// The tables that were read: several bundles may be about one.
    tables: BTreeMap<PathBuf, Rc<Table>>,
    /// How many values were made so far.
    made: usize,
    /// Whether anything that should have been made was not, so that
    /// anybody may refer to it.
    pub(in crate::config) is_incomplete: bool,
}

impl<'a> Filling<'a> {
    pub(in crate::config) fn new(
        tree: &'a Tree,
        folders: &'a BTreeMap<usize, PathBuf>,
        variables: &'a Variables,
        sources: &'a mut Sources,
        problems: &'a mut Vec<Problem>,
        files: &'a mut Vec<PathBuf>,
    ) -> Self {
        Self {
            tree,
            folders,
            variables,
            sources,
            problems,
            files,
            tables: BTreeMap::new(),
            made: 0,
            is_incomplete: false,
        }
    }

    /// Makes what the bundles say, and adds it to the sections of the document.
    pub(in crate::config) fn fill(
        &mut self,
        bundles: Node,
        sections: &mut Vec<Entry>,
    ) {
        let Value::Sequence(bundles) = bundles.value else {
            let message = "`for_each` must be a list of bundles";
            let problem =
                Problem::new(ProblemId::WrongType, bundles.span, message);
            let help =
                "begin each bundle with a `-`, as in `- in: customers.csv`";
            self.report([problem.help(help)]);
            return;
        };

        for bundle in bundles {
            self.fill_bundle(&bundle, sections);
        }

        // Once for all rows: to make room for one after the other would take
        // the square of them.
        for section in sections {
            if let Value::Mapping(entries) = &mut section.value.value
                && SECTIONS.contains(&&*section.key)
            {
                sort_entries(entries, self.problems);
            }
        }
    }

    fn report(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.is_incomplete = true;
        self.problems.extend(problems);
    }

    fn fill_bundle(&mut self, bundle: &Node, sections: &mut Vec<Entry>) {
        let problems = check_bundle(bundle, self.sources);
        if !problems.is_empty() {
            self.report(problems);
            return;
        }
        let Some(table) = self.read_rows(bundle) else {
            return;
        };
        if !self.has_room(bundle, &table) {
            return;
        }

        let name = name_of(bundle);
        let rows = self.name_rows(name, &table);

        let scope = RowScope::of(name, &table, self.variables);
        let mut made =
            Interpolation::of(scope, &*self.sources, &mut *self.problems);
        let mut has_failed = false;
        for templates in list_sections(bundle) {
            let target = section_of(sections, templates);
            for (row, index) in table.rows.iter().zip(&rows) {
                made.scopes.turn_to(row);
                let mut objects = templates.value.clone();
                objects.map_spans(&|span| span.with_row(*index));
                made.visit(&mut objects, &templates.key);
                // What is of another kind is told where it stands.
                has_failed |= !append(target, objects);
            }
        }
        self.is_incomplete |= made.has_unknown_keys | has_failed;
    }

    /// Whether what a bundle makes is not too much. A row counts also where
    /// nothing is made of it: it is remembered.
    fn has_room(&mut self, bundle: &Node, table: &Table) -> bool {
        let values: usize = list_sections(bundle)
            .map(|section| count_values(&section.value))
            .sum();
        let made = values
            .max(1)
            .saturating_mul(table.rows.len());
        self.made = self.made.saturating_add(made);
        if self.made <= MOST_MADE {
            return true;
        }

        let message =
            format!("the templates make more than {MOST_MADE} values");
        let problem = Problem::new(ProblemId::TooLarge, bundle.span, message)
            .help("put some of the rows into a stack of their own");
        self.report([problem]);
        false
    }

    /// Takes the rows in, so that a problem can tell which it is about.
    fn name_rows(&mut self, name: &str, table: &Table) -> Vec<RowIndex> {
        let name: Arc<str> = name.into();
        let mut rows = Vec::with_capacity(table.rows.len());
        for (number, row) in (1..).zip(&table.rows) {
            let row = Row {
                name: Arc::clone(&name),
                number,
                span: row.span,
                references: self.references_of(row, table),
            };
            rows.push(self.sources.add_row(row));
        }
        rows
    }

    /// The values of a row that refer to variables: only where it is written in
    /// the configuration may any.
    fn references_of(
        &self,
        row: &TableRow,
        table: &Table,
    ) -> Box<[(Box<str>, Span)]> {
        if !self
            .folders
            .contains_key(&row.span.file())
        {
            return Box::default();
        }

        let columns = table.columns.iter().enumerate();
        let cells = columns.filter_map(|(place, column)| {
            Some((column, row.cell(place)?.span))
        });
        cells
            .filter(|(_, span)| has_references(self.sources.slice(*span)))
            .map(|(column, span)| (column.clone(), span))
            .collect()
    }

    /// The rows of a bundle: written in it, or in a file beside
    /// the one that it stands in.
    fn read_rows(&mut self, bundle: &Node) -> Option<Rc<Table>> {
        let mut rows = bundle.entry(IN)?.value.clone();
        let mut interpolation = Interpolation::of(
            self.variables,
            &*self.sources,
            &mut *self.problems,
        );
        interpolation.visit(&mut rows, IN);
        if rows.value == Value::Unknown || interpolation.has_unknown_keys {
            self.is_incomplete = true;
            return None;
        }

        let table = match rows.as_text() {
            None => table_of(&rows).map(Rc::new),
            Some(name) => self.read_file(name, rows.span),
        };
        table
            .map_err(|problems| self.report(problems))
            .ok()
    }

    fn read_file(
        &mut self,
        name: &str,
        span: Span,
    ) -> Result<Rc<Table>, Vec<Problem>> {
        let path = find_path(self.tree, self.folders, name, span)
            .map_err(|problem| vec![problem])?;
        if let Some(table) = self.tables.get(&path) {
            return Ok(Rc::clone(table));
        }

        self.files.push(path.clone());
        let table = read_table(self.tree, &path, self.sources);
        let table = table.map_err(|problems| name_at(span, problems))?;
        let table = Rc::new(table);
        self.tables
            .insert(path, Rc::clone(&table));
        Ok(table)
    }
}

/// Says of a table that cannot be read where it is named: nobody named it on
/// the command line.
fn name_at(span: Span, problems: Vec<Problem>) -> Vec<Problem> {
    let problems = problems
        .into_iter()
        .map(|problem| match problem.id {
            ProblemId::Unreadable => problem
                .related(span, "named here")
                .help(RELATIVE),
            _ => problem,
        });
    problems.collect()
}

/// The section that objects are added to.
fn section_of<'s>(
    sections: &'s mut Vec<Entry>,
    templates: &Entry,
) -> &'s mut Value {
    let empty = match templates.value.value {
        Value::Sequence(_) => Value::Sequence(Vec::new()),
        _ => Value::Mapping(Vec::new()),
    };
    let section = Entry::find_or_insert(
        sections,
        &templates.key,
        templates.key_span,
        empty,
    );

    &mut section.value.value
}

/// Adds objects to those of a section, if that holds such objects.
fn append(section: &mut Value, objects: Node) -> bool {
    match (section, objects.value) {
        (Value::Mapping(entries), Value::Mapping(more)) => entries.extend(more),
        (Value::Sequence(items), Value::Sequence(more)) => items.extend(more),
        _ => return false,
    }
    true
}

/// How many values there are in a value, itself counted.
fn count_values(node: &Node) -> usize {
    let inside: usize = match &node.value {
        Value::Sequence(items) => items.iter().map(count_values).sum(),
        Value::Mapping(entries) => entries
            .iter()
            .map(|entry| count_values(&entry.value))
            .sum(),
        _ => 0,
    };
    inside + 1
}
