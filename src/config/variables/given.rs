//! Variables that are given from outside.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::inputs::{GivenValues, Inputs, Use};
use super::super::node::{Entry, Node, Value};
use super::super::private_keys::find_private_keys;
use super::super::problem::{Problem, ProblemId, quote};
use super::super::read::read_file;
use super::super::reading::read_document;
use super::super::source::{Sources, Span};
use super::problems::refuse_value;
use crate::files::{Reach, Tree};
use crate::model::VariableName;

/// What was given from outside, taken in.
#[derive(Debug, Default)]
pub(in crate::config) struct Given {
    entries: Vec<Entry>,
    /// What may be there for others.
    optional: BTreeMap<Box<str>, Use>,
}

impl Given {
    /// What was given, each with whether anything has to refer to it.
    pub(in crate::config) fn entries(
        &self,
    ) -> impl Iterator<Item = (&Entry, Use)> {
        self.entries.iter().map(|entry| {
            let optional = self.optional.get(&entry.key).copied();
            (entry, optional.unwrap_or(Use::Expected))
        })
    }

    /// Takes in what was given from outside, in order.
    pub(in crate::config) fn read(
        inputs: &Inputs,
        tree: &Tree,
        sources: &mut Sources,
        files: &mut Vec<PathBuf>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut taken = Self::default();
        for given in &inputs.variables {
            let entries = match &given.values {
                GivenValues::Text {
                    origin,
                    name,
                    text,
                } => Ok(vec![entry_of(origin, name, text, sources)]),
                GivenValues::File(path) => {
                    files.push(path.clone());
                    read_variables(tree, path, sources)
                }
            };
            match entries {
                Ok(entries) => taken.add(entries, given.expected, problems),
                Err(more) => problems.extend(more),
            }
        }
        taken
    }

    fn add(
        &mut self,
        entries: Vec<Entry>,
        expected: Use,
        problems: &mut Vec<Problem>,
    ) {
        for entry in entries {
            // Whatever else is wrong with a value would be shown with it.
            let private_keys = find_private_keys(&entry.value);
            if !private_keys.is_empty() {
                problems.extend(private_keys);
                continue;
            }

            if expected != Use::Expected {
                let name = entry.key.clone();
                self.optional.insert(name, expected);
            }
            self.entries.push(entry);
        }
    }
}

/// A variable that was given as a text: it has a source of its own, for a
/// problem to show.
fn entry_of(
    origin: &str,
    name: &VariableName,
    text: &str,
    sources: &mut Sources,
) -> Entry {
    let written = format!("{name}={text}");
    let start = name.as_str().len();
    let end = written.len();
    let file = sources.add(origin.to_owned(), written);

    Entry {
        key: name.as_str().into(),
        key_span: Span::new(file, 0..start),
        value: Node {
            span: Span::new(file, start + 1..end),
            value: Value::Untyped(text.into()),
        },
    }
}

/// The variables of a file. In a revision it is what it was then, and gave
/// nothing where it was not there: with its present values, no change of them
/// would ever be found. Only a file of another place is what it is now.
fn read_variables(
    tree: &Tree,
    path: &Path,
    sources: &mut Sources,
) -> Result<Vec<Entry>, Vec<Problem>> {
    let tree = match tree.reach(path) {
        Reach::Here => tree,
        Reach::NotYet => return Ok(Vec::new()),
        Reach::Elsewhere => &Tree::Disk,
    };

    let file =
        read_file(tree, path, sources).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let document = read_document(file, sources, &mut problems)?;
    let Value::Mapping(entries) = document.value else {
        let message = "a file of variables is a map of names to values";
        let whole = Span::whole(file);
        let problem = Problem::new(ProblemId::WrongType, whole, message);
        return Err(vec![problem]);
    };
    for entry in &entries {
        problems.extend(refuse_name(entry));
        problems.extend(refuse_value(&entry.value, entry.key_span));
    }

    if problems.is_empty() {
        Ok(entries)
    } else {
        Err(problems)
    }
}

fn refuse_name(entry: &Entry) -> Option<Problem> {
    let error = entry
        .key
        .parse::<VariableName>()
        .err()?;
    let message = format!(
        "{} cannot be the name of a variable",
        quote(&entry.key)
    );

    let span = entry.key_span;
    let problem = Problem::new(ProblemId::Malformed, span, message);
    Some(problem.help(error.to_string()))
}
