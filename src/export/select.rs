//! What is asked for.

use crate::model::{Pattern, StackName};

/// What to export, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The stack that the configuration is for.
    pub stack: StackName,
    /// How far to look.
    pub breadth: Breadth,
    /// The clients, and with them their grants; what
    /// these are for is referred to.
    pub clients: Vec<Pattern>,
    /// The resource servers, and with them the grants on them; who holds these
    /// is referred to.
    pub resource_servers: Vec<Pattern>,
}

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Breadth {
    /// At everything that may be managed.
    #[default]
    All,
    /// At the clients that carry the stack's mark, their grants, and the APIs
    /// these are for.
    Owned,
}

impl Selection {
    /// Whether a client with these names is asked for by
    /// name, or because nothing is.
    pub(super) fn names_client(&self, names: &[&str]) -> bool {
        self.names_nothing() || any_matches(&self.clients, names)
    }

    /// Whether a resource server with these names is asked for by name, or
    /// because nothing is.
    pub(super) fn names_resource_server(&self, names: &[&str]) -> bool {
        self.names_nothing() || any_matches(&self.resource_servers, names)
    }

    /// Whoever names only clients asks for no resource server,
    /// and the other way round.
    fn names_nothing(&self) -> bool {
        self.clients.is_empty() && self.resource_servers.is_empty()
    }
}

fn any_matches(patterns: &[Pattern], names: &[&str]) -> bool {
    patterns.iter().any(|pattern| {
        names
            .iter()
            .any(|name| pattern.matches(name))
    })
}
