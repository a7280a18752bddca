//! `grantry plan` and `grantry apply`

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::configuration::Configurations;
use super::faces::Faces;
use super::sinks::SinkArguments;
use super::tenant::{Locking, TenantArguments};
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
    /// exit with 2 if it has in any: also by what no change is about, such
    /// as an undeclared grant on a declared API.
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
pub(in crate::cli) struct Apply {
    #[command(flatten)]
    pub(in crate::cli) configuration: Configurations,
    #[command(flatten)]
    pub(in crate::cli) tenant: TenantArguments,
    #[command(flatten)]
    pub(in crate::cli) deletions: Deletions,
    /// Apply without asking.
    #[arg(long)]
    pub(in crate::cli) auto_approve: bool,
    #[command(flatten)]
    pub(in crate::cli) sinks: SinkArguments,
    #[command(flatten)]
    pub(in crate::cli) locking: Locking,
    #[command(flatten)]
    pub(in crate::cli) faces: Faces,
    #[command(flatten)]
    pub(in crate::cli) approval: Approval,
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

/// What was approved, which needs no asking then.
#[derive(Debug, Args)]
pub(in crate::cli) struct Approval {
    /// Apply only what was approved in this plan, which `plan --out` has kept.
    /// May be given several times: then each change must be in one of
    /// them.
    #[arg(long = "plan", value_name = "FILE")]
    pub(in crate::cli) plans: Vec<PathBuf>,
    /// Apply only the plan with exactly this hash.
    #[arg(long, value_name = "HASH")]
    pub(in crate::cli) plan_hash: Option<PlanHash>,
}

/// The hash of a plan, as its JSON says it.
#[derive(Debug, Clone)]
pub(in crate::cli) struct PlanHash(pub(in crate::cli) String);

impl FromStr for PlanHash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digits = text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit());
        if is_digits && text.len() == 64 {
            // Compared as text, and a plan says its own in small letters.
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err("a hash has 64 hexadecimal digits")
        }
    }
}
