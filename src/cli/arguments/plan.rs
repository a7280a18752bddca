//! `grantry plan`

use std::path::PathBuf;

use clap::Args;

use super::configuration::Configurations;
use super::faces::Faces;
use super::sinks::SinkArguments;
use super::tenant::TenantArguments;
use crate::config::Loaded;

#[derive(Debug, Args)]
pub(in crate::cli) struct Plan {
    #[command(flatten)]
    pub(in crate::cli) configuration: Configurations,
    #[command(flatten)]
    pub(in crate::cli) tenant: TenantArguments,
    #[command(flatten)]
    pub(in crate::cli) deletions: Deletions,
    /// Exit with 2 when there are changes, with 0 when there are none.
    #[arg(long)]
    pub(in crate::cli) detailed_exitcode: bool,
    /// Say in which ways the tenant has moved away from what was applied, and
    /// exit with 2 if it has in any: also by what no change is about, such as
    /// an undeclared grant on a declared API.
    #[arg(long)]
    pub(in crate::cli) expect_no_changes: bool,
    #[command(flatten)]
    pub(in crate::cli) sinks: SinkArguments,
    #[command(flatten)]
    pub(in crate::cli) faces: Faces,
    /// Keep the plan in this file, for `apply --plan`: as JSON, with a digest
    /// of all that it relies on.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Deletions {
    /// How many objects may be deleted in this run, instead of what the
    /// configuration says.
    #[arg(long, value_name = "N")]
    max_deletes: Option<usize>,
}

impl Deletions {
    /// The configuration with the number given here in the place of its own.
    pub(in crate::cli) fn limited(&self, mut loaded: Loaded) -> Loaded {
        let limits = &mut loaded.desired.policy.limits;
        limits.max_deletes = self.max_deletes.or(limits.max_deletes);
        loaded
    }
}
