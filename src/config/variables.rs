//! Variables: which there are, and what each of them is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::inputs::{GivenValues, GivenVariables, Inputs, Use};
use super::interpolate::{Interpolation, Referred, Scopes, refuse_scope};
use super::node::{Entry, Node, Value};
use super::private_keys::find_private_keys;
use super::problem::{Problem, ProblemId, quote};
use super::read::read_file;
use super::reading::read_document;
use super::reference::{Piece, Reference, has_references, split};
use super::source::{Sources, Span};
use crate::files::{Reach, Tree};
use crate::model::{VariableName, nearest};

/// The variables of a configuration, by name.
#[derive(Debug, Default)]
pub(super) struct Variables(BTreeMap<Box<str>, Variable>);

/// A variable with its value.
#[derive(Debug)]
struct Variable {
    referred: Referred,
    kind: Kind,
}

/// A variable as it was said, before anything is replaced in it.
struct Said<'a> {
    key_span: Span,
    value: &'a Node,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// In the configuration: it may refer to others.
    Declared,
    /// From outside: its text is what it is.
    Given,
}

/// What was given from outside, taken in.
#[derive(Debug, Default)]
pub(super) struct Given {
    entries: Vec<Entry>,
    /// What may be there for others.
    optional: BTreeMap<Box<str>, Use>,
}

impl Given {
    /// What was given, each with whether anything has to refer to it.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Entry, Use)> {
        self.entries.iter().map(|entry| {
            let optional = self.optional.get(&entry.key).copied();
            (entry, optional.unwrap_or(Use::Expected))
        })
    }

    /// Takes in what was given from outside, in order.
    pub(super) fn read(
        inputs: &Inputs,
        tree: &Tree,
        sources: &mut Sources,
        files: &mut Vec<PathBuf>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut taken = Self::default();
        for GivenVariables {
            expected,
            values,
        } in &inputs.variables
        {
            let entries = match values {
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
                Ok(entries) => taken.add(entries, *expected, problems),
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
                self.optional
                    .insert(entry.key.clone(), expected);
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
        return Err(vec![Problem::new(
            ProblemId::WrongType,
            whole,
            message,
        )]);
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
    let error = entry.key.parse::<VariableName>().err()?;
    let message = format!(
        "{} cannot be the name of a variable",
        quote(&entry.key)
    );

    Some(
        Problem::new(ProblemId::Malformed, entry.key_span, message)
            .help(error.to_string()),
    )
}

/// Refuses what cannot be a part of a text, nor all of one.
pub(super) fn refuse_value(node: &Node, place: Span) -> Option<Problem> {
    match node.value {
        Value::Sequence(_) | Value::Mapping(_) | Value::OtherNumber => {
            let message = "a value is a text, a whole number, `true`, `false` \
                           or `null` here";
            Some(Problem::new(
                ProblemId::WrongType,
                place,
                message,
            ))
        }
        _ => None,
    }
}

impl Variables {
    /// The value of every variable. The later of what is declared counts, and
    /// what is given before all of it.
    pub(super) fn resolve(
        declared: &[&Node],
        given: &Given,
        sources: &Sources,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let declared = declared
            .iter()
            .flat_map(|section| section.entries());
        let declared = declared.map(|entry| (entry, Kind::Declared));
        let given = given
            .entries
            .iter()
            .map(|entry| (entry, Kind::Given));

        let said: BTreeMap<&str, Said<'_>> = declared
            .chain(given)
            .map(|(entry, kind)| {
                let said = Said {
                    key_span: entry.key_span,
                    value: &entry.value,
                    kind,
                };
                (&*entry.key, said)
            })
            .collect();

        let mut resolution = Resolution {
            said: &said,
            resolved: BTreeMap::new(),
            way: Vec::new(),
            sources,
            problems: Vec::new(),
        };
        for name in said.keys() {
            resolution.resolve(name);
        }
        problems.append(&mut resolution.problems);

        let resolved = resolution.resolved;
        let variables = said.iter().filter_map(|(name, said)| {
            let variable = Variable {
                referred: resolved.get(name)?.clone(),
                kind: said.kind,
            };
            Some(((*name).into(), variable))
        });
        Self(variables.collect())
    }

    /// What `${var.NAME}` leads to.
    pub(super) fn find(
        &self,
        reference: Reference<'_>,
        span: Span,
    ) -> Result<Referred, Problem> {
        self.0
            .get(reference.name)
            .map(|variable| variable.referred.clone())
            .ok_or_else(|| {
                refuse_unknown(
                    reference,
                    span,
                    self.0.keys().map(|name| &**name),
                )
            })
    }

    /// Where a variable has its value from.
    pub(super) fn place_of(&self, name: &str) -> Option<Span> {
        self.0
            .get(name)
            .map(|variable| variable.referred.span)
    }

    /// Whether a variable may refer to others: one that is given from outside
    /// never does, whatever it looks like.
    pub(super) fn is_declared(&self, name: &str) -> bool {
        let variable = self.0.get(name);
        variable.is_some_and(|variable| variable.kind == Kind::Declared)
    }

    /// Adds to a problem with a value what the value is of, where it stands
    /// elsewhere.
    pub(super) fn explain(&self, problem: &mut Problem, sources: &Sources) {
        let is_said = problem.id == ProblemId::UnusedVariable;
        let text = sources.slice(problem.span);
        if is_said || !has_references(text) {
            return;
        }

        for piece in split(text) {
            let Piece::Reference(reference) = piece else {
                continue;
            };
            if reference.scope != Reference::VARIABLE {
                continue;
            }
            let Some(Variable { referred, .. }) = self.0.get(reference.name)
            else {
                continue;
            };
            if problem
                .related
                .iter()
                .all(|(span, _)| *span != referred.span)
            {
                let label = format!("this is {}", quote(reference.written));
                problem.related.push((referred.span, label));
            }
        }
    }
}

/// The variables, and nothing else.
impl Scopes for &Variables {
    fn find(
        &mut self,
        reference: Reference<'_>,
        span: Span,
    ) -> Result<Referred, Option<Box<Problem>>> {
        refuse_other_scopes(reference, span)?;
        Variables::find(self, reference, span)
            .map_err(|problem| Some(Box::new(problem)))
    }
}

/// Refuses whatever refers to no variable, where there is nothing else.
fn refuse_other_scopes(
    reference: Reference<'_>,
    span: Span,
) -> Result<(), Option<Box<Problem>>> {
    if reference.scope == Reference::VARIABLE {
        return Ok(());
    }

    let problem = refuse_scope(reference, span, &[Reference::VARIABLE]);
    Err(Some(Box::new(problem)))
}

fn refuse_unknown<'a>(
    reference: Reference<'_>,
    span: Span,
    known: impl Iterator<Item = &'a str>,
) -> Problem {
    let name = reference.name;
    let message = format!("no variable is called {}", quote(name));

    Problem::new(ProblemId::UnknownReference, span, message)
        .help(format!(
            "declare it under `vars`, or give it with `--var {name}=VALUE`"
        ))
        .suggest(nearest(name, known))
}

/// How many variables may refer to each other in a row: nobody follows more,
/// and each takes a part of the stack.
const DEEPEST: usize = 50;

/// Variables that refer to each other, one after the other.
struct Resolution<'a> {
    said: &'a BTreeMap<&'a str, Said<'a>>,
    resolved: BTreeMap<&'a str, Referred>,
    /// Those that are being resolved, each by the one before it.
    way: Vec<&'a str>,
    sources: &'a Sources,
    problems: Vec<Problem>,
}

