//! An apply under Auth0's rate limits: it keeps the pace the tenant allows, and
//! hardly ever has to be told to.

use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroUsize;

use grantry::apply::{Guard, Outcome, Stop, apply};
use grantry::config;
use grantry::emulator::{self, Conditions, Emulator, Settings};
use grantry::model::Desired;
use grantry::plan::plan;
use grantry::provider::{Mutate as _, Observe as _, auth0, support_of};
use grantry::render;

use crate::helpers::served::{in_memory, settings};

async fn start(limit: &str) -> Emulator {
    let conditions = Conditions {
        rate_limit: limit.parse().unwrap(),
        ..Conditions::default()
    };
    emulator::start(Settings {
        conditions,
        ..in_memory()
    })
    .await
    .unwrap()
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
        writeln!(
            text,
            "  - {{ client: c{number}, resource_server: maps, scopes: [read] }}"
        )
        .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    fs::write(&file, text).unwrap();
    config::load(&[file], &config::Inputs::default(), support_of)
        .map_err(|problems| render::problems(&problems))
        .unwrap()
        .desired
}

/// Applies 151 changes, and gives how many of its requests were refused.
async fn refused(settings: auth0::Settings, emulator: &Emulator) -> usize {
    let eight = NonZeroUsize::new(8).unwrap();
    let desired = desired(75);
    let writer = auth0::Writer::new(settings.with_parallelism(eight)).unwrap();
    let planned =
        plan(&desired, &writer.reader().read().await.unwrap()).unwrap();
    let report = apply(
        &writer,
        planned.clear().unwrap(),
        &Guard::open(),
        eight,
        &Stop::default(),
        |_, _| {},
    )
    .await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        render::report(&report)
    );
    let needed = 3 + report.outcomes.len();
    // The token is asked for too, of which there is no limit here.
    emulator.requests().len() - 1 - needed
}

/// Applies under a limit that the provider learns, or is told.
async fn assert_smooth(limit: &str, told: bool) {
    let emulator = start(limit).await;
    let settings = settings(&emulator.url());
    let settings = if told {
        settings.with_rate_limit(limit.parse().unwrap())
    } else {
        settings
    };
    let refused = refused(settings, &emulator).await;
    assert!(refused <= 3, "{limit}: {refused} refused");
    emulator.stop().await.unwrap();
}

/// Without keeping a pace, dozens would be.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_apply_under_a_limit_is_hardly_ever_refused() {
    tokio::join!(
        assert_smooth("10/10", false),
        assert_smooth("10/20", true)
    );
}
