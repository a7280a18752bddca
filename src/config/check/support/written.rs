//! The objects of a configuration as they were written,
//! whatever is written in them.

use super::super::context::Context;
use crate::config::node::Node;
use crate::config::section::{CLIENTS, GRANTS, RESOURCE_SERVERS};
use crate::model::{Identifier, Kind, ScopeNaming};

/// The objects of a kind. A default that a provider cannot express is no
/// mistake of the file's author, so nothing is filled in yet.
pub(super) fn list_written<'a>(
    context: &Context<'a>,
    kind: Kind,
) -> impl Iterator<Item = &'a Node> + use<'a> {
    let section = match kind {
        Kind::ResourceServer => RESOURCE_SERVERS,
        Kind::Client => CLIENTS,
        Kind::Grant => GRANTS,
    };
    let section = context
        .document
        .entry(section)
        .into_iter();

    // A section is a map or a list, so one of the two has nothing.
    section.flat_map(|section| {
        let entries = section.value.entries().iter();
        let by_key = entries.map(|entry| &entry.value);
        by_key.chain(section.value.items())
    })
}

/// What a scope of an API is called behind its identifier.
pub(super) fn qualify(server: &Node, scope: &str) -> Option<String> {
    let identifier: Identifier = server
        .text_at("identifier")?
        .parse()
        .ok()?;
    let scope = scope.parse().ok()?;

    Some(ScopeNaming::Qualified.name(&identifier, &scope))
}
