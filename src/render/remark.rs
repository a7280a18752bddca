//! What is said of a place in a configuration: a problem,
//! or a finding of a review.

use std::borrow::Cow;

use annotate_snippets::Level as Title;

use super::weight::waived;
use crate::config::{Problem, Span};
use crate::review::{Finding, Level};

/// What is said of a place.
pub(super) struct Remark<'a> {
    pub(super) level: Title<'static>,
    /// The level as it is shown.
    pub(super) word: &'static str,
    pub(super) id: &'a str,
    pub(super) message: &'a str,
    pub(super) span: Span,
    /// A few words for the place itself.
    pub(super) label: Option<&'a str>,
    /// Other places that matter.
    pub(super) related: &'a [(Span, String)],
    /// What to do about it.
    pub(super) help: Option<Cow<'a, str>>,
}

impl<'a> Remark<'a> {
    pub(super) fn of_problem(problem: &'a Problem) -> Self {
        Self {
            level: Title::ERROR,
            word: "error",
            id: problem.id.as_str(),
            message: &problem.message,
            span: problem.span,
            label: problem.label.as_deref(),
            related: &problem.related,
            help: problem
                .help
                .as_ref()
                .map(|help| help.to_string().into()),
        }
    }

    /// Of what is waived, only why.
    pub(super) fn of_finding(finding: &'a Finding) -> Self {
        let (level, word) = match (&finding.waiver, finding.level) {
            (Some(_), _) => (Title::NOTE, "note"),
            (None, Level::Error) => (Title::ERROR, "error"),
            (None, Level::Warning) => (Title::WARNING, "warning"),
        };
        let help = match &finding.waiver {
            // Without what to do about it: somebody would do it.
            Some(waiver) => {
                Some(Cow::Owned(waived(&waiver.reason, waiver.until)))
            }
            None => finding
                .help
                .as_deref()
                .map(Cow::Borrowed),
        };

        Self {
            level,
            word,
            id: finding.id.as_str(),
            message: &finding.message,
            span: finding.span,
            label: None,
            related: &[],
            help,
        }
    }
}
