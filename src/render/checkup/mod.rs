//! What was found out about a tenant, one line a diagnosis.

mod auth0;
mod keycloak;
mod permissions;
mod scopes;
mod tenant;

use std::fmt::Write as _;

pub use self::scopes::scopes;
use super::style::{CHANGED, CREATED, QUIET, REMOVED, STRONG, styled};
use super::text::{WIDTH, count, safe, words};
use crate::provider::Health;

/// Where all texts begin.
const COLUMN: usize = 26;

/// What was found out about one thing.
#[derive(Debug)]
pub struct Diagnosis {
    subject: Subject,
    /// How it is; none where it was not looked at.
    health: Option<Health>,
    /// What was found, one thing a line.
    findings: Vec<String>,
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
    /// The realm.
    Realm,
    /// What our own client may do in it.
    Roles,
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

impl Subject {
    fn word(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Domain => "domain",
            Self::Realm => "realm",
            Self::Roles => "roles",
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

impl Diagnosis {
    fn new(subject: Subject, health: Health, findings: Vec<String>) -> Self {
        Self {
            subject,
            health: Some(health),
            findings,
            help: None,
        }
    }

    /// Something works.
    #[must_use]
    pub fn good(subject: Subject, finding: &str) -> Self {
        Self::new(subject, Health::Good, vec![finding.to_owned()])
    }

    /// Something does not work, and what to do about it.
    #[must_use]
    pub fn failed(
        subject: Subject,
        finding: &str,
        help: Option<String>,
    ) -> Self {
        Self {
            help,
            ..Self::new(subject, Health::Bad, vec![finding.to_owned()])
        }
    }

    /// Something was not looked at.
    #[must_use]
    pub fn skipped(subject: Subject, why: &str) -> Self {
        Self {
            subject,
            health: None,
            findings: vec![why.to_owned()],
            help: None,
        }
    }

    /// The same with one more thing to know.
    #[must_use]
    pub fn saying(mut self, more: &str) -> Self {
        self.findings.push(more.to_owned());
        self
    }

    /// The same with what to do about it, if there is something to be done.
    #[must_use]
    pub fn with_help(self, help: Option<String>) -> Self {
        // A check brings its help whatever it found, and
        // nobody mends what works.
        let help = help.filter(|_| self.is_failed());

        Self { help, ..self }
    }

    /// Whether it came out badly.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.health == Some(Health::Bad)
    }
}

/// Every diagnosis, and how many of them are bad.
#[must_use]
pub fn checkup(diagnoses: &[Diagnosis]) -> String {
    let mut out: String = diagnoses
        .iter()
        .map(show_diagnosis)
        .collect();

    let failed = count_of_health(diagnoses, Some(Health::Bad));
    let warnings = count_of_health(diagnoses, Some(Health::Doubtful));
    let skipped = count_of_health(diagnoses, None);
    let verdict = match failed {
        0 => "Nothing failed".to_owned(),
        _ => format!("{} failed", count(failed, ("check", "checks"))),
    };

    let mut parts = vec![styled(STRONG, verdict)];
    if warnings > 0 {
        parts.push(count(warnings, ("warning", "warnings")));
    }
    // Else `Nothing failed` would be said of what nobody has looked at.
    if skipped > 0 {
        parts.push(format!("{skipped} not checked"));
    }
    let _ = writeln!(out, "\n{}.", parts.join(", "));
    out
}

fn count_of_health(diagnoses: &[Diagnosis], health: Option<Health>) -> usize {
    diagnoses
        .iter()
        .filter(|diagnosis| diagnosis.health == health)
        .count()
}

fn show_diagnosis(diagnosis: &Diagnosis) -> String {
    let (sign, style) = match diagnosis.health {
        Some(Health::Good) => ("ok", CREATED),
        Some(Health::Doubtful) => ("warning", CHANGED),
        Some(Health::Bad) => ("failed", REMOVED),
        None => ("-", QUIET),
    };
    let sign = styled(style, format!("{sign:7}"));
    let subject = diagnosis.subject.word();
    let indent = " ".repeat(COLUMN);

    let findings = diagnosis
        .findings
        .iter()
        .map(String::as_str);
    let findings =
        break_lines(findings, WIDTH - COLUMN).join(&format!("\n{indent}"));
    let mut out = format!("  {sign}  {subject:13}  {findings}\n");

    if let Some(help) = &diagnosis.help {
        let label = styled(STRONG, "help:");
        // By its own lines: in one text the break between two steps would be
        // written by number.
        let help = break_lines(help.lines(), WIDTH - COLUMN - 6);
        let help = help.join(&format!("\n{indent}      "));
        let _ = writeln!(out, "{indent}{label} {help}");
    }
    out
}

fn break_lines<'a>(
    texts: impl Iterator<Item = &'a str>,
    width: usize,
) -> Vec<String> {
    texts
        .flat_map(|text| words(&safe(text), width))
        .collect()
}
