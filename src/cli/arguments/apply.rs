//! `grantry apply`

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::configuration::Configurations;
use super::faces::Faces;
use super::plan::Deletions;
use super::sinks::SinkArguments;
use super::tenant::{Locking, TenantArguments};

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

/// What was approved, which needs no asking then.
#[derive(Debug, Args)]
pub(in crate::cli) struct Approval {
    /// Apply only what was approved in this plan, which `plan --out` has kept.
    /// May be given several times: then each change must be in one of them.
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
