//! The client scopes of a realm: which API each is of,
//! and what it is called there.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::names::{NAME_AS_MADE, SCOPE_NAME};
use super::scope_names::{name_as_made, name_in_api, possible_names};
use super::wire::ClientScope;
use crate::model::{
    Attrs, DamagedScope, Identifier, Mark, ScopeHolder, ScopeName, ScopeNaming,
    ScopeOwner, Value,
};

/// All client scopes of a realm.
#[derive(Debug, Clone, Default)]
pub(super) struct Scopes {
    by_name: BTreeMap<String, Scope>,
    /// Their names in the realm, by the API of each and what it is called
    /// there. Where somebody has made the same one a second time, the one that
    /// is meant comes first.
    by_api: BTreeMap<Identifier, BTreeMap<ScopeName, Vec<String>>>,
    /// Their names in the realm, by the API that each was made for.
    made_for: BTreeMap<Identifier, Vec<String>>,
}

/// A client scope, and what it is to Grantry.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) wire: ClientScope,
    /// The API that its tokens are for, and its name in it; none
    /// where they are for no API.
    pub(super) of: Option<(Identifier, ScopeName)>,
    /// The API that it was made for by its mark, and its name in it, whatever
    /// its tokens are for now.
    made_as: Option<(Identifier, ScopeName)>,
}

impl Scopes {
    pub(super) fn of(scopes: Vec<ClientScope>, naming: ScopeNaming) -> Self {
        let mut all = Self::default();
        for wire in scopes {
            let of = name_in_api(&wire, naming);
            let made_as = name_as_made(&wire, naming);
            all.add(Scope {
                wire,
                of,
                made_as,
            });
        }
        all.put_first_what_is_meant();
        all
    }

    fn add(&mut self, scope: Scope) {
        let name = scope.wire.name.clone();
        if let Some((api, of)) = scope.of.clone() {
            let names = self.by_api.entry(api).or_default();
            names
                .entry(of)
                .or_default()
                .push(name.clone());
        }
        if let Some((api, _)) = scope.made_as.clone() {
            self.made_for
                .entry(api)
                .or_default()
                .push(name.clone());
        }
        self.by_name.insert(name, scope);
    }

    /// Of several that are one scope of an API, one that carries a mark is
    /// meant, and does what it was made for.
    fn put_first_what_is_meant(&mut self) {
        let Self {
            by_name,
            by_api,
            ..
        } = self;

        for (api, scopes) in by_api {
            for (scope, names) in scopes {
                names.sort_by_cached_key(|name| {
                    let there = by_name.get(name);
                    let is_whole =
                        there.is_some_and(|there| there.is_whole(api, scope));
                    let is_marked = there.is_some_and(Scope::is_marked);
                    (!is_marked, !is_whole, name.clone())
                });
            }
        }
    }

    /// A client scope by its name in the realm.
    pub(super) fn get(&self, name: &str) -> Option<&Scope> {
        self.by_name.get(name)
    }

    /// A scope by its API, and what it is called there.
    pub(super) fn find(
        &self,
        api: &Identifier,
        name: &ScopeName,
    ) -> Option<&Scope> {
        self.get(
            self.by_api
                .get(api)?
                .get(name)?
                .first()?,
        )
    }

    /// What was made as a scope of an API, whatever its tokens are for now.
    pub(super) fn find_made_as(
        &self,
        api: &Identifier,
        name: &ScopeName,
    ) -> Option<&Scope> {
        let mut made = self.made_for(api);

        made.find_map(|(made_as, scope)| (made_as == name).then_some(scope))
    }

    /// The APIs that there are scopes of.
    pub(super) fn apis(&self) -> impl Iterator<Item = &Identifier> {
        self.by_api.keys()
    }

    /// The scopes of an API, by what they are called there.
    pub(super) fn of_api(
        &self,
        api: &Identifier,
    ) -> impl Iterator<Item = (&ScopeName, &Scope)> {
        let scopes = self
            .by_api
            .get(api)
            .into_iter()
            .flatten();

        scopes.flat_map(|(of, names)| {
            let scopes = names
                .iter()
                .filter_map(|name| self.get(name));
            scopes.map(move |scope| (of, scope))
        })
    }

    /// The scopes that were made for an API as this mark says it,
    /// whatever somebody has had them do since. What others have made
    /// beside them is not among them.
    pub(super) fn marked(
        &self,
        api: &Identifier,
        mark: &str,
    ) -> impl Iterator<Item = (&ScopeName, &Scope)> {
        let made = self.made_for(api);

        made.filter(move |(_, scope)| scope.mark() == Some(mark))
    }

    /// The scopes that carry a mark for an API, whosoever,
    /// by what they were made as.
    fn made_for(
        &self,
        api: &Identifier,
    ) -> impl Iterator<Item = (&ScopeName, &Scope)> {
        let names = self
            .made_for
            .get(api)
            .into_iter()
            .flatten();

        names.filter_map(|name| {
            let scope = self.get(name)?;
            let (_, made_as) = scope.made_as.as_ref()?;
            Some((made_as, scope))
        })
    }

