//! The configuration that is meant.

use std::path::PathBuf;

use clap::Args;

use super::inputs::{EnvironmentArguments, InputArguments, VariableArguments};

#[derive(Debug, Args)]
pub(in crate::cli) struct Configuration {
    /// The configuration: files, or folders of `*.yaml` files, which are
    /// united. A folder is all of them in it and in the folders inside it, in
    /// the order of their paths.
    #[arg(value_name = "CONFIG", default_value = "grantry.yaml")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputArguments,
}

/// The same in one or several of its environments.
#[derive(Debug, Args)]
pub(in crate::cli) struct Configurations {
    /// The configuration: files, or folders of `*.yaml` files, which are
    /// united. A folder is all of them in it and in the folders inside it, in
    /// the order of their paths.
    #[arg(value_name = "CONFIG", default_value = "grantry.yaml")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) environments: EnvironmentArguments,
    #[command(flatten)]
    pub(in crate::cli) variables: VariableArguments,
}
