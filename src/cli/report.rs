//! `grantry report`

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::arguments::{Report, ReportFormat};
use super::exit::{Exit, Failure};
use super::faces::as_json;
use super::output;
use crate::files::{self, Limit, Tree};
use crate::model::safe_path;
use crate::render;
use crate::render::document::{EndedLine, Fate, ReportLine, RunLine, UnitedDocument, UnitedView};

/// What one process has left behind.
struct Process {
    run: RunLine,
    /// Where it began to write and has not ended.
    begun: BTreeSet<String>,
    ended: Vec<EndedLine>,
}

pub(super) fn run(arguments: &Report) -> Result<Exit, Failure> {
    let mut warnings = Vec::new();
    let processes = read(&arguments.folder, &mut warnings)?;
    if processes.is_empty() {
        return Err(Failure::NoReports(arguments.folder.clone()));
    }

    warnings.extend(find_different(&processes));
    warnings.extend(find_overlaps(&processes));
    let environments = unite(&processes);
    let exit = Exit::gravest(environments.iter().map(|(_, exit)| *exit));
    let views = environments.into_iter().map(|(view, _)| view);
    let document = UnitedDocument::of(views.collect(), warnings, exit.code());

    let text = match arguments.format {
        ReportFormat::Text => render::united(&document),
        ReportFormat::Json => as_json(&document)?,
    };
    output::data(&text)?;
    Ok(exit)
}

/// Reads what all processes have left behind, in the order of the names of their files.
fn read(folder: &Path, warnings: &mut Vec<String>) -> Result<Vec<Process>, Failure> {
    let unreadable = |source| Failure::Unreadable {
        path: folder.to_owned(),
        source,
    };
    let entries = Tree::Disk.list(folder).map_err(unreadable)?;
    let paths = entries.into_iter().map(|(path, _)| path);
    let is_report = |path: &PathBuf| path.extension().is_some_and(|end| end == "jsonl");
    let mut paths: Vec<PathBuf> = paths.filter(is_report).collect();
    paths.sort();

    let mut processes = Vec::new();
    for path in paths {
        let text = files::read(&path, Limit::PLAN).map_err(|error| Failure::Unreadable {
            path: path.clone(),
            source: error.into(),
        })?;
        processes.extend(parse(&path, &String::from_utf8_lossy(&text), warnings));
    }
    Ok(processes)
}

/// What is in one file; none where it is no report. A process that was killed may have left half a line.
fn parse(path: &Path, text: &str, warnings: &mut Vec<String>) -> Option<Process> {
    let mut process: Option<Process> = None;
    for (place, line) in text.lines().enumerate() {
        let line: Result<ReportLine, _> = serde_json::from_str(line);
        match (line, &mut process) {
            (Ok(ReportLine::Run(run)), None) => {
                process = Some(Process {
                    run,
                    begun: BTreeSet::new(),
                    ended: Vec::new(),
                });
            }
            (Ok(ReportLine::Begun(begun)), Some(process)) => {
                process.begun.insert(begun.environment);
            }
            (Ok(ReportLine::Ended(ended)), Some(process)) => {
                process.begun.remove(&ended.environment);
                process.ended.push(ended);
            }
            _ => {
                let place = place + 1;
                let path = safe_path(path);
                warnings.push(format!(
                    "{path}:{place} is no line of a report, and is left out"
                ));
            }
        }
    }
    process
}

/// One attempt at an environment.
struct Attempt<'a> {
    /// The part that it was in.
    shard: Option<&'a String>,
    number: u32,
    /// How it ended; none where it began to write, and nobody knows.
    ended: Option<&'a EndedLine>,
}

/// What became of each environment that any process was about.
fn unite(processes: &[Process]) -> Vec<(UnitedView, Exit)> {
    let mut attempts: BTreeMap<&String, Vec<Attempt<'_>>> = BTreeMap::new();
    for process in processes {
        for environment in &process.run.environments {
            attempts.entry(environment).or_default();
        }
        let ended = process
            .ended
            .iter()
            .map(|line| (&line.environment, Some(line)));
        let begun = process.begun.iter().map(|environment| (environment, None));
        for (environment, ended) in ended.chain(begun) {
            attempts.entry(environment).or_default().push(Attempt {
                shard: process.run.shard.as_ref(),
                number: process.run.attempt,
                ended,
            });
        }
    }

    let attempts = attempts.into_iter();
    attempts
        .map(|(environment, attempts)| view_of(environment, attempts))
        .collect()
}

/// What became of an environment, by the last attempt of each part that it was in.
fn view_of(environment: &str, mut attempts: Vec<Attempt<'_>>) -> (UnitedView, Exit) {
    attempts.sort_by_key(|attempt| (attempt.shard, Reverse(attempt.number)));
    attempts.dedup_by_key(|attempt| attempt.shard);

    let is_interrupted = attempts.iter().any(|attempt| attempt.ended.is_none());
    let ended = attempts.iter().filter_map(|attempt| attempt.ended);
    // Of one environment in several parts, as after a change of their number, the latest counts.
    let last = ended.max_by(|left, right| left.ended.cmp(&right.ended));

    let (fate, exit) = match last.map(|line| Exit::of_code(line.exit_code)) {
        _ if is_interrupted => (Fate::Interrupted, Exit::Partial),
        None => (Fate::Missing, Exit::Error),
        Some(exit @ (Exit::Done | Exit::Changes)) => (Fate::Done, exit),
        Some(exit) => (Fate::Failed, exit),
    };
    let view = UnitedView {
        environment: environment.to_owned(),
        fate,
        exit_code: exit.code(),
        last: last.cloned(),
    };
    (view, exit)
}

/// Processes that were not about the same: of another revision of the configuration, perhaps.
fn find_different(processes: &[Process]) -> Option<String> {
    let mut sets: BTreeSet<(&str, &[String])> = BTreeSet::new();
    for process in processes {
        sets.insert((&process.run.verb, &process.run.environments));
    }

    (sets.len() > 1).then(|| {
        "the reports are not all about the same: another verb, or other environments; each run needs a \
         folder of its own"
            .to_owned()
    })
}

/// Environments to which two processes wrote at once.
fn find_overlaps(processes: &[Process]) -> Vec<String> {
    let mut by_environment: BTreeMap<&str, Vec<&EndedLine>> = BTreeMap::new();
    for process in processes
        .iter()
        .filter(|process| process.run.verb == "apply")
    {
        for line in &process.ended {
            by_environment
                .entry(&line.environment)
                .or_default()
                .push(line);
        }
    }

    let mut overlaps = Vec::new();
    for (environment, mut lines) in by_environment {
        lines.sort_by(|left, right| (&left.began, &left.ended).cmp(&(&right.began, &right.ended)));
        for pair in lines.windows(2) {
            let [first, second] = pair else { continue };
            if second.began < first.ended {
                let (first, second) = (who(first), who(second));
                overlaps.push(format!(
                    "two runs worked on {environment} at once: {first}, and {second}"
                ));
            }
        }
    }
    overlaps
}

fn who(line: &EndedLine) -> String {
    let part = line.shard.as_ref();
    let part = part.map_or_else(String::new, |shard| format!("shard {shard}, "));

    format!("{part}attempt {} on {}", line.attempt, line.host)
}
