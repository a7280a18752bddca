//! Files that were not there before.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::{output, schema};
use crate::config::{Reading, Sources, Tree};
use crate::export::SCHEMA_FILE;
use crate::model::safe_path;

/// Writes a configuration, and what is around it, into a folder, with the
/// schema of the project beside it, and prints the names; nothing, if one of
/// them exists. `configuration` is what of it Grantry reads.
pub(super) fn write_configuration(
    folder: &Path,
    configuration: &Path,
    files: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    // All of them before the first is written: a part of a folder would be in
    // the way next time.
    let paths: Vec<PathBuf> = files
        .keys()
        .map(|name| folder.join(name))
        .collect();
    let schema_path = folder.join(SCHEMA_FILE);
    let mut written = paths.iter().chain([&schema_path]);
    // A link that leads nowhere is there too, and
    // nothing is written through it.
    if let Some(path) = written.find_map(|path| find_in_the_way(folder, path)) {
        return Err(Failure::Exists(path.to_owned()));
    }

    for (path, text) in paths.iter().zip(files.values()) {
        write_and_name(path, text)?;
    }

    // Of what was written, as whoever edits it has it.
    let configuration = [configuration.to_owned()];
    let reading = Reading::of(&Tree::Disk, &configuration, Sources::default());
    write_and_name(&schema_path, &schema::of_project(&reading))
}

/// What is there in the place of a file, or of a folder on the way to it.
fn find_in_the_way<'a>(folder: &Path, path: &'a Path) -> Option<&'a Path> {
    if path.symlink_metadata().is_ok() {
        return Some(path);
    }

    let mut between = path
        .ancestors()
        .skip(1)
        .take_while(|step| *step != folder);
    between.find(|step| {
        step.symlink_metadata()
            .is_ok_and(|there| !there.is_dir())
    })
}

fn write_and_name(path: &Path, text: &str) -> Result<(), Failure> {
    write_new(path, text).map_err(|source| Failure::File {
        path: path.to_owned(),
        source,
    })?;
    output::data(&format!("{}\n", safe_path(path)))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }

    let text = output::without_secrets(text);
    // Somebody else may have made it meanwhile.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    file.write_all(text.as_bytes())
}
