//! An emulator, runs against it, and somebody else who changes it.

use std::num::NonZeroUsize;
use std::time::Duration;

use grantry::apply::{Guard, Outcome, Report, Stop, apply};
use grantry::config;
use grantry::emulator::{
    self, Conditions, Emulator, MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET,
    Settings,
};
use grantry::model::Desired;
use grantry::plan::{Cleared, plan};
use grantry::provider::{
    self, Holder, Mutate as _, ProviderError, auth0, observe, support_of,
};
use grantry::render;
use reqwest::Method;
use serde_json::Value as Json;

use crate::helpers::management::Management;
use crate::helpers::plain_http::plain_http;
use crate::helpers::served::{in_memory, settings};

const FOUR: NonZeroUsize = NonZeroUsize::new(4).unwrap();

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) management: Management,
}

impl World {
    /// An empty tenant, in which this goes wrong.
    pub(crate) async fn with(faults: &[&str]) -> Self {
        let faults = faults
            .iter()
            .map(|fault| fault.parse().unwrap())
            .collect();
        Self::under_conditions(Conditions {
            faults,
            ..Conditions::default()
        })
        .await
    }

    /// An empty tenant that takes its time, so that
    /// somebody can come in between.
    pub(crate) async fn slow() -> Self {
        Self::under_conditions(Conditions {
            latency: "100ms".parse().unwrap(),
            ..Conditions::default()
        })
        .await
    }

    async fn under_conditions(conditions: Conditions) -> Self {
        let emulator = emulator::start(Settings {
            conditions,
            ..in_memory()
        })
        .await
        .unwrap();
        let management = Management::of(&emulator, &plain_http()).await;
        Self {
            emulator,
            management,
        }
    }

    pub(crate) fn writer(&self) -> auth0::Writer {
        auth0::Writer::new(settings(&self.management.url)).unwrap()
    }

    /// A writer that is told the domain, and no audience.
    pub(crate) fn writer_by_domain(&self) -> auth0::Writer {
        let secret = MANAGEMENT_CLIENT_SECRET
            .to_owned()
            .into();
        let credentials =
            auth0::Credentials::client_secret(MANAGEMENT_CLIENT_ID, secret)
                .unwrap();
        let url = &self.management.url;
        auth0::Writer::new(
            auth0::Settings::parse(url, credentials, None).unwrap(),
        )
        .unwrap()
    }

    /// The objects of a listing, as the tenant has them.
    pub(crate) async fn list(&self, path: &str) -> Vec<Json> {
        let mut all = Vec::new();
        for page in 0.. {
            let path = format!("{path}?per_page=100&page={page}");
            let listed = self
                .management
                .ask(Method::GET, &path, None)
                .await;
            let listed = listed.as_array().unwrap();
            all.extend(listed.iter().cloned());
            if listed.len() < 100 {
                break;
            }
        }
        all
    }

    /// Everything that is the stack's, as the tenant has it.
    pub(crate) async fn whole(&self) -> Vec<Json> {
        let is_ours = |client: &Json| {
            client["client_metadata"]["grantry_key"].is_string()
        };
        let clients: Vec<Json> = self
            .list("clients")
            .await
            .into_iter()
            .filter(is_ours)
            .collect();
        let is_theirs = |grant: &Json| {
            clients
                .iter()
                .any(|client| client["client_id"] == grant["client_id"])
        };
        let grants = self
            .list("client-grants")
            .await
            .into_iter()
            .filter(is_theirs);
        let is_own = |server: &Json| server["identifier"] == "urn:maps";
        let servers = self
            .list("resource-servers")
            .await
            .into_iter()
            .filter(is_own);
        let mut all: Vec<Json> = servers.chain(grants).collect();
        all.extend(clients);
        all
    }

    /// How many clients carry each key.
    pub(crate) async fn marked(&self) -> Vec<String> {
        let clients = self.list("clients").await;
        let mut keys: Vec<String> = clients
            .iter()
            .filter_map(|client| {
                client["client_metadata"]["grantry_key"].as_str()
            })
            .map(str::to_owned)
            .collect();
        keys.sort();
        keys
    }

