//! The command line: the only room that prints, reads the environment and chooses a provider.
//!
//! Floor 5. One file a verb.

use std::process::ExitCode;

use clap::Parser as _;

mod apply;
mod arguments;
mod choice;
mod deadline;
mod doctor;
mod emulator;
mod environment;
mod exit;
mod export;
mod locking;
mod output;
mod plan;
mod progress;
mod schema;
mod signal;
mod target;
mod unlock;
mod validate;

use arguments::{Arguments, Verb};
use exit::{Exit, Failure};

/// Runs the command line, and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    output::prepare(arguments.color, arguments.verbose, &arguments.verb);
    match run(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => exit::fail(&failure),
    }
}

fn run(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.verb {
        Verb::Validate(arguments) => validate::run(&arguments),
        Verb::Schema(arguments) => schema::run(&arguments),
        Verb::Plan(arguments) => runtime()?.block_on(plan::run(&arguments)),
        Verb::Apply(arguments) => runtime()?.block_on(apply::run(&arguments)),
        Verb::Unlock(arguments) => runtime()?.block_on(unlock::run(&arguments)),
        Verb::Export(arguments) => runtime()?.block_on(export::run(&arguments)),
        Verb::Doctor(arguments) => runtime()?.block_on(doctor::run(&arguments)),
        Verb::Emulator(arguments) => runtime()?.block_on(emulator::run(&arguments)),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)
}
