//! `grantry validate`

use super::arguments::Validate;
use super::exit::{Exit, Failure};
use super::output;
use super::target::support_of;
use crate::{config, render};

pub(super) fn run(arguments: &Validate) -> Result<Exit, Failure> {
    let support_of = support_of(arguments.provider.as_ref());
    match config::load(&arguments.configuration.paths, support_of) {
        Ok(loaded) => {
            output::data(&render::valid(&loaded.desired))?;
            Ok(Exit::Done)
        }
        Err(problems) => {
            output::data(&render::problems(&problems))?;
            Ok(Exit::Error)
        }
    }
}
