//! Where the values of a configuration come from: which file, which line, and
//! what of it is said outside of what holds for all.

use super::node::{Node, Value};
use super::reference::{Piece, Reference, split};
use super::source::{Sources, Span};
use super::written::Written;
use super::yaml;
use crate::model::EnvironmentName;

/// A value, and where it comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The names that lead to it, joined by dots; an item of a list has its
    /// number, from 0.
    pub path: String,
    /// The value, as YAML.
    pub value: String,
    /// Where it is written, or the template of it.
    pub place: OriginPlace,
    /// What it was put together from, and where each of these is written.
    pub parts: Vec<(String, OriginPlace)>,
}

/// Where something is written.
#[derive(Debug, Clone)]
pub struct OriginPlace {
    /// There.
    pub span: Span,
    /// The environment that says it, if it is not said for all.
    pub environment: Option<EnvironmentName>,
}

impl Written {
    /// Where each of its values comes from, in the order of their names.
    #[must_use]
    pub fn origins(&self, sources: &Sources) -> Vec<Origin> {
        let mut collecting = Collecting {
            written: self,
            sources,
            found: Vec::new(),
        };

        collecting.visit(&self.canonical(), "");
        collecting.found
    }
}

struct Collecting<'a> {
    written: &'a Written,
    sources: &'a Sources,
    found: Vec<Origin>,
}

impl Collecting<'_> {
    fn visit(&mut self, node: &Node, path: &str) {
        match &node.value {
            Value::Mapping(entries) if !entries.is_empty() => {
                for entry in entries {
                    let path = match path {
                        "" => entry.key.to_string(),
                        path => format!("{path}.{}", entry.key),
                    };
                    self.visit(&entry.value, &path);
                }
            }
            // A set of words is one thing to whoever reads it.
            Value::Sequence(items) if items.iter().any(is_collection) => {
                for (place, item) in items.iter().enumerate() {
                    self.visit(item, &format!("{path}[{place}]"));
                }
            }
            _ => self.add(node, path),
        }
    }

    fn add(&mut self, node: &Node, path: &str) {
        let place = match &node.value {
            Value::Sequence(items) => items
                .first()
                .map_or(node.span, |first| first.span),
            _ => node.span,
        };

        self.found.push(Origin {
            path: path.to_owned(),
            value: shown(node),
            place: self.place_of(place),
            parts: match &node.value {
                Value::Sequence(items) => self.parts_of_all(items),
                _ => self.parts_of(place),
            },
        });
    }

    fn place_of(&self, span: Span) -> OriginPlace {
        let environment = self.written.loaded.environment.as_ref();
        let environment = environment.filter(|_| span.is_of_environment());

        OriginPlace {
            span,
            environment: environment.cloned(),
        }
    }

    /// What the templates of a list were filled in with, each part once.
    fn parts_of_all(&self, items: &[Node]) -> Vec<(String, OriginPlace)> {
        let mut parts: Vec<(String, OriginPlace)> = Vec::new();
        for part in items
            .iter()
            .flat_map(|item| self.parts_of(item.span))
        {
            if parts
                .iter()
                .all(|(what, _)| *what != part.0)
            {
                parts.push(part);
            }
        }
        parts
    }

    /// What a template was filled in with.
    fn parts_of(&self, place: Span) -> Vec<(String, OriginPlace)> {
        let row = self.sources.row_of(place);
        let named = row.map(|row| {
            let what = format!("row {} of {}", row.number, row.name);
            (what, self.place_of(row.span))
        });
        // Most values have no other part, and there may be very many.
        let mut parts: Vec<_> = named.into_iter().collect();

        for reference in references(self.sources.slice(place)) {
            match row {
                Some(row) if *reference.scope == *row.name => {
                    let mut cells = row.references.iter();
                    if let Some((_, cell)) =
                        cells.find(|(column, _)| **column == *reference.name)
                    {
                        self.add_variables(*cell, &mut parts);
                    }
                }
                _ => self.add_variable(reference, &mut parts),
            }
        }
        parts
    }

    /// The variables that are referred to in a place.
    fn add_variables(
        &self,
        place: Span,
        parts: &mut Vec<(String, OriginPlace)>,
    ) {
        for reference in references(self.sources.slice(place)) {
            self.add_variable(reference, parts);
        }
    }

    /// A variable and those that it refers to, each once.
    fn add_variable(
        &self,
        reference: Reference<'_>,
        parts: &mut Vec<(String, OriginPlace)>,
    ) {
        let variables = &self.written.variables;
        let what = format!("var.{}", reference.name);
        let is_known = parts
            .iter()
            .any(|(known, _)| *known == what);
        if reference.scope != Reference::VARIABLE || is_known {
            return;
        }
        let Some(span) = variables.place_of(reference.name) else {
            return;
        };

        parts.push((what, self.place_of(span)));
        if variables.is_declared(reference.name) {
            self.add_variables(span, parts);
        }
    }
}

/// What a text refers to.
fn references(text: &str) -> impl Iterator<Item = Reference<'_>> {
    split(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Reference(reference) => Some(reference),
            Piece::Text(_) | Piece::Malformed(_) => None,
        })
}

fn is_collection(node: &Node) -> bool {
    matches!(
        node.value,
        Value::Mapping(_) | Value::Sequence(_)
    )
}

/// A value in one line.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Mapping(_) => "{}".to_owned(),
        Value::Text(text) => {
            let written = write_out(node);
            if written.contains('\n') {
                first_line_of(text)
            } else {
                written
            }
        }
        _ => write_out(node),
    }
}

fn write_out(node: &Node) -> String {
    let text = yaml::write(node).unwrap_or_default();

    text.trim_end().to_owned()
}

/// A text that YAML folds, or writes line by line: the first of its own lines.
fn first_line_of(text: &str) -> String {
    match text.split_once('\n') {
        Some((first, _)) => format!("{first} …"),
        None => text.to_owned(),
    }
}
