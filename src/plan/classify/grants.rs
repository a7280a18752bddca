//! Whose a live grant is: whose its client is.

use crate::model::{Address, ClientRef, Found, Removal, Resources, Standing};
use crate::plan::verdict::{Class, Evidence, Verdict, Verdicts};

/// A grant belongs to whoever owns its client. It goes with its client, and
/// with its API.
pub(super) fn classify_grant<'a>(
    remote: &Address,
    found: &'a Found,
    verdicts: &Verdicts<'_>,
    resources: &Resources<'_>,
) -> Verdict<'a> {
    let Address::Grant {
        client,
        audience,
        subject_type,
    } = remote
    else {
        return unmanaged(remote, found);
    };
    let Some((client, of_client)) = find_owner(client, verdicts) else {
        return unmanaged(remote, found);
    };

    let address = Address::Grant {
        client: client.clone(),
        audience: audience.clone(),
        subject_type: *subject_type,
    };
    let (class, evidence) = if found.standing != Standing::Ordinary {
        let class = Class::Untouchable(found.standing);
        (class, Evidence::Standing)
    } else if resources.contains_key(&address) {
        (Class::Managed, Evidence::Declaration)
    } else {
        let server = verdicts.get(&Address::ResourceServer(audience.clone()));
        classify_undeclared(client, of_client, server)
    };

    Verdict {
        found,
        class,
        evidence,
        address,
    }
}

/// What the client of a grant is called here, and whose it is.
fn find_owner<'v>(
    remote: &ClientRef,
    verdicts: &'v Verdicts<'_>,
) -> Option<(&'v ClientRef, &'v Class)> {
    let owner = verdicts.get(&Address::Client(remote.clone()))?;
    match &owner.address {
        Address::Client(client) => Some((client, &owner.class)),
        Address::ResourceServer(_) | Address::Grant { .. } => None,
    }
}

fn unmanaged<'a>(remote: &Address, found: &'a Found) -> Verdict<'a> {
    Verdict {
        found,
        class: Class::Unmanaged,
        evidence: Evidence::Nothing,
        address: remote.clone(),
    }
}

/// The class of a grant that is not declared, by the class of its client.
fn classify_undeclared(
    client: &ClientRef,
    of_client: &Class,
    server: Option<&Verdict<'_>>,
) -> (Class, Evidence) {
    let destroyed = Class::Removed(Removal::Destroy);
    let by_client = Evidence::Client(client.clone());
    let going = server.filter(|server| server.class == destroyed);

    match (of_client, going) {
        // It would end with its API in any case. As a change of its own it is
        // shown and waited for.
        (Class::Managed | Class::Adoptable | Class::Orphan, Some(server)) => {
            (destroyed, goes_with(server.address.clone()))
        }
        (Class::Managed, None) => (
            Class::Orphan,
            Evidence::NotDeclared(client.clone()),
        ),
        (Class::Orphan, None) => (
            Class::Orphan,
            Evidence::GoesWithClient(client.clone()),
        ),
        // What the tenant does not say yet is no evidence for a deletion.
        (Class::Adoptable, None) => (Class::Orphan, Evidence::Nothing),
        // Also where its API is to go: that counts as in
        // use then, and is refused.
        (Class::Protected, _) => (Class::Protected, by_client),
        (Class::Removed(Removal::Destroy), _) => (
            destroyed,
            goes_with(Address::Client(client.clone())),
        ),
        (Class::Foreign(stack), _) => {
            (Class::Foreign(stack.clone()), by_client)
        }
        (
            Class::Removed(Removal::Release)
            | Class::CopiedMark
            | Class::UnreadableMark(_)
            | Class::Ambiguous(_)
            | Class::External
            | Class::Untouchable(_)
            | Class::Unmanaged,
            _,
        ) => (Class::Unmanaged, Evidence::Nothing),
    }
}

fn goes_with(address: Address) -> Evidence {
    Evidence::GoesWith(Box::new(address))
}
