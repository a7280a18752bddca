//! The schema of one configuration.

use std::path::Path;

use super::print;
use crate::cli::arguments::Project;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{faces, output};
use crate::config::{Reading, Sources, Tree};
use crate::files::{self, Limit};
use crate::{emulator, provider, render};

pub(super) fn run(arguments: &Project) -> Result<Exit, Failure> {
    let paths = &arguments.paths;
    let reading = Reading::of(&Tree::Disk, paths, Sources::default());

    if !reading.is_whole()
        && let Err(problems) = reading.environments()
    {
        if reading.files().is_empty() {
            return Err(Failure::Problems(problems));
        }
        output::talk(&render::problems(&problems));
        output::talk(
            "What cannot be read may declare anything, so every name passes.\n",
        );
    }
    output::data(&of_project(&reading))?;
    Ok(Exit::Done)
}

/// The schema of a configuration, and the file in which it is kept.
pub(in crate::cli) struct SchemaFile<'a> {
    path: &'a Path,
    text: String,
}

impl<'a> SchemaFile<'a> {
    /// None where a part of the configuration cannot be read: the schema that
    /// is there is the better one.
    pub(in crate::cli) fn of(
        path: &'a Path,
        reading: &Reading,
    ) -> Option<Self> {
        let is_better = reading.is_whole() || !path.exists();

        is_better.then(|| Self {
            path,
            text: of_project(reading),
        })
    }

    pub(in crate::cli) fn keep(&self) -> Result<(), Failure> {
        let there = files::read(self.path, Limit::CONFIGURATION);
        // An editor reads the file again whenever it is written.
        if there.is_ok_and(|there| there == self.text.as_bytes()) {
            return Ok(());
        }

        faces::write(self.path, &self.text)
    }
}

/// The schema as the text of a file.
pub(in crate::cli) fn of_project(reading: &Reading) -> String {
    let scopes = emulator::management_scopes();
    let schema = reading.project_schema(provider::SUPPORTS, &scopes);
    print(&schema)
}
