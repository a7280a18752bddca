//! What is this stack's and not declared.

use super::super::text::{count_kinds, safe};
use super::list::{
    list_under, sentence, show_client, show_scopes, show_server,
};
use crate::model::{Identifier, Key, Kind};
use crate::plan::{Names, OrphanGrant, Staying};

pub(super) fn list_orphans(
    clients: &[Key],
    grants: &[OrphanGrant],
    resource_servers: &[Identifier],
    names: &Names,
) -> String {
    let total = clients.len() + grants.len() + resource_servers.len();
    let verbs = if total == 1 {
        "is not declared, and stays"
    } else {
        "are not declared, and stay"
    };
    let counts = count_kinds([
        (clients.len(), Kind::Client),
        (grants.len(), Kind::Grant),
        (resource_servers.len(), Kind::ResourceServer),
    ]);
    let title = format!("{counts} of this stack {verbs}:");

    let clients = clients.iter().map(show_client);
    let grants = grants
        .iter()
        .map(|grant| show_orphan_grant(grant, names));
    let servers = resource_servers.iter().map(show_server);
    list_under(&title, clients.chain(grants).chain(servers))
}

/// What becomes of it.
pub(super) fn show_staying(because: Staying, step: &str) -> String {
    match because {
        Staying::NotPruned => {
            format!(
                "Their access stays in force. {}",
                sentence(step)
            )
        }
        Staying::NoEvidence => "Their client carries no mark yet; once it \
                                does, they are deleted as well."
            .to_owned(),
    }
}

fn show_orphan_grant(grant: &OrphanGrant, names: &Names) -> String {
    let address = safe(&names.of(&grant.address));
    let scopes = show_scopes(grant.scopes.as_deref());

    format!("{address}: {scopes}")
}
