//! What the tokens hold that a configuration grants, to be compared with what a
//! tenant gives.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::{
    Address, Asking, Attrs, Audience, ClientId, Desired, DesiredClient,
    DesiredGrant, Identifier, Key, OrganizationUsage, ResourceServerSpec,
    ScopeName, Snapshot, SubjectType, TokenClaims, Value,
};
use crate::words::quote_all;

/// The token that one grant gives its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedToken {
    /// The client, by its key.
    pub client: Key,
    /// The API as the configuration calls it.
    pub resource_server: String,
    /// What the API is called in tokens.
    pub audience: Identifier,
    /// Its scopes, each as it is called in the tenant.
    pub scopes: BTreeSet<String>,
    /// One scope of the API that is not among them, if there is one.
    pub further: Option<String>,
    /// Why it cannot be told what the token holds, where
    /// that is known beforehand.
    pub obstacle: Option<Obstacle>,
}

/// Why it cannot be told what a token holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// Only its API can read it.
    #[error("its tokens are encrypted to the API")]
    Encrypted,
    /// It is given to whoever shows a key with it.
    #[error("its tokens are bound to a key of the client (DPoP or mTLS)")]
    Bound,
    /// Whoever verifies it could have made it.
    #[error(
        "its tokens are signed with a secret of the API, and not with a \
         published key"
    )]
    SharedKey,
    /// It is given for one organization.
    #[error("its tokens are each for an organization")]
    Organization,
    /// Nobody has said which scopes the API has.
    #[error("it is of every scope, and which ones the API has is not known")]
    ScopesUnknown,
    /// One request cannot name them all.
    #[error("it has more scopes than one request can name")]
    TooLong,
    /// The client authenticates with something else than a secret.
    #[error("the client authenticates with a key of its own, or not at all")]
    NoSecret,
}

/// A way in which a token is not what is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenDifference {
    /// Scopes that are granted, and are not in it.
    Lacks(BTreeSet<String>),
    /// Scopes that are in it, and are not granted.
    Besides(BTreeSet<String>),
    /// The same of what an API may go by instead of scopes.
    Permissions(BTreeSet<String>),
    /// It is not for the API, or not for the API alone: what it is for.
    Audiences(BTreeSet<String>),
    /// It is of another client.
    Client(String),
}

impl fmt::Display for TokenDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lacks(scopes) => {
                write!(
                    formatter,
                    "it lacks {}",
                    quote_all(scopes, ", ")
                )
            }
            Self::Besides(scopes) => {
                write!(
                    formatter,
                    "it holds {} besides",
                    quote_all(scopes, ", ")
                )
            }
            Self::Permissions(names) => {
                write!(
                    formatter,
                    "it holds the permissions {} besides",
                    quote_all(names, ", ")
                )
            }
            Self::Audiences(names) if names.is_empty() => {
                formatter.write_str("it is for no API at all")
            }
            Self::Audiences(names) => {
                write!(
                    formatter,
                    "it is for {}",
                    quote_all(names, ", ")
                )
            }
            Self::Client(id) => write!(formatter, "it is of the client `{id}`"),
        }
    }
}

/// The tokens that the clients of a configuration get for themselves, in the
/// order of its grants.
#[must_use]
pub fn expect_tokens(desired: &Desired, seen: &Snapshot) -> Vec<ExpectedToken> {
    let grants = desired.grants.iter();
    let own = grants.filter(|grant| grant.subject_type == SubjectType::Client);

    own.filter_map(|grant| expect_token(grant, desired, seen))
        .collect()
}

fn expect_token(
    grant: &DesiredGrant,
    desired: &Desired,
    seen: &Snapshot,
) -> Option<ExpectedToken> {
    let api = Api::of(grant, desired, seen)?;
    let naming = seen.support.scope_naming;
    let in_tenant = |scope: &ScopeName| naming.name(&api.identifier, scope);

    let every = api.scopes(desired, seen);
    let granted = grant
        .spec
        .scopes
        .as_ref()
        .or(every.as_ref());
    let scopes: BTreeSet<String> = granted
        .into_iter()
        .flatten()
        .map(in_tenant)
        .collect();
    let further = every
        .iter()
        .flatten()
        .map(in_tenant)
        .find(|scope| !scopes.contains(scope));

    let obstacle = if granted.is_none() {
        Some(Obstacle::ScopesUnknown)
    } else if is_too_long(&scopes, seen) {
        Some(Obstacle::TooLong)
    } else {
        find_obstacle(grant, &api, desired, seen)
    };
    Some(ExpectedToken {
        client: grant.client.clone(),
        resource_server: api.name,
        audience: api.identifier,
        scopes,
        further,
        obstacle,
    })
}

/// Whether one request cannot name all scopes that a
/// token of them is asked for by.
fn is_too_long(scopes: &BTreeSet<String>, seen: &Snapshot) -> bool {
    let names: usize = scopes
        .iter()
        .map(|scope| scope.len() + 1)
        .sum();
    let most = seen.support.scope_parameter;

    seen.support.asking == Asking::ByScopes
        && most.is_some_and(|most| names.saturating_sub(1) > most)
}

