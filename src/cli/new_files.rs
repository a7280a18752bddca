//! Files that were not there before.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::output;
use crate::model::safe_path;

/// Writes files into a folder and prints their names; nothing, if one of them exists.
pub(super) fn write_new_files(
    folder: &Path,
    files: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    // All of them before the first is written: a part of a folder would be in the way next time.
    let paths: Vec<PathBuf> = files.keys().map(|name| folder.join(name)).collect();
    // A link that leads nowhere is there too, and nothing is written through it.
    if let Some(path) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(Failure::Exists(path.clone()));
    }

    for (path, text) in paths.iter().zip(files.values()) {
        write_new(path, text).map_err(|source| Failure::File {
            path: path.clone(),
            source,
        })?;
        output::data(&format!("{}\n", safe_path(path)))?;
    }
    Ok(())
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }

    let text = output::without_secrets(text);
    // Somebody else may have made it meanwhile.
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
