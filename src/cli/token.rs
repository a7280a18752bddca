//! `grantry token`

use super::arguments::{self, CredentialsFrom};
use super::credentials::CredentialSource;
use super::exit::{Exit, Failure};
use super::services::Here;
use super::services::failure::ServiceFailure;
use super::services::variables::ServiceVariables;
use super::signal::StopRequests;
use super::sinks::SinksAtHand;
use super::target::{Target, support_of, with_chosen};
use super::{faces, output};
use crate::config::{self, Loaded};
use crate::model::{
    Asking, Audience, Desired, DesiredClient, Endpoints, Identifier, Key,
    ScopeName, SubjectType, Support, nearest,
};
use crate::provider::{Caller, Observe, Token, TokenDesk, TokenError};

pub(super) async fn run(arguments: &arguments::Token) -> Result<Exit, Failure> {
    let token = fetch(arguments).await?;
    if !arguments.decode {
        output::token(&token)?;
        return Ok(Exit::Done);
    }

    let [header, claims] = token
        .decode()
        .ok_or(ServiceFailure::Opaque)?;
    let said = serde_json::json!({ "header": header, "claims": claims });
    output::data(&faces::as_json(&said)?)?;
    Ok(Exit::Done)
}

async fn fetch(arguments: &arguments::Token) -> Result<Token, Failure> {
    let inputs = arguments.inputs.gather()?;
    let told = arguments.tenant.provider.as_ref();
    let loaded = config::load(&arguments.paths, &inputs, support_of(told))?;
    let wanted = Wanted::of(arguments, &loaded.desired)?;

    // A developer who may ask as a service need not have what Grantry itself
    // gets in with.
    let source = CredentialSource::read()?;
    let set = source.for_environment(loaded.environment.as_ref());
    let (target, unusable) = Target::choose_whatever_the_credentials(
        &set,
        &arguments.tenant,
        Some(&loaded),
    )?;
    let support = target.support();
    let reader = target.announce().reader()?;

    let mut stop_requests = StopRequests::listen()?;
    with_chosen!(&reader, reader => {
        let asking = async {
            let endpoints = reader
                .endpoints()
                .await?
                .ok_or(ServiceFailure::NoTokens)?;
            let caller = find_caller(
                reader, unusable, arguments, &loaded, &wanted, &endpoints,
            );
            let caller = caller.await?;
            let desk = TokenDesk::new(
                &endpoints,
                support.asking,
                output::secrets(),
                arguments.tenant.deadline.begin(),
            )?;

            let management_api = reader.management_api();
            let (api, scopes) =
                wanted.request(&loaded.desired, support, management_api)?;
            let asked = desk.ask(&caller, &api, &scopes).await;
            asked.map_err(|error| refused(wanted.key, error))
        };
        stop_requests.or_stopped(asking).await
    })
}

fn refused(client: &Key, error: TokenError) -> Failure {
    match error {
        TokenError::Refused {
            endpoint,
            refusal,
        } => ServiceFailure::Refused {
            client: client.to_string(),
            endpoint,
            refusal,
        }
        .into(),
        TokenError::Provider(error) => error.into(),
    }
}

/// The service as whom to ask. Why our own credentials are of no use, if so,
/// matters only where it takes them to tell which tenant this is.
async fn find_caller(
    tenant: &impl Observe,
    unusable: Option<Failure>,
    arguments: &arguments::Token,
    loaded: &Loaded,
    wanted: &Wanted<'_>,
    endpoints: &Endpoints,
) -> Result<Caller, Failure> {
    let mut why = Vec::new();
    if arguments.credentials != Some(CredentialsFrom::Environment) {
        let sinks = SinksAtHand::for_reading(loaded, &arguments.sinks)?;
        match sinks
            .find_entry(&loaded.desired, wanted.key)
            .await?
        {
            Ok(entry) => {
                let hash = tenant.tenant_hash().await;
                let hash = hash.map_err(|error| {
                    unusable.unwrap_or_else(|| error.into())
                })?;
                let here = Here {
                    endpoints,
                    tenant: &hash,
                    stack: &loaded.desired.stack,
                };
                let caller = entry.caller(&here, wanted.key, wanted.client);
                return Ok(caller.map_err(ServiceFailure::from)?);
            }
            Err(unavailable) => why = unavailable,
        }
    }

    if arguments.credentials != Some(CredentialsFrom::Sink) {
        let variables = ServiceVariables::read(&loaded.desired, endpoints)?;
        if let Some(caller) = variables.caller(wanted.key, wanted.client)? {
            return Ok(caller);
        }
    }
    let client = wanted.key.to_string();
    Err(ServiceFailure::NoCredentials { client, why }.into())
}

