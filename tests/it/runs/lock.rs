//! The lock of a stack: who gets it, and when it is another's.

use std::fs;
use std::path::Path;
use std::process::Command;

use grantry::apply::{Guard, Outcome};
use grantry::emulator::{MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET};
use grantry::provider::{Locks as _, ProviderError};
use reqwest::Method;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::runs::world::{World, carry_out, desired, lock, planned, told};

const LONG_AGO: &str =
    "Locked by a run of old until Sun, 01 Jan 2023 00:00:00 GMT (00ff)";
const FAR_AWAY: &str =
    "Locked by a long run until Wed, 01 Jan 2070 00:00:00 GMT (00ff)";

/// The identifier of the lock in an emulator.
async fn identifier(world: &World) -> String {
    let writer = world.writer();
    let guard = lock(&writer, "a test", 0)
        .await
        .unwrap();
    let servers = world.list("resource-servers").await;
    let mut identifiers = servers
        .iter()
        .map(|server| server["identifier"].as_str().unwrap());
    let identifier = identifiers
        .find(|identifier| identifier.starts_with("urn:grantry:"))
        .unwrap();
    guard.release(&writer).await.unwrap();
    identifier.to_owned()
}

async fn left_behind(world: &World, name: &str) {
    let body = json!({ "identifier": identifier(world).await, "name": name });
    world
        .management
        .ask(Method::POST, "resource-servers", Some(&body))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_names_its_holder_and_its_end_and_nobody_gets_a_token_for_it() {
    let world = World::with(&[]).await;
    let writer = world.writer();
    let guard = lock(&writer, "https://ci.example/job/7", 0)
        .await
        .unwrap();

    let servers = world.list("resource-servers").await;
    let lock = servers
        .iter()
        .find(|server| server["is_system"] != json!(true))
        .unwrap();
    let name = lock["name"].as_str().unwrap();
    assert!(
        name.starts_with("Locked by https://ci.example/job/7 until "),
        "{name}"
    );
    let nobody = json!({ "policy": "deny_all" });
    assert_eq!(
        lock["subject_type_authorization"],
        json!({ "user": nobody, "client": nobody })
    );

    guard.release(&writer).await.unwrap();
    assert_eq!(world.locks().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_held_keeps_others_out_and_nothing_is_written() {
    let world = World::with(&[]).await;
    let (one, other) = (world.writer(), world.writer());
    let guard = lock(&one, "the first", 0)
        .await
        .unwrap();

    let refused = lock(&other, "the second", 0)
        .await
        .unwrap_err();
    let ProviderError::LockHeld { holder, .. } = &refused else {
        panic!("{refused}")
    };
    assert_eq!(holder, "the first");
    guard.release(&one).await.unwrap();
    assert!(
        lock(&other, "the second", 0)
            .await
            .is_ok()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_whose_time_is_up_is_removed_and_one_that_nobody_understands_is_not()
 {
    let world = World::with(&[]).await;
    let writer = world.writer();
    left_behind(&world, LONG_AGO).await;
    assert!(
        writer
            .find_lock(&"maps".parse().unwrap())
            .await
            .unwrap()
            .unwrap()
            .is_over
    );
    let guard = lock(&writer, "a new one", 0)
        .await
        .unwrap();
    let locks = world.locks().await;
    assert!(
        locks.len() == 1 && locks[0].starts_with("Locked by a new one"),
        "{locks:?}"
    );
    guard.release(&writer).await.unwrap();

    for name in [FAR_AWAY, "Somebody's API"] {
        left_behind(&world, name).await;
        assert!(matches!(
            lock(&writer, "a new one", 0).await,
            Err(ProviderError::LockHeld { .. })
        ));
        assert_eq!(world.locks().await, [name]);
        let seen = writer
            .find_lock(&"maps".parse().unwrap())
            .await
            .unwrap()
            .unwrap();
        writer.unlock(&seen.id).await.unwrap();
    }
}

/// The answer to taking the lock is lost. It is ours all
/// the same: the nonce says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_to_taking_the_lock_locks_nobody_out() {
    for fault in [
        "commit-then-500",
        "commit-then-reset",
        "truncate",
        "twice",
        "commit-then-429",
    ] {
        let world =
            World::with(&[&format!("POST /resource-servers:{fault}:nth=1")])
                .await;
        let writer = world.writer();
        let guard = lock(&writer, "the only one", 0)
            .await
            .unwrap();
        assert_eq!(world.locks().await.len(), 1, "{fault}");
        guard.release(&writer).await.unwrap();
        assert_eq!(world.locks().await, [""; 0], "{fault}");
    }
}

/// The tenant has as many APIs as its plan allows: nothing was written, and
/// what to do is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_cannot_be_taken_says_why() {
    let world = World::with(&["POST /resource-servers:403"]).await;
    let refused = lock(&world.writer(), "the only one", 0)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, ProviderError::NotLocked { .. }),
        "{refused}"
    );
    assert_eq!(world.locks().await, [""; 0]);
}

/// `grantry unlock`, told the domain, an id and a secret, and no audience.
fn unlock(world: &World, folder: &Path) -> Command {
    fs::write(folder.join("grantry.yaml"), "stack: maps\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_grantry"));
    command
        .args([
            "unlock",
            "--auto-approve",
            "--provider",
            "auth0",
        ])
        .current_dir(folder)
        .env_clear()
        .env("AUTH0_DOMAIN", &world.management.url)
        .env("AUTH0_CLIENT_ID", MANAGEMENT_CLIENT_ID)
        .env("AUTH0_CLIENT_SECRET", MANAGEMENT_CLIENT_SECRET);
    command
}

