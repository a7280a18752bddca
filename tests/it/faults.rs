//! Every fault at every request of an apply: whatever happened, the next apply
//! sets it right.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use futures_util::{StreamExt as _, stream};
use grantry::apply::{Guard, Outcome, Report, Stop, apply};
use grantry::config;
use grantry::emulator::{self, Conditions, Emulator, Request, Settings};
use grantry::model::{Desired, Emptying, Limits, Policy, Prune};
use grantry::plan::{Planned, plan};
use grantry::provider::{
    Mutate as _, ProviderError, auth0, observe, support_of,
};
use grantry::render;
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use reqwest::Method;
use serde_json::Value;

use crate::helpers::management::Management;
use crate::helpers::plain_http::plain_http;
use crate::helpers::served::{in_memory, settings};

/// One at a time, so that the requests of a run come in one order.
const ONE: NonZeroUsize = NonZeroUsize::MIN;
/// How many runs go on side by side: most of their time they wait to ask again.
const SIDE_BY_SIDE: usize = 24;

const KINDS: [&str; 9] = [
    "401",
    "500",
    "503",
    "429",
    "commit-then-500",
    "reset",
    "commit-then-reset",
    "truncate",
    "short-page",
];

/// What the example was like before: from here it takes a change of every kind.
const EARLIER: &str = r"
stack: world-mappers
resource_servers:
  world-mappers:
    identifier: https://api.world-mappers.example/
    scopes: { geocode:location: Geocode, read:traffic: Read traffic }
  old:
    identifier: https://old.world-mappers.example/
    scopes: { read:maps: Read map tiles }
clients:
  gift-deliveries: { name: Gifts }
  courier: { name: Courier }
grants:
  - { client: gift-deliveries, resource_server: world-mappers, scopes: [read:traffic] }
  - { client: gift-deliveries, resource_server: old, scopes: [read:maps] }
  - { client: courier, resource_server: world-mappers, scopes: [geocode:location] }
";

/// Beside it, a client whose key is rotated.
fn with_key(key: &KeyPair) -> String {
    let pem = key
        .public_key_pem()
        .replace('\n', "\n              ");
    format!(
        "clients:
  billing:
    name: Billing
    client_authentication_methods:
      private_key_jwt:
        credentials:
          - pem: |
              {pem}
"
    )
}

fn load(files: &[PathBuf]) -> Desired {
    let loaded =
        match config::load(files, &config::Inputs::default(), support_of) {
            Ok(loaded) => loaded.desired,
            Err(problems) => panic!("{}", render::problems(&problems)),
        };
    let limits = Limits {
        max_deletes: Some(1000),
        emptying: Emptying::Allowed,
    };
    Desired {
        policy: Policy {
            prune: Prune::On,
            limits,
            ..loaded.policy
        },
        ..loaded
    }
}

async fn start(state: PathBuf) -> Emulator {
    emulator::start(Settings {
        state: Some(state),
        ..in_memory()
    })
    .await
    .unwrap()
}

fn writer(emulator: &Emulator) -> auth0::Writer {
    auth0::Writer::new(settings(&emulator.url()).with_parallelism(ONE)).unwrap()
}

async fn planned(
    writer: &auth0::Writer,
    desired: &Desired,
    story: &str,
) -> Result<Planned, ProviderError> {
    match plan(
        desired,
        &observe(writer.reader(), desired).await?,
    ) {
        Ok(planned) => Ok(planned),
        Err(error) => panic!("{story}:\n{}", render::conflicts(&error)),
    }
}

async fn run(
    writer: &auth0::Writer,
    desired: &Desired,
    story: &str,
) -> Result<Report, ProviderError> {
    let planned = planned(writer, desired, story).await?;
    Ok(carry_out(writer, planned).await)
}

async fn carry_out(writer: &auth0::Writer, planned: Planned) -> Report {
    apply(
        writer,
        planned.clear().unwrap(),
        &Guard::open(),
        ONE,
        &Stop::default(),
        |_, _| {},
    )
    .await
}

