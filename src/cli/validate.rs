//! `grantry validate`

use super::arguments::Validate;
use super::exit::{Exit, Failure};
use super::output;
use super::target::support_of;
use crate::{config, render};

pub(super) fn run(arguments: &Validate) -> Result<Exit, Failure> {
    let provider = arguments.provider.as_ref();
    let loaded = config::load(&arguments.configuration.paths, support_of(provider));

    match loaded {
        Ok(loaded) => {
            output::data(&render::valid(&loaded.desired))?;
            Ok(Exit::Done)
        }
        // As data, not as a failure: problems are what was asked for.
        Err(problems) => {
            output::data(&render::problems(&problems))?;
            Ok(Exit::Error)
        }
    }
}