    /// What the first marked client says of its stack.
    pub(crate) async fn marked_stack(&self) -> String {
        let clients = self.list("clients").await;
        let mut stacks = clients.iter().filter_map(|client| {
            client["client_metadata"]["grantry_stack"].as_str()
        });
        stacks.next().unwrap().to_owned()
    }

    /// How often the clients were listed, of which there is one page.
    pub(crate) fn listings_of_clients(&self) -> usize {
        let requests = self.emulator.requests().into_iter();
        requests
            .filter(|asked| {
                asked
                    .path
                    .starts_with("/api/v2/clients?")
            })
            .count()
    }

    /// The names of the locks in the tenant.
    pub(crate) async fn locks(&self) -> Vec<String> {
        let servers = self.list("resource-servers").await;
        let is_lock = |server: &&Json| {
            server["identifier"]
                .as_str()
                .unwrap()
                .starts_with("urn:grantry:lock:")
        };
        servers
            .iter()
            .filter(is_lock)
            .map(|lock| {
                lock["name"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }
}

/// A configuration that declares an API, and so many
/// clients with a grant on it.
pub(crate) fn desired(clients: usize) -> Desired {
    let declared = |number| format!("c{number}: {{ name: C {number} }}");
    let granted = |number| {
        format!(
            "{{ client: c{number}, resource_server: maps, scopes: [read] }}"
        )
    };
    let all = |one: &dyn Fn(usize) -> String| {
        (0..clients)
            .map(one)
            .collect::<Vec<_>>()
            .join(", ")
    };
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

/// A stack that takes over the client of this id.
pub(crate) fn adopting(id: &str) -> Desired {
    loaded(&format!(
        "stack: maps\nclients: {{ courier: {{ name: Courier, client_id: {id} }} }}\n"
    ))
}

fn loaded(text: &str) -> Desired {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    std::fs::write(&file, text).unwrap();
    config::load(&[file], &config::Inputs::default(), support_of)
        .map_err(|problems| render::problems(&problems))
        .unwrap()
        .desired
}

/// What a run has planned, and looked at closely where it would delete.
pub(crate) async fn planned(
    writer: &auth0::Writer,
    desired: &Desired,
) -> Cleared {
    let seen = observe(writer.reader(), desired)
        .await
        .unwrap();
    let planned = plan(desired, &seen)
        .map_err(|error| render::conflicts(&error))
        .unwrap();
    provider::inspect(writer.reader(), planned)
        .await
        .unwrap()
        .clear()
        .unwrap()
}

/// Takes the lock of the stack, and waits for it so many seconds.
pub(crate) async fn lock(
    writer: &auth0::Writer,
    holder: &str,
    patience: u64,
) -> Result<Guard, ProviderError> {
    let (holder, stack) = (Holder::new(holder), "maps".parse().unwrap());
    Guard::take(
        writer,
        &stack,
        &holder,
        Duration::from_secs(patience),
        &Stop::default(),
        |_| {},
    )
    .await
}

/// Applies a configuration in a tenant that nobody else changes.
pub(crate) async fn settle(writer: &auth0::Writer, desired: &Desired) {
    let cleared = planned(writer, desired).await;
    let report = carry_out(writer, cleared, &Guard::open()).await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        told(&report)
    );
}

pub(crate) async fn carry_out(
    writer: &auth0::Writer,
    cleared: Cleared,
    guard: &Guard,
) -> Report {
    let report = apply(
        writer,
        cleared,
        guard,
        FOUR,
        &Stop::default(),
        |_, _| {},
    )
    .await;
    guard.release(writer).await.unwrap();
    report
}

/// What became of each change, in words.
pub(crate) fn told(report: &Report) -> String {
    anstream::adapter::strip_str(&render::report(report)).to_string()
}
