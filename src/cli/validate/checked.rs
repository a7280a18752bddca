//! What a configuration comes to, for people and for programs.

use crate::cli::exit::Exit;
use crate::config::{Problems, Sources};
use crate::model::EnvironmentName;
use crate::render;
use crate::render::document::{BaseView, ProblemsDocument};
use crate::review::Finding;

/// What a configuration comes to. Problems are what was
/// asked for, and no failure.
pub(super) enum Checked {
    Invalid(Problems),
    /// In each of its environments, or the one that it is.
    Valid(Vec<Valid>),
}

/// A configuration without a problem.
pub(super) struct Valid {
    pub(super) environment: Option<EnvironmentName>,
    /// What is declared, in words.
    pub(super) words: String,
    pub(super) reviewed: Option<Reviewed>,
}

/// What a change comes to.
pub(super) struct Reviewed {
    pub(super) base: BaseView,
    pub(super) findings: Vec<Finding>,
    pub(super) sources: Sources,
}

impl Checked {
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Invalid(_) => Exit::Error,
            Self::Valid(all) if all.iter().any(Valid::is_refused) => {
                Exit::Refused
            }
            Self::Valid(_) => Exit::Done,
        }
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Invalid(problems) => render::problems(problems),
            Self::Valid(all) => all.iter().map(Valid::text).collect(),
        }
    }

    /// For programs.
    pub(super) fn document(&self) -> ProblemsDocument {
        let code = self.exit().code();
        match self {
            Self::Invalid(problems) => {
                ProblemsDocument::of(Some(problems), code)
            }
            Self::Valid(all) => all.iter().fold(
                ProblemsDocument::of(None, code),
                |document, valid| valid.add_to(document),
            ),
        }
    }
}

impl Valid {
    fn is_refused(&self) -> bool {
        let mut findings = self
            .reviewed
            .iter()
            .flat_map(|reviewed| &reviewed.findings);
        findings.any(Finding::is_refusal)
    }

    fn text(&self) -> String {
        let Some(reviewed) = &self.reviewed else {
            return self.words.clone();
        };

        let Reviewed {
            base,
            findings,
            sources,
        } = reviewed;
        let findings = render::findings(findings, sources, &base.since());
        format!("{}\n{findings}", self.words)
    }

    fn add_to(&self, document: ProblemsDocument) -> ProblemsDocument {
        let Some(reviewed) = &self.reviewed else {
            return document;
        };

        let Reviewed {
            base,
            findings,
            sources,
        } = reviewed;
        document.with_findings(
            base.clone(),
            self.environment.as_ref(),
            findings,
            sources,
        )
    }
}
