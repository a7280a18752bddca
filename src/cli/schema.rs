//! `grantry schema`

use super::arguments::{Schema, SchemaSubject};
use super::exit::{Exit, Failure};
use super::output;
use crate::{config, provider};

pub(super) fn run(arguments: &Schema) -> Result<Exit, Failure> {
    let schema = match arguments.subject {
        SchemaSubject::Config => config::schema(provider::SUPPORTS),
    };

    output::data(&format!("{schema:#}\n"))?;
    Ok(Exit::Done)
}
