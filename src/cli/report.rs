//! `grantry report`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::arguments::{Report, ReportFormat};
use super::exit::{Exit, Failure};
use super::faces::as_json;
use super::output;
use crate::files::{self, Limit, Tree};
use crate::model::safe_path;
use crate::render;
use crate::render::document::{
    EndedLine, Fate, ReportLine, RunLine, UnitedDocument, UnitedView,
};

/// What one process has left behind.
struct Process {
    run: RunLine,
    /// Where it began to write and has not ended, and when.
    begun: BTreeMap<String, String>,
    ended: Vec<EndedLine>,
}

pub(super) fn run(arguments: &Report) -> Result<Exit, Failure> {
    let mut warnings = Vec::new();
    let processes = read(&arguments.folder, &mut warnings)?;
    if processes.is_empty() {
        return Err(Failure::NoReports(arguments.folder.clone()));
    }

    let different = find_different(&processes);
    // What another run did says nothing of this one.
    let is_one_run = different
        .as_ref()
        .map_or(Exit::Done, |_| Exit::Error);
    warnings.extend(different);
    warnings.extend(find_overlaps(&processes));
    let environments = unite(&processes);
    let exits = environments
        .iter()
        .map(|(_, exit)| *exit);
    let exit = Exit::gravest(exits.chain([is_one_run]));
    let views = environments
        .into_iter()
        .map(|(view, _)| view);
    let document = UnitedDocument::of(views.collect(), warnings, exit.code());

    let text = match arguments.format {
        ReportFormat::Text => render::united(&document, output::width()),
        ReportFormat::Json => as_json(&document)?,
    };
    output::data(&text)?;
    Ok(exit)
}

/// Reads what all processes have left behind, in the order of
/// the names of their files.
fn read(
    folder: &Path,
    warnings: &mut Vec<String>,
) -> Result<Vec<Process>, Failure> {
    let unreadable = |source| Failure::Unreadable {
        path: folder.to_owned(),
        source,
    };
    let entries = Tree::Disk
        .list(folder)
        .map_err(unreadable)?;
    let paths = entries
        .into_iter()
        .map(|(path, _)| path);
    let is_report = |path: &PathBuf| {
        path.extension()
            .is_some_and(|end| end == "jsonl")
    };
    let mut paths: Vec<PathBuf> = paths.filter(is_report).collect();
    paths.sort();

    let mut processes = Vec::new();
    for path in paths {
        let text = files::read(&path, Limit::PLAN).map_err(|error| {
            Failure::Unreadable {
                path: path.clone(),
                source: error.into(),
            }
        })?;
        match parse(&path, &String::from_utf8_lossy(&text), warnings) {
            Some(process) => processes.push(process),
            None => warnings.push(format!("{} is no report", safe_path(&path))),
        }
    }
    Ok(processes)
}

