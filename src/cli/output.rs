//! stdout is data, stderr is talk.

use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::sync::LazyLock;
use std::thread;

use anstream::ColorChoice;
use secrecy::ExposeSecret as _;
use tokio::sync::oneshot;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt, registry};
use zeroize::Zeroizing;

use super::arguments::{Color, Verb};
use super::credentials::names::is_secret;
use super::environment;
use super::exit::Failure;
use crate::model::Secrets;
use crate::provider::Token;
use crate::render::Width;

/// What no text may say that leaves this program: all of
/// them leave through this file.
static SECRETS: LazyLock<Secrets> = LazyLock::new(Secrets::default);

/// Where secrets become known as the run goes on.
pub(super) fn secrets() -> Secrets {
    SECRETS.clone()
}

/// A text without the secrets that are known.
pub(super) fn without_secrets(text: &str) -> Cow<'_, str> {
    SECRETS.hide(text)
}

/// Sets up colour and logging for the run.
pub(super) fn prepare(color: Color, verbose: u8, verb: &Verb) {
    let choice = match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    choice.write_global();

    // An emulator says its own credentials, which may well be
    // those of the environment.
    if !matches!(verb, Verb::Emulator(_)) {
        keep_secrets_of_environment();
    }

    start_log(color, verbose, verb);
}

/// From here on, no secret of the environment is said.
pub(super) fn keep_secrets_of_environment() {
    for secret in environment::secrets(is_secret) {
        SECRETS.keep(&secret);
    }
}

fn start_log(color: Color, verbose: u8, verb: &Verb) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    // Our own lines only: those of libraries may have
    // headers in them, and so tokens.
    let targets = Targets::new().with_target("grantry", level);
    let is_colored = match color {
        Color::Auto => io::stderr().is_terminal(),
        Color::Always => true,
        Color::Never => false,
    };

    let lines = fmt::layer()
        .with_writer(|| Log)
        .with_ansi(is_colored)
        .with_target(false);
    // What is served has a history; what runs once does not.
    let lines = match verb {
        Verb::Emulator(_) => lines.boxed(),
        _ => lines.without_time().boxed(),
    };
    registry()
        .with(lines.with_filter(targets))
        .init();
}

/// The lines of the log. Each is written whole.
struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let text = without_secrets(&text);
        io::stderr().write_all(text.as_bytes())?;
        // As long as it was given, not as it was shown: what is left over would
        // be written again.
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// How wide stdout is; a log has no width.
pub(super) fn width() -> Width {
    match terminal_size::terminal_size_of(io::stdout()) {
        Some((columns, _)) => Width::of(columns.0.into()),
        None => Width::UNKNOWN,
    }
}

/// Prints data.
pub(super) fn data(text: &str) -> Result<(), Failure> {
    let text = without_secrets(text);
    print(anstream::stdout().lock(), &text)
}

/// Prints a token: the one secret that is said, for it is what was asked for.
pub(super) fn token(token: &Token) -> Result<(), Failure> {
    // Written as it is: whatever goes through `data` is without the secrets
    // that are known, and this is one of them.
    let line = Zeroizing::new(format!("{}\n", token.secret().expose_secret()));
    print(io::stdout().lock(), &line)
}

/// Prints all of a text. A reader that has seen enough changes neither the work
/// nor the exit code.
fn print(mut stdout: impl Write, text: &str) -> Result<(), Failure> {
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());

    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Failure::Output),
    }
}

/// Says something to the person.
pub(super) fn talk(text: &str) {
    let text = without_secrets(text);
    let mut stderr = anstream::stderr().lock();
    // Nothing can be done where even this cannot be printed.
    let _ = stderr.write_all(text.as_bytes());
}

/// Asks a question that only the exact word `yes` answers.
pub(super) async fn ask_for_approval(question: &str) -> Result<(), Failure> {
    // stdout does not matter: the question is asked on stderr, and the plan may
    // be kept in a file.
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::NobodyToAsk);
    }

    talk(question);
    let answer = read_line().await;
    // An input that ends leaves the cursor behind the question.
    if !answer.ends_with('\n') {
        talk("\n");
    }

    if answer.trim() == "yes" {
        Ok(())
    } else {
        Err(Failure::NotApproved)
    }
}

/// The next line of the input; empty where there is none.
async fn read_line() -> String {
    // In a thread that nobody waits for: a run that is asked to stop does not
    // need an answer any more, and reading cannot be called off.
    let (answered, answer) = oneshot::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        // Whoever asked may have gone.
        let _ = answered.send(read.map(|_| line));
    });

    let line = answer.await.ok().and_then(Result::ok);
    line.unwrap_or_default()
}
