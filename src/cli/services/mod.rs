//! The credentials of declared clients, as far as this run can have them: to
//! ask for tokens as their services do.
//!
//! A secret never follows a file. An entry is used only where it was written
//! for the tenant that this run is for, and which that is, the command line or
//! the environment says.

use super::exit::Failure;
use super::output;
use super::sinks::SinksAtHand;
use crate::model::{
    ClientId, Desired, DesiredClient, Endpoints, Key, SinkName, StackName,
    TenantHash, TokenEndpointAuthMethod,
};
use crate::provider::Caller;
use crate::secrets::{Entry, SinkError};

pub(super) mod failure;
pub(super) mod variables;

use failure::{Misplaced, Unavailable};

/// The tenant that this run is for.
#[derive(Debug)]
pub(super) struct Here<'a> {
    pub(super) endpoints: &'a Endpoints,
    pub(super) tenant: &'a TenantHash,
    pub(super) stack: &'a StackName,
}

/// An entry with the credentials of a client, and where it lies.
#[derive(Debug)]
pub(super) struct FoundEntry {
    sink: SinkName,
    place: String,
    entry: Entry,
}

impl SinksAtHand {
    /// The entry of a client in the first of its sinks that can be read back
    /// and is at hand; else, why there is none.
    pub(super) async fn find_entry(
        &self,
        desired: &Desired,
        key: &Key,
    ) -> Result<Result<FoundEntry, Vec<Unavailable>>, Failure> {
        let names = match desired.clients.get(key) {
            Some(DesiredClient::Managed { deliver, .. }) => deliver,
            Some(DesiredClient::External(_)) | None => {
                return Ok(Err(vec![Unavailable::External]));
            }
        };
        if !desired
            .clients
            .get(key)
            .is_some_and(DesiredClient::has_secret)
        {
            return Ok(Err(vec![Unavailable::NoSecret]));
        }

        let mut why = Vec::new();
        for sink in names {
            match self
                .read_entry(desired, key, sink)
                .await?
            {
                Ok(found) => return Ok(Ok(found)),
                Err(unavailable) => why.push(unavailable),
            }
        }
        if names.is_empty() {
            why.push(Unavailable::NotDelivered);
        }
        Ok(Err(why))
    }

    async fn read_entry(
        &self,
        desired: &Desired,
        key: &Key,
        sink: &SinkName,
    ) -> Result<Result<FoundEntry, Unavailable>, Failure> {
        let Some(destination) = self.destination_of(desired, key, sink) else {
            return Ok(Err(Unavailable::NotDelivered));
        };
        let kind = destination.kind;
        let place = destination.place;
        let sink = sink.clone();
        if !kind.is_readable() {
            return Ok(Err(Unavailable::NotReadable { sink, kind }));
        }
        if let Some(error) = self.why_absent(&sink) {
            return Ok(Err(Unavailable::NotAtHand(error.clone())));
        }

        let read = self
            .sinks()
            .get(&sink)?
            .read(&place)
            .await;
        let entry = match read {
            Ok(Some(entry)) => entry,
            Ok(None) => return Ok(Err(Unavailable::NoEntry { sink, place })),
            // Of one client nothing is known, and of the others all.
            Err(error @ SinkError::Strange { .. }) => {
                return Ok(Err(Unavailable::Strange(error)));
            }
            Err(
                error @ (SinkError::Refused { .. }
                | SinkError::Unauthorized { .. }),
            ) => {
                return Ok(Err(Unavailable::NotAtHand(error)));
            }
            Err(error) => return Err(error.into()),
        };
        match &entry.secret {
            // From here on: whatever is said of what follows may hold it.
            Some(secret) => output::secrets().keep(secret),
            None => return Ok(Err(Unavailable::EmptyEntry { sink, place })),
        }
        Ok(Ok(FoundEntry {
            sink,
            place,
            entry,
        }))
    }
}

impl FoundEntry {
    /// The service as whom tokens are asked for, where the entry was written
    /// for it, and for the tenant of this run.
    pub(super) fn caller(
        self,
        here: &Here<'_>,
        key: &Key,
        client: &DesiredClient,
    ) -> Result<Caller, Misplaced> {
        let label = &self.entry.label;
        let is_for_here = label.tenant == *here.tenant
            && self.entry.endpoints.as_ref() == Some(here.endpoints);
        if !is_for_here {
            let written_for =
                name_tenant(self.entry.endpoints.as_ref(), &label.tenant);
            let meant = name_tenant(Some(here.endpoints), here.tenant);
            return Err(self.misplaced(written_for, meant));
        }
        if label.stack != *here.stack || label.key != *key {
            let written_for = name_client(&label.key, &label.stack);
            let meant = name_client(key, here.stack);
            return Err(self.misplaced(written_for, meant));
        }

        Ok(Caller {
            id: label.client_id.clone(),
            secret: self.entry.secret.unwrap_or_default(),
            method: method_of(client),
        })
    }

    /// The same, where it is known as which client the tenant knows it.
    pub(super) fn caller_of(
        self,
        here: &Here<'_>,
        key: &Key,
        client: &DesiredClient,
        id: &ClientId,
    ) -> Result<Caller, Misplaced> {
        if self.entry.label.client_id != *id {
            let written_for =
                format!("the client {}", self.entry.label.client_id);
            let meant = format!("{id}, as `{key}` is called in the tenant");
            return Err(self.misplaced(written_for, meant));
        }

        self.caller(here, key, client)
    }

    fn misplaced(&self, written_for: String, meant: String) -> Misplaced {
        Misplaced {
            sink: self.sink.clone(),
            place: self.place.clone(),
            written_for,
            meant,
        }
    }
}

fn name_tenant(endpoints: Option<&Endpoints>, hash: &TenantHash) -> String {
    match endpoints {
        Some(endpoints) => format!(
            "the tenant {hash}, with tokens from {} by {}",
            endpoints.token_endpoint, endpoints.issuer
        ),
        None => format!("the tenant {hash}, which gives no tokens"),
    }
}

fn name_client(key: &Key, stack: &StackName) -> String {
    format!("`{key}` of the stack {stack}")
}

/// How a client shows its secret, as it is declared.
fn method_of(client: &DesiredClient) -> TokenEndpointAuthMethod {
    let declared = match client {
        DesiredClient::Managed { spec, .. } => {
            spec.token_endpoint_auth_method.value()
        }
        DesiredClient::External(_) => None,
    };

    declared
        .copied()
        .unwrap_or(TokenEndpointAuthMethod::ClientSecretPost)
}
