//! `grantry validate`

use super::arguments::Validate;
use super::exit::{Exit, Failure};
use super::output;
use super::target::support_of;
use crate::render::document::ProblemsDocument;
use crate::{config, render};

pub(super) fn run(arguments: &Validate) -> Result<Exit, Failure> {
    let provider = arguments.provider.as_ref();
    let loaded = config::load(&arguments.configuration.paths, support_of(provider));

    // As data, not as a failure: problems are what was asked for.
    let (text, exit, problems) = match loaded {
        Ok(loaded) => (render::valid(&loaded.desired), Exit::Done, None),
        Err(problems) => (render::problems(&problems), Exit::Error, Some(problems)),
    };
    if arguments.faces.is_for_people() {
        output::data(&text)?;
    }
    let document = ProblemsDocument::of(problems.as_ref(), exit.code());
    arguments.faces.show(&document)?;
    Ok(exit)
}
