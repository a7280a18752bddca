//! Whose a live resource server is: the configuration says so, and its mark
//! where it carries one.

use crate::model::{
    Address, Desired, DesiredResourceServer, Found, Identifier, Key, Kind,
    Mark, Policy, Protection, Removal, Snapshot, Standing,
};
use crate::plan::owner::{Owner, owner_of};
use crate::plan::verdict::{Class, Evidence, Verdict};

pub(super) fn classify_server<'a>(
    desired: &Desired,
    seen: &Snapshot,
    identifier: &Identifier,
    declared: Option<&DesiredResourceServer>,
    found: &'a Found,
) -> Verdict<'a> {
    let policy = &desired.policy;
    let standing = found.standing;
    let (class, evidence) = match declared {
        // It is referred to whatever it is, also where the tenant made it.
        Some(server) if server.spec.is_none() => {
            (Class::External, Evidence::Declaration)
        }
        None if standing == Standing::GetsTokens => {
            let owner = owner_of(desired, &seen.tenant, found);
            classify_kept(policy, identifier, standing, &owner)
        }
        _ if standing != Standing::Ordinary => {
            (Class::Untouchable(standing), Evidence::Standing)
        }
        _ if seen
            .support
            .is_marked(Kind::ResourceServer) =>
        {
            let owner = owner_of(desired, &seen.tenant, found);
            let shared = find_shared_key(desired, seen, identifier, &owner);
            let is_declared = declared.is_some();
            match shared.filter(|_| !is_declared) {
                Some(key) => classify_copy(policy, identifier, &owner, key),
                None => {
                    classify_marked(policy, identifier, is_declared, &owner)
                }
            }
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

/// Where APIs carry marks, these count as those of clients do. The identifier
/// is what an API is met by all the same: the key in its mark is no identity.
fn classify_marked(
    policy: &Policy,
    identifier: &Identifier,
    is_declared: bool,
    owner: &Owner,
) -> (Class, Evidence) {
    match owner {
        Owner::Nobody | Owner::Copied if is_declared => {
            (Class::Adoptable, Evidence::Declaration)
        }
        Owner::Nobody => classify_undeclared(policy, identifier),
        // What a pattern says of it is no evidence against what its mark says.
        Owner::Copied => (Class::CopiedMark, Evidence::Nothing),
        Owner::Us { mark, .. } if is_declared => {
            (Class::Managed, Evidence::Mark(mark.to_string()))
        }
        Owner::Us { mark, .. } => {
            let class = classify_ours(policy, identifier, mark);
            (class, Evidence::Mark(mark.to_string()))
        }
        Owner::Them(mark) => {
            let class = Class::Foreign(mark.stack.clone());
            (class, Evidence::Mark(mark.to_string()))
        }
        Owner::Unreadable { error, .. } => {
            let class = Class::UnreadableMark(Box::new(error.clone()));
            (class, Evidence::Nothing)
        }
    }
}

/// The key of a declared API that is there and carries the same mark: one of
/// the two was copied, or is what the other was before its identifier was
/// changed, and nothing tells which.
fn find_shared_key(
    desired: &Desired,
    seen: &Snapshot,
    identifier: &Identifier,
    owner: &Owner,
) -> Option<Key> {
    let Owner::Us { mark, .. } = owner else {
        return None;
    };

    let server = desired
        .resource_servers
        .get(&mark.key)?;
    let address = Address::ResourceServer(server.identifier.clone());
    let other = seen.found.get(&address)?.mark()?.ok()?;
    let is_same = other.key == mark.key
        && other.stack == mark.stack
        && other.tenant == mark.tenant;
    (is_same && server.identifier != *identifier).then_some(other.key)
}

/// The class of an API that carries the mark of a declared one:
/// it goes by its name only.
fn classify_copy(
    policy: &Policy,
    identifier: &Identifier,
    owner: &Owner,
    key: Key,
) -> (Class, Evidence) {
    let removed = &policy.removed_resource_servers;
    match classify_kept(policy, identifier, Standing::Ordinary, owner) {
        (Class::Protected, _) if !removed.contains_key(identifier) => {
            (Class::Protected, Evidence::SharedMark(key))
        }
        classified => classified,
    }
}

/// The class of an API that carries our mark, and is not declared, and stays
/// unless it is removed by name: somebody has put it to another use, or has
/// made it from one of ours.
fn classify_kept(
    policy: &Policy,
    identifier: &Identifier,
    standing: Standing,
    owner: &Owner,
) -> (Class, Evidence) {
    let Owner::Us { mark, .. } = owner else {
        return (Class::Untouchable(standing), Evidence::Standing);
    };

    let evidence = Evidence::Mark(mark.to_string());
    let removed = &policy.removed_resource_servers;
    let class = match removed.contains_key(identifier) {
        true if standing == Standing::Ordinary => {
            classify_ours(policy, identifier, mark)
        }
        true => Class::Untouchable(standing),
        false => Class::Protected,
    };
    (class, evidence)
}

/// The class of an API of ours that is not declared any more.
fn classify_ours(
    policy: &Policy,
    identifier: &Identifier,
    mark: &Mark,
) -> Class {
    let removal = policy
        .removed_resource_servers
        .get(identifier);
    match (removal, mark.protection) {
        (Some(Removal::Release), _) => Class::Removed(Removal::Release),
        (_, Protection::Protected) => Class::Protected,
        (Some(Removal::Destroy), Protection::Open) => {
            Class::Removed(Removal::Destroy)
        }
        (None, Protection::Open) => Class::Orphan,
    }
}

/// A removal by name counts before a pattern: it may say that the API stays.
fn classify_undeclared(
    policy: &Policy,
    identifier: &Identifier,
) -> (Class, Evidence) {
    if let Some(removal) = policy
        .removed_resource_servers
        .get(identifier)
    {
        return (Class::Removed(*removal), Evidence::Removal);
    }

    // With no mark on an API, a pattern that somebody wrote down is all the
    // evidence there can be.
    let mut patterns = policy.owns.iter();
    match patterns.find(|pattern| pattern.matches(identifier.as_str())) {
        Some(pattern) => (Class::Orphan, Evidence::Owns(pattern.clone())),
        None => (Class::Unmanaged, Evidence::Nothing),
    }
}
