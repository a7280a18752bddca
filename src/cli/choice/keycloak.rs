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
            Some(
                ProviderChoice::Auth0 { .. } | ProviderChoice::Local { .. },
            )
            | None => Self::default(),
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

    /// Refuses what it states where something else is named.
    fn agree_with(&self, named: &Named) -> Result<(), Unsettled> {
        if let (Some(url), Some(server)) = (self.url, &named.server) {
            let stated = Server::parse(url)?;
            if stated != *server {
                return Err(named.refuse(
                    "url",
                    stated.to_string(),
                    server.to_string(),
                ));
            }
        }
        if let (Some(realm), Some(name)) = (self.realm, &named.name) {
            let stated = RealmName::parse(realm)?;
            if stated != *name {
                let (stated, name) = (
                    stated.as_str().to_owned(),
                    name.as_str().to_owned(),
                );
                return Err(named.refuse("realm", stated, name));
            }
        }
        Ok(())
    }
}

/// What the command line or else the environment names of it. Of the two,
/// neither fills up the other.
struct Named<'a> {
    server: Option<Server>,
    name: Option<RealmName>,
    /// Where it is named; none on the command line.
    surroundings: Option<&'a Surroundings>,
}

impl<'a> Named<'a> {
    fn of(
        told: Option<&str>,
        surroundings: &'a Surroundings,
    ) -> Result<Self, Unsettled> {
        if let Some(told) = told {
            let Realm { server, name } = Realm::parse(told)?;
            return Ok(Self {
                server: Some(server),
                name: Some(name),
                surroundings: None,
            });
        }

        let (url, realm) = (&surroundings.url, &surroundings.realm);
        Ok(Self {
            server: url
                .as_deref()
                .map(Server::parse)
                .transpose()?,
            name: realm
                .as_deref()
                .map(RealmName::parse)
                .transpose()?,
            surroundings: Some(surroundings),
        })
    }

    fn refuse(
        &self,
        field: &'static str,
        stated: String,
        named: String,
    ) -> Unsettled {
        let by = match self.surroundings {
            None => NamedBy::CommandLine,
            Some(said) if field == "url" => {
                NamedBy::Variable(said.url_variable.clone())
            }
            Some(said) => NamedBy::Variable(said.realm_variable.clone()),
        };

        Unsettled::TwoRealms {
            field,
            stated,
            named,
            by,
        }
    }
}

/// The command line names both, or the environment does: a file names neither,
/// and picks at most one of those that credentials are at hand for.
pub(super) fn choose(
    told: Option<&str>,
    written: Option<&ProviderChoice>,
    surroundings: &Surroundings,
) -> Result<Choice, Unsettled> {
    let stated = Stated::of(written);
    let named = Named::of(told, surroundings)?;
    // Before it is said what is missing: nobody is to be told to set what
    // another file chose.
    stated.agree_with(&named)?;

    let is_keyed = |realm: &Realm| {
        surroundings
            .keyed_tenants
            .contains(&realm.to_string())
    };
    let realm = match (named.server, named.name) {
        (Some(server), Some(name)) => Realm { server, name },
        (None, None) => match stated.whole()? {
            Some(realm) if is_keyed(&realm) => realm,
            stated => return Err(Unsettled::NoRealm { stated }),
        },
        // Half of it is never filled up from a file.
        (Some(_), None) | (None, Some(_)) => {
            let stated = stated.whole()?;
            return Err(Unsettled::NoRealm { stated });
        }
    };

    Ok(Choice::Keycloak {
        realm,
        scope_naming: stated.scope_naming,
    })
}
