//! Variables that refer to each other, until each is a value.

use std::collections::BTreeMap;

use super::super::interpolate::{Interpolation, Referred, Scopes};
use super::super::node::{Entry, Node, Value};
use super::super::problem::{Problem, ProblemId, quote};
use super::super::reference::Reference;
use super::super::source::{Sources, Span};
use super::problems::{refuse_other_scopes, refuse_unknown};

/// How many variables may refer to each other in a row: nobody follows more,
/// and each takes a part of the stack.
const DEEPEST: usize = 50;

/// A variable as it was said, before anything is replaced in it.
pub(super) struct Said<'a> {
    pub(super) entry: &'a Entry,
    pub(super) kind: Kind,
}

/// Where a variable was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// In the configuration: it may refer to others.
    Declared,
    /// From outside: its text is what it is.
    Given,
}

/// What each variable comes to.
pub(super) fn resolve_all<'a>(
    said: &'a BTreeMap<&'a str, Said<'a>>,
    sources: &'a Sources,
    problems: &mut Vec<Problem>,
) -> BTreeMap<&'a str, Referred> {
    let mut resolution = Resolution {
        said,
        resolved: BTreeMap::new(),
        way: Vec::new(),
        sources,
        problems: Vec::new(),
    };
    for name in said.keys() {
        resolution.resolve(name);
    }

    problems.append(&mut resolution.problems);
    resolution.resolved
}

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
        let Node { span, value } = &said.entry.value;

        let value = match value {
            Value::Text(text) if said.kind == Kind::Declared => {
                if self.way.contains(&name) {
                    return Some(self.refuse_cycle(name, said));
                }
                if self.way.len() >= DEEPEST {
                    return Some(self.refuse_depth(name, said));
                }
                self.way.push(name);
                let value = self.fill_in(text, *span);
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
            span: *span,
        };
        // A cycle has resolved it already, as what nobody knows.
        let resolved = self.resolved.entry(name);
        Some(resolved.or_insert(referred).clone())
    }

    fn fill_in(&mut self, text: &str, span: Span) -> Value {
        let sources = self.sources;
        let mut problems = Vec::new();
        let mut interpolation =
            Interpolation::of(&mut *self, sources, &mut problems);
        let value = interpolation.fill_in(text, span, "");

        self.problems.append(&mut problems);
        value
    }

    fn refuse_depth(&mut self, name: &'a str, said: &Said<'_>) -> Referred {
        let message = format!(
            "more than {DEEPEST} variables refer to each other in a row"
        );

        let place = said.entry.key_span;
        let problem = Problem::new(ProblemId::CyclicVariable, place, message);
        self.give_up(name, said, problem)
    }

    /// A variable that is what it is itself a part of: said once, where the
    /// first of them is.
    fn refuse_cycle(&mut self, name: &'a str, said: &Said<'_>) -> Referred {
        let from = self
            .way
            .iter()
            .position(|other| *other == name);
        let round = self.way.iter().skip(from.unwrap_or(0));
        let mut way: Vec<&str> = round.copied().collect();
        way.push(name);

        let message = format!("the variable {} refers to itself", quote(name));
        let help = format!("the way round is `{}`", way.join(" -> "));
        let place = said.entry.key_span;
        let problem = Problem::new(ProblemId::CyclicVariable, place, message);
        self.give_up(name, said, problem.help(help))
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
            span: said.entry.value.span,
        };
        self.resolved
            .insert(name, unknown.clone());
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
        let said = self.said.get_key_value(reference.name);
        let resolved = said.and_then(|(name, _)| self.resolve(name));

        resolved.ok_or_else(|| {
            let known = self.said.keys().copied();
            let problem = refuse_unknown(reference, span, known);
            Some(Box::new(problem))
        })
    }
}
