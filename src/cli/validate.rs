//! `grantry validate`

use super::arguments::Validate;
use super::exit::{Exit, Failure};
use super::output;
use crate::{config, render};

pub(super) fn run(arguments: &Validate) -> Result<Exit, Failure> {
    match config::load(&arguments.configuration.paths) {
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
