//! Which schema, and what keeps it as the configuration is.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Which schema.
    #[command(subcommand)]
    pub(crate) subject: SchemaSubject,
}

/// What a schema is of.
#[derive(Debug, Subcommand)]
#[command(
    subcommand_value_name = "SUBJECT",
    subcommand_help_heading = "Subjects"
)]
#[command(disable_help_subcommand = true)]
pub(crate) enum SchemaSubject {
    /// The configuration file.
    Config,
    /// This configuration: the configuration file, where grants name its own
    /// clients, resource servers and scopes.
    Project(Project),
    /// What `plan --format json` prints, and `plan --out` keeps.
    Plan,
    /// What `apply --format json` prints.
    Report,
    /// What `validate --format json` prints.
    Problems,
    /// What `access --format json` prints.
    Access,
    /// What `outputs --format json` prints.
    Outputs,
    /// What `verify --format json` prints.
    Verification,
    /// No schema, but all keys of a configuration, variables of the environment
    /// and exit codes for people, as Markdown.
    Reference,
    /// No schema, but the metadata of the action for GitHub, which follows
    /// these arguments.
    GithubAction,
}

#[derive(Debug, Args)]
pub(crate) struct Project {
    /// The configuration: files, or folders of `*.yaml` files, also
    /// inside each other, which are united. It may have problems: what
    /// can be read of it counts.
    #[arg(value_name = "CONFIG", default_value = "grantry.yaml")]
    pub(crate) paths: Vec<PathBuf>,
}

/// For somebody who is writing.
#[derive(Debug, Args)]
pub(crate) struct Editing {
    /// Write the schema of this configuration, as `schema project` prints it,
    /// to this file, unless it is what the file holds. While a part of the
    /// configuration cannot be read, the file stays as it is.
    #[arg(long, value_name = "FILE")]
    pub(crate) write_schema: Option<PathBuf>,
    /// Check again whenever a file of the configuration
    /// changes. Ctrl-C ends it, with 0.
    #[arg(long, conflicts_with = "format")]
    pub(crate) watch: bool,
}
