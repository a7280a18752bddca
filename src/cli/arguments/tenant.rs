//! The tenant that is meant, and how it is spoken to.

use std::num::NonZeroUsize;

use clap::Args;

use super::provider::Provider;
use crate::cli::deadline::{Deadline, Patience};

#[derive(Debug, Args)]
pub(in crate::cli) struct TenantArguments {
    /// The tenant: `local[:FILE]`, `auth0[:DOMAIN]` or `keycloak[:URL/REALM]`,
    /// instead of what the configuration says.
    #[arg(long, value_name = "PROVIDER")]
    pub(in crate::cli) provider: Option<Provider>,
    /// How many requests may run side by side.
    #[arg(
        long,
        value_name = "N",
        default_value = "8",
        value_parser = parse_parallelism
    )]
    pub(in crate::cli) parallelism: NonZeroUsize,
    /// How long the run may take: a time such as `90s`, `30m` or
    /// `2h`, or `none`. When it is over, what is in flight is
    /// finished, and nothing more is begun.
    #[arg(long, value_name = "DURATION", default_value = "30m")]
    pub(in crate::cli) deadline: Deadline,
}

fn parse_parallelism(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse()
        .map_err(|_| "it is a whole number from 1 on, as in `--parallelism 8`")
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Locking {
    /// How long to wait for another run that has locked the stack, or the
    /// tenant file: a time such as `90s`, `5m` or `2h`.
    #[arg(long, value_name = "DURATION", default_value = "0s")]
    pub(in crate::cli) lock_timeout: Patience,
    /// Create clients without locking the stack in the tenant: only where it is
    /// sure that no other run is about.
    #[arg(long, conflicts_with = "lock_timeout")]
    pub(in crate::cli) no_lock: bool,
}
