//! `grantry emulator`

use std::num::NonZeroUsize;

use super::apply::carry_out;
use super::arguments::Emulator;
use super::exit::{Exit, Failure};
use super::output;
use super::signal::StopRequests;
use crate::emulator::{self, Settings, Transport};
use crate::model::Desired;
use crate::provider::{Observe, auth0};
use crate::{config, plan};

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
    };
    let mut stop_requests = StopRequests::listen()?;
    let emulator = emulator::start(settings).await?;
    if let Some(desired) = desired {
        fill(&emulator, &desired, &mut stop_requests).await?;
    }
    for (name, value) in emulator.environment() {
        output::data(&format!("{name}={value}\n"))?;
    }
    stop_requests.next().await;
    emulator.stop().await?;
    Ok(Exit::Done)
}

/// Fills the tenant the way anybody would: by applying the configuration over HTTP.
async fn fill(
    emulator: &emulator::Emulator,
    desired: &Desired,
    stop_requests: &mut StopRequests,
) -> Result<(), Failure> {
    let secret = emulator::MANAGEMENT_CLIENT_SECRET.to_owned().into();
    let credentials = auth0::Credentials::client_secret(emulator::MANAGEMENT_CLIENT_ID, secret)?;
    let audience = Some(emulator::MANAGEMENT_AUDIENCE);
    let settings = auth0::Settings::parse(&emulator.url(), credentials, audience)?;
    let writer = auth0::Writer::new(settings)?;
    let planned = plan::plan(desired, &writer.read().await?)?;
    let report = carry_out(&writer, planned.clear()?, PARALLELISM, stop_requests).await;
    let (applied, total) = (report.counts().applied, report.outcomes.len());
    if applied == total { Ok(()) } else { Err(Failure::NotFilled { applied, total }) }
}