    /// The scopes of an API that carries no mark: all that is for it, but for
    /// what was made for another one.
    pub(super) fn of_unmarked(
        &self,
        api: &Identifier,
    ) -> impl Iterator<Item = (&ScopeName, &Scope)> {
        let of_api = self.of_api(api);

        of_api.filter(|(_, scope)| {
            scope
                .wire
                .marked_api()
                .is_none_or(|made| made == api.as_str())
        })
    }

    /// The scopes that an API is shown with, and goes with.
    pub(super) fn belonging_to(
        &self,
        api: &Identifier,
        mark: Option<&str>,
    ) -> Vec<(&ScopeName, &Scope)> {
        match mark {
            Some(mark) => self.marked(api, mark).collect(),
            None => self.of_unmarked(api).collect(),
        }
    }

    /// The scopes that are for an API in plain form, whosoever.
    pub(super) fn all_attrs_of(&self, api: &Identifier) -> Value {
        attrs_of(api, self.of_api(api))
    }

    /// The scopes of an API that carries this mark, or none, in plain form.
    pub(super) fn attrs_of(
        &self,
        api: &Identifier,
        mark: Option<&str>,
    ) -> Value {
        attrs_of(api, self.belonging_to(api, mark).into_iter())
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

    /// What it allows as a scope of an API, or that it does not: what is
    /// damaged must not look as it was declared.
    fn shown_as(&self, api: &Identifier, name: &ScopeName) -> Value {
        let description = self.wire.description.as_deref();
        let description = description.filter(|text| !text.is_empty());

        match self.damage(api, name) {
            Some(why) => DamagedScope {
                why,
                description,
            }
            .value(),
            None => {
                description.map_or(Value::Null, |text| Value::Text(text.into()))
            }
        }
    }

    /// Whether tokens with it are for this API, and say so by
    /// a name that it may have.
    fn is_whole(&self, api: &Identifier, name: &ScopeName) -> bool {
        self.damage(api, name).is_none()
    }

    /// What a scope of an API is to be called in the realm: as it was made,
    /// whichever way to name scopes has been chosen since.
    pub(super) fn name_to_have(
        &self,
        api: &Identifier,
        scope: &ScopeName,
        naming: ScopeNaming,
    ) -> String {
        let possible = possible_names(api, scope);
        let as_made = self.wire.attributes.get(NAME_AS_MADE);

        let mut said = as_made
            .into_iter()
            .chain([self.wire.name.as_str()]);
        said.find(|name| {
            possible
                .iter()
                .any(|possible| possible == name)
        })
        .map_or_else(|| naming.name(api, scope), str::to_owned)
    }

    /// What keeps tokens with it from being for this API, and saying so.
    fn damage(
        &self,
        api: &Identifier,
        name: &ScopeName,
    ) -> Option<&'static str> {
        if self.wire.audience() != Some(api.as_str()) {
            Some("tokens are not for this API alone")
        } else if !self.is_well_named(api, name) {
            Some("it has another name there")
        } else if !self.wire.is_in_token_scope() {
            Some("tokens do not say that they have it")
        } else if self.is_made_for(api)
            && self.wire.attributes.get(SCOPE_NAME) != Some(name.as_str())
        {
            Some("it does not say which scope it is")
        } else {
            None
        }
    }

    /// Whether it has the name in the realm that it was made under, or could
    /// have been where it does not say so.
    fn is_well_named(&self, api: &Identifier, name: &ScopeName) -> bool {
        let as_made = self.wire.attributes.get(NAME_AS_MADE);
        let is_as_made = as_made.is_none_or(|name| {
            name == self.wire.name || !self.is_made_for(api)
        });

        is_as_made && possible_names(api, name).contains(&self.wire.name)
    }

    fn holder(&self) -> ScopeHolder {
        ScopeHolder {
            of: self.of.clone(),
            made_as: self.made_as.clone(),
            owner: self.owner(),
        }
    }

    fn owner(&self) -> ScopeOwner {
        let Some(mark) = self.mark() else {
            return ScopeOwner::Nobody;
        };

        let api = self
            .wire
            .marked_api()
            .and_then(|api| api.parse().ok());
        match (Mark::read_stack(mark), api) {
            (Some((stack, tenant)), Some(api)) => ScopeOwner::Stack {
                stack,
                tenant,
                api,
            },
            _ => ScopeOwner::Unreadable,
        }
    }
}

/// Scopes of an API in plain form. Of several that are one, the first is meant.
fn attrs_of<'a>(
    api: &Identifier,
    scopes: impl Iterator<Item = (&'a ScopeName, &'a Scope)>,
) -> Value {
    let mut shown = Attrs::new();
    for (name, scope) in scopes {
        let value = scope.shown_as(api, name);
        if let Some(other) = shown.get_mut(name.as_str()) {
            // One that does what it was made for is what callers have.
            if DamagedScope::read(other).is_some() {
                *other = value;
            }
        } else {
            shown.insert(SmolStr::from(name.clone()), value);
        }
    }
    Value::Map(shown)
}