/// What is wanted: a token of a client for an API.
struct Wanted<'a> {
    key: &'a Key,
    client: &'a DesiredClient,
    audience: Audience,
    scopes: &'a [ScopeName],
}

impl<'a> Wanted<'a> {
    fn of(
        arguments: &'a arguments::Token,
        desired: &'a Desired,
    ) -> Result<Self, ServiceFailure> {
        let (key, client) = find_client(&arguments.client, desired)?;

        Ok(Self {
            key,
            client,
            audience: find_server(&arguments.resource_server, desired)?,
            scopes: &arguments.scopes,
        })
    }

    /// What the API is called, and the scopes to ask for, each as it is called
    /// in the tenant.
    fn request(
        &self,
        desired: &Desired,
        support: &Support,
        management_api: Option<&Identifier>,
    ) -> Result<(Identifier, Vec<String>), ServiceFailure> {
        let identifier = match &self.audience {
            Audience::Key(key) => desired
                .resource_servers
                .get(key)
                .map(|api| &api.identifier),
            Audience::ManagementApi => management_api,
        };
        let identifier =
            identifier.ok_or_else(|| unknown_server(&self.name(), desired))?;

        let granted = self.granted(desired);
        let scopes: Vec<&ScopeName> = match support.asking {
            // Without any, all that are granted come.
            Asking::ByScopes if self.scopes.is_empty() => granted,
            Asking::ByScopes | Asking::ByAudience => {
                self.scopes.iter().collect()
            }
        };
        if scopes.is_empty() && support.asking == Asking::ByScopes {
            return Err(ServiceFailure::NoScopes {
                client: self.key.to_string(),
                server: self.name(),
            });
        }
        let naming = support.scope_naming;
        let scopes = scopes
            .iter()
            .map(|scope| naming.name(identifier, scope));
        let scopes: Vec<String> = scopes.collect();
        // Such a request would be answered with a token of none of them.
        if let Some(most) = support.scope_parameter
            && scopes.join(" ").len() > most
        {
            return Err(ServiceFailure::TooManyScopes { most });
        }
        Ok((identifier.clone(), scopes))
    }

    fn name(&self) -> String {
        match &self.audience {
            Audience::Key(key) => key.to_string(),
            Audience::ManagementApi => Audience::MANAGEMENT_API.to_owned(),
        }
    }

    /// The scopes that the client is granted of the API, for itself.
    fn granted(&self, desired: &'a Desired) -> Vec<&'a ScopeName> {
        let grants = desired.grants.iter().filter(|grant| {
            grant.client == *self.key
                && grant.audience == self.audience
                && grant.subject_type == SubjectType::Client
        });

        grants
            .flat_map(|grant| grant.spec.scopes.iter().flatten())
            .collect()
    }
}

/// A declared client, by its key.
pub(super) fn find_client<'a>(
    name: &str,
    desired: &'a Desired,
) -> Result<(&'a Key, &'a DesiredClient), ServiceFailure> {
    let mut clients = desired.clients.iter();
    let found = clients.find(|(key, _)| key.as_str() == name);

    found.ok_or_else(|| ServiceFailure::UnknownClient {
        name: name.to_owned(),
        meant: nearest(name, desired.clients.keys().map(Key::as_str))
            .map(str::to_owned),
    })
}

/// A declared API, by its key or its identifier.
fn find_server(
    name: &str,
    desired: &Desired,
) -> Result<Audience, ServiceFailure> {
    let servers = &desired.resource_servers;
    let by_key = servers
        .keys()
        .find(|key| key.as_str() == name);
    let found = by_key.or_else(|| {
        let mut servers = servers.iter();
        let found =
            servers.find(|(_, server)| server.identifier.as_str() == name);
        found.map(|(key, _)| key)
    });

    match found {
        Some(key) => Ok(Audience::Key(key.clone())),
        None if name == Audience::MANAGEMENT_API => Ok(Audience::ManagementApi),
        None => Err(unknown_server(name, desired)),
    }
}

fn unknown_server(name: &str, desired: &Desired) -> ServiceFailure {
    let servers = desired.resource_servers.iter();
    let names = servers
        .flat_map(|(key, server)| [key.as_str(), server.identifier.as_str()]);

    ServiceFailure::UnknownServer {
        name: name.to_owned(),
        meant: nearest(name, names).map(str::to_owned),
    }
}
