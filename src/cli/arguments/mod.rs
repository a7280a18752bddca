//! What may be written on the command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::deadline::{Deadline, Patience};
use crate::config::Loaded;
use crate::export::Breadth;
use crate::model::{Day, Pattern, StackName};

mod access;
mod base;
mod emulator;
mod faces;
mod init;
mod inputs;
mod outputs;
mod provider;
mod schema;
mod sinks;
mod tokens;

pub(super) use access::{Access, AccessFormat, By, Source};
pub(super) use base::Base;
pub(super) use emulator::Emulator;
pub(super) use faces::{
    DetailArguments, FaceFiles, Faces, Format, ProblemFaces, ProblemFormat,
};
pub(super) use init::{Engine, FirstProvider, Init};
pub(super) use inputs::{
    EnvironmentArguments, InputArguments, Shard, ShardArgument, Shards,
    VariableArguments,
};
pub(super) use outputs::{Outputs, OutputsFormat};
pub(super) use provider::Provider;
pub(super) use schema::{Editing, Project, Schema, SchemaSubject};
pub(super) use sinks::SinkArguments;
pub(super) use tokens::{
    CredentialsFrom, Extent, ReadingArguments, Token, Verify,
};

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
    #[arg(short, long, global = true, action = clap::ArgAction::Count, display_order = 91)]
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
    /// Check the configuration, and print all problems at once. Sends no
    /// request.
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
    /// Fetch a token as a declared client, and print it: for `curl`. Its
    /// credentials come from where they were delivered, or from the
    /// environment.
    Token(Token),
    /// Ask for tokens as declared clients, and prove that each holds exactly
    /// what is granted, and that one scope more is refused. What cannot be
    /// told, as where no credentials are at hand, is no failure. Writes
    /// nothing.
    Verify(Verify),
    /// Print the configuration as one document that says the same wherever it
    /// is. Sends no request.
    Render(Render),
    /// Print the environments of the configuration, also as CI starts a job for
    /// each. Sends no request.
    Environments(Environments),
    /// Unite what several processes left behind with `--report-dir`. Sends no
    /// request.
    Report(Report),
    /// Print what the tenant holds as a configuration. Writes nothing to the
    /// tenant.
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
pub(super) struct Configuration {
    /// The configuration: files, or folders of `*.yaml` files, which are
    /// united. A folder is all of them in it and in the folders inside it,
    /// in the order of their paths.
    #[arg(value_name = "CONFIG", default_value = "grantry.yaml")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) inputs: InputArguments,
}

/// The same in one or several of its environments.
#[derive(Debug, Args)]
pub(super) struct Configurations {
    /// The configuration: files, or folders of `*.yaml` files, which are
    /// united. A folder is all of them in it and in the folders inside it,
    /// in the order of their paths.
    #[arg(value_name = "CONFIG", default_value = "grantry.yaml")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) environments: EnvironmentArguments,
    #[command(flatten)]
    pub(super) variables: VariableArguments,
}

#[derive(Debug, Args)]
pub(super) struct TenantArguments {
    /// The tenant: `local[:FILE]`, `auth0[:DOMAIN]` or `keycloak[:URL/REALM]`,
    /// instead of what the configuration says.
    #[arg(long, value_name = "PROVIDER")]
    pub(super) provider: Option<Provider>,
    /// How many requests may run side by side.
    #[arg(long, value_name = "N", default_value = "8", value_parser = parse_parallelism)]
    pub(super) parallelism: NonZeroUsize,
    /// How long the run may take: a time such as `90s`, `30m` or `2h`, or
    /// `none`. When it is over, what is in flight is finished, and nothing
    /// more is begun.
    #[arg(long, value_name = "DURATION", default_value = "30m")]
    pub(super) deadline: Deadline,
}

fn parse_parallelism(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse()
        .map_err(|_| "it is a whole number from 1 on, as in `--parallelism 8`")
}

#[derive(Debug, Args)]
pub(super) struct Deletions {
    /// How many objects may be deleted in this run, instead of what the
    /// configuration says.
    #[arg(long, value_name = "N")]
    max_deletes: Option<usize>,
}

impl Deletions {
    /// The configuration with the number given here in the place of its own.
    pub(super) fn limited(&self, mut loaded: Loaded) -> Loaded {
        let limits = &mut loaded.desired.policy.limits;
        limits.max_deletes = self.max_deletes.or(limits.max_deletes);
        loaded
    }
}

#[derive(Debug, Args)]
pub(super) struct Validate {
    #[command(flatten)]
    pub(super) configuration: Configuration,
    /// Whose limits count: `local`, `auth0` or `keycloak`, instead of what the
    /// configuration says.
    #[arg(long, value_name = "PROVIDER")]
    pub(super) provider: Option<Provider>,
    #[command(flatten)]
    pub(super) review: Review,
    #[command(flatten)]
    pub(super) faces: ProblemFaces,
    #[command(flatten)]
    pub(super) editing: Editing,
}

#[derive(Debug, Args)]
pub(super) struct Render {
    #[command(flatten)]
    pub(super) configuration: Configuration,
    /// Print instead where each value comes from: its file and line, the
    /// environment, the row of a table, variables.
    #[arg(long)]
    pub(super) show_origin: bool,
    /// Whose limits count: `local`, `auth0` or `keycloak`, instead of what the
    /// configuration says.
    #[arg(long, value_name = "PROVIDER")]
    pub(super) provider: Option<Provider>,
}

