//! As whom tokens are asked for, and what they are to hold.

use std::collections::BTreeMap;

use crate::cli::credentials::names::SERVICE_ID;
use crate::cli::exit::Failure;
use crate::cli::output;
use crate::cli::services::failure::Unavailable;
use crate::cli::services::variables::ServiceVariables;
use crate::cli::services::{FoundEntry, Here};
use crate::cli::sinks::SinksAtHand;
use crate::config::Loaded;
use crate::model::{ClientId, Key};
use crate::plan::ExpectedToken;
use crate::provider::Caller;

/// A client, what its tokens are to hold, and as whom they are asked for.
pub(super) struct Service {
    pub(super) tokens: Vec<ExpectedToken>,
    pub(super) caller: Standing,
}

/// Whether tokens can be asked for as a client.
pub(super) enum Standing {
    Ready(Caller),
    /// Nobody can tell what its tokens hold: why.
    NotAtHand(String),
    /// Its credentials are none: why.
    Wrong(String),
}

impl Service {
    pub(super) fn count_tokens(&self) -> usize {
        self.asked_for().count()
    }

    pub(super) fn count_refusals(&self) -> usize {
        self.asked_for()
            .filter(|token| token.further.is_some())
            .count()
    }

    fn asked_for(&self) -> impl Iterator<Item = &ExpectedToken> {
        let is_ready = matches!(self.caller, Standing::Ready(_));
        let tokens = self.tokens.iter();
        tokens.filter(move |token| is_ready && token.obstacle.is_none())
    }
}

/// The clients that tokens are expected of, each with its credentials, as far
/// as they are at hand.
pub(super) async fn find_services(
    expected: Vec<ExpectedToken>,
    sinks: &SinksAtHand,
    loaded: &Loaded,
    here: &Here<'_>,
    ids: &BTreeMap<Key, ClientId>,
) -> Result<Vec<Service>, Failure> {
    let mut by_client: BTreeMap<Key, Vec<ExpectedToken>> = BTreeMap::new();
    for token in expected {
        let of_client = by_client
            .entry(token.client.clone())
            .or_default();
        of_client.push(token);
    }

    let variables = ServiceVariables::read(&loaded.desired, here.endpoints)?;
    if variables.are_of_none(ids) {
        output::talk(&format!(
            "{SERVICE_ID} is of no client that is declared and in the tenant, \
             and is not used.\n"
        ));
    }
    let mut services = Vec::new();
    for (key, tokens) in by_client {
        let Some(id) = ids.get(&key) else {
            let why = "no client in the tenant is this one, or more than one: \
                       `plan` says which";
            let caller = Standing::NotAtHand(why.to_owned());
            services.push(Service { tokens, caller });
            continue;
        };
        let caller = match sinks
            .find_entry(&loaded.desired, &key)
            .await?
        {
            Ok(entry) => stand(entry, here, &key, id, loaded),
            Err(why) => stand_by_variables(&variables, loaded, &key, id, &why)?,
        };
        services.push(Service { tokens, caller });
    }
    Ok(services)
}

/// Of the sinks none has the credentials: the variables may have them.
fn stand_by_variables(
    variables: &ServiceVariables<'_>,
    loaded: &Loaded,
    key: &Key,
    id: &ClientId,
    why: &[Unavailable],
) -> Result<Standing, Failure> {
    // Whoever reads that has no credentials, whatever the variables say.
    let is_strange =
        |why: &&Unavailable| matches!(why, Unavailable::Strange(_));
    if let Some(strange) = why.iter().find(is_strange) {
        return Ok(Standing::Wrong(strange.to_string()));
    }
    if let Some(client) = loaded.desired.clients.get(key)
        && let Some(caller) = variables.caller_as(key, client, id)?
    {
        return Ok(Standing::Ready(caller));
    }

    let why: Vec<String> = why
        .iter()
        .map(ToString::to_string)
        .collect();
    let why = why.join("; ");
    Ok(Standing::NotAtHand(format!(
        "no credentials are at hand: {why}"
    )))
}

fn stand(
    entry: FoundEntry,
    here: &Here<'_>,
    key: &Key,
    id: &ClientId,
    loaded: &Loaded,
) -> Standing {
    let Some(client) = loaded.desired.clients.get(key) else {
        return Standing::NotAtHand("the client is not declared".to_owned());
    };

    match entry.caller_of(here, key, client, id) {
        Ok(caller) => Standing::Ready(caller),
        Err(misplaced) => Standing::Wrong(misplaced.to_string()),
    }
}
