//! In which faces a run says what it came to.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Where what a run came to is said, and how.
#[derive(Debug, Args)]
pub(crate) struct Faces {
    /// What to print on stdout.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) files: FaceFiles,
}

/// The same for problems, which code scanners understand too.
#[derive(Debug, Args)]
pub(crate) struct ProblemFaces {
    /// What to print on stdout.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ProblemFormat::Text)]
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
    /// Write the same as Markdown to this file, of at most 60,000 bytes, also when the command fails.
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
}

/// What is printed on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs: a document with a schema of its own, complete also when the command fails.
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

impl Format {
    /// Whether stdout is for people.
    pub(crate) fn is_for_people(self) -> bool {
        match self {
            Self::Text | Self::Github => true,
            Self::Json | Self::Markdown => false,
        }
    }
}
