//! The credentials of declared clients as the variables
//! of this process have them.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::failure::ServiceFailure;
use super::method_of;
use crate::cli::credentials::names::{OWN, SERVICE_ID, SERVICE_SECRET};
use crate::cli::environment::{self, ServiceId};
use crate::cli::output;
use crate::model::{
    ClientId, Desired, DesiredClient, Endpoints, Key, is_loopback,
    name_variables,
};
use crate::provider::Caller;

/// An id and a secret.
type Credentials = (ClientId, SecretString);

/// Where they may be: in the two variables for one service, and in those that
/// an emulator prints for each.
#[derive(Debug)]
pub(in crate::cli) struct ServiceVariables<'a> {
    service: Option<Credentials>,
    /// What the variables of each client begin with. Keys stand in a file, so
    /// that whoever writes it chooses which variables these are: what is in
    /// them goes to this machine only, and elsewhere there are none.
    printed: BTreeMap<&'a Key, String>,
}

impl<'a> ServiceVariables<'a> {
    pub(in crate::cli) fn read(
        desired: &'a Desired,
        endpoints: &Endpoints,
    ) -> Result<Self, ServiceFailure> {
        let token_endpoint: Option<Url> = endpoints.token_endpoint.parse().ok();
        let keys = desired
            .clients
            .keys()
            .map(|key| (key, key));
        let named = name_variables(keys).named.into_iter();
        let named = named.filter(|(name, _)| !OWN.contains(&name.as_str()));

        Ok(Self {
            service: read_service()?,
            printed: if token_endpoint.is_some_and(|url| is_loopback(&url)) {
                named
                    .map(|(name, key)| (key, name))
                    .collect()
            } else {
                BTreeMap::new()
            },
        })
    }

    /// The service as whom to ask for tokens of a
    /// client; none where nobody says.
    pub(in crate::cli) fn caller(
        &self,
        key: &Key,
        client: &DesiredClient,
    ) -> Result<Option<Caller>, ServiceFailure> {
        let set = match &self.service {
            Some(set) => Some(set.clone()),
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

    /// The same where it is known by which id the tenant knows the client: what
    /// is set for others is not for it.
    pub(in crate::cli) fn caller_as(
        &self,
        key: &Key,
        client: &DesiredClient,
        id: &ClientId,
    ) -> Result<Option<Caller>, ServiceFailure> {
        let set = match &self.service {
            Some((set, secret)) if set == id => {
                Some((set.clone(), secret.clone()))
            }
            _ => self
                .read_printed(key)?
                .filter(|(set, _)| set == id),
        };

        Ok(set.map(|(id, secret)| caller(client, id, secret)))
    }

    /// Whether the variables for one service are of none of these clients.
    pub(in crate::cli) fn are_of_none(
        &self,
        ids: &BTreeMap<Key, ClientId>,
    ) -> bool {
        let mut ids = ids.values();

        let service = self.service.as_ref();
        service.is_some_and(|(set, _)| !ids.any(|id| id == set))
    }

    fn read_printed(
        &self,
        key: &Key,
    ) -> Result<Option<Credentials>, ServiceFailure> {
        let printed = self.printed.get(key);
        let printed = printed.and_then(|name| environment::of_service(name));

        printed
            .map(|(id, secret)| parse(id, secret))
            .transpose()
    }
}

fn read_service() -> Result<Option<Credentials>, ServiceFailure> {
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

fn parse(
    id: ServiceId,
    secret: SecretString,
) -> Result<Credentials, ServiceFailure> {
    // From here on: whatever is said of what follows may hold it.
    output::secrets().keep(&secret);

    // Not repeated where it is none: it may be a secret in the wrong place.
    let ServiceId { variable, text } = id;
    match text.trim().parse() {
        Ok(id) => Ok((id, secret)),
        Err(_) => Err(ServiceFailure::NoClientId { variable }),
    }
}

fn caller(
    client: &DesiredClient,
    id: ClientId,
    secret: SecretString,
) -> Caller {
    Caller {
        id,
        secret,
        method: method_of(client),
    }
}
