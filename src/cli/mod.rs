//! The command line: the only room that prints, reads the environment and
//! chooses a provider.
//!
//! Floor 6. One file a verb, or a folder.

use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime;

mod access;
mod apply;
mod approval;
mod arguments;
mod choice;
mod credentials;
mod deadline;
mod destinations;
mod doctor;
mod emulator;
mod engine;
mod environment;
mod environments;
mod exit;
mod export;
mod faces;
mod github;
mod health;
mod hint;
mod init;
mod inputs;
mod ledger;
mod locking;
mod new_files;
mod output;
mod outputs;
mod page;
mod plan;
mod progress;
mod render;
mod report;
mod revision;
mod schema;
mod selection;
mod services;
mod several;
mod signal;
mod sinks;
mod target;
mod token;
mod unlock;
mod usage;
mod validate;
mod verify;
mod watch;

use arguments::{Arguments, Verb};
use exit::{Exit, Failure};

/// Runs the command line, and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Which verb is meant is not known, and what
            // was written is repeated.
            output::keep_secrets_of_environment();
            return explain_usage(&error);
        }
    };
    output::prepare(
        arguments.color,
        arguments.verbose,
        &arguments.verb,
    );

    match run_verb(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => explain(&failure),
    }
}

fn run_verb(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.verb {
        // These six speak to nobody, and start no threads for it.
        Verb::Init(arguments) => init::run(&arguments),
        Verb::Validate(arguments) if !arguments.editing.watch => {
            validate::run(&arguments)
        }
        Verb::Environments(arguments) => environments::run(&arguments),
        Verb::Render(arguments) => render::run(&arguments),
        Verb::Schema(arguments) => schema::run(&arguments),
        Verb::Report(arguments) => report::run(&arguments),
        Verb::Validate(arguments) => wait_for(watch::run(&arguments)),
        Verb::Plan(arguments) => wait_for(plan::run(&arguments)),
        Verb::Apply(arguments) => wait_for(apply::run(&arguments)),
        Verb::Access(arguments) => wait_for(access::run(&arguments)),
        Verb::Outputs(arguments) => wait_for(outputs::run(&arguments)),
        Verb::Token(arguments) => wait_for(token::run(&arguments)),
        Verb::Verify(arguments) => wait_for(verify::run(&arguments)),
        Verb::Unlock(arguments) => wait_for(unlock::run(&arguments)),
        Verb::Export(arguments) => wait_for(export::run(&arguments)),
        Verb::Doctor(arguments) => wait_for(doctor::run(&arguments)),
        Verb::Emulator(arguments) => wait_for(emulator::run(&arguments)),
    }
}

fn wait_for(
    run: impl Future<Output = Result<Exit, Failure>>,
) -> Result<Exit, Failure> {
    let runtime = runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;

    runtime.block_on(run)
}

/// Says why the run failed, and gives its exit code.
fn explain(failure: &Failure) -> ExitCode {
    output::talk(&show(failure));
    failure.exit().into()
}

/// Why the run failed, for people.
fn show(failure: &Failure) -> String {
    match failure {
        Failure::Problems(problems) | Failure::BaseProblems(problems) => {
            crate::render::problems(problems)
        }
        _ => {
            let step = hint::of(failure);
            crate::render::failure(&failure.to_string(), step.as_deref())
        }
    }
}

/// Shows what clap has to say: help and version are no failures,
/// all else is a usage error.
fn explain_usage(error: &clap::Error) -> ExitCode {
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        output::talk(&text);
        if let Err(failure) = usage::show(error) {
            explain(&failure);
        }
        return Exit::Usage.into();
    }

    // Nothing can be done where even this cannot be printed.
    let _ = output::data(&text);
    Exit::Done.into()
}
