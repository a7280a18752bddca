//! `grantry access`: whose access, and how it is shown.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::base::Base;
use super::configuration::Configuration;
use super::tenant::TenantArguments;

/// A state that can be asked who can call what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// The tenant, as it is now.
    Live,
    /// The configuration in a Git revision.
    Revision(Base),
    /// A configuration.
    Path(PathBuf),
}

impl FromStr for Source {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A file of this name is `./live`, and one that begins
        // with `git:` is `./git:…`.
        if text == "live" {
            return Ok(Self::Live);
        }
        match text.strip_prefix("git:") {
            Some(base) => base.parse().map(Self::Revision),
            None => Ok(Self::Path(text.into())),
        }
    }
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AccessFormat {
    /// For people.
    Text,
    /// For programs: a document with a schema of its own, complete also when
    /// the command fails.
    Json,
    /// A table for spreadsheets.
    Csv,
    /// A table for the comment of a pull request.
    Markdown,
}

/// What the rows are gathered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// What each client can call.
    Client,
    /// Who can call each API.
    Api,
    /// Clients beside APIs, with the number of scopes where they meet.
    Matrix,
}

#[derive(Debug, Args)]
pub(crate) struct Access {
    #[command(flatten)]
    pub(crate) configuration: Configuration,
    /// Show what the tenant gives now, to whomever,
    /// instead of what is declared.
    #[arg(long, conflicts_with = "from")]
    pub(crate) live: bool,
    /// Show what is gained and lost from this state on: `live`,
    /// `git:REV[:PATH]`, or another configuration.
    #[arg(long, value_name = "SOURCE")]
    pub(crate) from: Option<Source>,
    /// The state that is compared with that one [default: what CONFIG declares]
    #[arg(long, value_name = "SOURCE", requires = "from")]
    pub(crate) to: Option<Source>,
    /// What to print on stdout.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t = AccessFormat::Text
    )]
    pub(crate) format: AccessFormat,
    /// What the rows are gathered by, for people and as Markdown.
    #[arg(long, value_enum, value_name = "BY", default_value_t = By::Client)]
    pub(crate) by: By,
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,
}