impl<'a> Resolution<'a> {
    fn resolve(&mut self, name: &'a str) -> Option<Referred> {
        if let Some(resolved) = self.resolved.get(name) {
            return Some(resolved.clone());
        }
        let said = self.said.get(name)?;

        let value = match &said.value.value {
            Value::Text(text) if said.kind == Kind::Declared => {
                if self.way.contains(&name) {
                    return Some(self.refuse_cycle(name, said));
                }
                if self.way.len() >= DEEPEST {
                    return Some(self.refuse_depth(name, said));
                }
                self.way.push(name);
                let value = self.fill_in(text, said.value.span);
                self.way.pop();
                value
            }
            // What may not be a variable is reported as such.
            Value::Sequence(_) | Value::Mapping(_) | Value::OtherNumber => {
                Value::Unknown
            }
            value => value.clone(),
        };

        let referred = Referred {
            value,
            span: said.value.span,
        };
        // A cycle has resolved it already, as what nobody knows.
        Some(
            self.resolved
                .entry(name)
                .or_insert(referred)
                .clone(),
        )
    }

    fn fill_in(&mut self, text: &str, span: Span) -> Value {
        let sources = self.sources;
        let mut problems = Vec::new();
        let value = Interpolation::of(&mut *self, sources, &mut problems)
            .fill_in(text, span, "");

        self.problems.append(&mut problems);
        value
    }

    fn refuse_depth(&mut self, name: &'a str, said: &Said<'_>) -> Referred {
        let message = format!(
            "more than {DEEPEST} variables refer to each other in a row"
        );
        let problem = Problem::new(
            ProblemId::CyclicVariable,
            said.key_span,
            message,
        );

        self.give_up(name, said, problem)
    }

    /// A variable that is what it is itself a part of: said once, where the
    /// first of them is.
    fn refuse_cycle(&mut self, name: &'a str, said: &Said<'_>) -> Referred {
        let from = self.way.iter().position(|other| *other == name);
        let mut way: Vec<&str> = self
            .way
            .get(from.unwrap_or(0)..)
            .unwrap_or(&[])
            .to_vec();
        way.push(name);

        let message = format!("the variable {} refers to itself", quote(name));
        let problem = Problem::new(
            ProblemId::CyclicVariable,
            said.key_span,
            message,
        )
        .help(format!(
            "the way round is `{}`",
            way.join(" -> ")
        ));
        self.give_up(name, said, problem)
    }

    /// What nobody knows, for this reason.
    fn give_up(
        &mut self,
        name: &'a str,
        said: &Said<'_>,
        problem: Problem,
    ) -> Referred {
        self.problems.push(problem);

        let unknown = Referred {
            value: Value::Unknown,
            span: said.value.span,
        };
        self.resolved.insert(name, unknown.clone());
        unknown
    }
}

impl Scopes for &mut Resolution<'_> {
    fn find(
        &mut self,
        reference: Reference<'_>,
        span: Span,
    ) -> Result<Referred, Option<Box<Problem>>> {
        refuse_other_scopes(reference, span)?;
        let name = self
            .said
            .get_key_value(reference.name)
            .map(|(name, _)| *name);
        name.and_then(|name| self.resolve(name))
            .ok_or_else(|| {
                let problem =
                    refuse_unknown(reference, span, self.said.keys().copied());
                Some(Box::new(problem))
            })
    }
}
