//! `grantry render`

use clap::Args;

use super::configuration::Configuration;
use super::provider::Provider;

#[derive(Debug, Args)]
pub(in crate::cli) struct Render {
    #[command(flatten)]
    pub(in crate::cli) configuration: Configuration,
    /// Print instead where each value comes from: its file and line, the
    /// environment, the row of a table, variables.
    #[arg(long)]
    pub(in crate::cli) show_origin: bool,
    /// Whose limits count: `local`, `auth0` or `keycloak`, instead of what the
    /// configuration says.
    #[arg(long, value_name = "PROVIDER")]
    pub(in crate::cli) provider: Option<Provider>,
}
