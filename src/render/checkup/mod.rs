//! What was found out about a tenant, one line a check.

mod auth0;
mod permissions;
mod scopes;
mod tenant;

use std::fmt::Write as _;

pub use self::scopes::scopes;
use super::style::{CHANGED, CREATED, QUIET, REMOVED, STRONG, styled};
use super::text::{WIDTH, count, safe, words};
use crate::provider::Health;

/// Where the texts of all checks begin.
const COLUMN: usize = 26;

/// One thing that was looked at.
#[derive(Debug)]
pub struct Check {
    subject: Subject,
    outcome: Outcome,
    /// What was found, one thing a line.
    said: Vec<String>,
    /// What to do about it.
    help: Option<String>,
}

/// What can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The configuration.
    Configuration,
    /// The domain of the tenant.
    Domain,
    /// The clock of this machine.
    Clock,
    /// How we get in.
    Credentials,
    /// What the token allows.
    Scopes,
    /// What the tenant holds.
    Tenant,
    /// How fast it may be spoken to.
    Limits,
    /// A tenant file.
    File,
    /// The folder of a tenant file.
    Folder,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Looked(Health),
    Skipped,
}

impl Subject {
    fn word(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Domain => "domain",
            Self::Clock => "clock",
            Self::Credentials => "credentials",
            Self::Scopes => "scopes",
            Self::Tenant => "tenant",
            Self::Limits => "limits",
            Self::File => "file",
            Self::Folder => "folder",
        }
    }
}

impl Check {
    fn found(subject: Subject, health: Health, said: Vec<String>) -> Self {
        Self {
            subject,
            outcome: Outcome::Looked(health),
            said,
            help: None,
        }
    }

    /// Something works.
    #[must_use]
    pub fn good(subject: Subject, said: &str) -> Self {
        Self::found(subject, Health::Good, vec![said.to_owned()])
    }

    /// Something does not work, and what to do about it.
    #[must_use]
    pub fn failed(subject: Subject, said: &str, help: Option<String>) -> Self {
        Self {
            help,
            ..Self::found(subject, Health::Bad, vec![said.to_owned()])
        }
    }

    /// Something was not looked at.
    #[must_use]
    pub fn skipped(subject: Subject, why: &str) -> Self {
        Self {
            subject,
            outcome: Outcome::Skipped,
            said: vec![why.to_owned()],
            help: None,
        }
    }

    /// The same with one more thing to know.
    #[must_use]
    pub fn saying(mut self, more: &str) -> Self {
        self.said.push(more.to_owned());
        self
    }

    /// The same with what to do about it, if there is something to be done.
    #[must_use]
    pub fn with_help(self, help: Option<String>) -> Self {
        let help = if self.is_failed() { help } else { None };
        Self { help, ..self }
    }

    /// Whether it came out badly.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.outcome == Outcome::Looked(Health::Bad)
    }

    fn is_doubtful(&self) -> bool {
        self.outcome == Outcome::Looked(Health::Doubtful)
    }
}

/// All checks, and how many of them came out badly.
#[must_use]
pub fn checkup(checks: &[Check]) -> String {
    let mut out: String = checks.iter().map(line).collect();
    let failed = checks.iter().filter(|check| check.is_failed()).count();
    let warnings = checks.iter().filter(|check| check.is_doubtful()).count();
    let skipped = checks
        .iter()
        .filter(|check| check.outcome == Outcome::Skipped)
        .count();
    let mut parts = vec![if failed == 0 {
        styled(STRONG, "Nothing failed")
    } else {
        styled(
            STRONG,
            format!("{} failed", count(failed, ("check", "checks"))),
        )
    }];
    parts.extend((warnings > 0).then(|| count(warnings, ("warning", "warnings"))));
    parts.extend((skipped > 0).then(|| format!("{skipped} not checked")));
    let _ = writeln!(out, "\n{}.", parts.join(", "));
    out
}

fn line(check: &Check) -> String {
    let (sign, style) = match check.outcome {
        Outcome::Looked(Health::Good) => ("ok", CREATED),
        Outcome::Looked(Health::Doubtful) => ("warning", CHANGED),
        Outcome::Looked(Health::Bad) => ("failed", REMOVED),
        Outcome::Skipped => ("-", QUIET),
    };
    let indent = " ".repeat(COLUMN);
    let said = check
        .said
        .iter()
        .flat_map(|said| words(&safe(said), WIDTH - COLUMN));
    let said = said.collect::<Vec<_>>().join(&format!("\n{indent}"));
    let subject = check.subject.word();
    let mut out = format!(
        "  {}  {subject:13}  {said}\n",
        styled(style, format!("{sign:7}"))
    );
    if let Some(help) = &check.help {
        let lines = help
            .lines()
            .flat_map(|line| words(&safe(line), WIDTH - COLUMN - 6));
        let help = lines.collect::<Vec<_>>().join(&format!("\n{indent}      "));
        let _ = writeln!(out, "{indent}{} {help}", styled(STRONG, "help:"));
    }
    out
}
