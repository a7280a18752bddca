//! From all that is written to one document without references: that of the
//! environment which is meant.

use super::environments::{check_section, choose, overlay};
use super::for_each::Filling;
use super::inputs::Inputs;
use super::interpolate::Interpolation;
use super::node::{Node, Value};
use super::private_keys::find_private_keys;
use super::reading::Reading;
use super::section;
use super::source::Span;
use super::unused::find_unused;
use super::variables::{Given, Variables};
use crate::files::Tree;

/// It cannot be said what is meant, and the problems say why: nothing more can
/// be said of the document.
#[derive(Debug)]
pub(super) struct Undecided;

impl Reading {
    /// Makes of what holds for all, and of what the chosen environment says,
    /// one document. The variables that are in it are returned.
    pub(super) fn resolve(
        &mut self,
        tree: &Tree,
        inputs: &Inputs,
    ) -> Result<Variables, Undecided> {
        let given = self.take_in(tree, inputs)?;
        if !self.unsound.everything {
            self.problems
                .extend(find_unused(&self.document, &given));
        }

        let environments = self
            .document
            .take(section::ENVIRONMENTS);
        self.problems
            .extend(check_section(environments.as_ref()));
        let chosen = inputs.environment.as_ref();
        let mut environment =
            match choose(environments, chosen, self.document.span) {
                Ok(environment) => environment,
                Err(problem) => {
                    self.problems.push(problem);
                    return Err(Undecided);
                }
            };
        environment.map_spans(&Span::of_environment);

        let variables = self.replace_references(&given, &mut environment);
        // Before the environment comes over it: what is made from a table can
        // differ there too.
        self.fill_templates(tree, &variables, &mut environment);
        overlay(
            &mut self.document,
            environment,
            &mut self.problems,
        );

        // Once more, as it may have been put together.
        let private_keys = find_private_keys(&self.document);
        if private_keys.is_empty() {
            return Ok(variables);
        }
        self.problems.extend(private_keys);
        Err(Undecided)
    }

    /// Takes in what was given from outside. Where that fails, each reference
    /// to it would be told as one to nothing.
    fn take_in(
        &mut self,
        tree: &Tree,
        inputs: &Inputs,
    ) -> Result<Given, Undecided> {
        let before = self.problems.len();
        let given = Given::read(
            inputs,
            tree,
            &mut self.sources,
            &mut self.files,
            &mut self.problems,
        );

        if self.problems.len() > before {
            return Err(Undecided);
        }
        Ok(given)
    }

    fn replace_references(
        &mut self,
        given: &Given,
        environment: &mut Node,
    ) -> Variables {
        let declared = [&self.document, &*environment]
            .map(|node| node.entry(section::VARIABLES));
        let declared: Vec<&Node> = declared
            .into_iter()
            .flatten()
            .map(|entry| &entry.value)
            .collect();
        let variables = Variables::resolve(
            &declared,
            given,
            &self.sources,
            &mut self.problems,
        );

        let mut interpolation =
            Interpolation::of(&variables, &self.sources, &mut self.problems);
        for node in [&mut self.document, environment] {
            interpolation.visit_sections(node);
        }
        // Whatever is referred to may have one of those keys.
        self.unsound.everything |= interpolation.has_unknown_keys;
        variables
    }

    fn fill_templates(
        &mut self,
        tree: &Tree,
        variables: &Variables,
        environment: &mut Node,
    ) {
        let bundles = self.document.take(section::FOR_EACH);
        let Some(bundles) = environment
            .take(section::FOR_EACH)
            .or(bundles)
        else {
            return;
        };
        let Value::Mapping(sections) = &mut self.document.value else {
            return;
        };

        let mut filling = Filling::new(
            tree,
            &self.folders,
            variables,
            &mut self.sources,
            &mut self.problems,
            &mut self.files,
        );
        filling.fill(bundles.value, sections);
        self.unsound.everything |= filling.is_incomplete;
    }
}
