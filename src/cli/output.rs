//! stdout is data, stderr is talk.

use std::io::{self, IsTerminal as _, Write as _};

use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::arguments::{Color, Verb};
use super::exit::Failure;
use crate::model::Snapshot;
use crate::plan::Plan;
use crate::provider::Observe;
use crate::render;

/// Sets up colour and logging for the run.
pub(super) fn prepare(color: Color, verbose: u8, verb: &Verb) {
    match color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let colored = color == Color::Always || color == Color::Auto && io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(colored)
        .with_target(false);
    // What is served has a history; what runs once does not.
    let lines = match verb {
        Verb::Emulator(_) => lines.boxed(),
        _ => lines.without_time().boxed(),
    };
    let lines = lines.with_filter(Targets::new().with_target("grantry", level));
    tracing_subscriber::registry().with(lines).init();
}

/// Prints data. A reader that has seen enough changes neither the work nor the exit code.
pub(super) fn data(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Failure::Output),
    }
}

/// Prints a plan. What applying it costs is talk: the time depends on what is left of the tenant's
/// limits at this moment, and a plan is the same bytes for the same inputs.
pub(super) fn plan(tenant: &impl Observe, plan: &Plan, seen: &Snapshot) -> Result<(), Failure> {
    data(&render::plan(plan))?;
    if let Some(price) = tenant.price(plan, seen).filter(|_| !plan.changes.is_empty()) {
        talk(&render::price(&price));
    }
    Ok(())
}

/// Says something to the person.
pub(super) fn talk(text: &str) {
    // Nothing can be done where even this cannot be printed.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Asks a question that only the exact word `yes` answers; none where there is nobody to ask.
pub(super) fn ask(question: &str) -> Option<bool> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return None;
    }
    talk(question);
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    if !answer.ends_with('\n') {
        talk("\n");
    }
    Some(read.is_ok() && answer.trim() == "yes")
}
