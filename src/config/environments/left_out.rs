//! The objects that an environment leaves out.

use std::collections::BTreeSet;

use super::super::node::{Node, Value};
use super::super::section::{CLIENTS, GRANTS};

/// The objects that an environment leaves out, by their keys.
#[derive(Default)]
pub(super) struct LeftOut {
    clients: BTreeSet<Box<str>>,
    resource_servers: BTreeSet<Box<str>>,
}

impl LeftOut {
    pub(super) fn add(&mut self, section: &str, key: Box<str>) {
        let keys = if section == CLIENTS {
            &mut self.clients
        } else {
            &mut self.resource_servers
        };
        keys.insert(key);
    }

    /// What is granted to a client goes with it, and so does
    /// what is granted of an API.
    pub(super) fn leave_grants_out(&self, base: &mut Node) {
        let is_any =
            !self.clients.is_empty() || !self.resource_servers.is_empty();
        let Some(grants) = base
            .entry_mut(GRANTS)
            .filter(|_| is_any)
        else {
            return;
        };

        if let Value::Sequence(grants) = &mut grants.value.value {
            grants.retain(|grant| !self.concerns(grant));
        }
    }

    pub(super) fn concerns(&self, grant: &Node) -> bool {
        let is_of = |field, keys: &BTreeSet<Box<str>>| {
            let name = grant.text_at(field);
            name.is_some_and(|name| keys.contains(name))
        };

        is_of("client", &self.clients)
            || is_of("resource_server", &self.resource_servers)
    }
}
