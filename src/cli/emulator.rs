//! `grantry emulator`

use std::num::NonZeroUsize;

use super::arguments::Emulator;
use super::exit::{Exit, Failure};
use super::output;
use super::signal::StopRequests;
use crate::apply::{Outcome, Stop};
use crate::emulator::{self, Settings, Transport, Weather};
use crate::model::Desired;
use crate::provider::{Observe, auth0};
use crate::{apply, config, plan, render};

/// How many requests fill the tenant side by side.
const PARALLELISM: NonZeroUsize = NonZeroUsize::new(8).unwrap();

pub(super) async fn run(arguments: &Emulator) -> Result<Exit, Failure> {
    let desired = match arguments.config.as_slice() {
        [] => None,
        paths => Some(config::load(paths)?.desired),
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
    if let Some(desired) = desired {
        fill(emulator, desired).await?;
    }
    // Only now: what fills the tenant meets no fault, and a fault counts the requests of others.
    emulator.change_weather(weather);
    for (name, value) in emulator.environment() {
        output::data(&format!("{name}={value}\n"))?;
    }
    stop_requests.next().await;
    Ok(())
}

/// Fills the tenant the way anybody would: by applying the configuration over HTTP.
async fn fill(emulator: &emulator::Emulator, desired: &Desired) -> Result<(), Failure> {
    let secret = emulator::MANAGEMENT_CLIENT_SECRET.to_owned().into();
    let credentials = auth0::Credentials::client_secret(emulator::MANAGEMENT_CLIENT_ID, secret)?;
    let audience = Some(emulator::MANAGEMENT_AUDIENCE);
    let settings = auth0::Settings::parse(&emulator.url(), credentials, audience)?;
    let settings = match emulator.authority() {
        Some(authority) => settings.with_authority(authority),
        None => settings,
    };
    let writer = auth0::Writer::new(settings)?;
    let planned = plan::plan(desired, &writer.read().await?)?;
    let report =
        apply::apply(&writer, planned.clear()?, PARALLELISM, &Stop::default(), |_, _| {}).await;
    if report.outcomes.iter().all(Outcome::is_applied) {
        Ok(())
    } else {
        output::talk(&render::report(&report));
        Err(Failure::NotFilled)
    }
}
