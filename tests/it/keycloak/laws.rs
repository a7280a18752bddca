//! The laws on Keycloak, the double and a real one: between all states that it
//! can express. The others are refused offline.

use std::path::{Path, PathBuf};

use grantry::config;
use grantry::model::{Desired, Prune};
use grantry::provider::keycloak;

use super::realm::TestRealm;
use crate::laws::{
    a_failure_blocks_its_dependents_only,
    every_state_is_reached_from_every_other,
    stopping_anywhere_and_running_again_ends_the_same,
    what_is_not_ours_is_never_touched, with, without_guards,
};

/// The states of all providers that Keycloak can express, and its own, by the
/// names of their files; and the names of those that are refused.
fn states(prune: Prune) -> (Vec<(String, Desired)>, Vec<String>) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut files = list_files(&tests.join("states"));
    files.extend(list_files(&tests.join("states-of-keycloak")));

    let (mut states, mut refused) = (Vec::new(), Vec::new());
    for file in files {
        let name = file
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        match load(&file) {
            Ok(state) => states.push((name, with(prune, &state))),
            Err(_) => refused.push(name),
        }
    }
    (states, refused)
}

fn list_files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn load(file: &Path) -> Result<Desired, config::Problems> {
    let inputs = config::Inputs::default();
    let loaded = config::load(&[file.to_owned()], &inputs, |_| {
        &keycloak::SUPPORT
    })?;
    Ok(without_guards(loaded))
}

pub(crate) fn expressible(prune: Prune) -> Vec<(String, Desired)> {
    states(prune).0
}

#[test]
fn what_keycloak_cannot_express_is_refused_offline() {
    let (_, refused) = states(Prune::On);
    insta::assert_snapshot!(refused.join("\n"));
}

async fn reach_every_state_from_every_other(realm: TestRealm) {
    let states = expressible(Prune::On);
    every_state_is_reached_from_every_other(
        &realm.writer(),
        Prune::On,
        &states,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_is_reached_from_every_other_state() {
    reach_every_state_from_every_other(TestRealm::doubled().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
async fn every_state_is_reached_from_every_other_state_for_real() {
    reach_every_state_from_every_other(TestRealm::real().await).await;
}

async fn fail_each_change(realm: TestRealm) {
    let states = expressible(Prune::On);
    a_failure_blocks_its_dependents_only(
        &realm.writer(),
        &states,
        &[(6, 7), (7, 6), (3, 2)],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_change_blocks_its_dependents_only() {
    fail_each_change(TestRealm::doubled().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
async fn a_failed_change_blocks_its_dependents_only_for_real() {
    fail_each_change(TestRealm::real().await).await;
}

async fn stop_anywhere(realm: TestRealm) {
    let states = expressible(Prune::On);
    let ways = [(0, 8), (8, 7), (7, 3), (6, 7), (8, 0)];
    stopping_anywhere_and_running_again_ends_the_same(
        &realm.writer(),
        &states,
        &ways,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_anywhere_ends_the_same() {
    stop_anywhere(TestRealm::doubled().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
async fn stopping_anywhere_ends_the_same_for_real() {
    stop_anywhere(TestRealm::real().await).await;
}

async fn live_beside_others(realm: TestRealm) {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/states-of-others");
    let theirs = load(&folder.join("theirs-in-keycloak.yaml"))
        .ok()
        .unwrap();
    what_is_not_ours_is_never_touched(
        &realm.writer(),
        &theirs,
        &expressible(Prune::On),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_anothers_is_never_touched() {
    live_beside_others(TestRealm::doubled().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
async fn what_is_anothers_is_never_touched_for_real() {
    live_beside_others(TestRealm::real().await).await;
}
