//! What several processes did together, for people.

use std::fmt::Write as _;

use super::document::{EndedLine, Fate, UnitedDocument, UnitedView};
use super::layout::Width;
use super::style::{REMOVED, STRONG, styled};
use super::text::{length, safe, wrapped};

/// What became of each environment, and what is not as it should be.
#[must_use]
pub fn united(document: &UnitedDocument, page: Width) -> String {
    let environments = &document.environments;
    let (quiet, loud): (Vec<_>, Vec<_>) = environments
        .iter()
        .partition(|view| is_quiet(view));

    let label = styled(STRONG, "Done:");
    let done = document.done;
    let all = environments.len();
    let mut out = format!("{label} {done} of {all} environments.\n");

    add_fates(&mut out, &loud);
    if !quiet.is_empty() {
        add_quiet(&mut out, &quiet, page);
    }
    let label = styled(STRONG, "Warning:");
    for warning in &document.warnings {
        let _ = writeln!(out, "{label} {}", safe(warning));
    }
    out
}

fn is_quiet(view: &UnitedView) -> bool {
    let last = view.last.as_ref();

    view.exit_code == 0 && last.is_some_and(changes_nothing)
}

fn add_fates(out: &mut String, views: &[&UnitedView]) {
    let lengths = views
        .iter()
        .map(|view| length(&view.environment));
    let width = lengths.max().unwrap_or_default();

    for view in views {
        let name = safe(&view.environment);
        let _ = writeln!(out, "  {name:width$}  {}", fate(view));
    }
}

fn add_quiet(out: &mut String, views: &[&UnitedView], page: Width) {
    const LABEL: &str = "  no changes: ";

    let names = views
        .iter()
        .map(|view| safe(&view.environment));
    let names: Vec<String> = names.collect();
    let names = wrapped(&names, LABEL.len(), page);
    let _ = writeln!(out, "{LABEL}{names}");
}

fn changes_nothing(line: &EndedLine) -> bool {
    line.counts
        .is_some_and(|counts| counts.changed() == 0)
}

fn fate(view: &UnitedView) -> String {
    match (view.fate, &view.last) {
        // Nothing is to be done, and yet the run had something to say.
        (Fate::Done, Some(line)) if changes_nothing(line) => {
            "drifted".to_owned()
        }
        (Fate::Done, Some(line)) => in_words(line),
        (Fate::NotReached, Some(line)) => {
            let why = line
                .error
                .as_deref()
                .unwrap_or("not reached");
            safe(why)
        }
        (Fate::Failed, Some(line)) => {
            let label = styled(REMOVED, "failed:");
            format!("{label} {}", why_failed(line))
        }
        (Fate::Interrupted, _) => {
            let label = styled(REMOVED, "interrupted:");
            format!(
                "{label} it was being written to, and how that ended is not \
                 known"
            )
        }
        (Fate::Missing, _)
        | (Fate::Done | Fate::Failed | Fate::NotReached, None) => {
            let label = styled(REMOVED, "missing:");
            format!("{label} no process came to it")
        }
    }
}

/// Why, on one line.
fn why_failed(line: &EndedLine) -> String {
    let why = match &line.error {
        Some(error) => error.clone(),
        None => in_words(line),
    };

    safe(why.lines().next().unwrap_or_default())
}

fn in_words(line: &EndedLine) -> String {
    match (line.outcomes, line.counts) {
        (Some(outcomes), _) => outcomes.ends(),
        (None, Some(counts)) => counts.deeds(),
        (None, None) => String::new(),
    }
}
