//! Runs at once, and clients that are made twice all the same.

use futures_util::future::join_all;
use grantry::apply::{Counts, Guard, Outcome, Report};
use grantry::model::TenantHash;
use grantry::plan::plan;
use grantry::provider::{Mutate as _, observe};
use reqwest::Method;
use serde_json::json;

use crate::runs::world::{
    World, adopting, carry_out, desired, lock, planned, told,
};

/// Each has planned all clients before any of them was created.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_runs_at_once_make_each_client_once() {
    let world = World::with(&[]).await;
    let writers = [world.writer(), world.writer(), world.writer()];
    let desired = desired(20);
    let plans = join_all(
        writers
            .iter()
            .map(|writer| planned(writer, &desired)),
    )
    .await;

    let runs = writers
        .iter()
        .zip(plans)
        .map(async |(writer, cleared)| {
            let guard = lock(writer, "one of three", 300)
                .await
                .unwrap();
            carry_out(writer, cleared, &guard).await
        });
    for report in join_all(runs).await {
        assert!(
            report
                .outcomes
                .iter()
                .all(Outcome::is_applied),
            "{}",
            told(&report)
        );
        assert_eq!(report.twins.unwrap(), []);
    }

    let marked = world.marked().await;
    assert_eq!(marked.len(), 20, "{marked:?}");
    assert_eq!(world.locks().await, [""; 0]);
}

/// A proxy sends a request twice, or the tenant refuses it after the deed and
/// it is sent again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_was_made_twice_is_reported_in_the_same_run() {
    for fault in [
        "POST /clients:twice:nth=2",
        "POST /clients:commit-then-429:nth=2,retry-after=0",
    ] {
        let world = World::with(&[fault]).await;
        let writer = world.writer();
        let cleared = planned(&writer, &desired(3)).await;
        let report = carry_out(&writer, cleared, &Guard::open()).await;

        assert!(
            report
                .outcomes
                .iter()
                .all(Outcome::is_applied),
            "{fault}: {}",
            told(&report)
        );
        let twins = report.twins.as_ref().unwrap();
        assert_eq!(twins.len(), 1, "{fault}");
        let said = told(&report);
        assert!(
            said.contains("(holds no grant)")
                && said.contains("(holds 1 grant)"),
            "{said}"
        );
        assert!(
            said.contains("holds the grants and stays"),
            "{said}"
        );
    }
}

/// Creates three clients, of which the second is refused in this way, and gives
/// the report and how often the clients were listed.
async fn with_one_refused(refusal: &str) -> (World, Report, usize) {
    let world = World::with(&[&format!(
        "POST /clients:{refusal}:nth=2,retry-after=3600"
    )])
    .await;
    let writer = world.writer();
    let cleared = planned(&writer, &desired(3)).await;

    let before = world.listings_of_clients();
    let report = carry_out(&writer, cleared, &Guard::open()).await;
    let listings = world.listings_of_clients() - before;
    assert_eq!(report.twins.as_ref().unwrap(), &[]);
    (world, report, listings)
}

/// Something before the tenant says that there were too many requests, after
/// the deed. The tenant is read again, and tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_a_client_is_there_though_it_was_refused_is_looked_up() {
    let (world, report, listings) = with_one_refused("commit-then-429").await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        told(&report)
    );
    assert_eq!((world.marked().await.len(), listings), (3, 3));

    let (world, report, listings) = with_one_refused("429").await;
    let Counts {
        applied,
        failed,
        blocked,
        ..
    } = report.counts();
    assert_eq!(
        (applied, failed, blocked),
        (5, 1, 1),
        "{}",
        told(&report)
    );
    assert_eq!((world.marked().await.len(), listings), (2, 3));
}

