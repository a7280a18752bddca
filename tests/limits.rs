//! An apply under Auth0's rate limits: it keeps the pace the tenant allows, and hardly ever has to
//! be told to.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod served;

use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroUsize;
use std::time::Instant;

use grantry::apply::{Outcome, Stop, apply};
use grantry::config;
use grantry::emulator::{self, Emulator, Settings, Weather};
use grantry::model::Desired;
use grantry::plan::plan;
use grantry::provider::{Observe as _, auth0};
use grantry::render;
use served::{in_memory, settings};

/// The bucket of Auth0's smallest paid tenants.
const BURST: f64 = 10.0;

async fn start(limit: &str) -> Emulator {
    let weather = Weather { rate_limit: limit.parse().unwrap(), ..Weather::default() };
    emulator::start(Settings { weather, ..in_memory() }).await.unwrap()
}

/// An API, and clients that are granted it: twice as many changes and one.
fn desired(clients: usize) -> Desired {
    let mut text = "stack: limits\nresource_servers: { maps: { identifier: \"urn:maps\", scopes: \
                    { read: Read } } }\nclients:\n"
        .to_owned();
    for number in 0..clients {
        writeln!(text, "  c{number}: {{ name: C {number} }}").unwrap();
    }
    text += "grants:\n";
    for number in 0..clients {
        writeln!(text, "  - {{ client: c{number}, resource_server: maps, scopes: [read] }}")
            .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    fs::write(&file, text).unwrap();
    config::load(&[file]).map_err(|problems| render::problems(&problems)).unwrap().desired
}

/// Applies 151 changes, and gives the seconds it took by how many requests, of which so many more
/// were refused.
async fn applied(settings: auth0::Settings, emulator: &Emulator) -> (f64, usize, usize) {
    let eight = NonZeroUsize::new(8).unwrap();
    let desired = desired(75);
    let begun = Instant::now();
    let writer = auth0::Writer::new(settings.with_parallelism(eight)).unwrap();
    let planned = plan(&desired, &writer.read().await.unwrap()).unwrap();
    let report = apply(&writer, planned.clear().unwrap(), eight, &Stop::default(), |_, _| {}).await;
    let seconds = begun.elapsed().as_secs_f64();
    assert!(report.outcomes.iter().all(Outcome::is_applied), "{}", render::report(&report));
    let needed = 3 + report.outcomes.len();
    // The token is asked for too, of which there is no limit here.
    let refused = emulator.requests().len() - 1 - needed;
    (seconds, needed, refused)
}

/// Applies under a limit, and holds it against the least time there is.
async fn assert_brisk(limit: &str, per_second: f64, told: bool) {
    let emulator = start(limit).await;
    let settings = settings(&emulator.url());
    let settings = if told { settings.with_rate_limit(limit.parse().unwrap()) } else { settings };
    let (seconds, requests, refused) = applied(settings, &emulator).await;
    let least = (f64::from(u32::try_from(requests).unwrap()) - BURST) / per_second;
    let story = format!("{limit}: {requests} requests in {seconds:.2} s, {refused} refused");
    assert!(refused <= 3, "{story}");
    assert!(seconds <= 1.1 * least, "{story}, {least:.2} s would do");
    emulator.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_apply_is_as_fast_as_the_tenant_allows_and_hardly_ever_refused() {
    tokio::join!(assert_brisk("10/10", 10.0, false), assert_brisk("10/20", 20.0, true));
}
