//! `grantry validate`

use clap::Args;

use super::base::Base;
use super::configuration::Configuration;
use super::faces::ProblemFaces;
use super::provider::Provider;
use super::schema::Editing;
use crate::model::Day;

#[derive(Debug, Args)]
pub(in crate::cli) struct Validate {
    #[command(flatten)]
    pub(in crate::cli) configuration: Configuration,
    /// Whose limits count: `local`, `auth0` or `keycloak`, instead of what the
    /// configuration says.
    #[arg(long, value_name = "PROVIDER")]
    pub(in crate::cli) provider: Option<Provider>,
    #[command(flatten)]
    pub(in crate::cli) review: Review,
    #[command(flatten)]
    pub(in crate::cli) faces: ProblemFaces,
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
}

/// What the configuration is compared with, and on which day.
#[derive(Debug, Args)]
pub(in crate::cli) struct Review {
    /// Say what the change since this Git revision, such as `HEAD^1` or
    /// `origin/main`, lets anybody do: access that is gained, and safety that
    /// is lost. Exit with 3 for what is an error and not waived in that
    /// revision. `REV:PATH` names the configuration where it had another path.
    #[arg(long, value_name = "REV[:PATH]")]
    pub(in crate::cli) base: Option<Base>,
    /// The day on which waivers are looked at, instead of today in UTC.
    #[arg(long, value_name = "DAY", requires = "base", hide = true)]
    pub(in crate::cli) today: Option<Day>,
}
