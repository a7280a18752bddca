//! `grantry environments`: what is divided among several processes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::inputs::Shards;

#[derive(Debug, Args)]
pub(in crate::cli) struct Environments {
    /// The configuration: files, or folders of `*.yaml` files, also inside each
    /// other, which are united.
    #[arg(value_name = "CONFIG", default_value = "grantry.yaml")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// How to print them.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t = EnvironmentsFormat::Lines
    )]
    pub(in crate::cli) format: EnvironmentsFormat,
    /// Instead of the environments print so many parts of them, for `--shard`:
    /// where there are more tenants than jobs that one likes to start. `auto`
    /// makes a part of each 25.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) shards: Option<Shards>,
}

/// How environments are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum EnvironmentsFormat {
    /// One a line.
    Lines,
    /// A list.
    Json,
    /// A matrix for `fromJSON` in a workflow of GitHub.
    GithubMatrix,
    /// The `parallel` of a job of GitLab.
    Gitlab,
}
