//! `grantry verify`

use std::collections::BTreeMap;

use futures_util::{FutureExt as _, StreamExt as _, stream};

use super::credentials::names::SERVICE_ID;
use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::faces::view_of;
use super::page::Page;
use super::selection::load as load_reading;
use super::services::failure::{ServiceFailure, Unavailable};
use super::services::variables::ServiceVariables;
use super::services::{FoundEntry, Here};
use super::signal::StopRequests;
use super::sinks::SinksAtHand;
use super::target::{Target, with_chosen};
use super::{arguments, faces, output, plan, progress};
use crate::config::{Loaded, Reading, Sources, Tree};
use crate::model::{Asking, ClientId, Endpoints, Key};
use crate::plan::{ExpectedToken, expect_tokens, list_ids};
use crate::provider::{Caller, Observe as _, TokenDesk};
use crate::render;
use crate::render::document::{
    VerificationDocument, VerificationVerdict, VerificationView,
};

mod proof;
mod selection;

use proof::{Proof, Prover};
use selection::Selection;

pub(super) async fn run(
    arguments: &arguments::Verify,
) -> Result<Exit, Failure> {
    let (view, exit) = match prove(arguments).await {
        Ok(proved) => proved,
        Err(failure) => {
            let code = failure.exit().code();
            let document =
                VerificationDocument::of_failure(view_of(&failure), code);
            match failure {
                Failure::Overwrites { .. } => {
                    faces::print(arguments.format, &document)?;
                }
                _ => {
                    faces::show(arguments.format, &arguments.files, &document)?;
                }
            }
            return Err(failure);
        }
    };

    if arguments.format.is_for_people() {
        output::data(&render::verification(&view, output::width()))?;
    }
    let unknown = view.count(VerificationVerdict::NotVerified);
    // Where a tenant was silent, it is one.
    if unknown > 0 && exit == Exit::Done {
        output::talk(&render::not_all_verified(unknown));
    }
    let document = VerificationDocument::of_verification(view, exit.code());
    faces::show(arguments.format, &arguments.files, &document)?;
    Ok(exit)
}

async fn prove(
    arguments: &arguments::Verify,
) -> Result<(VerificationView, Exit), Failure> {
    let destinations = Destinations::of(&arguments.files, None);
    destinations.check(&arguments.configuration.paths, &[])?;
    destinations.check_report(arguments.extent.report.as_ref())?;
    let loaded = load(arguments, &destinations)?;
    // Before anything is sent: a report that is none ends the run.
    let selection = Selection::read(&arguments.extent, &loaded)?;
    let target = Target::choose(&arguments.tenant, Some(&loaded))?.announce();
    destinations.check_target(&target)?;
    let asking = target.support().asking;
    let reader = target.reader()?;
    let sinks = SinksAtHand::for_reading(&loaded, &arguments.sinks)?;

    let mut stop_requests = StopRequests::listen()?;
    let (seen, endpoints) = with_chosen!(&reader, reader => {
        let reading = async {
            let endpoints = reader.endpoints().await?.ok_or(ServiceFailure::NoTokens)?;
            let seen = plan::read_for(reader, &loaded.desired, &Page::AtOnce).await?;
            Ok((seen, endpoints))
        };
        stop_requests.or_stopped(reading).await
    })?;

    let chosen = selection.of_tenant(&seen.tenant)?;
    let mut expected = expect_tokens(&loaded.desired, &seen);
    expected.retain(|token| chosen.includes(token, &loaded.desired));
    let here = Here {
        endpoints: &endpoints,
        tenant: &seen.tenant,
        stack: &loaded.desired.stack,
    };
    let ids = list_ids(&loaded.desired, &seen);

    let proving = async {
        let services =
            find_services(expected, &sinks, &loaded, &here, &ids).await?;
        prove_services(arguments, &services, &endpoints, asking).await
    };
    stop_requests.or_stopped(proving).await
}

