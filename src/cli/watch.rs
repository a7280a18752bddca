//! `grantry validate --watch`
//!
//! It looks at the files from time to time, as there are few of them: what
//! systems tell of changes is another thing on each, comes in no known order,
//! and does not come at all from shared folders and containers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::arguments::{Configuration, Validate};
use super::exit::{Exit, Failure};
use super::signal::StopRequests;
use super::{output, validate};
use crate::config::{Reading, Sources, Tree};
use crate::files::{EntryKind, FileState};
use crate::model::safe_path;

/// How long a change may go unnoticed.
const PAUSE: Duration = Duration::from_millis(250);

/// Checks now and after each change, until it is stopped.
pub(super) async fn run(arguments: &Validate) -> Result<Exit, Failure> {
    let mut stop_requests = StopRequests::listen()?;

    loop {
        // Before it is checked: what changes meanwhile is checked again.
        let files = Files::of(&arguments.configuration);
        let seen = files.look();
        validate::run(arguments)?;
        output::talk("Waiting for a change; Ctrl-C ends this.\n");

        let changed = tokio::select! {
            changed = files.next_change(&seen) => changed,
            () = stop_requests.next() => return Ok(Exit::Done),
        };
        let changed = safe_path(&changed);
        output::talk(&format!("\n{changed} has changed.\n"));
    }
}

/// What is looked at.
struct Files<'a> {
    named: &'a [PathBuf],
    /// Those that are read, also what the configuration names,
    /// and values of variables.
    read: Vec<PathBuf>,
}

/// The state of each file; none of one that is not there.
type Seen = BTreeMap<PathBuf, Option<FileState>>;

impl<'a> Files<'a> {
    fn of(configuration: &'a Configuration) -> Self {
        let named = &configuration.paths;
        let reading = Reading::of(&Tree::Disk, named, Sources::default());

        let values = &configuration
            .inputs
            .variables
            .variable_files;
        let read = reading
            .files()
            .iter()
            .chain(values)
            .cloned();
        Self {
            named,
            read: read.collect(),
        }
    }

    fn look(&self) -> Seen {
        let mut files = self.read.clone();
        for path in self.named {
            files.push(path.clone());
            add_files_in(path, &mut files);
        }

        files
            .into_iter()
            .map(|file| {
                let state = FileState::of(&file);
                (file, state)
            })
            .collect()
    }

    /// The first file that is not as it was.
    async fn next_change(&self, seen: &Seen) -> PathBuf {
        loop {
            tokio::time::sleep(PAUSE).await;

            let now = self.look();
            let changed = now
                .iter()
                .find(|(file, state)| seen.get(*file) != Some(state));
            let gone = || {
                seen.keys()
                    .find(|file| !now.contains_key(*file))
            };
            if let Some(file) = changed
                .map(|(file, _)| file)
                .or_else(gone)
            {
                return file.clone();
            }
        }
    }
}

/// Adds what would be read of a folder, and what would be refused in it.
fn add_files_in(folder: &Path, files: &mut Vec<PathBuf>) {
    for (path, kind) in Tree::Disk
        .list(folder)
        .unwrap_or_default()
    {
        let name = path
            .file_name()
            .unwrap_or_default()
            .as_encoded_bytes();
        let is_yaml = name.ends_with(b".yaml") || name.ends_with(b".yml");
        match kind {
            _ if name.starts_with(b".") => {}
            EntryKind::Folder => add_files_in(&path, files),
            _ if is_yaml => files.push(path),
            _ => {}
        }
    }
}
