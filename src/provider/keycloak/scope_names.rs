//! What a client scope is called in its API, and an API's scope in the realm.

use super::names::{OWN_SCOPES, SCOPE_NAME};
use super::wire::ClientScope;
use crate::model::{Identifier, ScopeName, ScopeNaming};

/// What a scope of an API may be called in the realm, in one way to name scopes
/// or the other.
pub(super) fn possible_names(
    api: &Identifier,
    scope: &ScopeName,
) -> [String; 2] {
    [ScopeNaming::Bare, ScopeNaming::Qualified]
        .map(|naming| naming.name(api, scope))
}

/// The API of a client scope, and what the scope is called in it.
pub(super) fn name_in_api(
    wire: &ClientScope,
    naming: ScopeNaming,
) -> Option<(Identifier, ScopeName)> {
    if is_the_realms(wire) {
        return None;
    }

    let audience = wire
        .audience()
        .and_then(|audience| audience.parse().ok());
    let made_as = name_as_made(wire, naming);
    match audience {
        // What was made under the other naming says what it is.
        Some(api)
            if made_as
                .as_ref()
                .is_none_or(|(made_for, _)| *made_for != api) =>
        {
            let name = without_api(&wire.name, &api, naming)
                .parse()
                .ok()?;
            Some((api, name))
        }
        // Where its mapper is gone, it still is what it was made as: whoever
        // holds it has it again once it is mended.
        Some(_) | None => made_as,
    }
}

/// Whether every realm has it: whatever somebody has it do, it is every
/// client's, and no API's.
fn is_the_realms(wire: &ClientScope) -> bool {
    OWN_SCOPES.contains(&wire.name.as_str())
}

/// The API that a client scope was made for by its mark, and
/// what it was called in it.
pub(super) fn name_as_made(
    wire: &ClientScope,
    naming: ScopeNaming,
) -> Option<(Identifier, ScopeName)> {
    if is_the_realms(wire) {
        return None;
    }

    let api: Identifier = wire.marked_api()?.parse().ok()?;
    let said = wire.attributes.get(SCOPE_NAME);
    let said = said.and_then(|name| name.parse().ok());

    let name = said.or_else(|| {
        without_api(&wire.name, &api, naming)
            .parse()
            .ok()
    })?;
    Some((api, name))
}

/// The name of a scope without the identifier that it stands behind.
fn without_api<'a>(
    name: &'a str,
    api: &Identifier,
    naming: ScopeNaming,
) -> &'a str {
    match naming {
        ScopeNaming::Bare => name,
        ScopeNaming::Qualified => {
            let rest = name.strip_prefix(api.as_str());
            let rest = rest.map(|rest| rest.strip_prefix('/').unwrap_or(rest));
            rest.filter(|rest| !rest.is_empty())
                .unwrap_or(name)
        }
    }
}
