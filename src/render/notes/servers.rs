//! APIs that stay, and that are like one that is declared.

use super::super::text::{capitalize, safe};
use super::list::{list_under, sentence, show_server};
use crate::config::quote_scalar;
use crate::model::Identifier;
use crate::plan::{FormerServer, Names, SharedMark};

/// The APIs that carry the mark of one that is declared, as
/// the lines that delete them.
pub(super) fn list_shared_marks(servers: &[SharedMark], step: &str) -> String {
    let title = format!(
        "these APIs carry the mark of one that is declared: copied from it, \
         or its former selves.\n  {}:",
        capitalize(step)
    );

    list_under(&title, servers.iter().map(show_shared_mark))
}

/// The APIs that stay beside new ones of their names, as
/// the lines that delete them.
pub(super) fn list_former_servers(
    servers: &[FormerServer],
    names: &Names,
    step: &str,
) -> String {
    let title = format!(
        "an identifier cannot be changed: these APIs stay beside the new ones \
         of their names.\n  {}:",
        capitalize(step)
    );
    let servers = servers
        .iter()
        .map(|server| show_former_server(server, names));

    list_under(&title, servers)
}

pub(super) fn show_copied_server_mark(
    identifier: &Identifier,
    step: &str,
) -> String {
    let server = show_server(identifier);
    let step = sentence(step);

    format!(
        "{server} carries a mark of another tenant, which is no evidence: it \
         stays.\n  {step}"
    )
}

fn show_shared_mark(shared: &SharedMark) -> String {
    let removal = show_removal(&shared.identifier);

    format!("{removal}  # as {}", shared.key)
}

fn show_former_server(server: &FormerServer, names: &Names) -> String {
    let removal = show_removal(&server.identifier);
    let created = safe(&names.of(&server.created));

    format!("{removal}  # beside {created}")
}

/// The entry that removes an API. It is there to be copied, so it is as a
/// configuration writes it.
fn show_removal(identifier: &Identifier) -> String {
    let identifier = quote_scalar(identifier.as_str());

    format!("- {{ resource_server: {identifier}, destroy: true }}")
}
