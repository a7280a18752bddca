//! What a configuration is given from outside of its files.

use std::path::PathBuf;

use crate::model::{EnvironmentName, VariableName};

/// What a configuration is given from outside of its files.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Which of its environments is meant; none, where it has none.
    pub environment: Option<EnvironmentName>,
    /// Values of its variables. The later one counts, and each of them before
    /// what the files say.
    pub variables: Vec<GivenVariables>,
}

impl Inputs {
    /// The same for this environment.
    #[must_use]
    pub fn with_environment(&self, environment: EnvironmentName) -> Self {
        Self {
            environment: Some(environment),
            ..self.clone()
        }
    }

    /// The same for another revision of the configuration, and an environment
    /// that it has, if it has any. What was given is for the present one, so
    /// the other need not refer to all of it.
    #[must_use]
    pub fn of_another_revision(
        &self,
        environment: Option<EnvironmentName>,
    ) -> Self {
        let variables = self
            .variables
            .iter()
            .map(|variables| GivenVariables {
                expected: Use::Unchecked,
                ..variables.clone()
            });

        Self {
            environment,
            variables: variables.collect(),
        }
    }
}

/// Values of variables.
#[derive(Debug, Clone)]
pub struct GivenVariables {
    /// Whether it is a mistake that nothing refers to one of them.
    pub expected: Use,
    /// What they are.
    pub values: GivenValues,
}

/// Where values of variables are.
#[derive(Debug, Clone)]
pub enum GivenValues {
    /// One, as a text: what it is where no text is wanted
    /// is read as YAML reads it.
    Text {
        /// What is shown in place of a file where something is wrong with it,
        /// such as `--var`.
        origin: String,
        /// Which variable.
        name: VariableName,
        /// Its value.
        text: String,
    },
    /// Those in a YAML or JSON file: a map of names to values.
    File(PathBuf),
}

/// Whether something has to refer to a variable that is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Use {
    /// It was given for this configuration, so a name that
    /// nothing refers to is a mistake.
    #[default]
    Expected,
    /// It may be there for others, as what stands in the
    /// environment of the process.
    Optional,
    /// It was given for another revision, which may have called it otherwise.
    Unchecked,
}
