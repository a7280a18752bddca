//! `grantry emulator`

use std::collections::BTreeMap;

use super::arguments::Emulator;
use super::exit::{Exit, Failure};
use super::signal::StopRequests;
use super::{hint, output};
use crate::emulator::{self, Settings, Transport, Weather};
use crate::model::{Desired, Key};
use crate::provider::auth0;
use crate::testing::{self, TestClient, TestTenantError};
use crate::{config, render};

pub(super) async fn run(arguments: &Emulator) -> Result<Exit, Failure> {
    let desired = match arguments.config.as_slice() {
        [] => None,
        paths => Some(config::load(paths, |_| &auth0::SUPPORT)?.desired),
    };
    let settings = Settings {
        listen: arguments.listen,
        transport: if arguments.tls {
            Transport::Tls
        } else {
            Transport::Plain
        },
        state: arguments.state.clone(),
        weather: Weather::default(),
    };
    let mut stop_requests = StopRequests::listen()?;
    let emulator = emulator::start(settings).await?;
    let outcome = serve(
        &emulator,
        desired.as_ref(),
        arguments.weather(),
        &mut stop_requests,
    )
    .await;
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
    let mut lines: Vec<(String, String)> = emulator
        .environment()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    if let Some(desired) = desired {
        let seen = testing::fill(emulator, desired).await.map_err(not_filled)?;
        lines.extend(variables_of(&testing::clients(emulator, desired, &seen)));
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

/// Says why a tenant could not be filled. stdout is for the variables alone, so all of it is talk here.
fn not_filled(error: TestTenantError) -> Failure {
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
fn variables_of(clients: &BTreeMap<Key, TestClient>) -> Vec<(String, String)> {
    let mut by_name: BTreeMap<String, Vec<(&Key, &TestClient)>> = BTreeMap::new();
    for (key, client) in clients {
        by_name
            .entry(variable(key))
            .or_default()
            .push((key, client));
    }

    let mut lines = Vec::new();
    for (name, clients) in by_name {
        match clients.as_slice() {
            [
                (
                    _,
                    TestClient {
                        client_id,
                        client_secret,
                    },
                ),
            ] if name != "AUTH0" => {
                lines.push((format!("{name}_CLIENT_ID"), client_id.to_string()));
                let secret = client_secret.clone();
                lines.extend(secret.map(|secret| (format!("{name}_CLIENT_SECRET"), secret)));
            }
            clients => {
                let keys: Vec<String> = clients
                    .iter()
                    .map(|(key, _)| format!("clients.{key}"))
                    .collect();
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
    let letter = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '_'
        }
    };
    let name: String = key
        .as_str()
        .to_ascii_uppercase()
        .chars()
        .map(letter)
        .collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}