/// Loads what is declared. Nothing may write over what was read, be it valid or
/// not.
fn load(
    arguments: &arguments::Verify,
    destinations: &Destinations<'_>,
) -> Result<Loaded, Failure> {
    let reading = Reading::of(
        &Tree::Disk,
        &arguments.configuration.paths,
        Sources::default(),
    );
    destinations.check_files(reading.files())?;

    let inputs = arguments.configuration.inputs.gather()?;
    let provider = arguments.tenant.provider.as_ref();
    let (written, _) = load_reading(reading, &inputs, provider, destinations)?;
    Ok(written.loaded)
}

/// Asks for the tokens of all services, having said how many that takes, and
/// looks at what they hold.
async fn prove_services(
    arguments: &arguments::Verify,
    services: &[Service],
    endpoints: &Endpoints,
    asking: Asking,
) -> Result<(VerificationView, Exit), Failure> {
    let given: usize = services.iter().map(Service::count_tokens).sum();
    let refused: usize = services
        .iter()
        .map(Service::count_refusals)
        .sum();
    output::talk(&render::tokens_to_ask_for(given, refused));

    let ends = arguments.tenant.deadline.begin();
    let desk = TokenDesk::new(endpoints, asking, output::secrets(), ends)?;
    let keys = if given == 0 {
        None
    } else {
        Some(desk.key_set().await?)
    };
    let prover = Prover {
        desk: &desk,
        keys: keys.as_ref(),
        asking,
    };

    // Of one client one after the other: its quota of tokens is its own.
    let bar = progress::bar("services verified", services.len());
    let proofs = stream::iter(services).map(|service| {
        let proofs = prover.prove_all(service);
        proofs.inspect(|_| bar.inc(1))
    });
    let proofs: Vec<Vec<Proof>> = proofs
        .buffered(arguments.tenant.parallelism.get())
        .collect()
        .await;
    Ok(proof::sum_up(
        proofs.into_iter().flatten().collect(),
    ))
}

/// A client, what its tokens are to hold, and as whom they are asked for.
struct Service {
    tokens: Vec<ExpectedToken>,
    caller: Standing,
}

/// Whether tokens can be asked for as a client.
enum Standing {
    Ready(Caller),
    /// Nobody can tell what its tokens hold: why.
    NotAtHand(String),
    /// Its credentials are none: why.
    Wrong(String),
}

impl Service {
    fn count_tokens(&self) -> usize {
        self.asked_for().count()
    }

    fn count_refusals(&self) -> usize {
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
async fn find_services(
    expected: Vec<ExpectedToken>,
    sinks: &SinksAtHand,
    loaded: &Loaded,
    here: &Here<'_>,
    ids: &BTreeMap<Key, ClientId>,
) -> Result<Vec<Service>, Failure> {
    let mut by_client: BTreeMap<Key, Vec<ExpectedToken>> = BTreeMap::new();
    for token in expected {
        by_client
            .entry(token.client.clone())
            .or_default()
            .push(token);
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
        let caller = match ids.get(&key) {
            None => Standing::NotAtHand(
                "no client in the tenant is this one, or more than one: \
                 `plan` says which"
                    .to_owned(),
            ),
            Some(id) => match sinks.find_entry(&loaded.desired, &key).await? {
                Ok(entry) => stand(entry, here, &key, id, loaded),
                Err(why) => {
                    stand_by_variables(&variables, loaded, &key, id, &why)?
                }
            },
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
    let mut all = why.iter();
    if let Some(strange) =
        all.find(|why| matches!(why, Unavailable::Strange(_)))
    {
        return Ok(Standing::Wrong(strange.to_string()));
    }
    if let Some(client) = loaded.desired.clients.get(key)
        && let Some(caller) = variables.caller_as(key, client, id)?
    {
        return Ok(Standing::Ready(caller));
    }

    let why: Vec<String> = why.iter().map(ToString::to_string).collect();
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
