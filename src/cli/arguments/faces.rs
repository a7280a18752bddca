//! In which faces a run says what it came to.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::model::Support;
use crate::render::{Detail, Layout, Width};

/// Where what a run came to is said, and how.
#[derive(Debug, Args)]
pub(crate) struct Faces {
    /// What to print on stdout.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t = Format::Text
    )]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) detail: DetailArguments,
    #[command(flatten)]
    pub(crate) files: FaceFiles,
}

/// How much of a plan people are shown.
#[derive(Debug, Default, Args)]
pub(crate) struct DetailArguments {
    /// Show only how many objects change, and which are deleted.
    #[arg(long, conflicts_with = "full")]
    summary: bool,
    /// Show all of a plan, also what every new client gets.
    #[arg(long)]
    full: bool,
}

/// The same for problems, which code scanners understand too.
#[derive(Debug, Args)]
pub(crate) struct ProblemFaces {
    /// What to print on stdout.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t = ProblemFormat::Text
    )]
    pub(crate) format: ProblemFormat,
    #[command(flatten)]
    pub(crate) files: FaceFiles,
}

/// The files that say it too.
#[derive(Debug, Args)]
pub(crate) struct FaceFiles {
    /// Write the same as JSON to this file, also when the command fails.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write the same as Markdown to this file, of at most 60,000 bytes, also
    /// when the command fails.
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
}

/// What is printed on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs: a document with a schema of its own, complete also when
    /// the command fails.
    Json,
    /// For the comment of a pull request.
    Markdown,
    /// For people, and annotations for GitHub Actions.
    Github,
}

/// What is printed of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProblemFormat {
    /// For people.
    Text,
    /// For programs: a document with a schema of its own.
    Json,
    /// For the comment of a pull request.
    Markdown,
    /// For people, and annotations for GitHub Actions.
    Github,
    /// For code scanners: SARIF 2.1.0.
    Sarif,
}

impl Faces {
    /// How a plan is shown on stdout, for a provider that can express this.
    pub(crate) fn layout(&self, support: &Support, width: Width) -> Layout {
        let detail = match self.detail {
            DetailArguments {
                summary: true, ..
            } => Detail::Summary,
            DetailArguments { full: true, .. } => Detail::Full,
            DetailArguments { .. } => Detail::Folded(support.machine),
        };

        Layout { width, detail }
    }
}

impl Format {
    /// Whether stdout is for people.
    pub(crate) fn is_for_people(self) -> bool {
        match self {
            Self::Text | Self::Github => true,
            Self::Json | Self::Markdown => false,
        }
    }
}
