//! `grantry emulator`

use std::collections::BTreeMap;

use super::arguments::Emulator;
use super::credentials::names::OWN;
use super::exit::{Exit, Failure};
use super::signal::StopRequests;
use super::{health, hint, output};
use crate::emulator::{
    self, Conditions, Reach, Readiness, Settings, Transport,
};
use crate::model::{Desired, Key, dotenv_line, name_variables};
use crate::provider::auth0;
use crate::testing::{self, TestClient, TestTenantError};
use crate::{config, render};

pub(super) async fn run(arguments: &Emulator) -> Result<Exit, Failure> {
    if let Some(url) = &arguments.check_health {
        return health::check(url).await;
    }

    let desired = match arguments.config.as_slice() {
        [] => None,
        // Whichever provider the file names: what an Auth0 tenant cannot
        // express has to be told.
        paths => {
            let inputs = arguments.inputs.gather()?;
            Some(config::load(paths, &inputs, |_| &auth0::SUPPORT)?.desired)
        }
    };
    let transport = if arguments.tls {
        Transport::Tls
    } else {
        Transport::Plain
    };
    let settings = Settings {
        listen: arguments.listen,
        reach: arguments.reach(),
        hosts: arguments.hosts.clone(),
        transport,
        state: arguments.state.clone(),
        clock: arguments.clock,
        control: arguments.control(),
        readiness: Readiness::OnceBegun,
        custom_claims: arguments.custom_claims.clone(),
        ..Settings::default()
    };

    if desired.is_some() {
        check_filled_there(&settings)?;
    }

    // Before there is anything to stop: a signal while the tenant is filled
    // must not kill it.
    let mut stop_requests = StopRequests::listen()?;
    let emulator = emulator::start(settings).await?;
    let conditions = arguments.conditions();
    let served = serve(
        &emulator,
        desired.as_ref(),
        conditions,
        &mut stop_requests,
    )
    .await;

    // Whatever happened, what was done is kept.
    emulator.stop().await?;
    served.map(|()| Exit::Done)
}

/// It is filled over HTTP, and credentials go to no address of a network unless
/// that is by TLS.
fn check_filled_there(settings: &Settings) -> Result<(), Failure> {
    let address = settings.listen.ip();
    let is_reached = address.is_loopback() || address.is_unspecified();

    // Without the reach it is refused as it starts, and that says more.
    if settings.transport == Transport::Tls
        || is_reached
        || settings.reach == Reach::ThisMachine
    {
        return Ok(());
    }
    Err(Failure::NotFilledThere(settings.listen))
}

async fn serve(
    emulator: &emulator::Emulator,
    desired: Option<&Desired>,
    conditions: Conditions,
    stop_requests: &mut StopRequests,
) -> Result<(), Failure> {
    let mut variables: Vec<(String, String)> = emulator
        .environment()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    if let Some(desired) = desired {
        let filled = testing::fill(emulator, desired).await;
        let seen = filled.map_err(explain_not_filled)?;
        let clients = testing::clients(emulator, desired, &seen);
        variables.extend(list_variables(&clients));
    }

    // Only now: what fills the tenant is no request of
    // anybody's, and meets no fault.
    emulator.begin(conditions);
    for (name, value) in variables {
        output::data(&dotenv_line(&name, &value))?;
    }
    output::talk(&format!("Listening on {}\n", emulator.url()));
    if !emulator.address().ip().is_loopback() {
        output::talk(&warn_of_strangers(emulator));
    }

    stop_requests.next().await;
    Ok(())
}

/// What an emulator says that listens where others reach it.
fn warn_of_strangers(emulator: &emulator::Emulator) -> String {
    format!(
        "Warning: it guards nothing, and listens at {}: whoever reaches that \
         may do everything with this tenant\n",
        emulator.address()
    )
}

/// Says why a tenant could not be filled. stdout is for the variables alone, so
/// all of it is talk here.
fn explain_not_filled(error: TestTenantError) -> Failure {
    match error {
        TestTenantError::Problems(problems) => problems.into(),
        TestTenantError::Emulator(error) => error.into(),
        TestTenantError::Provider(error) => error.into(),
        TestTenantError::Conflicts(error) => {
            output::talk(&render::conflicts(&error));
            error.into()
        }
        TestTenantError::Refused(refused) => {
            output::talk(&render::refusals(
                &refused.refusals,
                hint::words,
            ));
            refused.into()
        }
        TestTenantError::NotFilled(report) => {
            output::talk(&render::report(&report));
            Failure::NotFilled
        }
    }
}

/// The id and the secret of each declared client, so that services find theirs:
/// variables named for its key.
fn list_variables(
    clients: &BTreeMap<Key, TestClient>,
) -> Vec<(String, String)> {
    let named = name_variables(clients.iter());
    for (name, keys) in &named.shared {
        output::talk(&render::no_variable(
            &format!("{name}_CLIENT_ID"),
            keys,
        ));
    }

    let mut variables = Vec::new();
    for (name, client) in named.named {
        if OWN.contains(&name.as_str()) {
            output::talk(&format!(
                "No variable {name}_CLIENT_ID for a client: it means \
                 something else.\n"
            ));
            continue;
        }

        variables.push((
            format!("{name}_CLIENT_ID"),
            client.client_id.to_string(),
        ));
        if let Some(secret) = &client.client_secret {
            variables.push((format!("{name}_CLIENT_SECRET"), secret.clone()));
        }
    }
    variables
}
