//! The client scopes of a realm: which API each is of, and what it is called there.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::names::SCOPE_NAME;
use super::wire::ClientScope;
use crate::model::{
    Attrs, Identifier, Mark, ScopeHolder, ScopeName, ScopeNaming, StackName, TenantHash, Value,
};

/// All client scopes of a realm.
#[derive(Debug, Clone, Default)]
pub(super) struct Scopes {
    by_name: BTreeMap<String, Scope>,
}

/// A client scope, and what it is to Grantry.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) wire: ClientScope,
    /// The API and the name of the scope in it; none where it is of no API.
    pub(super) of: Option<(Identifier, ScopeName)>,
}

impl Scopes {
    pub(super) fn of(scopes: Vec<ClientScope>, naming: ScopeNaming) -> Self {
        let named = scopes.into_iter().map(|wire| {
            let of = name_in_api(&wire, naming);
            (wire.name.clone(), Scope { wire, of })
        });

        Self {
            by_name: named.collect(),
        }
    }

    /// A client scope by its name in the realm.
    pub(super) fn get(&self, name: &str) -> Option<&Scope> {
        self.by_name.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.by_name.values()
    }

    /// The scopes whose tokens are for an API.
    pub(super) fn of_api<'a>(
        &'a self,
        api: &'a Identifier,
    ) -> impl Iterator<Item = (&'a ScopeName, &'a Scope)> {
        self.by_name.values().filter_map(move |scope| {
            let (of, name) = scope.of.as_ref()?;
            (of == api).then_some((name, scope))
        })
    }

    /// The scopes of an API in plain form, each with what it allows. Those that nobody has marked
    /// are no part of an API that carries a mark: somebody has made them beside it.
    pub(super) fn attrs_of(&self, api: &Identifier, only_marked: bool) -> Value {
        let scopes = self
            .of_api(api)
            .filter(|(_, scope)| !only_marked || scope.is_made_for(api))
            .map(|(name, scope)| {
                let description = scope.wire.description.as_deref();
                let description = description.filter(|text| !text.is_empty());
                let description = description.map_or(Value::Null, |text| Value::Text(text.into()));
                (SmolStr::from(name.clone()), description)
            });

        Value::Map(scopes.collect::<Attrs>())
    }

    /// Whose each name is.
    pub(super) fn holders(&self) -> BTreeMap<String, ScopeHolder> {
        self.by_name
            .iter()
            .map(|(name, scope)| (name.clone(), scope.holder()))
            .collect()
    }
}

impl Scope {
    /// Whether it carries a mark for this API.
    pub(super) fn is_made_for(&self, api: &Identifier) -> bool {
        self.wire.marked_api() == Some(api.as_str())
    }

    fn holder(&self) -> ScopeHolder {
        ScopeHolder {
            audience: self.wire.audience().and_then(|api| api.parse().ok()),
            owner: self.owner(),
        }
    }

    fn owner(&self) -> Option<(StackName, TenantHash, Identifier)> {
        let mark = self.wire.attributes.get(Mark::STACK)?;
        let (stack, tenant) = Mark::read_stack(mark)?;
        let api = self.wire.marked_api()?.parse().ok()?;

        Some((stack, tenant, api))
    }
}

/// The API of a client scope, and what the scope is called in it.
fn name_in_api(wire: &ClientScope, naming: ScopeNaming) -> Option<(Identifier, ScopeName)> {
    let audience = wire.audience()?;
    let api: Identifier = audience.parse().ok()?;
    // What was made under the other naming says what it is.
    let own = wire
        .attributes
        .get(SCOPE_NAME)
        .filter(|_| wire.marked_api() == Some(audience));

    let name = own.unwrap_or_else(|| without_api(&wire.name, &api, naming));
    Some((api.clone(), name.parse().ok()?))
}

/// The name of a scope without the identifier that it stands behind.
fn without_api<'a>(name: &'a str, api: &Identifier, naming: ScopeNaming) -> &'a str {
    match naming {
        ScopeNaming::Bare => name,
        ScopeNaming::Qualified => {
            let rest = name.strip_prefix(api.as_str());
            let rest = rest.map(|rest| rest.strip_prefix('/').unwrap_or(rest));
            rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
        }
    }
}