#[derive(Debug, Args)]
pub(super) struct Environments {
    /// The configuration: files, or folders of `*.yaml` files, also inside
    /// each other, which are united.
    #[arg(value_name = "CONFIG", default_value = "grantry.yaml")]
    pub(super) paths: Vec<PathBuf>,
    /// How to print them.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = EnvironmentsFormat::Lines)]
    pub(super) format: EnvironmentsFormat,
    /// Instead of the environments print so many parts of them, for `--shard`:
    /// where there are more tenants than jobs that one likes to start.
    /// `auto` makes a part of each 25.
    #[arg(long, value_name = "N")]
    pub(super) shards: Option<Shards>,
}

/// How environments are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum EnvironmentsFormat {
    /// One a line.
    Lines,
    /// A list.
    Json,
    /// A matrix for `fromJSON` in a workflow of GitHub.
    GithubMatrix,
    /// The `parallel` of a job of GitLab.
    Gitlab,
}

#[derive(Debug, Args)]
pub(super) struct Report {
    /// The folder that the processes were given.
    #[arg(value_name = "FOLDER")]
    pub(super) folder: PathBuf,
    /// How to print it.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(super) format: ReportFormat,
}

/// How united work is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What the configuration is compared with, and on which day.
#[derive(Debug, Args)]
pub(super) struct Review {
    /// Say what the change since this Git revision, such as `HEAD^1` or
    /// `origin/main`, lets anybody do: access that is gained, and safety
    /// that is lost. Exit with 3 for what is an error and not waived in that
    /// revision. `REV:PATH` names the configuration where it had another
    /// path.
    #[arg(long, value_name = "REV[:PATH]")]
    pub(super) base: Option<Base>,
    /// The day on which waivers are looked at, instead of today in UTC.
    #[arg(long, value_name = "DAY", requires = "base", hide = true)]
    pub(super) today: Option<Day>,
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    pub(super) configuration: Configurations,
    #[command(flatten)]
    pub(super) tenant: TenantArguments,
    #[command(flatten)]
    pub(super) deletions: Deletions,
    /// Exit with 2 when there are changes, with 0 when there are none.
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    /// Say in which ways the tenant has moved away from what was applied, and
    /// exit with 2 if it has in any: also by what no change is about, such
    /// as an undeclared grant on a declared API.
    #[arg(long)]
    pub(super) expect_no_changes: bool,
    #[command(flatten)]
    pub(super) sinks: SinkArguments,
    #[command(flatten)]
    pub(super) faces: Faces,
    /// Keep the plan in this file, for `apply --plan`: as JSON, with a digest
    /// of all that it relies on.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Apply {
    #[command(flatten)]
    pub(super) configuration: Configurations,
    #[command(flatten)]
    pub(super) tenant: TenantArguments,
    #[command(flatten)]
    pub(super) deletions: Deletions,
    /// Apply without asking.
    #[arg(long)]
    pub(super) auto_approve: bool,
    #[command(flatten)]
    pub(super) sinks: SinkArguments,
    #[command(flatten)]
    pub(super) locking: Locking,
    #[command(flatten)]
    pub(super) faces: Faces,
    #[command(flatten)]
    pub(super) approval: Approval,
}

/// What was approved, which needs no asking then.
#[derive(Debug, clap::Args)]
pub(super) struct Approval {
    /// Apply only what was approved in this plan, which `plan --out` has kept.
    /// May be given several times: then each change must be in one of
    /// them.
    #[arg(long = "plan", value_name = "FILE")]
    pub(super) plans: Vec<PathBuf>,
    /// Apply only the plan with exactly this hash.
    #[arg(long, value_name = "HASH")]
    pub(super) plan_hash: Option<PlanHash>,
}

/// The hash of a plan, as its JSON says it.
#[derive(Debug, Clone)]
pub(super) struct PlanHash(pub(super) String);

impl FromStr for PlanHash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_hash = text.len() == 64
            && text
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit());
        if is_hash {
            // Compared as text, and a plan says its own in small letters.
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err("a hash has 64 hexadecimal digits")
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Locking {
    /// How long to wait for another run that has locked the stack, or the
    /// tenant file: a time such as `90s`, `5m` or `2h`.
    #[arg(long, value_name = "DURATION", default_value = "0s")]
    pub(super) lock_timeout: Patience,
    /// Create clients without locking the stack in the tenant: only where it
    /// is sure that no other run is about.
    #[arg(long, conflicts_with = "lock_timeout")]
    pub(super) no_lock: bool,
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
pub(super) struct Export {
    /// The stack that the configuration is for: the future owner of what is in
    /// it.
    #[arg(long, value_name = "NAME")]
    pub(super) stack: StackName,
    #[command(flatten)]
    pub(super) tenant: TenantArguments,
    #[command(flatten)]
    breadth: ExportBreadth,
    /// Only clients of this name, key or id (`*` stands for any characters),
    /// with their grants.
    #[arg(long = "client", value_name = "PATTERN")]
    pub(super) clients: Vec<Pattern>,
    /// Only resource servers of this name, key or identifier, with the grants
    /// on them.
    #[arg(long = "resource-server", value_name = "PATTERN")]
    pub(super) resource_servers: Vec<Pattern>,
    /// Write a folder instead: a file for each resource server with the grants
    /// on it. No file that exists is overwritten.
    #[arg(long, value_name = "FOLDER")]
    pub(super) split: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct ExportBreadth {
    /// Everything that may be managed (the default).
    #[arg(long)]
    all: bool,
    /// Only what carries the stack's mark, with its grants and the APIs these
    /// are for.
    #[arg(long)]
    owned: bool,
}

impl Export {
    /// How far to look.
    pub(super) fn breadth(&self) -> Breadth {
        // `--all` says the default, and is not looked at.
        if self.breadth.owned {
            Breadth::Owned
        } else {
            Breadth::All
        }
    }
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
