//! `grantry export`

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::arguments::Export;
use super::exit::{Exit, Failure};
use super::target::{Target, with_chosen};
use super::{output, progress, schema};
use crate::config::{Reading, Sources, Tree};
use crate::export::{self, SCHEMA_FILE, Selection};
use crate::model::Snapshot;
use crate::provider::{Need, Observe, ProviderError};

pub(super) async fn run(arguments: &Export) -> Result<Exit, Failure> {
    let target = Target::choose(&arguments.tenant, None)?.announce();
    let support = target.support();
    let reader = target.reader()?;

    tracing::info!("reading the tenant");
    let spinner = progress::spinner("reading the tenant");
    let seen = with_chosen!(&reader, reader => read_all(reader).await);
    spinner.finish_and_clear();

    let selection = Selection {
        stack: arguments.stack.clone(),
        breadth: arguments.breadth(),
        clients: arguments.clients.clone(),
        resource_servers: arguments.resource_servers.clone(),
    };
    let export = export::export(&seen?, &selection, support);

    match &arguments.split {
        None => output::data(&export.file())?,
        Some(folder) => write_files(folder, &export.folder())?,
    }
    Ok(Exit::Done)
}

/// Reads the tenant, unless it is known beforehand that not all of it may be read.
async fn read_all(tenant: &impl Observe) -> Result<Snapshot, ProviderError> {
    tenant.check_permissions(&Need::to_read()).await?;
    tenant.read().await
}

/// Writes the files, and prints their names; nothing, if one of them exists.
fn write_files(folder: &Path, files: &BTreeMap<String, String>) -> Result<(), Failure> {
    // All of them before the first is written: a part of a folder would be in the way next time.
    let paths: Vec<PathBuf> = files.keys().map(|name| folder.join(name)).collect();
    let schema_path = folder.join(SCHEMA_FILE);
    let mut written = paths.iter().chain([&schema_path]);
    // A link that leads nowhere is there too, and nothing is written through it.
    if let Some(path) = written.find(|path| path.symlink_metadata().is_ok()) {
        return Err(Failure::Exists(path.clone()));
    }

    fs::create_dir_all(folder).map_err(|error| file_failure(folder, error))?;
    for (path, text) in paths.iter().zip(files.values()) {
        write_and_name(path, text)?;
    }

    // Of what was written, as whoever edits it has it.
    let folder = [folder.to_owned()];
    let reading = Reading::of(&Tree::Disk, &folder, Sources::default());
    write_and_name(&schema_path, &schema::of_project(&reading))
}

fn write_and_name(path: &Path, text: &str) -> Result<(), Failure> {
    write_new(path, text).map_err(|error| file_failure(path, error))?;
    output::data(&format!("{}\n", path.display()))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let text = output::without_secrets(text);
    // Somebody else may have made it meanwhile.
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;

    file.write_all(text.as_bytes())
}

fn file_failure(path: &Path, source: io::Error) -> Failure {
    let path = path.to_owned();

    Failure::File { path, source }
}
