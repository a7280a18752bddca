//! `grantry token` and `grantry verify`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::configuration::Configuration;
use super::faces::{FaceFiles, Format};
use super::inputs::InputArguments;
use super::sinks::SinkArguments;
use super::tenant::TenantArguments;
use crate::model::ScopeName;

#[derive(Debug, Args)]
pub(crate) struct Token {
    /// The client, by its key.
    #[arg(value_name = "CLIENT")]
    pub(crate) client: String,
    /// The API, by its key or its identifier, or `management_api`.
    #[arg(value_name = "RESOURCE_SERVER")]
    pub(crate) resource_server: String,
    /// The configuration: files, or folders of `*.yaml` files, which are
    /// united. May be given several times.
    #[arg(
        long = "config",
        value_name = "FILE",
        default_value = "grantry.yaml"
    )]
    pub(crate) paths: Vec<PathBuf>,
    /// A scope to ask for, as the API calls it; may be given several times.
    /// Without it, all that are granted.
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<ScopeName>,
    /// Print what the token says, its header and its claims, instead of the
    /// token. Whether it verifies is not looked at.
    #[arg(long)]
    pub(crate) decode: bool,
    /// Where the client's credentials come from. Without it, from the
    /// first of its sinks that can be read back and is at hand, or
    /// else from the environment.
    #[arg(long, value_enum, value_name = "SOURCE")]
    pub(crate) credentials: Option<CredentialsFrom>,
    #[command(flatten)]
    pub(crate) inputs: InputArguments,
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,
    #[command(flatten)]
    pub(crate) sinks: ReadingArguments,
}

/// Where a service's credentials come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialsFrom {
    /// What was delivered.
    Sink,
    /// `GRANTRY_CLIENT_ID` and `GRANTRY_CLIENT_SECRET`; of a tenant on this
    /// machine also what `grantry emulator` prints, as
    /// `GIFT_DELIVERIES_CLIENT_ID`.
    Environment,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) configuration: Configuration,
    #[command(flatten)]
    pub(crate) extent: Extent,
    /// What to print on stdout.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t = Format::Text
    )]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) files: FaceFiles,
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,
    #[command(flatten)]
    pub(crate) sinks: ReadingArguments,
}

/// Which grants are looked at: tokens cost, and a quota of them may be small.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Extent {
    /// What the last apply was about, as `apply --json FILE` wrote it: the
    /// grants that it made or changed, and those of clients that it created,
    /// changed, took over or delivered.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// The grants of this client, by its key; may be given several times.
    #[arg(long = "client", value_name = "KEY")]
    pub(crate) clients: Vec<String>,
    /// Every grant.
    #[arg(long, conflicts_with_all = ["report", "clients"])]
    pub(crate) all: bool,
}

/// What may be said of sinks that are only read.
#[derive(Debug, Args)]
pub(crate) struct ReadingArguments {
    /// What lies in `file` sinks is there also where `CI` is set, and a
    /// runner's folder is usually thrown away.
    #[arg(long)]
    pub(crate) sink_folder_stays: bool,
}

impl ReadingArguments {
    /// The same of sinks that may be written to.
    pub(crate) fn of_sinks(&self) -> SinkArguments {
        SinkArguments {
            programs: Vec::new(),
            sink_folder_stays: self.sink_folder_stays,
            reveal_existing: false,
        }
    }
}