fn is_done(report: &Report) -> bool {
    report
        .outcomes
        .iter()
        .all(Outcome::is_applied)
}

async fn assert_settled(
    writer: &auth0::Writer,
    desired: &Desired,
    story: &str,
) {
    let again = planned(writer, desired, story)
        .await
        .unwrap();
    assert_empty(&again, story);
}

fn assert_empty(planned: &Planned, story: &str) {
    assert!(
        planned.plan.changes.is_empty(),
        "{story}:\n{}",
        render::plan(&planned.plan)
    );
}

fn is_listing(request: &Request) -> bool {
    request.path.contains("include_totals")
}

/// Everything the tenant holds, with names in the place of ids: sorted, and
/// doubles stay double.
async fn held(http: &reqwest::Client, emulator: &Emulator) -> Vec<String> {
    let management = Management::of(emulator, http).await;
    let list = async |path: &str| -> Vec<Value> {
        let listed = management
            .ask(
                Method::GET,
                &format!("{path}?per_page=100"),
                None,
            )
            .await;
        listed.as_array().unwrap().clone()
    };
    let show = |object: &Value, fields: &[&str]| -> String {
        fields
            .iter()
            .map(|field| object[*field].to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let clients = list("clients").await;
    let client = |client: &Value| {
        show(
            client,
            &["name", "description", "client_metadata"],
        )
    };
    let by_id = |id: &Value| {
        clients
            .iter()
            .find(|client| client["client_id"] == *id)
            .unwrap()
    };
    let owner = |grant: &Value| show(by_id(&grant["client_id"]), &["name"]);
    let mut held: Vec<String> = clients.iter().map(client).collect();
    for api in list("resource-servers").await {
        held.push(show(
            &api,
            &["identifier", "name", "token_lifetime", "scopes"],
        ));
    }
    for grant in list("client-grants").await {
        held.push(format!(
            "{} -> {}",
            owner(&grant),
            show(&grant, &["audience", "scope"])
        ));
    }
    held.sort();
    held
}

/// What only one of two tenants holds, or holds more often.
fn different<'a>(one: &'a [String], other: &'a [String]) -> Vec<&'a String> {
    let count = |list: &[String], line| {
        list.iter()
            .filter(|other| *other == line)
            .count()
    };
    let lines = one.iter().chain(other);
    lines
        .filter(|line| count(one, *line) != count(other, *line))
        .collect()
}

/// A way from one state of a tenant to another, walked once without limits,
/// delays and faults.
struct Way {
    name: &'static str,
    /// The emulator's state file at its beginning.
    start: PathBuf,
    end: Desired,
    /// The requests it takes.
    requests: Vec<Request>,
    /// What the tenant holds at its end.
    held: Vec<String>,
    http: reqwest::Client,
}

impl Way {
    async fn explore(
        name: &'static str,
        start: PathBuf,
        end: &Desired,
    ) -> Self {
        let walked = start.with_extension("walked.json");
        fs::copy(&start, &walked).unwrap();
        let emulator = self::start(walked).await;
        assert!(is_done(
            &run(&writer(&emulator), end, name)
                .await
                .unwrap()
        ));
        let requests = emulator.requests();
        let http = plain_http();
        let held = held(&http, &emulator).await;
        emulator.stop().await.unwrap();
        Self {
            name,
            start,
            end: end.clone(),
            requests,
            held,
            http,
        }
    }

    /// Walks it with one fault at one request, and says whether the first apply
    /// was done all the same.
    async fn walk(&self, kind: &str, nth: usize) -> bool {
        let retry = if kind == "429" {
            ",retry-after=0"
        } else {
            ""
        };
        let spec = format!("*:{kind}:nth={nth}{retry}");
        let story = format!("{}, {spec}", self.name);
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state.json");
        fs::copy(&self.start, &state).unwrap();
        let emulator = start(state).await;
        let faults = vec![spec.parse().unwrap()];
        emulator.change_conditions(Conditions {
            faults,
            ..Conditions::default()
        });
        let first = run(&writer(&emulator), &self.end, &story).await;
        emulator.change_conditions(Conditions::default());

        let writer = writer(&emulator);
        let again = planned(&writer, &self.end, &story)
            .await
            .unwrap();
        let done = first.as_ref().is_ok_and(is_done);
        if done {
            assert_empty(&again, &format!("{story}: said to be done"));
        }
        let second = carry_out(&writer, again).await;
        assert!(
            is_done(&second),
            "{story}:\n{}",
            render::report(&second)
        );
        assert_settled(&writer, &self.end, &story).await;
        let held = held(&self.http, &emulator).await;
        assert!(
            held == self.held,
            "{story}: {:#?}",
            different(&held, &self.held)
        );
        emulator.stop().await.unwrap();
        done
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_any_fault_at_any_request_the_next_apply_sets_it_right() {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/world-mappers.yaml");
    let owning = fs::read_to_string(&example).unwrap()
        + "\nowns: { resource_servers: [\"https://*.world-mappers.example/\"] }\n";
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let pair = || {
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap()
    };
    let new = write("new.yaml", &with_key(&pair()));
    let old = write("old.yaml", &with_key(&pair()));
    let end = load(&[write("end.yaml", &owning), new]);
    let earlier = load(&[write("earlier.yaml", EARLIER), old]);
    let (nothing, before) = (
        folder.path().join("nothing.json"),
        folder.path().join("before.json"),
    );
    start(nothing.clone())
        .await
        .stop()
        .await
        .unwrap();
    fs::copy(&nothing, &before).unwrap();
    let emulator = start(before.clone()).await;
    assert!(is_done(
        &run(&writer(&emulator), &earlier, "earlier")
            .await
            .unwrap()
    ));
    emulator.stop().await.unwrap();

    let ways = [
        Way::explore("from nothing", nothing, &end).await,
        Way::explore("from before", before, &end).await,
    ];
    assert_eq!(ways[0].held, ways[1].held);
    let (done, all) = walk_all(&ways).await;
    assert!(done < all && done > all / 3, "{done} of {all}");
}

/// The same with an example of the size of a team's: a fault at every one of
/// its requests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; .ci/run runs it"]
async fn after_any_fault_at_any_request_of_the_platform_the_next_apply_sets_it_right()
 {
    let folder = tempfile::tempdir().unwrap();
    let example =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/platform");
    let nothing = folder.path().join("nothing.json");
    start(nothing.clone())
        .await
        .stop()
        .await
        .unwrap();
    let way = Way::explore("the platform", nothing, &load(&[example])).await;
    assert!(
        way.requests.len() > 100,
        "{}",
        way.requests.len()
    );
    let (done, all) = walk_all(&[way]).await;
    assert!(done < all && done > all / 3, "{done} of {all}");
}

/// Walks each way with each kind of fault at each of its requests; how many of
/// these first applies were done all the same, and how many there were.
async fn walk_all(ways: &[Way]) -> (usize, usize) {
    let walks = ways.iter().flat_map(|way| {
        let tries = KINDS.iter().flat_map(|kind| {
            way.requests
                .iter()
                .zip(1..)
                .map(move |(request, nth)| (*kind, request, nth))
        });
        let is_possible = |kind, request: &Request| {
            kind != "short-page" || is_listing(request)
        };
        let tries =
            tries.filter(move |(kind, request, _)| is_possible(*kind, request));
        tries.map(move |(kind, _, nth)| way.walk(kind, nth))
    });
    let done: Vec<bool> = stream::iter(walks)
        .buffer_unordered(SIDE_BY_SIDE)
        .collect()
        .await;
    (
        done.iter()
            .filter(|done| **done)
            .count(),
        done.len(),
    )
}
