//! The client scopes of a realm: which API each is of, and what it is called there.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::names::{OWN_SCOPES, SCOPE_NAME};
use super::wire::ClientScope;
use crate::model::{
    Attrs, Identifier, Mark, ScopeHolder, ScopeName, ScopeNaming, ScopeOwner, Value,
};

/// What stands in the place of what a scope of ours allows when it does not do what it was made for.
const DAMAGED: &str = "(damaged: tokens are not for this API, or do not say so)";

/// All client scopes of a realm.
#[derive(Debug, Clone, Default)]
pub(super) struct Scopes {
    by_name: BTreeMap<String, Scope>,
    /// Their names in the realm, by the API of each and what it is called there. Where somebody has
    /// made the same one a second time, it is the one that carries a mark.
    by_api: BTreeMap<Identifier, BTreeMap<ScopeName, String>>,
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
        let mut all = Self::default();
        for wire in scopes {
            let of = name_in_api(&wire, naming);
            all.add(Scope { wire, of });
        }
        all
    }

    fn add(&mut self, scope: Scope) {
        let name = scope.wire.name.clone();
        if let Some((api, of)) = scope.of.clone() {
            let names = self.by_api.entry(api).or_default();
            if scope.is_marked() || !names.contains_key(&of) {
                names.insert(of, name.clone());
            }
        }
        self.by_name.insert(name, scope);
    }

    /// A client scope by its name in the realm.
    pub(super) fn get(&self, name: &str) -> Option<&Scope> {
        self.by_name.get(name)
    }

    /// A scope by its API, and what it is called there.
    pub(super) fn find(&self, api: &Identifier, name: &ScopeName) -> Option<&Scope> {
        self.get(self.by_api.get(api)?.get(name)?)
    }

    /// The APIs that there are scopes of.
    pub(super) fn apis(&self) -> impl Iterator<Item = &Identifier> {
        self.by_api.keys()
    }

    /// The scopes of an API, by what they are called there.
    pub(super) fn of_api(&self, api: &Identifier) -> impl Iterator<Item = (&ScopeName, &Scope)> {
        let names = self.by_api.get(api).into_iter().flatten();

        names.filter_map(|(of, name)| Some((of, self.get(name)?)))
    }

    /// The scopes that belong to an API as this mark says it: what others have made beside it does
    /// not.
    pub(super) fn marked(
        &self,
        api: &Identifier,
        mark: &str,
    ) -> impl Iterator<Item = (&ScopeName, &Scope)> {
        let of_api = self.of_api(api);

        of_api.filter(move |(_, scope)| scope.is_made_for(api) && scope.mark() == Some(mark))
    }

    /// The scopes of an API that carry no mark.
    pub(super) fn unmarked(&self, api: &Identifier) -> impl Iterator<Item = (&ScopeName, &Scope)> {
        self.of_api(api).filter(|(_, scope)| !scope.is_marked())
    }

    /// The scopes of an API in plain form, each with what it allows. One that carries no mark has
    /// whatever there is.
    pub(super) fn attrs_of(&self, api: &Identifier, mark: Option<&str>) -> Value {
        let is_meant =
            |scope: &Scope| mark.is_none() || scope.is_made_for(api) && scope.mark() == mark;
        let meant = self.of_api(api).filter(|(_, scope)| is_meant(scope));
        let scopes = meant.map(|(name, scope)| {
            let description = scope
                .description()
                .map_or(Value::Null, |text| Value::Text(text.into()));
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
    /// The first entry of its mark, if it carries one.
    pub(super) fn mark(&self) -> Option<&str> {
        self.wire.attributes.get(Mark::STACK)
    }

    fn is_marked(&self) -> bool {
        self.mark().is_some()
    }

    /// Whether it carries a mark for this API.
    pub(super) fn is_made_for(&self, api: &Identifier) -> bool {
        self.wire.marked_api() == Some(api.as_str())
    }

    /// What it allows, or that it does not: what is ours and damaged must not look as it was declared.
    fn description(&self) -> Option<&str> {
        match &self.of {
            Some((api, name)) if self.is_marked() && !self.is_whole(api, name) => Some(DAMAGED),
            _ => {
                let text = self.wire.description.as_deref();
                text.filter(|text| !text.is_empty())
            }
        }
    }

    /// Whether tokens with it are for this API, and say so by a name that it may have.
    pub(super) fn is_whole(&self, api: &Identifier, name: &ScopeName) -> bool {
        self.is_well_named(api, name)
            && self.wire.audience() == Some(api.as_str())
            && self.wire.is_in_token_scope()
    }

    /// Whether it has a name in the realm that it could have been made under.
    pub(super) fn is_well_named(&self, api: &Identifier, name: &ScopeName) -> bool {
        let namings = [ScopeNaming::Bare, ScopeNaming::Qualified];

        namings
            .iter()
            .any(|naming| naming.name(api, name) == self.wire.name)
    }

    fn holder(&self) -> ScopeHolder {
        ScopeHolder {
            of: self.of.clone(),
            owner: self.owner(),
        }
    }

    fn owner(&self) -> ScopeOwner {
        let Some(mark) = self.mark() else {
            return ScopeOwner::Nobody;
        };

        let api = self.wire.marked_api().and_then(|api| api.parse().ok());
        match (Mark::read_stack(mark), api) {
            (Some((stack, tenant)), Some(api)) => ScopeOwner::Stack { stack, tenant, api },
            _ => ScopeOwner::Unreadable,
        }
    }
}

/// The API of a client scope, and what the scope is called in it.
fn name_in_api(wire: &ClientScope, naming: ScopeNaming) -> Option<(Identifier, ScopeName)> {
    // Whatever somebody has them do, they are every client's, and no API's.
    if OWN_SCOPES.contains(&wire.name.as_str()) {
        return None;
    }

    // Where its mapper is gone, it still is what it was made as: whoever holds it has it again once it
    // is mended.
    let audience = wire.audience().or_else(|| wire.marked_api())?;
    let api: Identifier = audience.parse().ok()?;
    // What was made under the other naming says what it is.
    let own = wire
        .attributes
        .get(SCOPE_NAME)
        .filter(|_| wire.marked_api() == Some(audience));

    let name = own.unwrap_or_else(|| without_api(&wire.name, &api, naming));
    let name = name.parse().ok()?;
    Some((api, name))
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
