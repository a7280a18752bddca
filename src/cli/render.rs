//! `grantry render`

use std::io;

use super::arguments::Render;
use super::exit::{Exit, Failure};
use super::output;
use super::target::support_of;
use crate::config::{Reading, Sources, Tree};
use crate::render;

pub(super) fn run(arguments: &Render) -> Result<Exit, Failure> {
    let paths = &arguments.configuration.paths;
    let inputs = arguments
        .configuration
        .inputs
        .gather()?;
    let choose_support = support_of(arguments.provider.as_ref());
    let reading = Reading::of(&Tree::Disk, paths, Sources::default());
    let (written, sources) =
        reading.load(&Tree::Disk, &inputs, choose_support)?;

    if arguments.show_origin {
        let origins = written.origins(&sources);
        output::data(&render::origins(&origins, &sources))?;
        return Ok(Exit::Done);
    }
    let text = written.to_yaml().map_err(|error| {
        Failure::Output(io::Error::other(error.to_string()))
    })?;
    output::data(&text)?;
    Ok(Exit::Done)
}
