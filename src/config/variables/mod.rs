//! Variables: which there are, and what each of them is.
//!
//! `given` takes in those from outside, and `resolution` finds out what each
//! comes to; `problems` says what is wrong with one.

use std::collections::BTreeMap;

use super::interpolate::{Referred, Scopes};
use super::node::Node;
use super::problem::{Problem, ProblemId, quote};
use super::reference::{Reference, variables_in};
use super::source::{Sources, Span};

mod given;
mod problems;
mod resolution;

pub(super) use given::Given;
pub(super) use problems::refuse_value;
use problems::{refuse_other_scopes, refuse_unknown};
use resolution::{Kind, Said, resolve_all};

/// The variables of a configuration, by name.
#[derive(Debug, Default)]
pub(super) struct Variables(BTreeMap<Box<str>, Variable>);

/// A variable with its value.
#[derive(Debug)]
struct Variable {
    referred: Referred,
    kind: Kind,
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
            .flat_map(|section| section.entries())
            .map(|entry| Said {
                entry,
                kind: Kind::Declared,
            });
        let given = given.entries().map(|(entry, _)| Said {
            entry,
            kind: Kind::Given,
        });
        let said = declared
            .chain(given)
            .map(|said| (&*said.entry.key, said))
            .collect();

        let resolved = resolve_all(&said, sources, problems);
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
        if let Some(variable) = self.0.get(reference.name) {
            return Ok(variable.referred.clone());
        }

        let known = self.0.keys().map(|name| &**name);
        Err(refuse_unknown(reference, span, known))
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

    /// Adds to a problem with a value what the value is of,
    /// where it stands elsewhere.
    pub(super) fn explain(&self, problem: &mut Problem, sources: &Sources) {
        // There the variable itself is what the problem is with.
        if problem.id == ProblemId::UnusedVariable {
            return;
        }

        let text = sources.slice(problem.span);
        for reference in variables_in(text) {
            let Some(place) = self.place_of(reference.name) else {
                continue;
            };
            let mut related = problem.related.iter();
            if related.all(|(span, _)| *span != place) {
                let label = format!("this is {}", quote(reference.written));
                problem.related.push((place, label));
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
