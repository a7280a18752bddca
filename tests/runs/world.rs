//! An emulator, runs against it, and somebody else who changes it.

use std::num::NonZeroUsize;
use std::time::Duration;

use grantry::apply::{Guard, Report, Stop, apply};
use grantry::config;
use grantry::emulator::{self, Emulator, Settings, Weather};
use grantry::model::Desired;
use grantry::plan::{Cleared, plan};
use grantry::provider::{self, Holder, ProviderError, auth0, observe};
use grantry::render;
use reqwest::{Client, Method};
use serde_json::Value as Json;

use crate::management::Management;
use crate::served::{in_memory, settings};

const FOUR: NonZeroUsize = NonZeroUsize::new(4).unwrap();

pub(crate) struct World {
    _emulator: Emulator,
    pub(crate) management: Management,
}

impl World {
    /// An empty tenant, in which this goes wrong.
    pub(crate) async fn with(faults: &[&str]) -> Self {
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        let weather = Weather { faults, ..Weather::default() };
        let emulator = emulator::start(Settings { weather, ..in_memory() }).await.unwrap();
        let management = Management::of(&emulator, &Client::new()).await;
        Self { _emulator: emulator, management }
    }

    pub(crate) fn writer(&self) -> auth0::Writer {
        auth0::Writer::new(settings(&self.management.url)).unwrap()
    }

    /// The objects of a listing, as the tenant has them.
    pub(crate) async fn list(&self, path: &str) -> Vec<Json> {
        let listed = self.management.ask(Method::GET, &format!("{path}?per_page=100"), None).await;
        listed.as_array().unwrap().clone()
    }

    /// How many clients carry each key.
    pub(crate) async fn marked(&self) -> Vec<String> {
        let clients = self.list("clients").await;
        let mut keys: Vec<String> = clients
            .iter()
            .filter_map(|client| client["client_metadata"]["grantry_key"].as_str())
            .map(str::to_owned)
            .collect();
        keys.sort();
        keys
    }

    /// The names of the locks in the tenant.
    pub(crate) async fn locks(&self) -> Vec<String> {
        let servers = self.list("resource-servers").await;
        let is_lock = |server: &&Json| {
            server["identifier"].as_str().unwrap().starts_with("urn:grantry:lock:")
        };
        servers
            .iter()
            .filter(is_lock)
            .map(|lock| lock["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// A configuration that declares an API, and so many clients with a grant on it.
pub(crate) fn desired(clients: usize) -> Desired {
    let declared = |number| format!("c{number}: {{ name: C {number} }}");
    let granted =
        |number| format!("{{ client: c{number}, resource_server: maps, scopes: [read] }}");
    let all = |one: &dyn Fn(usize) -> String| (0..clients).map(one).collect::<Vec<_>>().join(", ");
    let text = format!(
        "stack: maps\nprune: true\nowns: {{ resource_servers: [\"urn:maps*\"] }}\n\
         limits: {{ max_deletes: 100, allow_empty: true }}\n\
         resource_servers:\n  maps: {{ identifier: \"urn:maps\", scopes: {{ read: Read }} }}\n\
         clients: {{ {} }}\ngrants: [{}]\n",
        all(&declared),
        all(&granted),
    );
    loaded(&text)
}

/// The same stack with nothing in it.
pub(crate) fn nothing() -> Desired {
    loaded(
        "stack: maps\nprune: true\nowns: { resource_servers: [\"urn:maps*\"] }\n\
         limits: { max_deletes: 100, allow_empty: true }\n",
    )
}

fn loaded(text: &str) -> Desired {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    std::fs::write(&file, text).unwrap();
    config::load(&[file]).map_err(|problems| render::problems(&problems)).unwrap().desired
}

/// What a run has planned, and looked at closely where it would delete.
pub(crate) async fn planned(writer: &auth0::Writer, desired: &Desired) -> Cleared {
    let seen = observe(writer, desired).await.unwrap();
    let planned = plan(desired, &seen).map_err(|error| render::conflicts(&error)).unwrap();
    provider::inspect(writer, planned).await.unwrap().clear().unwrap()
}

/// Takes the lock of the stack, and waits for it so many seconds.
pub(crate) async fn lock(
    writer: &auth0::Writer,
    holder: &str,
    patience: u64,
) -> Result<Guard, ProviderError> {
    let (holder, stack) = (Holder::new(holder), "maps".parse().unwrap());
    Guard::take(writer, &stack, &holder, Duration::from_secs(patience), |_| {}).await
}

pub(crate) async fn carry_out(writer: &auth0::Writer, cleared: Cleared, guard: &Guard) -> Report {
    let report = apply(writer, cleared, guard, FOUR, &Stop::default(), |_, _| {}).await;
    guard.release(writer).await.unwrap();
    report
}

/// What became of each change, in words.
pub(crate) fn told(report: &Report) -> String {
    anstream::adapter::strip_str(&render::report(report)).to_string()
}
