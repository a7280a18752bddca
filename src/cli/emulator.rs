//! `grantry emulator`

use std::collections::BTreeMap;

use super::arguments::Emulator;
use super::exit::{Exit, Failure};
use super::signal::StopRequests;
use super::{hint, output};
use crate::emulator::{self, Conditions, Settings, Transport};
use crate::model::{Desired, Key};
use crate::provider::auth0;
use crate::testing::{self, TestClient, TestTenantError};
use crate::{config, render};

pub(super) async fn run(arguments: &Emulator) -> Result<Exit, Failure> {
    let desired = match arguments.config.as_slice() {
        [] => None,
        // Whichever provider the file names: what an Auth0 tenant cannot express has to be told.
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
        transport,
        state: arguments.state.clone(),
        conditions: Conditions::default(),
    };

    // Before there is anything to stop: a signal while the tenant is filled must not kill it.
    let mut stop_requests = StopRequests::listen()?;
    let emulator = emulator::start(settings).await?;
    let conditions = arguments.conditions();
    let served = serve(&emulator, desired.as_ref(), conditions, &mut stop_requests).await;

    // Whatever happened, what was done is kept.
    emulator.stop().await?;
    served.map(|()| Exit::Done)
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

    // Only now: what fills the tenant meets no fault, and a fault counts the requests of others.
    emulator.change_conditions(conditions);
    for (name, value) in variables {
        output::data(&format!("{name}={value}\n"))?;
    }
    output::talk(&format!("Listening on {}\n", emulator.url()));

    stop_requests.next().await;
    Ok(())
}

/// Says why a tenant could not be filled. stdout is for the variables alone, so all of it is talk
/// here.
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
            output::talk(&render::refusals(&refused.refusals, hint::words));
            refused.into()
        }
        TestTenantError::NotFilled(report) => {
            output::talk(&render::report(&report));
            Failure::NotFilled
        }
    }
}

/// The id and the secret of each declared client, so that services find theirs: variables named for
/// its key.
fn list_variables(clients: &BTreeMap<Key, TestClient>) -> Vec<(String, String)> {
    let mut keys_by_name: BTreeMap<String, Vec<&Key>> = BTreeMap::new();
    for key in clients.keys() {
        keys_by_name
            .entry(variable_name(key))
            .or_default()
            .push(key);
    }

    let mut variables = Vec::new();
    for (name, keys) in keys_by_name {
        // The emulator's own credentials are in AUTH0_CLIENT_ID.
        let client = match keys.as_slice() {
            [key] if name != "AUTH0" => clients.get(*key),
            _ => None,
        };
        let Some(client) = client else {
            tell_not_alone(&name, &keys);
            continue;
        };

        variables.push((format!("{name}_CLIENT_ID"), client.client_id.to_string()));
        if let Some(secret) = &client.client_secret {
            variables.push((format!("{name}_CLIENT_SECRET"), secret.clone()));
        }
    }
    variables
}

fn tell_not_alone(name: &str, keys: &[&Key]) {
    let keys: Vec<String> = keys.iter().map(|key| format!("clients.{key}")).collect();
    let keys = keys.join(" and ");

    output::talk(&format!(
        "No variables for {keys}: {name}_CLIENT_ID would not be theirs alone.\n"
    ));
}

/// A key as the name of a variable: `gift-deliveries` is `GIFT_DELIVERIES`.
fn variable_name(key: &Key) -> String {
    let name = key.as_str().to_ascii_uppercase();
    let name = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");

    // A shell takes no name that begins with a digit.
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}