/// What is in one file; none where it is no report. A process that was killed
/// may have left half a line.
fn parse(
    path: &Path,
    text: &str,
    warnings: &mut Vec<String>,
) -> Option<Process> {
    let mut process: Option<Process> = None;
    for (place, line) in text.lines().enumerate() {
        let line: Result<ReportLine, _> = serde_json::from_str(line);
        match (line, &mut process) {
            (Ok(ReportLine::Run(run)), None) => {
                process = Some(Process {
                    run,
                    begun: BTreeMap::new(),
                    ended: Vec::new(),
                });
            }
            (Ok(ReportLine::Begun(begun)), Some(process)) => {
                process
                    .begun
                    .insert(begun.environment, begun.began);
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
    /// When it ended, or began where it did not come to an end.
    at: &'a String,
    end: End<'a>,
}

/// How an attempt at an environment ended.
#[derive(Clone, Copy)]
enum End<'a> {
    Told(&'a EndedLine),
    /// It began to write, and nobody knows.
    Unknown,
    /// It did not come to it.
    NotReached,
}

impl End<'_> {
    /// Whether nothing is known of the tenant since.
    fn came_to_nothing(self) -> bool {
        match self {
            Self::Told(line) => {
                line.fate != Fate::Done && line.outcomes.is_none()
            }
            Self::NotReached => true,
            Self::Unknown => false,
        }
    }
}

/// What became of each environment that any process was about.
fn unite(processes: &[Process]) -> Vec<(UnitedView, Exit)> {
    let mut attempts: BTreeMap<&String, Vec<Attempt<'_>>> = BTreeMap::new();
    for process in processes {
        for environment in &process.run.environments {
            attempts.entry(environment).or_default();
        }
        for (environment, at, end) in process.ends() {
            attempts
                .entry(environment)
                .or_default()
                .push(Attempt {
                    shard: process.run.shard.as_ref(),
                    number: process.run.attempt,
                    at,
                    end,
                });
        }
    }

    let attempts = attempts.into_iter();
    attempts
        .map(|(environment, attempts)| view_of(environment, &attempts))
        .collect()
}

/// What became of an environment, by the last attempt at it. What was begun
/// before is not undone by attempts that came to nothing.
fn view_of(environment: &str, attempts: &[Attempt<'_>]) -> (UnitedView, Exit) {
    let last = find_last(attempts.iter());
    let end = match (
        last,
        find_last(
            attempts
                .iter()
                .filter(|one| !one.end.came_to_nothing()),
        ),
    ) {
        (Some(last), Some(End::Unknown)) if last.came_to_nothing() => {
            End::Unknown
        }
        (last, _) => last.unwrap_or(End::NotReached),
    };
    let (fate, exit, last) = match end {
        End::NotReached => (Fate::Missing, Exit::Error, None),
        End::Unknown => (Fate::Interrupted, Exit::Partial, None),
        End::Told(line) => (
            line.fate,
            Exit::of_code(line.exit_code),
            Some(line),
        ),
    };
    let view = UnitedView {
        environment: environment.to_owned(),
        fate,
        exit_code: exit.code(),
        last: last.cloned(),
    };
    (view, exit)
}

/// How the last attempt ended: in each part the one with the highest
/// number, for clocks differ, and of several parts, as after a change of
/// their number, the latest.
fn find_last<'a>(
    attempts: impl Iterator<Item = &'a Attempt<'a>>,
) -> Option<End<'a>> {
    let mut of_part: BTreeMap<Option<&String>, &Attempt<'_>> = BTreeMap::new();
    for attempt in attempts {
        let last = of_part
            .entry(attempt.shard)
            .or_insert(attempt);
        if attempt.number >= last.number {
            *last = attempt;
        }
    }

    let latest = of_part
        .into_values()
        .max_by_key(|attempt| attempt.at);
    latest.map(|attempt| attempt.end)
}

/// Processes that were not about the same: of another revision of the
/// configuration, perhaps.
fn find_different(processes: &[Process]) -> Option<String> {
    let run = |process: &Process| {
        let RunLine {
            verb,
            configuration,
            environments,
            ..
        } = process.run.clone();
        (verb, configuration, environments)
    };
    let runs: BTreeSet<_> = processes.iter().map(run).collect();

    (runs.len() > 1).then(|| {
        "the reports are of several runs: of another verb, other files or \
         other environments; each run needs a folder of its own"
            .to_owned()
    })
}

/// Environments to which two processes wrote at once.
fn find_overlaps(processes: &[Process]) -> Vec<String> {
    let mut by_environment: BTreeMap<&str, Vec<&EndedLine>> = BTreeMap::new();
    let lines = processes
        .iter()
        .flat_map(|process| &process.ended);
    // What was only compared is in nobody's way.
    for line in lines.filter(|line| line.outcomes.is_some()) {
        by_environment
            .entry(&line.environment)
            .or_default()
            .push(line);
    }

    let mut overlaps = Vec::new();
    for (environment, mut lines) in by_environment {
        lines.sort_by(|left, right| {
            (&left.began, &left.ended).cmp(&(&right.began, &right.ended))
        });
        let mut lines = lines.into_iter();
        let Some(mut longest) = lines.next() else {
            continue;
        };
        for line in lines {
            if line.began < longest.ended {
                let (first, second) = (who(longest), who(line));
                overlaps.push(format!(
                    "two runs worked on {environment} at once: {first}, and \
                     {second}"
                ));
            }
            if line.ended > longest.ended {
                longest = line;
            }
        }
    }
    overlaps
}

fn who(line: &EndedLine) -> String {
    let part = line.shard.as_ref();
    let part =
        part.map_or_else(String::new, |shard| format!("shard {shard}, "));

    format!(
        "{part}attempt {} on {}",
        line.attempt, line.host
    )
}

impl Process {
    /// How it ended in each environment of its part, and when.
    fn ends(&self) -> impl Iterator<Item = (&String, &String, End<'_>)> {
        let told: BTreeSet<&String> = self
            .ended
            .iter()
            .map(|line| &line.environment)
            .collect();
        let is_left = move |environment: &&String| {
            !told.contains(environment)
                && !self.begun.contains_key(*environment)
        };

        let ended = self.ended.iter();
        let ended =
            ended.map(|line| (&line.environment, &line.ended, End::Told(line)));
        let begun = self.begun.iter();
        let begun = begun
            .map(|(environment, began)| (environment, began, End::Unknown));
        let left = self.run.part.iter().filter(is_left);
        let left = left
            .map(|environment| (environment, &self.run.began, End::NotReached));
        ended.chain(begun).chain(left)
    }
}