/// The lock says by its identifier which tenant it is of. That comes from the
/// tenant, and not from what a run was told: two that name the tenant
/// differently keep each other out, and unlock each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_the_same_with_and_without_an_audience() {
    let world = World::with(&[]).await;
    let (told, by_domain) = (world.writer(), world.writer_by_domain());

    for (holding, other) in [(&told, &by_domain), (&by_domain, &told)] {
        let guard = lock(holding, "the first", 0)
            .await
            .unwrap();
        let seen = other
            .find_lock(&"maps".parse().unwrap())
            .await
            .unwrap();
        assert_eq!(
            seen.map(|lock| lock.holder).as_deref(),
            Some("the first")
        );
        let refused = lock(other, "the second", 0).await;
        assert!(
            matches!(refused, Err(ProviderError::LockHeld { .. })),
            "{refused:?}"
        );
        guard.release(holding).await.unwrap();
    }

    let guard = lock(&told, "an apply with an audience", 0)
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut unlock = unlock(&world, folder.path());
    let output = spawn_blocking(move || unlock.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success()
            && said.contains("held by an apply with an audience"),
        "{said}"
    );
    assert_eq!(world.locks().await, [""; 0]);
    guard.release(&told).await.unwrap();
}

/// A holder is stopped until after its lock was taken over, and then goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_was_taken_over_is_lost() {
    let world = World::with(&[]).await;
    let (stopped, other) = (world.writer(), world.writer());
    let lease = stopped
        .lock(
            &"maps".parse().unwrap(),
            &grantry::provider::Holder::new("stopped"),
        )
        .await
        .unwrap()
        .unwrap();
    let seen = other
        .find_lock(&"maps".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    other.unlock(&seen.id).await.unwrap();
    let guard = lock(&other, "the other", 0)
        .await
        .unwrap();

    assert!(matches!(
        stopped.renew(&lease).await,
        Err(ProviderError::LockLost { .. })
    ));
    // What it gives back is its own lock, which is gone; not
    // the one that came after it.
    stopped.unlock(&lease.id).await.unwrap();
    assert_eq!(world.locks().await.len(), 1);
    guard.release(&other).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_in_no_plan() {
    let world = World::with(&[]).await;
    let writer = world.writer();
    let cleared = planned(&writer, &desired(1)).await;
    let report = carry_out(&writer, cleared, &Guard::open()).await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        told(&report)
    );

    left_behind(&world, FAR_AWAY).await;
    let again = planned(&writer, &desired(1)).await;
    assert_eq!(again.plan().changes, []);
    assert_eq!(again.plan().notes, []);
}

/// A tenant that was copied brings the locks of the
/// one that it was copied from.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_came_with_a_copy_of_a_tenant_is_removed() {
    let world = World::with(&[]).await;
    let forever =
        "Locked by somebody until Fri, 31 Dec 2100 23:59:59 GMT (00ff)";
    for identifier in [
        "urn:grantry:lock:maps:0123abcd",
        "urn:grantry:lock:other:0123abcd",
    ] {
        let body = json!({ "identifier": identifier, "name": forever });
        world
            .management
            .ask(Method::POST, "resource-servers", Some(&body))
            .await;
    }

    let writer = world.writer();
    let cleared = planned(&writer, &desired(1)).await;
    let guard = lock(&writer, "me", 0).await.unwrap();
    let report = carry_out(&writer, cleared, &guard).await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        told(&report)
    );

    let servers = world.list("resource-servers").await;
    let left: Vec<_> = servers
        .iter()
        .filter(|server| server["name"] == forever)
        .collect();
    let [other] = left.as_slice() else {
        panic!("{left:?}")
    };
    assert_eq!(
        other["identifier"], "urn:grantry:lock:other:0123abcd",
        "it is another stack's"
    );
}
