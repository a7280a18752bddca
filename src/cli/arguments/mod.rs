//! What may be written on the command line.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

mod access;
mod apply;
mod base;
mod configuration;
mod emulator;
mod environments;
mod export;
mod faces;
mod init;
mod inputs;
mod outputs;
mod plan;
mod provider;
mod render;
mod report;
mod schema;
mod sinks;
mod tenant;
mod tokens;
mod validate;

pub(super) use access::{Access, AccessFormat, By, Source};
pub(super) use apply::{Apply, Approval};
pub(super) use base::Base;
pub(super) use configuration::{Configuration, Configurations};
pub(super) use emulator::Emulator;
pub(super) use environments::{Environments, EnvironmentsFormat};
pub(super) use export::Export;
pub(super) use faces::{
    DetailArguments, FaceFiles, Faces, Format, ProblemFaces, ProblemFormat,
};
pub(super) use init::{Engine, FirstProvider, Init};
pub(super) use inputs::{
    EnvironmentArguments, InputArguments, Shard, ShardArgument, Shards,
    VariableArguments,
};
pub(super) use outputs::{Outputs, OutputsFormat};
pub(super) use plan::{Deletions, Plan};
pub(super) use provider::Provider;
pub(super) use render::Render;
pub(super) use report::{Report, ReportFormat};
pub(super) use schema::{Project, Schema, SchemaSubject};
pub(super) use sinks::SinkArguments;
pub(super) use tenant::{Locking, TenantArguments};
pub(super) use tokens::{
    CredentialsFrom, Extent, ReadingArguments, Token, Verify,
};
pub(super) use validate::Validate;

/// Machine-to-machine access, declared in YAML and reconciled with a tenant of
/// Auth0 or Keycloak.
#[derive(Debug, Parser)]
#[command(
    name = "grantry",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub(super) struct Arguments {
    /// When to use colour; `auto` is on a terminal.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Color::Auto,
        value_name = "WHEN",
        display_order = 90
    )]
    pub(super) color: Color,
    /// Say more on stderr: once for steps, twice for every request.
    #[arg(
        short,
        long,
        global = true,
        action = ArgAction::Count,
        display_order = 91
    )]
    pub(super) verbose: u8,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Write a first configuration, with its schema for editors. Overwrites
    /// nothing, and sends no request.
    Init(Init),
    /// Check the configuration, and print all problems
    /// at once. Sends no request.
    Validate(Validate),
    /// Compare the configuration with the tenant, and print the difference.
    /// Writes nothing.
    Plan(Plan),
    /// Make the tenant as the configuration says.
    Apply(Apply),
    /// Show the lock of the stack in the tenant, and remove it if you say so.
    Unlock(Unlock),
    /// Show who can call what: as declared, as it is in the tenant, or how two
    /// such states differ.
    Access(Access),
    /// Print what services need to know, and is no secret: the ids of their
    /// clients, and where they get tokens for which API. Writes nothing.
    Outputs(Outputs),
    /// Fetch a token as a declared client, and print it: for
    /// `curl`. Its credentials come from where they were delivered,
    /// or from the environment.
    Token(Token),
    /// Ask for tokens as declared clients, and prove that each holds
    /// exactly what is granted, and that one scope more is refused. What
    /// cannot be told, as where no credentials are at hand, is no
    /// failure. Writes nothing.
    Verify(Verify),
    /// Print the configuration as one document that says the same wherever it
    /// is. Sends no request.
    Render(Render),
    /// Print the environments of the configuration, also as CI starts a job for
    /// each. Sends no request.
    Environments(Environments),
    /// Unite what several processes left behind with
    /// `--report-dir`. Sends no request.
    Report(Report),
    /// Print what the tenant holds as a configuration.
    /// Writes nothing to the tenant.
    Export(Export),
    /// Tell why Grantry does not get on with a tenant, and which scopes it
    /// needs. Writes nothing.
    Doctor(Doctor),
    /// Print a JSON Schema, for editors and checks.
    Schema(Schema),
    /// Serve an Auth0-compatible tenant on this machine.
    Emulator(Emulator),
}

#[derive(Debug, Args)]
pub(super) struct Unlock {
    #[command(flatten)]
    pub(super) configuration: Configuration,
    #[command(flatten)]
    pub(super) tenant: TenantArguments,
    /// Remove the lock without asking.
    #[arg(long)]
    pub(super) auto_approve: bool,
}

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// The configuration whose tenant is meant: files, or folders of `*.yaml`
    /// files [default: grantry.yaml, if there is one]
    #[arg(value_name = "CONFIG")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) inputs: InputArguments,
    #[command(flatten)]
    pub(super) tenant: TenantArguments,
    /// Only print the scopes of the Management API that Grantry's own client
    /// needs. Sends no request.
    #[arg(long, conflicts_with_all = ["paths", "provider"])]
    pub(super) scopes: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
