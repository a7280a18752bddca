//! What a first configuration is like.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::model::StackName;

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Where to write.
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// The stack: the owner of what is declared. Without
    /// it, the name of the folder.
    #[arg(long, value_name = "NAME")]
    pub(crate) stack: Option<StackName>,
    /// The tenant that the configuration begins with.
    #[arg(
        long,
        value_enum,
        value_name = "PROVIDER",
        default_value_t = FirstProvider::Local
    )]
    pub(crate) provider: FirstProvider,
    /// Write `.vscode/settings.json` too, for the YAML extension.
    #[arg(long)]
    pub(crate) vscode: bool,
    /// Write a `.gitignore` too.
    #[arg(long)]
    pub(crate) gitignore: bool,
    /// Write the workflows of this engine too: plan,
    /// apply, and watch for drift.
    #[arg(long, value_enum, value_name = "ENGINE")]
    pub(crate) ci: Option<Engine>,
}

/// The tenant that a first configuration is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FirstProvider {
    /// A file: needs no account.
    Local,
    /// An Auth0 tenant.
    Auth0,
    /// A realm of a Keycloak.
    Keycloak,
}

/// What runs Grantry for a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// GitHub Actions.
    Github,
    /// GitLab CI/CD.
    Gitlab,
}
