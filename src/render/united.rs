//! What several processes did together, for people.

use std::fmt::Write as _;

use super::document::{EndedLine, Fate, UnitedDocument, UnitedView};
use super::layout::Width;
use super::style::{REMOVED, STRONG, styled};
use super::text::{length, safe, wrapped};

/// What became of each environment, and what is not as it should be.
#[must_use]
pub fn united(document: &UnitedDocument, page: Width) -> String {
    let (quiet, said): (Vec<_>, Vec<_>) =
        document.environments.iter().partition(|view| {
            let last = view.last.as_ref();
            view.exit_code == 0 && last.is_some_and(changes_nothing)
        });

    let label = styled(STRONG, "Done:");
    let (done, of) = (document.done, document.environments.len());
    let mut out = format!("{label} {done} of {of} environments.\n");

    let width = said
        .iter()
        .map(|view| length(&view.environment))
        .max();
    let width = width.unwrap_or_default();
    for view in said {
        let name = safe(&view.environment);
        let _ = writeln!(out, "  {name:width$}  {}", fate(view));
    }
    if !quiet.is_empty() {
        const LABEL: &str = "  no changes: ";
        let names: Vec<String> = quiet
            .iter()
            .map(|view| safe(&view.environment))
            .collect();
        let _ = writeln!(
            out,
            "{LABEL}{}",
            wrapped(&names, LABEL.len(), page)
        );
    }
    for warning in &document.warnings {
        let label = styled(STRONG, "Warning:");
        let _ = writeln!(out, "{label} {}", safe(warning));
    }
    out
}

fn changes_nothing(line: &EndedLine) -> bool {
    line.counts
        .is_some_and(|counts| counts.changed() == 0)
}

fn fate(view: &UnitedView) -> String {
    let failed = |text: &str| styled(REMOVED, text);

    match (view.fate, &view.last) {
        // Nothing is to be done, and yet the run had something to say.
        (Fate::Done, Some(line)) if changes_nothing(line) => {
            "drifted".to_owned()
        }
        (Fate::Done, Some(line)) => in_words(line),
        (Fate::NotReached, Some(line)) => {
            let why = line.error.as_deref().unwrap_or("not reached");
            safe(why)
        }
        (Fate::Failed, Some(line)) => {
            let why = line
                .error
                .clone()
                .unwrap_or_else(|| in_words(line));
            let first = why.lines().next().unwrap_or_default();
            format!("{} {}", failed("failed:"), safe(first))
        }
        (Fate::Interrupted, _) => format!(
            "{} it was being written to, and how that ended is not known",
            failed("interrupted:")
        ),
        (Fate::Missing, _)
        | (Fate::Done | Fate::Failed | Fate::NotReached, None) => {
            format!("{} no process came to it", failed("missing:"))
        }
    }
}

fn in_words(line: &EndedLine) -> String {
    match (line.outcomes, line.counts) {
        (Some(outcomes), _) => outcomes.ends(),
        (None, Some(counts)) => counts.deeds(),
        (None, None) => String::new(),
    }
}