/// The same of what is no client, and where it is refused
/// otherwise the second time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_anything_is_there_though_it_was_refused_is_looked_up() {
    let after_the_deed = "commit-then-429:nth=1,retry-after=3600";
    for path in ["/client-grants", "/resource-servers"] {
        let world =
            World::with(&[&format!("POST {path}:{after_the_deed}")]).await;
        let writer = world.writer();
        let cleared = planned(&writer, &desired(2)).await;
        let report = carry_out(&writer, cleared, &Guard::open()).await;
        assert!(
            report
                .outcomes
                .iter()
                .all(Outcome::is_applied),
            "{path}: {}",
            told(&report)
        );
    }

    let faults = [
        "POST /clients:commit-then-429:nth=1,retry-after=0",
        "POST /clients:403:nth=2",
    ];
    let world = World::with(&faults).await;
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
    assert_eq!(world.marked().await, ["c0"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_are_not_listed_for_those_that_were_not_made() {
    for (refusal, listings) in [("403", 1), ("400", 1), ("429", 2)] {
        let world = World::with(&[&format!(
            "POST /clients:{refusal}:retry-after=3600"
        )])
        .await;
        let writer = world.writer();
        let cleared = planned(&writer, &desired(3)).await;

        let before = world.listings_of_clients();
        let report = carry_out(&writer, cleared, &Guard::open()).await;
        assert_eq!(report.counts().failed, 3, "{}", told(&report));
        assert_eq!(
            world.listings_of_clients() - before,
            listings,
            "{refusal}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_since_the_plan_is_not_created() {
    let world = World::with(&[]).await;
    let (slow, fast) = (world.writer(), world.writer());
    let desired = desired(2);
    let late = planned(&slow, &desired).await;
    let early = planned(&fast, &desired).await;
    let report = carry_out(&fast, early, &Guard::open()).await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        told(&report)
    );

    let report = carry_out(&slow, late, &Guard::open()).await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        told(&report)
    );
    assert_eq!(world.marked().await, ["c0", "c1"]);
}

/// The other run of the stack has protected the client: its mark differs, and
/// it is the same client.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_came_with_another_flag_is_not_made_twice() {
    for mark in [json!("c1!"), json!("c1?"), json!("c1#")] {
        let world = World::with(&[]).await;
        let writer = world.writer();
        let first = planned(&writer, &desired(1)).await;
        let report = carry_out(&writer, first, &Guard::open()).await;
        assert!(
            report
                .outcomes
                .iter()
                .all(Outcome::is_applied),
            "{}",
            told(&report)
        );
        let stack = world.marked_stack().await;

        let cleared = planned(&writer, &desired(2)).await;
        let metadata = json!({ "grantry_stack": stack, "grantry_key": mark });
        let body = json!({ "name": "Other", "client_metadata": metadata });
        world
            .management
            .ask(Method::POST, "clients", Some(&body))
            .await;

        let report = carry_out(&writer, cleared, &Guard::open()).await;
        let said = told(&report);
        assert!(
            said.contains("clients.c1 is in the tenant already"),
            "{said}"
        );
        assert_eq!(world.marked().await.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_since_the_plan_and_is_not_as_wanted_is_said() {
    let world = World::with(&[]).await;
    let writer = world.writer();
    let cleared = planned(&writer, &desired(2)).await;
    let body = json!({ "name": "C 1", "description": "made by hand" });
    world
        .management
        .ask(Method::POST, "clients", Some(&body))
        .await;

    let report = carry_out(&writer, cleared, &Guard::open()).await;
    let said = told(&report);
    assert!(
        said.contains("clients.c1 is in the tenant already"),
        "{said}"
    );
    assert_eq!(world.marked().await, ["c0"]);
}

/// Two runs create the same API and grants: the second one meets 409, and what
/// is there is just what it wanted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_that_is_by_now_as_wanted_is_applied() {
    let world = World::with(&[]).await;
    let writer = world.writer();
    let cleared = planned(&writer, &desired(0)).await;
    let same = json!({ "identifier": "urn:maps", "scopes": [{ "value": "read", "description": "Read" }] });
    world
        .management
        .ask(Method::POST, "resource-servers", Some(&same))
        .await;

    let report = carry_out(&writer, cleared, &Guard::open()).await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        told(&report)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_that_is_there_and_not_as_wanted_is_not() {
    let world = World::with(&[]).await;
    let writer = world.writer();
    let cleared = planned(&writer, &desired(0)).await;
    let other =
        json!({ "identifier": "urn:maps", "scopes": [{ "value": "write" }] });
    world
        .management
        .ask(Method::POST, "resource-servers", Some(&other))
        .await;

    let report = carry_out(&writer, cleared, &Guard::open()).await;
    assert!(
        matches!(report.outcomes[..], [Outcome::Failed(_)]),
        "{}",
        told(&report)
    );
}

/// Somebody approves a plan long after it was made, and
/// another stack was faster.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_another_stack_has_marked_meanwhile_is_not_taken_over() {
    let world = World::with(&[]).await;
    let body =
        json!({ "name": "Courier", "grant_types": ["client_credentials"] });
    let courier = world
        .management
        .ask(Method::POST, "clients", Some(&body))
        .await;
    let id = courier["client_id"].as_str().unwrap();
    let writer = world.writer();
    let cleared = planned(&writer, &adopting(id)).await;

    let tenant = TenantHash::of("grantry-emulator.eu.auth0.com");
    let mark = json!({ "grantry_stack": format!("v1:other:{tenant}"), "grantry_key": "q" });
    let body = json!({ "client_metadata": mark });
    world
        .management
        .ask(
            Method::PATCH,
            &format!("clients/{id}"),
            Some(&body),
        )
        .await;

    let report = carry_out(&writer, cleared, &Guard::open()).await;
    let said = told(&report);
    assert!(
        said.contains("clients.courier has changed since the plan, and stays"),
        "{said}"
    );
    let client = world
        .management
        .ask(Method::GET, &format!("clients/{id}"), None)
        .await;
    assert_eq!(client["client_metadata"], mark);

    let again = observe(writer.reader(), &adopting(id))
        .await
        .unwrap();
    assert!(
        plan(&adopting(id), &again).is_err(),
        "it is another's"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_nobody_has_marked_meanwhile_are_taken_over() {
    let world = World::with(&[]).await;
    let copied = json!({ "grantry_stack": "v1:maps:0123abcd", "grantry_key": "courier" });
    for metadata in [json!({}), copied] {
        let body = json!({ "name": "Courier", "client_metadata": metadata });
        let courier = world
            .management
            .ask(Method::POST, "clients", Some(&body))
            .await;
        let id = courier["client_id"].as_str().unwrap();
        let writer = world.writer();
        let cleared = planned(&writer, &adopting(id)).await;
        let report = carry_out(&writer, cleared, &Guard::open()).await;
        assert!(
            report
                .outcomes
                .iter()
                .all(Outcome::is_applied),
            "{}",
            told(&report)
        );
        world
            .management
            .ask(Method::DELETE, &format!("clients/{id}"), None)
            .await;
    }
}
