//! `grantry validate`

use super::arguments::{Base, Validate};
use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::faces::view_of;
use super::revision::{find_paths, load_at, refuse_moved};
use super::target::support_of;
use super::{environment, output};
use crate::config::{self, Inputs, Problems, Revision, Sources, Tree, Written};
use crate::model::EnvironmentName;
use crate::render;
use crate::render::document::{BaseView, ProblemsDocument};
use crate::review::{Finding, review};

/// What a configuration comes to. Problems are what was asked for, and no failure.
enum Checked {
    Invalid(Problems),
    /// In each of its environments, or the one that it is.
    Valid(Vec<Valid>),
}

/// A configuration without a problem.
struct Valid {
    environment: Option<EnvironmentName>,
    /// What is declared, in words.
    words: String,
    reviewed: Option<Reviewed>,
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
            Self::Valid(all) if all.iter().any(Valid::is_refused) => Exit::Refused,
            Self::Valid(_) => Exit::Done,
        }
    }

    /// For people.
    fn text(&self) -> String {
        match self {
            Self::Invalid(problems) => render::problems(problems),
            Self::Valid(all) => all.iter().map(Valid::text).collect(),
        }
    }

    /// For programs.
    fn document(&self) -> ProblemsDocument {
        let code = self.exit().code();
        match self {
            Self::Invalid(problems) => ProblemsDocument::of(Some(problems), code),
            Self::Valid(all) => all
                .iter()
                .fold(ProblemsDocument::of(None, code), |document, valid| {
                    valid.add_to(document)
                }),
        }
    }
}

impl Valid {
    fn is_refused(&self) -> bool {
        let mut findings = self.reviewed.iter().flat_map(|reviewed| &reviewed.findings);
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
        document.with_findings(base.clone(), self.environment.as_ref(), findings, sources)
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

    let inputs = match inputs_of_all(arguments)? {
        Ok(inputs) => inputs,
        Err(problems) => {
            destinations.check_files(&problems.files)?;
            return Ok(Checked::Invalid(problems));
        }
    };
    let mut valid = Vec::new();
    let mut invalid = Vec::new();
    for inputs in &inputs {
        let support_of = support_of(arguments.provider.as_ref());
        let loaded =
            config::load_with_places(&Tree::Disk, paths, inputs, support_of, Sources::default());
        match loaded {
            Ok((written, sources)) => {
                destinations.check_files(&written.loaded.files)?;
                valid.push((inputs, written, sources));
            }
            Err(problems) => {
                destinations.check_files(&problems.files)?;
                invalid.push((inputs.environment.clone(), problems));
            }
        }
    }
    if !invalid.is_empty() {
        return Ok(Checked::Invalid(unite(invalid, inputs.len())));
    }

    let base = arguments.review.base.as_ref();
    let valid = valid.into_iter().map(|(inputs, written, sources)| {
        let reviewed = base.map(|base| compare(arguments, inputs, base, &written, sources));
        Ok(Valid {
            environment: inputs.environment.clone(),
            words: render::valid(&written.loaded),
            reviewed: reviewed.transpose()?,
        })
    });
    valid.collect::<Result<_, Failure>>().map(Checked::Valid)
}

/// What is given for each environment that is to be checked: the one that is chosen, or else all.
fn inputs_of_all(arguments: &Validate) -> Result<Result<Vec<Inputs>, Problems>, Failure> {
    let inputs = arguments.configuration.inputs.gather()?;
    if inputs.environment.is_some() {
        return Ok(Ok(vec![inputs]));
    }

    let environments = config::environments(&Tree::Disk, &arguments.configuration.paths);
    let all = environments.map(|names| {
        if names.is_empty() {
            return vec![inputs];
        }
        names
            .into_iter()
            .map(|name| inputs.with_environment(name))
            .collect()
    });
    Ok(all)
}

/// The problems of all environments that have any, of so many.
fn unite(invalid: Vec<(Option<EnvironmentName>, Problems)>, of: usize) -> Problems {
    let mut named = Vec::new();
    for (environment, problems) in invalid {
        match environment {
            Some(environment) => named.push((environment, problems)),
            // It has no environments, so there is nothing else.
            None => return problems,
        }
    }
    Problems::unite(named, of)
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
        load_at(revision, &paths.there, inputs, provider, sources)?
    };

    let today = arguments.review.today.unwrap_or_else(environment::today);
    Ok(Reviewed {
        base: BaseView::of(base, &paths.missing),
        findings: review(before.as_ref(), after, today),
        sources,
    })
}
