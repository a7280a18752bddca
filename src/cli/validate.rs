//! `grantry validate`

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::arguments::{Base, Validate};
use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::faces::view_of;
use super::revision::{Before, Earlier, Stand, find_paths, refuse_moved};
use super::schema::SchemaFile;
use super::selection::load_each;
use super::{environment, hint, output};
use crate::config::{
    Inputs, Loaded, Problems, Reading, Revision, Sources, Span, Tree, Written,
    find_shared_tenants,
};
use crate::model::EnvironmentName;
use crate::render;
use crate::render::document::{BaseView, ProblemsDocument};
use crate::review::{Finding, review, vanished_environment};

/// What a configuration comes to. Problems are what was asked for, and no
/// failure.
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
            Self::Valid(all) if all.iter().any(Valid::is_refused) => {
                Exit::Refused
            }
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

/// Checks once.
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
            let document =
                ProblemsDocument::of_failure(view_of(&failure), code);
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
    let schema_file = arguments.editing.write_schema.as_deref();
    let destinations =
        Destinations::of(&arguments.faces.files, None).with_schema(schema_file);
    destinations.check(paths, &[])?;
    let inputs = arguments.configuration.inputs.gather()?;

    let reading = Reading::of(&Tree::Disk, paths, Sources::default());
    destinations.check_files(reading.files())?;
    let schema = schema_file.and_then(|file| SchemaFile::of(file, &reading));

    let checked = check_reading(arguments, reading, inputs, &destinations)?;
    // Also where there are problems, for somebody is writing; and last: by now
    // it is known what was read.
    if let Some(schema) = schema {
        schema.keep()?;
    }
    Ok(checked)
}

fn check_reading(
    arguments: &Validate,
    reading: Reading,
    inputs: Inputs,
    destinations: &Destinations<'_>,
) -> Result<Checked, Failure> {
    let environments = match reading.environments() {
        Ok(environments) => environments,
        Err(problems) => {
            return Ok(Checked::Invalid(problems.in_words(hint::words)));
        }
    };

    let base = arguments.review.base.as_ref();
    let inputs = inputs_of_each(inputs, &environments);
    // There may be many, and only a comparison looks at them again.
    let take = |written: Written, sources| {
        let words = render::valid(&written.loaded);
        let Loaded {
            desired,
            provider,
            ..
        } = &written.loaded;
        let stand = (desired.stack.clone(), provider.clone());
        (words, stand, base.map(|_| (written, sources)))
    };
    let provider = arguments.provider.as_ref();
    let places = places_of(&reading, &environments);
    let known = (
        reading.sources().clone(),
        reading.files().to_vec(),
    );
    let valid = match load_each(reading, inputs, provider, destinations, take) {
        Ok(valid) => valid,
        Err(Failure::Problems(problems)) => {
            return Ok(Checked::Invalid(problems));
        }
        Err(failure) => return Err(failure),
    };

    // Whoever names a tenant for all of them on the command line has one in
    // mind.
    if provider.is_none() {
        let stands = valid
            .iter()
            .filter_map(|(inputs, (_, stand, _))| {
                let (stack, provider) = stand;
                let place = places.get(inputs.environment.as_ref()?)?;
                Some((stack, provider.as_ref()?, *place))
            });
        let problems = find_shared_tenants(stands);
        if !problems.is_empty() {
            let (sources, files) = known;
            return Ok(Checked::Invalid(Problems {
                problems,
                sources,
                files,
            }));
        }
    }

    let comparison = base.map(|base| Comparison {
        arguments,
        base,
        present: &environments,
        stands: OnceCell::new(),
    });
    let mut all = Vec::new();
    for (inputs, (words, _, written)) in valid {
        let compared = comparison
            .as_ref()
            .zip(written)
            .map(|(comparison, (written, sources))| {
                comparison.run(&inputs, &written, sources)
            })
            .transpose()?;
        let reviewed = compared.map(|(mut reviewed, before)| {
            // Said once, and not of each environment that is still there.
            if all.is_empty() {
                reviewed
                    .findings
                    .extend(find_gone(&before, &environments));
            }
            reviewed
        });
        all.push(Valid {
            environment: inputs.environment,
            words,
            reviewed,
        });
    }
    Ok(Checked::Valid(all))
}

/// Where each environment is.
fn places_of(
    reading: &Reading,
    environments: &[EnvironmentName],
) -> BTreeMap<EnvironmentName, Span> {
    let places = environments.iter().filter_map(|name| {
        let place = reading.place_of_environment(name)?;
        Some((name.clone(), place))
    });
    places.collect()
}

/// What is given for each environment that is to be checked: the one that is
/// chosen, or else all.
fn inputs_of_each(
    inputs: Inputs,
    environments: &[EnvironmentName],
) -> Vec<Inputs> {
    if inputs.environment.is_some() || environments.is_empty() {
        return vec![inputs];
    }

    environments
        .iter()
        .map(|name| inputs.with_environment(name.clone()))
        .collect()
}

/// The environments that a revision had, and where.
type Environments = Vec<(EnvironmentName, Span)>;

/// A comparison with a revision, in each environment.
struct Comparison<'a> {
    arguments: &'a Validate,
    base: &'a Base,
    /// The environments that there are now.
    present: &'a [EnvironmentName],
    /// Which there were, found once and only where one of another name is
    /// there.
    stands: OnceCell<Vec<Stand>>,
}

impl Comparison<'_> {
    /// What the change comes to in one environment, and which there were.
    fn run(
        &self,
        inputs: &Inputs,
        after: &Written,
        sources: Sources,
    ) -> Result<(Reviewed, Environments), Failure> {
        let Self {
            arguments,
            base,
            ..
        } = self;
        let revision = Revision::open(&base.name)?;
        // Before all else: such a file may say on the disk what its revision
        // does not.
        revision.refuse_rewritten(&after.loaded.files)?;

        let paths =
            find_paths(&revision, base, &arguments.configuration.paths)?;
        let before = if paths.there.is_empty() {
            refuse_moved(&revision, base, &after.loaded.desired)?;
            Before {
                written: None,
                environments: Vec::new(),
                sources,
            }
        } else {
            let provider = arguments.provider.as_ref();
            let earlier = Earlier::read(
                revision,
                &paths.there,
                inputs,
                provider,
                sources,
            )?;
            earlier.load_to_compare(
                &after.loaded,
                self.present,
                &self.stands,
            )?
        };

        let today = arguments
            .review
            .today
            .unwrap_or_else(environment::today);
        let reviewed = Reviewed {
            base: BaseView::of(base, &paths.missing),
            findings: review(before.written.as_ref(), after, today),
            sources: before.sources,
        };
        Ok((reviewed, before.environments))
    }
}

fn find_gone(before: &Environments, after: &[EnvironmentName]) -> Vec<Finding> {
    before
        .iter()
        .filter(|(name, _)| !after.contains(name))
        .map(|(name, span)| vanished_environment(name, *span))
        .collect()
}
