//! What is wrong with a configuration, for programs.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Version;
use super::failure::FailureView;
use super::problem::{PlaceView, ProblemLevel, ProblemView};
use crate::config::{Problems, Sources};
use crate::model::EnvironmentName;
use crate::review::{Finding, Level};

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProblemsDocument {
    /// What this is.
    pub format: ProblemsFormat,
    /// Which form of it. Readers ignore fields that they do not know.
    pub version: Version,
    /// How the run ended.
    pub exit_code: u8,
    /// The problems, by file and place.
    pub problems: Vec<ProblemView>,
    /// Whether the search ended before all was looked at,
    /// because there were so many.
    pub may_be_more: bool,
    /// What the configuration was compared with, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseView>,
    /// What the change from there does that somebody should know of: access
    /// gained, and safety lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingView>,
    /// Why the run ended early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureView>,
}

/// What a problems document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProblemsFormat {
    /// A document of problems.
    #[serde(rename = "grantry/problems")]
    Problems,
}

/// What a configuration was compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaseView {
    /// The revision, as it was named.
    pub revision: String,
    /// What it has not of the configuration, as that was named: all that is in
    /// there is new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// What a change does that somebody should know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingView {
    /// Which kind of finding: a word that stays the same.
    pub id: String,
    /// How bad it is, where it is not waived: an error ends the run with 3.
    pub level: ProblemLevel,
    /// In which environment, where the configuration has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What it is about, as a waiver names it.
    pub object: String,
    /// What is found, in one line, whose words may change.
    pub message: String,
    /// Where.
    pub place: PlaceView,
    /// Where it can be shown in the files of the change, which is another place
    /// for what is gone. For annotations: it is in no document.
    #[serde(skip)]
    pub place_now: Option<PlaceView>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    /// Why nobody need act on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<WaiverView>,
}

/// Why nobody need act on a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverView {
    /// Why.
    pub reason: String,
    /// The last day that it holds, in UTC.
    pub until: String,
}

impl ProblemsDocument {
    /// The document of a run that ended so.
    #[must_use]
    pub fn of(found: Option<&Problems>, exit_code: u8) -> Self {
        Self {
            format: ProblemsFormat::Problems,
            version: Version::One,
            exit_code,
            problems: found
                .map(ProblemView::of_all)
                .unwrap_or_default(),
            may_be_more: found.is_some_and(Problems::may_be_more),
            base: None,
            findings: Vec::new(),
            error: None,
        }
    }

    /// The document of a run that looked at nothing.
    #[must_use]
    pub fn of_failure(error: FailureView, exit_code: u8) -> Self {
        Self {
            error: Some(error),
            ..Self::of(None, exit_code)
        }
    }

    /// The same of a run that compared the configuration with a base. What is
    /// found in each of several environments comes one behind the other.
    #[must_use]
    pub fn with_findings(
        mut self,
        base: BaseView,
        environment: Option<&EnvironmentName>,
        findings: &[Finding],
        sources: &Sources,
    ) -> Self {
        let views = findings.iter().map(|finding| {
            let view = FindingView::of(finding, sources);
            match environment {
                Some(environment) => FindingView {
                    message: format!("{} (in {environment})", view.message),
                    environment: Some(environment.to_string()),
                    ..view
                },
                None => view,
            }
        });

        self.findings.extend(views);
        self.base = Some(base);
        self
    }
}

impl BaseView {
    /// The view of a revision, called so, that lacks these files or folders.
    #[must_use]
    pub fn of(revision: &impl ToString, missing: &[PathBuf]) -> Self {
        let missing = missing
            .iter()
            .map(|path| path.display().to_string());

        Self {
            revision: revision.to_string(),
            missing: missing.collect(),
        }
    }

    /// Since when, in words.
    #[must_use]
    pub fn since(&self) -> String {
        if self.missing.is_empty() {
            return self.revision.clone();
        }
        format!(
            "{}, which has no {}",
            self.revision,
            self.missing.join(" and no ")
        )
    }
}

impl FindingView {
    /// What is found, for whoever shows it in the files of the change: with
    /// where it stood, if that is not there.
    pub(in crate::render) fn message_now(&self) -> String {
        if self.place_now.as_ref() == Some(&self.place) {
            return self.message.clone();
        }

        let line = self
            .place
            .line
            .map(|line| format!(":{line}"));
        let line = line.unwrap_or_default();
        format!(
            "{}; it stood at {}{line}",
            self.message, self.place.file
        )
    }

    fn of(finding: &Finding, sources: &Sources) -> Self {
        let waiver = finding
            .waiver
            .as_ref()
            .map(|waiver| WaiverView {
                reason: waiver.reason.clone(),
                until: waiver.until.to_string(),
            });

        Self {
            id: finding.id.to_string(),
            level: match finding.level {
                Level::Error => ProblemLevel::Error,
                Level::Warning => ProblemLevel::Warning,
            },
            environment: None,
            object: finding.object.clone(),
            message: finding.message.clone(),
            place: PlaceView::of(finding.span, sources),
            place_now: sources
                .place_now(finding.span)
                .map(|span| PlaceView::of(span, sources)),
            next_step: finding.help.clone(),
            waiver,
        }
    }
}
