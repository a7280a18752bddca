//! Whose a live resource server is: the configuration says so, as it has no place for a mark.

use crate::model::{Address, DesiredResourceServer, Found, Identifier, Policy, Standing};
use crate::plan::verdict::{Class, Evidence, Verdict};

pub(super) fn classify_server<'a>(
    policy: &Policy,
    identifier: &Identifier,
    declared: Option<&DesiredResourceServer>,
    found: &'a Found,
) -> Verdict<'a> {
    let (class, evidence) = match declared {
        // It is referred to whatever it is, also where the tenant made it.
        Some(server) if server.spec.is_none() => (Class::External, Evidence::Declaration),
        _ if found.standing != Standing::Ordinary => {
            (Class::Untouchable(found.standing), Evidence::Standing)
        }
        Some(_) => (Class::Managed, Evidence::Declaration),
        None => classify_undeclared(policy, identifier),
    };

    Verdict {
        found,
        class,
        evidence,
        address: Address::ResourceServer(identifier.clone()),
    }
}

/// A removal by name counts before a pattern: it may say that the API stays.
fn classify_undeclared(policy: &Policy, identifier: &Identifier) -> (Class, Evidence) {
    if let Some(removal) = policy.removed_resource_servers.get(identifier) {
        return (Class::Removed(*removal), Evidence::Removal);
    }

    // With no mark on an API, a pattern that somebody wrote down is all the evidence there can be.
    let mut patterns = policy.owns.iter();
    match patterns.find(|pattern| pattern.matches(identifier.as_str())) {
        Some(pattern) => (Class::Orphan, Evidence::Owns(pattern.clone())),
        None => (Class::Unmanaged, Evidence::Nothing),
    }
}
