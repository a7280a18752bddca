//! `grantry validate`

use super::arguments::{Base, Validate};
use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::faces::view_of;
use super::revision::{find_paths, load_at, refuse_moved};
use super::target::support_of;
use super::{environment, output};
use crate::config::{self, Inputs, Problems, Revision, Sources, Tree, Written};
use crate::render;
use crate::render::document::{BaseView, ProblemsDocument};
use crate::review::{Finding, review};

/// What a configuration comes to. Problems are what was asked for, and no failure.
enum Checked {
    Invalid(Problems),
    Valid {
        /// What is declared, in words.
        words: String,
        reviewed: Option<Reviewed>,
    },
}

/// What a change comes to.
struct Reviewed {
    base: BaseView,
    findings: Vec<Finding>,
    sources: Sources,
}

impl Checked {
    fn exit(&self) -> Exit {
        match self {
            Self::Invalid(_) => Exit::Error,
            Self::Valid {
                reviewed: Some(reviewed),
                ..
            } if reviewed.findings.iter().any(Finding::is_refusal) => Exit::Refused,
            Self::Valid { .. } => Exit::Done,
        }
    }

    /// For people.
    fn text(&self) -> String {
        match self {
            Self::Invalid(problems) => render::problems(problems),
            Self::Valid {
                words,
                reviewed: None,
            } => words.clone(),
            Self::Valid {
                words,
                reviewed: Some(reviewed),
            } => {
                let Reviewed {
                    base,
                    findings,
                    sources,
                } = reviewed;
                let findings = render::findings(findings, sources, &base.since());
                format!("{words}\n{findings}")
            }
        }
    }

    /// For programs.
    fn document(&self) -> ProblemsDocument {
        let code = self.exit().code();
        match self {
            Self::Invalid(problems) => ProblemsDocument::of(Some(problems), code),
            Self::Valid { reviewed, .. } => {
                let document = ProblemsDocument::of(None, code);
                match reviewed {
                    Some(Reviewed {
                        base,
                        findings,
                        sources,
                    }) => document.with_findings(base.clone(), findings, sources),
                    None => document,
                }
            }
        }
    }
}

pub(super) fn run(arguments: &Validate) -> Result<Exit, Failure> {
    let faces = &arguments.faces;
    match check(arguments) {
        Ok(checked) => {
            if faces.is_for_people() {
                output::data(&checked.text())?;
            }
            faces.show(&checked.document())?;
            Ok(checked.exit())
        }
        Err(failure) => {
            let code = failure.exit().code();
            let document = ProblemsDocument::of_failure(view_of(&failure), code);
            match failure {
                Failure::Overwrites { .. } => faces.print(&document)?,
                _ => faces.show(&document)?,
            }
            Err(failure)
        }
    }
}

fn check(arguments: &Validate) -> Result<Checked, Failure> {
    let paths = &arguments.configuration.paths;
    let destinations = Destinations::of(&arguments.faces.files, None);
    destinations.check(paths, &[])?;

    let inputs = arguments.configuration.inputs.gather()?;
    let support_of = support_of(arguments.provider.as_ref());
    let loaded =
        config::load_with_places(&Tree::Disk, paths, &inputs, support_of, Sources::default());
    let (written, sources) = match loaded {
        Ok(loaded) => loaded,
        Err(problems) => {
            destinations.check_files(&problems.files)?;
            return Ok(Checked::Invalid(problems));
        }
    };
    destinations.check_files(&written.loaded.files)?;

    let base = arguments.review.base.as_ref();
    let reviewed = base.map(|base| compare(arguments, &inputs, base, &written, sources));
    Ok(Checked::Valid {
        words: render::valid(&written.loaded.desired),
        reviewed: reviewed.transpose()?,
    })
}

/// What the change since a revision comes to.
fn compare(
    arguments: &Validate,
    inputs: &Inputs,
    base: &Base,
    after: &Written,
    sources: Sources,
) -> Result<Reviewed, Failure> {
    let revision = Revision::open(&base.name)?;
    // Before all else: such a file may say on the disk what its revision does not.
    revision.refuse_rewritten(&after.loaded.files)?;

    let paths = find_paths(&revision, base, &arguments.configuration.paths)?;
    let (before, sources) = if paths.there.is_empty() {
        refuse_moved(&revision, base, &after.loaded.desired)?;
        (None, sources)
    } else {
        let provider = arguments.provider.as_ref();
        let (before, sources) = load_at(revision, &paths.there, inputs, provider, sources)?;
        (Some(before), sources)
    };

    let today = arguments.review.today.unwrap_or_else(environment::today);
    Ok(Reviewed {
        base: BaseView::of(base, &paths.missing),
        findings: review(before.as_ref(), after, today),
        sources,
    })
}
