//! `grantry validate`

use super::arguments::{Base, Validate};
use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::faces::end_of;
use super::revision::{load_at, refuse_moved};
use super::target::support_of;
use super::{environment, output};
use crate::config::{self, Problems, Revision, Sources, Tree, Written};
use crate::render;
use crate::render::document::{BaseView, ProblemsDocument};
use crate::review::{Finding, review};

/// What a configuration comes to.
struct Checked {
    /// For people.
    text: String,
    exit: Exit,
    problems: Option<Problems>,
    reviewed: Option<Reviewed>,
}

/// What a change comes to.
struct Reviewed {
    base: BaseView,
    findings: Vec<Finding>,
    sources: Sources,
}

pub(super) fn run(arguments: &Validate) -> Result<Exit, Failure> {
    let checked = check(arguments);
    if let Ok(checked) = &checked
        && arguments.faces.is_for_people()
    {
        output::data(&checked.text)?;
    }

    let (checked, ended) = match checked {
        Ok(checked) => {
            let exit = checked.exit;
            (Some(checked), Ok(exit))
        }
        Err(failure) => (None, Err(failure)),
    };
    let (exit, error) = end_of(&ended);
    let problems = checked
        .as_ref()
        .and_then(|checked| checked.problems.as_ref());
    let mut document = ProblemsDocument::of(problems, exit.code());
    if let Some(Reviewed {
        base,
        findings,
        sources,
    }) = checked
        .as_ref()
        .and_then(|checked| checked.reviewed.as_ref())
    {
        document = document.with_findings(base.clone(), findings, sources);
    }
    document.error = error;

    match ended {
        Err(Failure::Overwrites { .. }) => arguments.faces.print(&document)?,
        _ => arguments.faces.show(&document)?,
    }
    ended
}

fn check(arguments: &Validate) -> Result<Checked, Failure> {
    let paths = &arguments.configuration.paths;
    Destinations::of(&arguments.faces.files, None).check(paths, &[])?;

    let support_of = support_of(arguments.provider.as_ref());
    let loaded = config::load_with_places(&Tree::Disk, paths, support_of, Sources::default());

    // As data, not as a failure: problems are what was asked for.
    let (written, sources) = match loaded {
        Ok(loaded) => loaded,
        Err(problems) => {
            return Ok(Checked {
                text: render::problems(&problems),
                exit: Exit::Error,
                problems: Some(problems),
                reviewed: None,
            });
        }
    };

    let mut checked = Checked {
        text: render::valid(&written.loaded.desired),
        exit: Exit::Done,
        problems: None,
        reviewed: None,
    };
    if let Some(base) = &arguments.review.base {
        let reviewed = compare(arguments, base, &written, sources)?;
        let Reviewed {
            base,
            findings,
            sources,
        } = &reviewed;
        checked.text.push('\n');
        checked
            .text
            .push_str(&render::findings(findings, sources, &base.since()));
        if findings.iter().any(Finding::is_refusal) {
            checked.exit = Exit::Refused;
        }
        checked.reviewed = Some(reviewed);
    }
    Ok(checked)
}

/// What the change since a revision comes to.
fn compare(
    arguments: &Validate,
    base: &Base,
    after: &Written,
    sources: Sources,
) -> Result<Reviewed, Failure> {
    let paths = &arguments.configuration.paths;
    let provider = arguments.provider.as_ref();
    let revision = Revision::open(&base.name)?;
    revision.refuse_rewritten(&after.files)?;

    let (before, sources) = if let Some((before, sources)) =
        load_at(revision, base, paths, provider, sources.clone())?
    {
        (Some(before), sources)
    } else {
        refuse_moved(base, &after.loaded.desired)?;
        (None, sources)
    };

    let today = arguments.review.today.unwrap_or_else(environment::today);
    let base = BaseView {
        revision: base.to_string(),
        is_without: before.is_none(),
    };
    Ok(Reviewed {
        base,
        findings: review(before.as_ref(), after, today),
        sources,
    })
}
