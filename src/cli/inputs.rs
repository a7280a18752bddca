//! What a configuration is given: the command line's and the environment's share of it.

use super::arguments::InputArguments;
use super::environment;
use super::exit::Failure;
use crate::config::{GivenVariables, Inputs, Use};

impl InputArguments {
    /// All that is given, in the order in which it counts.
    pub(super) fn gather(&self) -> Result<Inputs, Failure> {
        let environment = match &self.environment {
            Some(environment) => Some(environment.clone()),
            None => environment::chosen_environment()?,
        };

        let surrounding = environment::variables().into_iter();
        let surrounding = surrounding.map(|(name, text)| GivenVariables::Text {
            origin: format!("{}{name}", environment::VARIABLE_PREFIX),
            // Whoever runs several configurations in one job sets them for all of these.
            use_of_it: Use::Optional,
            name,
            text,
        });
        let files = self.variable_files.iter().cloned();
        let written = self.variables.iter().map(|variable| GivenVariables::Text {
            origin: "--var".to_owned(),
            use_of_it: Use::Expected,
            name: variable.name.clone(),
            text: variable.value.clone(),
        });

        Ok(Inputs {
            environment,
            variables: surrounding
                .chain(files.map(GivenVariables::File))
                .chain(written)
                .collect(),
            use_of_them: Use::Expected,
        })
    }
}
