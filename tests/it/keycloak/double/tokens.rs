//! Access tokens: what is in them, and whose they are.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::answer::{Outcome, broken, unauthorized};
use super::clock;
use super::request::Request;
use super::signer;
use super::source::Source;
use super::state::{Client, Mapper, Realm, Scope, World};

/// `ssoSessionMaxLifespan`, which no token outlives.
const LONGEST_LIFE: u64 = 36_000;

/// Who asks.
pub(super) enum Caller {
    /// That of `master`.
    Administrator,
    /// The service account of a client, and the roles that its token names.
    Account {
        realm: String,
        id: String,
        roles: Vec<String>,
    },
}

/// Whose token a request bears. A token that is missing, expired or none at all
/// look the same.
pub(super) fn find_caller(world: &World, request: &Request) -> Outcome<Caller> {
    let authorization = request
        .authorization
        .as_deref()
        .unwrap_or_default();
    let token = authorization.strip_prefix("Bearer ");
    let claims = token
        .and_then(signer::verify)
        .ok_or_else(unauthorized)?;
    let text = |name: &str| {
        claims
            .get(name)
            .and_then(Json::as_str)
            .unwrap_or_default()
    };
    let ends = claims
        .get("exp")
        .and_then(Json::as_u64)
        .unwrap_or_default();
    if ends < clock::now() || !world.tokens.contains(text("jti")) {
        return Err(unauthorized());
    }

    let realm = text("iss")
        .rsplit('/')
        .next()
        .unwrap_or_default();
    if realm == "master" {
        return Ok(Caller::Administrator);
    }
    let client = world
        .realms
        .get(realm)
        .and_then(|realm| realm.client_named(text("azp")))
        .filter(|client| client.is("enabled"))
        .ok_or_else(unauthorized)?;
    let roles = claims.get("resource_access");
    let roles =
        roles.and_then(|access| access["realm-management"]["roles"].as_array());
    let roles = roles
        .into_iter()
        .flatten()
        .filter_map(Json::as_str);
    Ok(Caller::Account {
        realm: realm.to_owned(),
        id: client.id.clone(),
        roles: roles.map(str::to_owned).collect(),
    })
}

/// How long a token of a client lives: nobody looks at the number before.
pub(super) fn life_of(client: &Client, realm: &Realm) -> Outcome<u64> {
    let Some(own) = client
        .attributes
        .get("access.token.lifespan")
    else {
        return Ok(realm.token_life);
    };
    let own: i64 = own.parse().map_err(|_| broken())?;
    // Below zero it stands for as long as it may be.
    Ok(u64::try_from(own)
        .unwrap_or(LONGEST_LIFE)
        .min(LONGEST_LIFE))
}

/// What a token is made of.
pub(super) struct Ingredients<'a> {
    pub(super) realm: &'a Realm,
    pub(super) client: &'a Client,
    /// Those in force: by default, and asked for.
    pub(super) scopes: &'a [&'a Scope],
    pub(super) scope: String,
    pub(super) issuer: &'a str,
    pub(super) life: u64,
}

