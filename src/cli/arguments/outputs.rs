//! `grantry outputs`

use clap::{Args, ValueEnum};

use super::configuration::Configuration;
use super::tenant::TenantArguments;

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputsFormat {
    /// For people.
    Table,
    /// For programs: a document with a schema of its own, complete also when
    /// the command fails.
    Json,
    /// Variables, one a line: `GIFT_DELIVERIES_CLIENT_ID=…`,
    /// `WORLD_MAPPERS_AUDIENCE=…`.
    Dotenv,
}

#[derive(Debug, Args)]
pub(crate) struct Outputs {
    #[command(flatten)]
    pub(crate) configuration: Configuration,
    /// What to print on stdout.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t = OutputsFormat::Table
    )]
    pub(crate) format: OutputsFormat,
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,
}
