//! What a configuration is given: the command line's and the
//! environment's share of it.

use super::arguments::{InputArguments, VariableArguments};
use super::environment;
use super::exit::Failure;
use crate::config::{GivenValues, GivenVariables, Inputs, Use};
use crate::model::EnvironmentName;

impl InputArguments {
    /// All that is given, in the order in which it counts.
    pub(super) fn gather(&self) -> Result<Inputs, Failure> {
        let environment = match &self.environment {
            Some(environment) => Some(environment.clone()),
            None => environment::chosen_environment()?,
        };

        Ok(self.variables.gather(environment))
    }
}

impl VariableArguments {
    /// All that is given for an environment, in the order in which it counts.
    pub(super) fn gather(
        &self,
        environment: Option<EnvironmentName>,
    ) -> Inputs {
        // Whoever runs several configurations in one job
        // sets these for all of them.
        let surrounding = environment::variables()
            .into_iter()
            .map(|(name, text)| {
                let origin = format!("{}{name}", environment::VARIABLE_PREFIX);
                given(
                    Use::Optional,
                    GivenValues::Text {
                        origin,
                        name,
                        text,
                    },
                )
            });
        let files = self
            .variable_files
            .iter()
            .map(|file| given(Use::Expected, GivenValues::File(file.clone())));
        let written = self.variables.iter().map(|variable| {
            let values = GivenValues::Text {
                origin: "--var".to_owned(),
                name: variable.name.clone(),
                text: variable.value.clone(),
            };
            given(Use::Expected, values)
        });

        Inputs {
            environment,
            variables: surrounding
                .chain(files)
                .chain(written)
                .collect(),
        }
    }
}

fn given(expected: Use, values: GivenValues) -> GivenVariables {
    GivenVariables {
        expected,
        values,
    }
}