impl Ingredients<'_> {
    pub(super) fn claims(&self, source: &mut Source) -> Map<String, Json> {
        let is_light = self.is_light();
        let now = clock::now();
        let kind = if is_light {
            "trltcc"
        } else {
            "trrtcc"
        };
        let account = self.client.account.as_ref();
        let mut claims = Map::new();
        for (name, value) in [
            ("exp", json!(now + self.life)),
            ("iat", json!(now)),
            ("jti", json!(format!("{kind}:{}", source.id()))),
            ("iss", json!(self.issuer)),
            ("sub", json!(account.map(|account| &account.id))),
            ("typ", json!("Bearer")),
            ("azp", json!(self.client.client_id)),
            ("scope", json!(self.scope)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        if !is_light {
            self.add_mapped(&mut claims, source);
        }
        claims
    }

    /// A lightweight token has none of what mappers
    /// add, and works all the same.
    fn is_light(&self) -> bool {
        let light = "client.use.lightweight.access.token.enabled";
        self.client
            .attributes
            .get(light)
            .map(String::as_str)
            == Some("true")
    }

    fn add_mapped(&self, claims: &mut Map<String, Json>, source: &mut Source) {
        let mut audiences = BTreeSet::new();
        let of_scopes = self
            .scopes
            .iter()
            .flat_map(|scope| &scope.mappers);
        for mapper in of_scopes.chain(&self.client.mappers) {
            if mapper.text("access.token.claim") == Some("true") {
                self.apply(mapper, claims, &mut audiences);
            }
        }

        let audiences = source.shuffle(audiences.into_iter().collect());
        match audiences.as_slice() {
            [] => {}
            [only] => {
                claims.insert("aud".to_owned(), json!(only));
            }
            several => {
                claims.insert("aud".to_owned(), json!(several));
            }
        }
    }

    fn apply(
        &self,
        mapper: &Mapper,
        claims: &mut Map<String, Json>,
        audiences: &mut BTreeSet<String>,
    ) {
        match mapper.kind.as_str() {
            "oidc-audience-mapper" => {
                let named = [
                    "included.client.audience",
                    "included.custom.audience",
                ];
                let named = named
                    .into_iter()
                    .filter_map(|name| mapper.text(name));
                let named = named.filter(|audience| !audience.is_empty());
                audiences.extend(named.take(1).map(str::to_owned));
            }
            "oidc-audience-resolve-mapper" => {
                let holders = self
                    .roles()
                    .into_iter()
                    .map(|(client, _)| client);
                audiences.extend(holders);
            }
            "oidc-usermodel-client-role-mapper" => {
                let roles = self.roles();
                if !roles.is_empty() {
                    claims.insert(
                        "resource_access".to_owned(),
                        Json::Object(roles),
                    );
                }
            }
            "oidc-usermodel-realm-role-mapper" => {
                if let Some(roles) = self.realm_roles() {
                    claims.insert(
                        "realm_access".to_owned(),
                        json!({ "roles": roles }),
                    );
                }
            }
            _ => {
                if let Some((name, value)) = self.plain_claim(mapper) {
                    claims.insert(name, value);
                }
            }
        }
    }

    fn plain_claim(&self, mapper: &Mapper) -> Option<(String, Json)> {
        let client_id = self.client.client_id.as_str();
        let value = match (mapper.kind.as_str(), mapper.name.as_str()) {
            ("oidc-acr-mapper", _) => {
                return Some(("acr".to_owned(), json!("1")));
            }
            ("oidc-hardcoded-claim-mapper", _) => {
                json!(mapper.text("claim.value")?)
            }
            ("oidc-usersessionmodel-note-mapper", "Client ID") => {
                json!(client_id)
            }
            (
                "oidc-usersessionmodel-note-mapper",
                "Client Host" | "Client IP Address",
            ) => {
                json!("127.0.0.1")
            }
            (_, "email verified") => json!(false),
            (_, "username") => json!(format!("service-account-{client_id}")),
            _ => return None,
        };
        Some((mapper.text("claim.name")?.to_owned(), value))
    }

    /// The roles of the account, by client, where they are in force.
    fn roles(&self) -> Map<String, Json> {
        let mut roles = Map::new();
        let account = self.client.account.as_ref();
        let Some(account) =
            account.filter(|_| self.client.is("fullScopeAllowed"))
        else {
            return roles;
        };
        let mut held = account.roles.clone();
        if held.contains("view-clients") {
            held.insert("query-clients".to_owned());
        }
        if !held.is_empty() {
            roles.insert(
                "realm-management".to_owned(),
                json!({ "roles": held }),
            );
        }
        if account.has_default_roles {
            let held = [
                "manage-account",
                "manage-account-links",
                "view-profile",
            ];
            roles.insert("account".to_owned(), json!({ "roles": held }));
        }
        roles
    }

    fn realm_roles(&self) -> Option<Vec<String>> {
        let account = self.client.account.as_ref()?;
        let in_force =
            account.has_default_roles && self.client.is("fullScopeAllowed");
        let own = format!("default-roles-{}", self.realm.name);
        in_force.then(|| {
            vec![
                own,
                "offline_access".into(),
                "uma_authorization".into(),
            ]
        })
    }
}

impl Mapper {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.config
            .get(name)
            .map(String::as_str)
    }
}
