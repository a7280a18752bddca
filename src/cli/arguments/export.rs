//! `grantry export`: for whom, and how far to look.

use std::path::PathBuf;

use clap::Args;

use super::tenant::TenantArguments;
use crate::export::Breadth;
use crate::model::{Pattern, StackName};

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// The stack that the configuration is for: the
    /// future owner of what is in it.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) stack: StackName,
    #[command(flatten)]
    pub(in crate::cli) tenant: TenantArguments,
    #[command(flatten)]
    breadth: ExportBreadth,
    /// Only clients of this name, key or id (`*` stands for any characters),
    /// with their grants.
    #[arg(long = "client", value_name = "PATTERN")]
    pub(in crate::cli) clients: Vec<Pattern>,
    /// Only resource servers of this name, key or identifier,
    /// with the grants on them.
    #[arg(long = "resource-server", value_name = "PATTERN")]
    pub(in crate::cli) resource_servers: Vec<Pattern>,
    /// Write a folder instead: a file for each resource server with the grants
    /// on it. No file that exists is overwritten.
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) split: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct ExportBreadth {
    /// Everything that may be managed (the default).
    #[arg(long)]
    all: bool,
    /// Only what carries the stack's mark, with its grants
    /// and the APIs these are for.
    #[arg(long)]
    owned: bool,
}

impl Export {
    /// How far to look.
    pub(in crate::cli) fn breadth(&self) -> Breadth {
        // `--all` says the default, and is not looked at.
        if self.breadth.owned {
            Breadth::Owned
        } else {
            Breadth::All
        }
    }
}
