//! One problem of a configuration, for programs, and its place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{Problem, Problems, Sources, Span};

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

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemLevel {
    /// The configuration cannot be used, or the change is refused.
    Error,
    /// It can, and is not, and somebody should look.
    Warning,
}

/// A place in a file. Lines and columns are counted from
/// 1, columns in characters.
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

impl ProblemView {
    /// The views of all problems.
    #[must_use]
    pub fn of_all(found: &Problems) -> Vec<Self> {
        let Problems {
            problems,
            sources,
            ..
        } = found;
        let views = problems
            .iter()
            .map(|problem| Self::of(problem, sources));

        views.collect()
    }

    fn of(problem: &Problem, sources: &Sources) -> Self {
        let related = problem
            .related
            .iter()
            .map(|(span, message)| RelatedView {
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
            next_step: problem
                .help
                .as_ref()
                .map(ToString::to_string),
        }
    }
}

impl PlaceView {
    pub(super) fn of(span: Span, sources: &Sources) -> Self {
        let source = sources.get(span);
        // On Windows as well: annotations and scanners know no other separator.
        let file = source
            .map_or("", |source| source.path())
            .replace('\\', "/");
        let ends = source
            .filter(|_| !span.is_whole())
            .map(|source| {
                let bytes = span.bytes();
                (
                    source.position(bytes.start),
                    source.position(bytes.end),
                )
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
