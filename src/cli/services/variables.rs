//! The credentials of declared clients as the variables of this process have them.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::failure::ServiceFailure;
use super::method_of;
use crate::cli::credentials::names::{OWN, SERVICE_ID, SERVICE_SECRET};
use crate::cli::environment::{self, ServiceId};
use crate::cli::output;
use crate::model::{ClientId, Desired, DesiredClient, Endpoints, Key, is_loopback, name_variables};
use crate::provider::Caller;

/// Where they may be: in the two variables for one service, and in those that an emulator prints for each.
#[derive(Debug)]
pub(in crate::cli) struct ServiceVariables<'a> {
    pub(in crate::cli) desired: &'a Desired,
    pub(in crate::cli) endpoints: &'a Endpoints,
}

impl ServiceVariables<'_> {
    /// The service as whom to ask for tokens of a client; none where nobody says.
    pub(in crate::cli) fn caller(
        &self,
        key: &Key,
        client: &DesiredClient,
    ) -> Result<Option<Caller>, ServiceFailure> {
        let set = match read_service()? {
            Some(set) => Some(set),
            None => self.read_printed(key)?,
        };
        let Some((id, secret)) = set else {
            return Ok(None);
        };
        if let DesiredClient::External(stated) = client
            && *stated != id
        {
            return Err(ServiceFailure::OtherClient {
                stated: stated.clone(),
                set: id,
            });
        }

        Ok(Some(caller(client, id, secret)))
    }

    /// The same where it is known by which id the tenant knows the client: what is set for others is not for it.
    pub(in crate::cli) fn caller_as(
        &self,
        key: &Key,
        client: &DesiredClient,
        id: &ClientId,
    ) -> Result<Option<Caller>, ServiceFailure> {
        let set = read_service()?.filter(|(set, _)| set == id);
        let set = match set {
            Some(set) => Some(set),
            None => self.read_printed(key)?.filter(|(set, _)| set == id),
        };

        Ok(set.map(|(id, secret)| caller(client, id, secret)))
    }

    /// What an emulator has printed for a client. Keys stand in a file, so that whoever writes it chooses which
    /// variables these are: what is in them goes to this machine only.
    fn read_printed(&self, key: &Key) -> Result<Option<(ClientId, SecretString)>, ServiceFailure> {
        let token_endpoint: Option<Url> = self.endpoints.token_endpoint.parse().ok();
        if !token_endpoint.is_some_and(|url| is_loopback(&url)) {
            return Ok(None);
        }

        let keys = self.desired.clients.keys().map(|key| (key, key));
        let mut named = name_variables(keys).named.into_iter();
        match named.find(|(name, named)| *named == key && !OWN.contains(&name.as_str())) {
            Some((name, _)) => environment::of_service(&name)
                .map(|(id, secret)| parse(id, secret))
                .transpose(),
            None => Ok(None),
        }
    }
}

/// Whether the variables for one service are of none of these clients.
pub(in crate::cli) fn is_service_unknown(ids: &BTreeMap<Key, ClientId>) -> bool {
    let set = read_service().ok().flatten();

    set.is_some_and(|(set, _)| !ids.values().any(|id| *id == set))
}

fn read_service() -> Result<Option<(ClientId, SecretString)>, ServiceFailure> {
    let id = environment::variable(SERVICE_ID);
    let secret = environment::secret(SERVICE_SECRET);
    match (id, secret) {
        (None, None) => Ok(None),
        (Some(text), Some(secret)) if !secret.expose_secret().is_empty() => {
            let variable = SERVICE_ID.to_owned();
            parse(ServiceId { variable, text }, secret).map(Some)
        }
        (Some(_), _) => Err(ServiceFailure::HalfSet(SERVICE_SECRET)),
        (None, Some(_)) => Err(ServiceFailure::HalfSet(SERVICE_ID)),
    }
}

fn parse(id: ServiceId, secret: SecretString) -> Result<(ClientId, SecretString), ServiceFailure> {
    // From here on: whatever is said of what follows may hold it.
    output::secrets().keep(&secret);

    // Not repeated where it is none: it may be a secret in the wrong place.
    let ServiceId { variable, text } = id;
    match text.trim().parse() {
        Ok(id) => Ok((id, secret)),
        Err(_) => Err(ServiceFailure::NoClientId { variable }),
    }
}

fn caller(client: &DesiredClient, id: ClientId, secret: SecretString) -> Caller {
    Caller {
        id,
        secret,
        method: method_of(client),
    }
}
