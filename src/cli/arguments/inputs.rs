//! What a configuration is given from outside of its files.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::model::{EnvironmentName, VariableName};

/// What a configuration is given from outside of its files.
#[derive(Debug, Clone, Args)]
pub(crate) struct InputArguments {
    /// Which of the configuration's environments is meant; without it, the one that `GRANTRY_ENV` names.
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environment: Option<EnvironmentName>,
    /// The value of a variable. The later one counts, and each before the files and `GRANTRY_VAR_NAME`.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub(crate) variables: Vec<VariableArgument>,
    /// Values of variables: a YAML or JSON file with a map of names to values. `--var` counts before it.
    #[arg(long = "var-file", value_name = "FILE")]
    pub(crate) variable_files: Vec<PathBuf>,
}

/// A variable with its value.
#[derive(Debug, Clone)]
pub(crate) struct VariableArgument {
    pub(crate) name: VariableName,
    pub(crate) value: String,
}

impl FromStr for VariableArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text
            .split_once('=')
            .ok_or("a variable is given as NAME=VALUE")?;

        Ok(Self {
            name: name
                .parse()
                .map_err(|error: crate::model::NameError| error.to_string())?,
            value: value.to_owned(),
        })
    }
}
