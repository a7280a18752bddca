//! Reading a whole realm.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join;

use super::advice;
use super::decode::{Decoded, rules};
use super::estimate;
use super::index::{Index, client_of};
use super::listing;
use super::names::ADMIN_PERMISSIONS;
use super::reach::{Reach, reach_of};
use super::reader::Reader;
use super::reading::Reading;
use super::support::support_for;
use crate::model::{
    Address, Endpoints, Found, Inspection, Kind, RemoteId, Snapshot, TenantHash,
};
use crate::plan::{Planned, SecretAccess};
use crate::provider::{
    Estimate, ForbiddenReason, LockUse, Locks, Need, Observe, ProviderError,
};

/// Names are unique in a realm, so nothing has to be kept out.
impl Locks for Reader {}

impl Observe for Reader {
    fn estimate(
        &self,
        planned: &Planned,
        seen: &Snapshot,
        _lock: LockUse,
    ) -> Option<Estimate> {
        Some(estimate::estimate(planned, seen))
    }

    /// Before anything is written: the token says which roles there are, if it
    /// says anything of them.
    async fn check_permissions(
        &self,
        needs: &BTreeSet<Need>,
    ) -> Result<(), ProviderError> {
        if !estimate::is_to_write(needs) {
            return Ok(());
        }

        // Under fine-grained permissions, roles are not all that counts.
        let permissions = self
            .memory()
            .id_of_client(ADMIN_PERMISSIONS);
        if permissions.is_some() {
            return Ok(());
        }

        let session = self.getter().session().await?;
        match reach_of(&session.roles) {
            Reach::Apply | Reach::Readable => Ok(()),
            Reach::Plan => Err(ProviderError::Forbidden {
                request: "applying".to_owned(),
                denial: ForbiddenReason::Unsaid,
                reason: "our client has the role `view-clients`, and not \
                         `manage-clients`"
                    .to_owned(),
                next_step: Some(advice::to_write(self.getter().settings())),
            }),
        }
    }

    /// Whoever may list clients is shown all of their secrets.
    async fn secret_access(&self) -> Result<SecretAccess, ProviderError> {
        Ok(SecretAccess::Shown)
    }

    async fn read(&self) -> Result<Snapshot, ProviderError> {
        let (issuer, ()) = try_join(
            self.getter().issuer(),
            listing::probe(self.getter()),
        )
        .await?;
        let reading = self.read_realm().await?;
        let Decoded { found, unnamed } = self.decode(&reading)?;

        Ok(Snapshot {
            tenant: TenantHash::of_issuer(&issuer),
            support: support_for(self.getter().settings().scope_naming),
            management_api: None,
            rules: Kind::ALL
                .map(|kind| (kind, rules(kind)))
                .into(),
            found,
            unnamed,
            held_scopes: reading.scopes.holders(),
        })
    }

    /// As the realm says it, whichever address it was reached at: services are
    /// to use the same.
    async fn endpoints(&self) -> Result<Option<Endpoints>, ProviderError> {
        let discovery = self.getter().discover().await?;

        Ok(Some(Endpoints {
            domain: None,
            issuer: discovery.issuer,
            token_endpoint: discovery.token_endpoint,
            key_set: discovery.jwks_uri,
        }))
    }

    async fn tenant_hash(&self) -> Result<TenantHash, ProviderError> {
        let issuer = self.getter().issuer().await?;

        Ok(TenantHash::of_issuer(&issuer))
    }

    async fn inspect(
        &self,
        address: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        let objects = [(address.clone(), id.clone())];
        // Who may call an API stands on each client; all else stands on one.
        let reading = match address {
            Address::ResourceServer(_) => self.read_realm().await?,
            Address::Client(_) | Address::Grant { .. } => {
                let client = client_of(address, id);
                let Some(listed) = self.find(client).await? else {
                    return Ok(None);
                };
                self.memory()
                    .learn_client(client, &listed.client.id);
                Reading {
                    scopes: self.scopes_for(&listed).await?,
                    clients: vec![listed],
                }
            }
        };

        let mut looks = self.look_at(&reading, &objects)?;
        self.check_gone(&looks).await?;
        Ok(looks.pop().flatten())
    }

    /// One reading shows them all.
    async fn inspect_all(
        &self,
        objects: &[(Address, RemoteId)],
    ) -> Result<Vec<Option<Inspection>>, ProviderError> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }

        let reading = self.read_realm().await?;
        let looks = self.look_at(&reading, objects)?;
        self.check_gone(&looks).await?;
        Ok(looks)
    }

    async fn list_clients(
        &self,
    ) -> Result<BTreeMap<Address, Found>, ProviderError> {
        let reading = self.read_realm().await?;
        let mut found = self.decode(&reading)?.found;
        found.retain(|address, _| address.kind() == Kind::Client);
        Ok(found)
    }
}

impl Reader {
    fn look_at(
        &self,
        reading: &Reading,
        objects: &[(Address, RemoteId)],
    ) -> Result<Vec<Option<Inspection>>, ProviderError> {
        let found = self.decode(reading)?.found;
        let index = Index::of(reading, &found);

        let looks = objects
            .iter()
            .map(|object| index.inspect(object));
        Ok(looks.collect())
    }

    /// Makes sure that what was not seen is not there.
    async fn check_gone(
        &self,
        looks: &[Option<Inspection>],
    ) -> Result<(), ProviderError> {
        if looks.iter().any(Option::is_none) {
            listing::probe(self.getter()).await?;
        }
        Ok(())
    }
}
