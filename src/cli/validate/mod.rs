//! `grantry validate`
//!
//! `checked` is what a configuration comes to, and `comparison` what a change
//! of it since a revision lets anybody do.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::arguments::{Base, Validate};
use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::faces::view_of;
use super::schema::SchemaFile;
use super::selection::load_each;
use super::{hint, output};
use crate::config::{
    Inputs, Problem, Problems, ProviderChoice, Reading, Sources, Span, Tree,
    Written, find_shared_tenants,
};
use crate::model::{EnvironmentName, StackName};
use crate::render;
use crate::render::document::ProblemsDocument;

mod checked;
mod comparison;

use checked::{Checked, Valid};
use comparison::{Comparison, find_gone};

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
    let schema_file = arguments
        .editing
        .write_schema
        .as_deref();
    let destinations =
        Destinations::of(&arguments.faces.files, None).with_schema(schema_file);
    destinations.check(paths, &[])?;
    let inputs = arguments
        .configuration
        .inputs
        .gather()?;

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
    let provider = arguments.provider.as_ref();
    let inputs = inputs_of_each(inputs, &environments);
    let places = places_of(&reading, &environments);
    let sources = reading.sources().clone();
    let files = reading.files().to_vec();
    let take = |written, sources| Declared::of(written, sources, base);
    let valid = match load_each(reading, inputs, provider, destinations, take) {
        Ok(valid) => valid,
        Err(Failure::Problems(problems)) => {
            return Ok(Checked::Invalid(problems));
        }
        Err(failure) => return Err(failure),
    };

    // Whoever names a tenant for all of them on the
    // command line has one in mind.
    if provider.is_none() {
        let problems = find_shared(&valid, &places);
        if !problems.is_empty() {
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
    let all = review_each(valid, comparison.as_ref())?;
    Ok(Checked::Valid(all))
}

/// What is declared in one environment.
struct Declared {
    words: String,
    stack: StackName,
    provider: Option<ProviderChoice>,
    /// Kept for a comparison only: there may be many.
    written: Option<(Written, Sources)>,
}

impl Declared {
    fn of(written: Written, sources: Sources, base: Option<&Base>) -> Self {
        let loaded = &written.loaded;

        Self {
            words: render::valid(loaded),
            stack: loaded.desired.stack.clone(),
            provider: loaded.provider.clone(),
            written: base.map(|_| (written, sources)),
        }
    }
}

/// Environments that would be one stack in one tenant.
fn find_shared(
    valid: &[(Inputs, Declared)],
    places: &BTreeMap<EnvironmentName, Span>,
) -> Vec<Problem> {
    let stands = valid
        .iter()
        .filter_map(|(inputs, declared)| {
            let place = places.get(inputs.environment.as_ref()?)?;
            let provider = declared.provider.as_ref()?;
            Some((&declared.stack, provider, *place))
        });

    find_shared_tenants(stands)
}

/// What each environment comes to, and the change in it, if it is compared.
fn review_each(
    valid: Vec<(Inputs, Declared)>,
    comparison: Option<&Comparison<'_>>,
) -> Result<Vec<Valid>, Failure> {
    let mut all = Vec::new();
    for (inputs, declared) in valid {
        let reviewed = match (comparison, declared.written) {
            (Some(comparison), Some((written, sources))) => {
                let (mut reviewed, before) =
                    comparison.run(&inputs, &written, sources)?;
                // Said once, and not of each environment that is still there.
                if all.is_empty() {
                    let gone = find_gone(&before, comparison.present);
                    reviewed.findings.extend(gone);
                }
                Some(reviewed)
            }
            _ => None,
        };
        all.push(Valid {
            environment: inputs.environment,
            words: declared.words,
            reviewed,
        });
    }
    Ok(all)
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
