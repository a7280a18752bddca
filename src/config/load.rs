//! Paths to a checked configuration: all the steps, one after the other.

use std::path::PathBuf;

use serde::Deserialize;

use super::check::check_meaning;
use super::expand::expand_file;
use super::file::File;
use super::inputs::Inputs;
use super::key_files::read_key_files;
use super::node::Node;
use super::problem::{Problem, ProblemId, Problems};
use super::provider::ProviderChoice;
use super::reading::Reading;
use super::row_scope::{name_rows, tell_templates_once};
use super::section;
use super::shape::check_shape;
use super::source::Sources;
use super::tenant_file::check_tenant_file;
use super::variables::Variables;
use super::written::Written;
use super::yaml;
use crate::files::Tree;
use crate::model::{Desired, EnvironmentName, StackName, Support};

/// A configuration without a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// What should exist.
    pub desired: Desired,
    /// Where the tenant is, if the configuration says so.
    pub provider: Option<ProviderChoice>,
    /// The folder of the configuration; paths in it are relative to this one.
    pub folder: PathBuf,
    /// Which of its environments it is; none, where it has none.
    pub environment: Option<EnvironmentName>,
    /// The files that it was read from, with the key files that they name.
    pub files: Vec<PathBuf>,
}

/// A configuration without a problem, as it was written.
#[derive(Debug)]
pub struct Checked {
    stack: StackName,
    file: File,
    folder: PathBuf,
    environment: Option<EnvironmentName>,
    files: Vec<PathBuf>,
    support: &'static Support,
}

/// Loads a configuration: one file, several, or folders of `*.yaml` files, in
/// one of its environments. `support_of` says what the provider can express,
/// given the one that the configuration names, if it names any.
pub fn load(
    paths: &[PathBuf],
    inputs: &Inputs,
    support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
) -> Result<Loaded, Problems> {
    parse(paths, inputs, support_of).map(Checked::expand)
}

/// Reads and checks a configuration, as [`load`] does.
pub fn parse(
    paths: &[PathBuf],
    inputs: &Inputs,
    support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
) -> Result<Checked, Problems> {
    let reading = Reading::of(&Tree::Disk, paths, Sources::default());
    let (checked, ..) = reading.check(&Tree::Disk, inputs, support_of)?;
    Ok(checked)
}

impl Reading {
    /// Loads it in one of its environments, and keeps where each thing is
    /// written. `tree` is where it was read.
    pub fn load(
        self,
        tree: &Tree,
        inputs: &Inputs,
        support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
    ) -> Result<(Written, Sources), Problems> {
        let (checked, document, variables, sources) =
            self.check(tree, inputs, support_of)?;
        let written = Written {
            loaded: checked.expand(),
            document,
            variables,
        };

        Ok((written, sources))
    }

    fn check(
        mut self,
        tree: &Tree,
        inputs: &Inputs,
        support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
    ) -> Result<(Checked, Node, Variables, Sources), Problems> {
        let Ok(variables) = self.resolve(tree, inputs) else {
            return Err(self.explain_problems(&Variables::default()));
        };
        self.check_document(tree);
        let file = self.deserialize();

        let provider = file
            .provider
            .as_ref()
            .map(ProviderChoice::of);
        let support = support_of(provider.as_ref());

        // Where anything may be missing, whatever is referred to
        // may have been declared.
        if !self.unsound.everything {
            let problems = check_meaning(
                &file,
                &self.document,
                &self.unsound,
                support,
                inputs.environment.as_ref(),
            );
            self.problems.extend(problems);
        }

        match &file.stack {
            Some(stack) if self.problems.is_empty() => {
                let checked = Checked {
                    stack: stack.clone(),
                    file,
                    folder: self.folder,
                    environment: inputs.environment.clone(),
                    files: self.files,
                    support,
                };
                Ok((checked, self.document, variables, self.sources))
            }
            // Without a stack there is a problem: the check or the walk has
            // reported it.
            _ => Err(self.explain_problems(&variables)),
        }
    }

    /// Checks the structure of all files together, and takes in what they name.
    fn check_document(&mut self, tree: &Tree) {
        let misshapen = check_shape(
            &mut self.document,
            &self.sources,
            &mut self.unsound,
        );
        self.problems.extend(misshapen);

        // They have been looked at, and nothing refers to them any more.
        self.document.take(section::VARIABLES);

        // After the walk: the name of a key file is a text then, and there is
        // no `pem` beside it.
        let unreadable = read_key_files(
            &mut self.document,
            tree,
            &self.folders,
            &mut self.files,
        );
        self.problems.extend(unreadable);

        self.problems.extend(check_tenant_file(
            &self.document,
            tree,
            &self.folder,
        ));
    }

    fn deserialize(&mut self) -> File {
        File::deserialize(&self.document).unwrap_or_else(|error| {
            // The walk and the types disagree: better a poor message than none.
            let message = error.to_string();
            let problem = Problem::new(
                ProblemId::WrongType,
                self.document.span,
                message,
            );
            self.problems.push(problem);
            File::default()
        })
    }

    /// The problems, each with where the values come from that it is about.
    fn explain_problems(mut self, variables: &Variables) -> Problems {
        tell_templates_once(&mut self.problems, &self.sources);
        for problem in &mut self.problems {
            variables.explain(problem, &self.sources);
            name_rows(problem, &self.sources);
        }

        self.into_problems()
    }
}

impl Checked {
    /// What the configuration says should exist, defaults filled in.
    #[must_use]
    pub fn expand(self) -> Loaded {
        let (desired, provider) =
            expand_file(self.stack, self.file, self.support);

        Loaded {
            desired,
            provider,
            folder: self.folder,
            environment: self.environment,
            files: self.files,
        }
    }
}

/// The stacks that a text says it is of, in whichever environment, if it is a
/// configuration, or nearly one.
#[must_use]
pub fn stacks_of(text: &str) -> Vec<String> {
    let Ok(document) = yaml::parse(text, 0) else {
        return Vec::new();
    };

    // As it was parsed, its entries are in no order.
    let named = |node: &Node, name: &str| -> Option<Node> {
        let mut entries = node.entries().iter();
        let entry = entries.find(|entry| *entry.key == *name)?;
        Some(entry.value.clone())
    };
    let environments = named(&document, section::ENVIRONMENTS);
    let environments = environments
        .iter()
        .flat_map(Node::entries);
    let stacks = std::iter::once(&document)
        .chain(environments.map(|environment| &environment.value))
        .filter_map(|node| named(node, section::STACK));
    stacks
        .filter_map(|stack| stack.as_text().map(ToOwned::to_owned))
        .collect()
}
