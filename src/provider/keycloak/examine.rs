//! A look at a realm, step by step, for whoever wants to know what is wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use super::listing;
use super::reach::{Reach, reach_of};
use super::reader::Reader;
use crate::model::{Desired, Kind, TenantHash};
use crate::provider::checkup::{Contents, Owned, count_owned};
use crate::provider::{Observe as _, ProviderError};

/// What was found of a realm. What could not be looked at for
/// what came before is none.
#[derive(Debug)]
pub struct Examination {
    /// What the realm calls itself.
    pub issuer: Result<String, ProviderError>,
    /// How long a token of ours lives.
    pub token: Option<Result<Duration, ProviderError>>,
    /// What may be done with it.
    pub reach: Option<Result<Reach, ProviderError>>,
    /// What the realm holds.
    pub contents: Option<Result<Contents, ProviderError>>,
}

impl Reader {
    /// Looks at the realm, and at what belongs to a stack. Nothing is changed.
    pub async fn examine(&self, desired: Option<&Desired>) -> Examination {
        let issuer = self.getter().issuer().await;
        if issuer.is_err() {
            return Examination {
                issuer,
                token: None,
                reach: None,
                contents: None,
            };
        }

        let token = self.getter().session().await;
        let (reach, contents) = match &token {
            Ok(session) => {
                let reach = listing::probe(self.getter()).await;
                let contents = match &reach {
                    Ok(()) => Some(self.count_contents(desired).await),
                    Err(_) => None,
                };
                (
                    Some(reach.map(|()| reach_of(&session.roles))),
                    contents,
                )
            }
            Err(_) => (None, None),
        };

        Examination {
            issuer,
            token: Some(token.map(|session| session.life)),
            reach,
            contents,
        }
    }

    async fn count_contents(
        &self,
        desired: Option<&Desired>,
    ) -> Result<Contents, ProviderError> {
        let seen = self.read().await?;
        let mut counts: BTreeMap<Kind, usize> =
            Kind::ALL.map(|kind| (kind, 0)).into();
        for address in seen.found.keys() {
            *counts
                .entry(address.kind())
                .or_default() += 1;
        }

        let tenant: &TenantHash = &seen.tenant;
        let clients = seen
            .found
            .iter()
            .filter(|(address, _)| address.kind() == Kind::Client)
            .map(|(_, found)| found);
        let owned = desired.map(|desired| {
            Owned::Exactly(count_owned(desired, tenant, clients))
        });
        Ok(Contents { counts, owned })
    }
}
