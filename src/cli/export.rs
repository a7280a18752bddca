//! `grantry export`

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::arguments::Export;
use super::exit::{Exit, Failure};
use super::target::{Target, with_chosen};
use super::{output, progress};
use crate::export::{self, Selection};
use crate::model::Snapshot;
use crate::provider::{Need, Observe, ProviderError};

pub(super) async fn run(arguments: &Export) -> Result<Exit, Failure> {
    let target = Target::choose(&arguments.tenant, None)?.announce();
    let support = target.support();
    let reader = target.reader()?;
    tracing::info!("reading the tenant");
    let spinner = progress::spinner("reading the tenant");
    let seen = with_chosen!(&reader, reader => read(reader).await);
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
        Some(folder) => split(folder, &export.folder())?,
    }
    Ok(Exit::Done)
}

/// Writes the files, and prints their names; nothing, if one of them exists.
fn split(folder: &Path, files: &BTreeMap<String, String>) -> Result<(), Failure> {
    let paths: Vec<PathBuf> = files.keys().map(|name| folder.join(name)).collect();
    if let Some(path) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(Failure::Exists(path.clone()));
    }
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| Failure::File { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    for (path, text) in paths.iter().zip(files.values()) {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        file.and_then(|mut file| file.write_all(output::without_secrets(text).as_bytes()))
            .map_err(failed(path))?;
        output::data(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

/// Reads the tenant, unless it is known beforehand that not all of it may be read.
async fn read(tenant: &impl Observe) -> Result<Snapshot, ProviderError> {
    tenant.allows(&Need::to_read()).await?;
    tenant.read().await
}
