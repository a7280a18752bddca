//! `grantry export`

use super::arguments::Export;
use super::exit::{Exit, Failure};
use super::new_files::write_configuration;
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
        Some(folder) => write_configuration(folder, folder, &export.folder())?,
    }
    Ok(Exit::Done)
}

/// Reads the tenant, unless it is known beforehand that
/// not all of it may be read.
async fn read_all(tenant: &impl Observe) -> Result<Snapshot, ProviderError> {
    tenant
        .check_permissions(&Need::to_read())
        .await?;
    tenant.read().await
}