fn find_obstacle(
    grant: &DesiredGrant,
    api: &Api,
    desired: &Desired,
    seen: &Snapshot,
) -> Option<Obstacle> {
    let usage = grant
        .spec
        .settings
        .organization_usage
        .value();
    if usage == Some(&OrganizationUsage::Require) {
        return Some(Obstacle::Organization);
    }
    if let Some(client @ DesiredClient::Managed { spec, .. }) =
        desired.clients.get(&grant.client)
    {
        if !client.has_secret() {
            return Some(Obstacle::NoSecret);
        }
        if spec.require_proof_of_possession.value() == Some(&true) {
            return Some(Obstacle::Bound);
        }
    }
    api.obstacle(desired, seen)
}

/// The API that a grant is for.
struct Api {
    /// Its key; none of the Management API.
    key: Option<Key>,
    name: String,
    identifier: Identifier,
}

impl Api {
    fn of(
        grant: &DesiredGrant,
        desired: &Desired,
        seen: &Snapshot,
    ) -> Option<Self> {
        Some(match &grant.audience {
            Audience::Key(key) => Self {
                key: Some(key.clone()),
                name: key.to_string(),
                identifier: desired
                    .resource_servers
                    .get(key)?
                    .identifier
                    .clone(),
            },
            Audience::ManagementApi => Self {
                key: None,
                name: Audience::MANAGEMENT_API.to_owned(),
                identifier: seen.management_api.clone()?,
            },
        })
    }

    fn spec<'a>(&self, desired: &'a Desired) -> Option<&'a ResourceServerSpec> {
        desired
            .resource_servers
            .get(self.key.as_ref()?)?
            .spec
            .as_ref()
    }

    fn live<'a>(&self, seen: &'a Snapshot) -> Option<&'a Attrs> {
        let address = Address::ResourceServer(self.identifier.clone());
        seen.found
            .get(&address)
            .map(|found| &found.attrs)
    }

    /// Its scopes, as they are declared, or else as they are in the tenant;
    /// none where neither is known.
    fn scopes(
        &self,
        desired: &Desired,
        seen: &Snapshot,
    ) -> Option<BTreeSet<ScopeName>> {
        let declared = self
            .spec(desired)
            .and_then(|spec| spec.scopes.value());
        if let Some(declared) = declared {
            return Some(declared.keys().cloned().collect());
        }

        let live = self
            .live(seen)?
            .get(ResourceServerSpec::SCOPES)?
            .as_map()?;
        Some(
            live.keys()
                .filter_map(|name| name.parse().ok())
                .collect(),
        )
    }

    /// Why its tokens cannot be read, as it is in the tenant,
    /// or else as it is declared.
    fn obstacle(&self, desired: &Desired, seen: &Snapshot) -> Option<Obstacle> {
        let declared = self
            .spec(desired)
            .map(ResourceServerSpec::attrs);
        let attrs = self.live(seen).or(declared.as_ref())?;
        let field = |name: &str| {
            attrs
                .get(name)
                .filter(|value| **value != Value::Null)
        };

        if field(ResourceServerSpec::ENCRYPTION).is_some() {
            return Some(Obstacle::Encrypted);
        }
        let proof = field(ResourceServerSpec::PROOF_OF_POSSESSION)
            .and_then(Value::as_map);
        if proof.is_some_and(|proof| {
            proof.get("required") == Some(&Value::Bool(true))
        }) {
            return Some(Obstacle::Bound);
        }
        let algorithm =
            field(ResourceServerSpec::SIGNING_ALG).and_then(Value::as_text);
        (algorithm == Some("HS256")).then_some(Obstacle::SharedKey)
    }
}

impl ExpectedToken {
    /// What it is asked for by: scopes are named where
    /// nothing else names the API.
    #[must_use]
    pub fn asked_scopes(&self, asking: Asking) -> Vec<String> {
        match asking {
            // Without any, all that are granted come: also those that nobody
            // has declared.
            Asking::ByAudience => Vec::new(),
            Asking::ByScopes => self.scopes.iter().cloned().collect(),
        }
    }

    /// In which ways a token of this client is not the one.
    #[must_use]
    pub fn compare(
        &self,
        claims: &TokenClaims,
        client: &ClientId,
    ) -> Vec<TokenDifference> {
        let mut differences = Vec::new();
        let without = |these: &BTreeSet<String>,
                       those: &BTreeSet<String>|
         -> BTreeSet<String> {
            these
                .difference(those)
                .cloned()
                .collect()
        };
        for (names, difference) in [
            (
                without(&self.scopes, &claims.scopes),
                TokenDifference::Lacks
                    as fn(BTreeSet<String>) -> TokenDifference,
            ),
            (
                without(&claims.scopes, &self.scopes),
                TokenDifference::Besides,
            ),
            (
                without(&claims.permissions, &self.scopes),
                TokenDifference::Permissions,
            ),
        ] {
            if !names.is_empty() {
                differences.push(difference(names));
            }
        }

        let audience = BTreeSet::from([self.audience.to_string()]);
        if claims.audiences != audience {
            differences.push(TokenDifference::Audiences(
                claims.audiences.clone(),
            ));
        }
        if let Some(other) = claims
            .client
            .as_ref()
            .filter(|id| *id != client.as_str())
        {
            differences.push(TokenDifference::Client(other.clone()));
        }
        differences
    }
}

#[cfg(test)]
mod tests;
