//! `grantry emulator`

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use super::arguments::Emulator;
use super::exit::{Exit, Failure};
use super::signal::StopRequests;
use super::{hint, output};
use crate::apply::{Guard, Outcome, Stop};
use crate::emulator::{self, Settings, Transport, Weather};
use crate::model::{Address, ClientId, ClientRef, Desired, Key, Snapshot};
use crate::plan::Class;
use crate::provider::{Mutate as _, auth0};
use crate::{apply, config, plan, provider, render};

/// How many requests fill the tenant side by side.
const PARALLELISM: NonZeroUsize = NonZeroUsize::new(8).unwrap();

pub(super) async fn run(arguments: &Emulator) -> Result<Exit, Failure> {
    let desired = match arguments.config.as_slice() {
        [] => None,
        paths => Some(config::load(paths, |_| &auth0::SUPPORT)?.desired),
    };
    let settings = Settings {
        listen: arguments.listen,
        transport: if arguments.tls { Transport::Tls } else { Transport::Plain },
        state: arguments.state.clone(),
        weather: Weather::default(),
    };
    let mut stop_requests = StopRequests::listen()?;
    let emulator = emulator::start(settings).await?;
    let outcome = serve(&emulator, desired.as_ref(), arguments.weather(), &mut stop_requests).await;
    // Whatever happened, what was done is kept.
    emulator.stop().await?;
    outcome.map(|()| Exit::Done)
}

async fn serve(
    emulator: &emulator::Emulator,
    desired: Option<&Desired>,
    weather: Weather,
    stop_requests: &mut StopRequests,
) -> Result<(), Failure> {
    let mut lines: Vec<(String, String)> =
        emulator.environment().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    if let Some(desired) = desired {
        let writer = writer(emulator)?;
        fill(&writer, desired).await?;
        let seen = provider::observe(writer.reader(), desired).await?;
        lines.extend(of_clients(emulator, desired, &seen));
    }
    // Only now: what fills the tenant meets no fault, and a fault counts the requests of others.
    emulator.change_weather(weather);
    for (name, value) in lines {
        output::data(&format!("{name}={value}\n"))?;
    }
    output::talk(&format!("Listening on {}\n", emulator.url()));
    stop_requests.next().await;
    Ok(())
}

/// What anybody would use, over HTTP.
fn writer(emulator: &emulator::Emulator) -> Result<auth0::Writer, Failure> {
    let secret = emulator::MANAGEMENT_CLIENT_SECRET.to_owned().into();
    let credentials = auth0::Credentials::client_secret(emulator::MANAGEMENT_CLIENT_ID, secret)?;
    let audience = Some(emulator::MANAGEMENT_AUDIENCE);
    let settings = auth0::Settings::parse(&emulator.url(), credentials, audience)?;
    let settings = match emulator.authority() {
        Some(authority) => settings.with_authority(authority),
        None => settings,
    };
    Ok(auth0::Writer::new(settings)?)
}

/// Fills the tenant the way anybody would: by applying the configuration.
async fn fill(writer: &auth0::Writer, desired: &Desired) -> Result<(), Failure> {
    // stdout is for the variables alone, so what speaks against it is talk here.
    let planned = plan::plan(desired, &provider::observe(writer.reader(), desired).await?)
        .inspect_err(|error| output::talk(&render::conflicts(error)))?;
    let cleared = planned
        .clear()
        .inspect_err(|refused| output::talk(&render::refusals(&refused.refusals, hint::words)))?;
    let report =
        apply::apply(writer, cleared, &Guard::open(), PARALLELISM, &Stop::default(), |_, _| {})
            .await;
    if report.outcomes.iter().all(Outcome::is_applied) {
        Ok(())
    } else {
        output::talk(&render::report(&report));
        Err(Failure::NotFilled)
    }
}

/// The id and the secret of each declared client, so that services find theirs: variables named for
/// its key.
fn of_clients(
    emulator: &emulator::Emulator,
    desired: &Desired,
    seen: &Snapshot,
) -> Vec<(String, String)> {
    let mut clients: BTreeMap<String, Vec<(&Key, &ClientId)>> = BTreeMap::new();
    let verdicts = plan::classify(desired, seen);
    let declared = verdicts.iter().filter(|(_, verdict)| verdict.class == Class::Managed);
    for (remote, verdict) in declared {
        if let (Address::Client(ClientRef::Id(id)), Address::Client(ClientRef::Key(key))) =
            (remote, &verdict.address)
        {
            clients.entry(variable(key)).or_default().push((key, id));
        }
    }
    let mut lines = Vec::new();
    for (name, clients) in clients {
        match clients.as_slice() {
            [(_, id)] if name != "AUTH0" => {
                lines.push((format!("{name}_CLIENT_ID"), id.to_string()));
                let secret = emulator.client_secret(id.as_str());
                lines.extend(secret.map(|secret| (format!("{name}_CLIENT_SECRET"), secret)));
            }
            clients => {
                let mut keys: Vec<String> =
                    clients.iter().map(|(key, _)| format!("clients.{key}")).collect();
                keys.sort();
                output::talk(&format!(
                    "No variables for {}: {name}_CLIENT_ID would not be theirs alone.\n",
                    keys.join(" and ")
                ));
            }
        }
    }
    lines
}

/// A key as the name of a variable: `gift-deliveries` is `GIFT_DELIVERIES`.
fn variable(key: &Key) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let name: String = key.as_str().to_ascii_uppercase().chars().map(letter).collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}
