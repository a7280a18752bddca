//! Every state that the laws know, made over HTTP by one stack and exported for
//! another: the other stack has nothing to change but marks.

use std::fs;
use std::path::Path;

use grantry::apply::{Guard, Outcome, Stop, apply};
use grantry::config;
use grantry::emulator;
use grantry::model::{Mark, Snapshot, Value};
use grantry::plan::plan;
use grantry::provider::{Mutate as _, Observe as _, auth0, support_of};
use grantry::render;

use crate::export::back::{all_of, assert_adopts_only, load, planned};
use crate::helpers::served::{in_memory, settings};

/// What was seen, with the marks taken off.
fn unmarked(mut seen: Snapshot) -> Snapshot {
    for found in seen.found.values_mut() {
        if let Some(Value::Entries(metadata)) =
            found.attrs.get_mut("client_metadata")
        {
            metadata.retain(|key, _| !Mark::is_entry(key));
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_the_laws_is_exported_without_edits() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/states");
    let mut said = String::new();
    for state in fs::read_dir(folder).unwrap() {
        let state = state.unwrap().path();
        let emulator = emulator::start(in_memory())
            .await
            .unwrap();
        let writer = auth0::Writer::new(settings(&emulator.url())).unwrap();
        let desired = config::load(
            std::slice::from_ref(&state),
            &config::Inputs::default(),
            support_of,
        )
        .unwrap()
        .desired;
        let cleared = plan(&desired, &writer.reader().read().await.unwrap())
            .unwrap()
            .clear()
            .unwrap();
        let one = std::num::NonZeroUsize::MIN;
        let report = apply(
            &writer,
            cleared,
            &Guard::open(),
            one,
            &Stop::default(),
            |_, _| {},
        )
        .await;
        let is_applied = report
            .outcomes
            .iter()
            .all(Outcome::is_applied);
        assert!(
            is_applied,
            "{}\n{}",
            state.display(),
            render::report(&report)
        );

        let seen = unmarked(writer.reader().read().await.unwrap());
        let export = all_of(&seen);
        let plan = planned(&load(&export), &seen).plan;
        assert_adopts_only(
            &plan,
            &format!("{}\n{}", state.display(), export.file()),
        );
        said += &export.file();
        emulator.stop().await.unwrap();
    }
    for field in [
        "refresh_token",
        "jwt_configuration",
        "token_quota",
        "proof_of_possession",
    ] {
        assert!(said.contains(&format!("{field}:")), "{field}");
    }
    assert!(
        !said.contains("lifetime_in_seconds: 36000"),
        "a default needs no words"
    );
}
