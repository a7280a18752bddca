//! `grantry report`: what several processes did, united again.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(in crate::cli) struct Report {
    /// The folder that the processes were given.
    #[arg(value_name = "FOLDER")]
    pub(in crate::cli) folder: PathBuf,
    /// How to print it.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t = ReportFormat::Text
    )]
    pub(in crate::cli) format: ReportFormat,
}

/// How united work is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReportFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}
