//! What several processes did together, for programs.

use serde::{Deserialize, Serialize};

use super::Version;
use super::counts::CountsView;
use super::fate::Fate;
use super::report_line::EndedLine;

/// What several processes did together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitedDocument {
    /// What this is.
    pub format: UnitedFormat,
    /// Which form of it. Readers ignore fields that they do not know.
    pub version: Version,
    /// How one process over all of it would have ended.
    pub exit_code: u8,
    /// How many of the environments were done.
    pub done: usize,
    /// How many objects change in all environments together,
    /// as far as there are plans.
    pub changes: usize,
    /// What became of each environment, in the order of their names.
    pub environments: Vec<UnitedView>,
    /// What is not as it should be, though each process may have ended well.
    pub warnings: Vec<String>,
}

/// What a document of united work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnitedFormat {
    /// The work of several processes.
    #[serde(rename = "grantry/united")]
    United,
}

/// What became of one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitedView {
    /// Its name.
    pub environment: String,
    /// What became of it.
    pub fate: Fate,
    /// How a run over it alone would have ended.
    pub exit_code: u8,
    /// What the last attempt at it said, if one came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<EndedLine>,
}

impl UnitedDocument {
    /// The document of this work.
    #[must_use]
    pub fn of(
        environments: Vec<UnitedView>,
        warnings: Vec<String>,
        exit_code: u8,
    ) -> Self {
        let done = environments
            .iter()
            .filter(|view| view.fate == Fate::Done);
        let last = environments
            .iter()
            .filter_map(|view| view.last.as_ref());
        let counts: CountsView = last
            .filter_map(|line| line.counts)
            .sum();

        Self {
            format: UnitedFormat::United,
            version: Version::One,
            exit_code,
            done: done.count(),
            changes: counts.changed(),
            environments,
            warnings,
        }
    }
}
