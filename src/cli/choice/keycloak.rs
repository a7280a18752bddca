//! Which realm of which Keycloak is meant.

use super::{Choice, NamedBy, Surroundings, Unsettled};
use crate::config::ProviderChoice;
use crate::model::ScopeNaming;
use crate::provider::keycloak::{Realm, RealmName, Server};

/// What a configuration says of it.
#[derive(Default)]
struct Stated<'a> {
    url: Option<&'a str>,
    realm: Option<&'a str>,
    scope_naming: ScopeNaming,
}

impl<'a> Stated<'a> {
    fn of(written: Option<&'a ProviderChoice>) -> Self {
        match written {
            Some(ProviderChoice::Keycloak {
                url,
                realm,
                scope_names,
            }) => Self {
                url: url.as_deref(),
                realm: realm.as_deref(),
                scope_naming: *scope_names,
            },
            Some(ProviderChoice::Auth0 { .. } | ProviderChoice::Local { .. }) | None => {
                Self::default()
            }
        }
    }

    /// The realm that it states, where it states all of it.
    fn whole(&self) -> Result<Option<Realm>, Unsettled> {
        let (Some(url), Some(realm)) = (self.url, self.realm) else {
            return Ok(None);
        };

        Ok(Some(Realm {
            server: Server::parse(url)?,
            name: RealmName::parse(realm)?,
        }))
    }

    /// Whether it states another realm than this one; how it is called there.
    fn differs_from(&self, named: &Realm) -> Result<Option<(&'static str, String)>, Unsettled> {
        if let Some(url) = self.url {
            let stated = Server::parse(url)?;
            if stated != named.server {
                return Ok(Some(("url", stated.to_string())));
            }
        }
        if let Some(realm) = self.realm {
            let stated = RealmName::parse(realm)?;
            if stated != named.name {
                return Ok(Some(("realm", stated.as_str().to_owned())));
            }
        }
        Ok(None)
    }
}

/// The command line names both, or the environment does: a file names neither, and picks at most one of those that
/// credentials are at hand for.
pub(super) fn choose(
    told: Option<&str>,
    written: Option<&ProviderChoice>,
    surroundings: &Surroundings,
) -> Result<Choice, Unsettled> {
    let stated = Stated::of(written);
    let scope_naming = stated.scope_naming;

    let (named, by) = match (told, &surroundings.url, &surroundings.realm) {
        (Some(told), ..) => (Realm::parse(told)?, NamedBy::CommandLine),
        (None, Some(url), Some(realm)) => {
            let named = Realm {
                server: Server::parse(url)?,
                name: RealmName::parse(realm)?,
            };
            let variable = surroundings.url_variable.clone();
            (named, NamedBy::Variable(variable))
        }
        (None, ..) => {
            let stated = stated.whole()?;
            let is_keyed = |realm: &Realm| surroundings.keyed_tenants.contains(&realm.to_string());
            return match stated {
                Some(realm) if is_keyed(&realm) => Ok(Choice::Keycloak {
                    realm,
                    scope_naming,
                }),
                stated => Err(Unsettled::NoRealm { stated }),
            };
        }
    };

    match stated.differs_from(&named)? {
        Some((field, stated)) => Err(Unsettled::TwoRealms {
            field,
            stated,
            named,
            by,
        }),
        None => Ok(Choice::Keycloak {
            realm: named,
            scope_naming,
        }),
    }
}
