//! What is wrong with a configuration, for programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FailureView, Version};
use crate::config::{Problem, Problems, Sources, Span};
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
    /// Whether the search ended before all was looked at, because there were so many.
    pub may_be_more: bool,
    /// What the configuration was compared with, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// What the change from there does that somebody should know of: access gained, and safety lost.
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

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProblemView {
    /// Which kind of problem: a word that stays the same.
    pub id: String,
    /// How bad it is.
    pub level: ProblemLevel,
    /// What is wrong, in one line, whose words may change.
    pub message: String,
    /// Where.
    pub place: PlaceView,
    /// A few words for the place itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Other places that matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedView>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
}

/// What a change does that somebody should know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingView {
    /// Which kind of finding: a word that stays the same.
    pub id: String,
    /// How bad it is, where it is not waived: an error ends the run with 3.
    pub level: ProblemLevel,
    /// What it is about, as a waiver names it.
    pub object: String,
    /// What is found, in one line, whose words may change.
    pub message: String,
    /// Where.
    pub place: PlaceView,
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

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemLevel {
    /// The configuration cannot be used, or the change is refused.
    Error,
    /// It can, and is not, and somebody should look.
    Warning,
}

/// A place in a file. Lines and columns are counted from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceView {
    /// The file, as it was named, with `/` between folders.
    pub file: String,
    /// The first line; not there where the file as a whole is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The first character of it that is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The last line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_line: Option<usize>,
    /// The character behind the last that is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_column: Option<usize>,
}

/// Another place that matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RelatedView {
    /// Where.
    pub place: PlaceView,
    /// Why it matters.
    pub message: String,
}

impl ProblemsDocument {
    /// The document of a run that ended so.
    #[must_use]
    pub fn of(found: Option<&Problems>, exit_code: u8) -> Self {
        Self {
            format: ProblemsFormat::Problems,
            version: Version::One,
            exit_code,
            problems: found.map(ProblemView::of_all).unwrap_or_default(),
            may_be_more: found.is_some_and(Problems::may_be_more),
            base: None,
            findings: Vec::new(),
            error: None,
        }
    }

    /// The same of a run that compared the configuration with a base.
    #[must_use]
    pub fn with_findings(mut self, base: &str, findings: &[Finding], sources: &Sources) -> Self {
        let views = findings
            .iter()
            .map(|finding| FindingView::of(finding, sources));

        self.base = Some(base.to_owned());
        self.findings = views.collect();
        self
    }
}

impl FindingView {
    fn of(finding: &Finding, sources: &Sources) -> Self {
        let waiver = finding.waiver.as_ref().map(|waiver| WaiverView {
            reason: waiver.reason.clone(),
            until: waiver.until.to_string(),
        });

        Self {
            id: finding.id.to_string(),
            level: match finding.level {
                Level::Error => ProblemLevel::Error,
                Level::Warning => ProblemLevel::Warning,
            },
            object: finding.object.clone(),
            message: finding.message.clone(),
            place: PlaceView::of(finding.span, sources),
            next_step: finding.help.clone(),
            waiver,
        }
    }
}

impl ProblemView {
    /// The views of all problems.
    #[must_use]
    pub fn of_all(found: &Problems) -> Vec<Self> {
        let Problems { problems, sources } = found;
        let views = problems.iter().map(|problem| Self::of(problem, sources));

        views.collect()
    }

    fn of(problem: &Problem, sources: &Sources) -> Self {
        let related = problem.related.iter().map(|(span, message)| RelatedView {
            place: PlaceView::of(*span, sources),
            message: message.clone(),
        });

        Self {
            id: problem.id.to_string(),
            level: ProblemLevel::Error,
            message: problem.message.clone(),
            place: PlaceView::of(problem.span, sources),
            label: problem.label.clone(),
            related: related.collect(),
            next_step: problem.help.clone(),
        }
    }
}

impl PlaceView {
    fn of(span: Span, sources: &Sources) -> Self {
        let source = sources.get(span);
        let file = source.map_or("", |source| source.path()).replace('\\', "/");
        let ends = source.filter(|_| !span.is_whole()).map(|source| {
            let bytes = span.bytes();
            (source.position(bytes.start), source.position(bytes.end))
        });

        Self {
            file,
            line: ends.map(|(start, _)| start.line),
            column: ends.map(|(start, _)| start.column),
            end_line: ends.map(|(_, end)| end.line),
            end_column: ends.map(|(_, end)| end.column),
        }
    }
}
