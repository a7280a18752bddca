//! The emulator as a process of its own, and the Auth0 provider against it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::cli::harness::{Place, STORY, example};
use crate::helpers::plain_http::plain_http;

/// `grantry emulator`, running.
pub(crate) struct Emulator {
    process: Child,
    pub(crate) environment: Vec<(String, String)>,
}

impl Emulator {
    /// One that logs every request.
    pub(crate) fn start(place: &Place, more: &[&str]) -> Self {
        Self::start_saying(place, &["-vv"], more)
    }

    fn start_saying(place: &Place, verbosity: &[&str], more: &[&str]) -> Self {
        let arguments = [
            &["emulator", "--listen", "127.0.0.1:0"],
            verbosity,
            more,
        ]
        .concat();
        let mut process = place
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        // One client more is in the configuration of every test that has one.
        let clients = if more.contains(&"--config") {
            2
        } else {
            0
        };
        let count = clients
            + if more.contains(&"--tls") {
                7
            } else {
                4
            };
        let variable = |line: String| {
            let (name, value) = line.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        };
        Self {
            process,
            environment: lines
                .take(count)
                .map(variable)
                .collect(),
        }
    }

    /// Its variables as those of one environment of a configuration.
    pub(crate) fn environment_with(
        &self,
        suffix: &str,
    ) -> Vec<(String, String)> {
        let variables = self.environment.iter();
        let own = variables
            .map(|(name, value)| (format!("{name}{suffix}"), value.clone()));
        own.collect()
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        let found = self
            .environment
            .iter()
            .find(|(variable, _)| variable == name);
        found.map_or("", |(_, value)| value)
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let url = format!("{}{path}", self.variable("AUTH0_DOMAIN"));
        let fields: Vec<(String, String)> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        block_on(async move {
            let answer = plain_http()
                .post(url)
                .form(&fields)
                .send()
                .await
                .unwrap();
            (
                answer.status().as_u16(),
                answer.json().await.unwrap(),
            )
        })
    }

    fn token(
        &self,
        id: &str,
        secret: &str,
        audience: &str,
        scope: Option<&str>,
    ) -> (u16, Value) {
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
            ("audience", audience),
        ];
        fields.extend(scope.map(|scope| ("scope", scope)));
        self.post("/oauth/token", &fields)
    }

    pub(crate) fn management_token(&self, scope: Option<&str>) -> String {
        let variable = |name| self.variable(name);
        let (id, secret) = (
            variable("AUTH0_CLIENT_ID"),
            variable("AUTH0_CLIENT_SECRET"),
        );
        let (status, body) =
            self.token(id, secret, variable("AUTH0_AUDIENCE"), scope);
        assert_eq!(status, 200, "{body}");
        body["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The process that it is.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Stops it as a service manager would, and gives its log.
    pub(crate) fn stop(self) -> String {
        self.stop_by("TERM")
    }

    /// The same by another signal.
    pub(crate) fn stop_by(mut self, signal: &str) -> String {
        let id = self.process.id().to_string();
        let signal = format!("-{signal}");
        std::process::Command::new("kill")
            .args([&signal, &id])
            .status()
            .unwrap();
        let status = self.process.wait().unwrap();
        assert_eq!(status.code(), Some(0));
        let mut log = String::new();
        self.process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        log
    }
}

/// A test that ends without stopping it leaves nothing behind.
impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// The requests of a log: method, path and status.
fn requests(log: &str) -> Vec<String> {
    let words = ["GET", "POST", "PATCH", "DELETE"];
    let lines = log.lines().filter(|line| {
        words
            .iter()
            .any(|word| line.contains(word))
    });
    lines.map(ToOwned::to_owned).collect()
}

#[test]
fn a_second_run_reads_each_listing_once_and_writes_nothing() {
    let home = Place::new();
    let emulator = Emulator::start(&home, &[]);
    let place = Place::new().with(&emulator.environment);
    let config = example("platform");
    place
        .run(&[
            "apply",
            &config,
            "--provider",
            "auth0",
            "--auto-approve",
        ])
        .exits(0);
    let plan = [
        "plan",
        &config,
        "--provider",
        "auth0",
        "--detailed-exitcode",
    ];
    place.run(&plan).exits(0);
    let log = emulator.stop();
    let requests = requests(&log);
    let second = requests
        .iter()
        .rposition(|line| line.contains("/oauth/token"))
        .unwrap();
    let second = &requests[second..];
    assert_eq!(second.len(), 4, "{second:#?}");
    for listing in [
        "/oauth/token",
        "/resource-servers?",
        "/clients?",
        "/client-grants?",
    ] {
        let count = second
            .iter()
            .filter(|line| line.contains(listing))
            .count();
        assert_eq!(count, 1, "{listing}: {second:#?}");
    }
    assert!(!log.contains("grantry-emulator-management-secret"));
}

/// How many requests applying takes, as it is said before.
fn said_to_take(stdout: &str) -> usize {
    let (_, rest) = stdout
        .split_once("Applying takes ")
        .unwrap();
    rest.split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn a_run_takes_as_many_requests_as_it_says_with_the_lock_and_without() {
    let mut said = Vec::new();
    for more in [&[][..], &["--no-lock"]] {
        let emulator = Emulator::start(&Place::new(), &[]);
        let place = Place::new().with(&emulator.environment);
        place.write("grantry.yaml", STORY);
        let planned = place
            .run(&["plan", "--provider", "auth0"])
            .exits(0);
        let apply = [
            &["apply", "--provider", "auth0", "--auto-approve"],
            more,
        ]
        .concat();
        let applied = place.run(&apply).exits(0);

        let log = emulator.stop();
        let requests = requests(&log);
        let second = requests
            .iter()
            .rposition(|line| line.contains("/oauth/token"))
            .unwrap();
        // A token, and the three listings that the plan is made from.
        let taken = requests.len() - second - 4;
        assert_eq!(
            said_to_take(&applied.stdout),
            taken,
            "{more:?}: {requests:#?}"
        );
        said.push((said_to_take(&planned.stdout), taken));
    }
    // Who plans does not know how it will be applied.
    assert_eq!(said, [(7, 7), (7, 5)]);
}

#[test]
fn a_token_carries_what_was_granted_and_nothing_else() {
    let home = Place::new();
    let emulator = Emulator::start(
        &home,
        &["--config", &example("world-mappers.yaml")],
    );
    let id = emulator.variable("GIFT_DELIVERIES_CLIENT_ID");
    let secret = emulator.variable("GIFT_DELIVERIES_CLIENT_SECRET");
    let audience = "https://api.world-mappers.example/";
    let (status, granted) = emulator.token(id, secret, audience, None);
    assert_eq!(
        (status, granted["scope"].as_str()),
        (200, Some("geocode:location")),
        "{granted}"
    );
    let claims = granted["access_token"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap();
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["scope"], "geocode:location");
    assert_eq!(claims["aud"], audience);
    let refused = |status: u16, (seen, body): (u16, Value)| {
        assert_eq!(seen, status, "{body}");
    };
    refused(
        403,
        emulator.token(id, secret, audience, Some("read:maps")),
    );
    refused(
        403,
        emulator.token(id, secret, "https://elsewhere.example/", None),
    );
    refused(
        403,
        emulator.token(
            id,
            secret,
            emulator.variable("AUTH0_AUDIENCE"),
            None,
        ),
    );
    refused(401, emulator.token(id, "wrong", audience, None));
    emulator.stop();
}

/// What is asked of an emulator, and what its log says: without the time.
fn log_of(verbosity: &[&str]) -> String {
    let home = Place::new();
    let emulator = Emulator::start_saying(
        &home,
        verbosity,
        &["--fault", "POST *:503:nth=3"],
    );
    let variable = |name| emulator.variable(name);
    let (id, secret) = (
        variable("AUTH0_CLIENT_ID"),
        variable("AUTH0_CLIENT_SECRET"),
    );
    let reader = emulator.management_token(Some("read:clients"));
    emulator.token(id, "wrong", variable("AUTH0_AUDIENCE"), None);
    emulator.token(id, secret, variable("AUTH0_AUDIENCE"), None);
    // Things in the wrong place: a secret for an id and for an audience, a
    // token in a query.
    emulator.token(secret, secret, variable("AUTH0_AUDIENCE"), None);
    emulator.token(id, secret, secret, None);
    let call = |method: Method, path: &str| {
        let url = format!("{}/api/v2/{path}", variable("AUTH0_DOMAIN"));
        let http = plain_http();
        let request = http
            .request(method, url)
            .bearer_auth(&reader)
            .json(&json!({"name": "A"}));
        block_on(async move { request.send().await.unwrap() });
    };
    call(Method::GET, "clients");
    call(Method::POST, "clients");
    call(
        Method::GET,
        &format!("clients?access_token={reader}"),
    );

    let log = emulator.stop();
    assert!(
        !log.contains(&reader)
            && !log.contains("grantry-emulator-management-secret"),
        "{log}"
    );
    let lines = log
        .lines()
        .filter(|line| line.contains("status="));
    let without_time = |line: &str| {
        let (time, rest) = line.split_once(' ').unwrap();
        assert!(
            time.starts_with("20") && time.ends_with('Z'),
            "{line}"
        );
        rest.trim_start().to_owned() + "\n"
    };
    lines.map(without_time).collect()
}

#[test]
fn the_log_says_who_asked_what_and_why_it_was_refused_and_no_secret() {
    insta::assert_snapshot!("log", log_of(&[]));
    let every = log_of(&["-vv"]);
    insta::assert_snapshot!("log_of_every_request", every);
    let of_steps = |line: &&str| !line.starts_with("DEBUG");
    let steps: Vec<&str> = every.lines().filter(of_steps).collect();
    assert_eq!(
        log_of(&["-v"])
            .lines()
            .collect::<Vec<_>>(),
        steps
    );
}

#[test]
fn a_client_that_is_not_declared_any_more_has_no_variables() {
    let (home, state) = (Place::new(), "state.json");
    let client = |key: &str| {
        format!("stack: s\nclients: {{ {key}: {{ name: {key} }} }}\n")
    };
    for key in ["former", "present"] {
        home.write("grantry.yaml", &client(key));
        let emulator = Emulator::start(
            &home,
            &["--config", "grantry.yaml", "--state", state],
        );
        let last = emulator
            .environment
            .last()
            .unwrap()
            .0
            .clone();
        assert_eq!(
            last,
            format!("{}_CLIENT_SECRET", key.to_ascii_uppercase())
        );
        emulator.stop();
    }
}

#[test]
fn variables_are_for_one_client_each() {
    let home = Place::new();
    home.write(
        "grantry.yaml",
        "stack: s\nclients:\n  auth0: { name: A }\n  grantry: { name: G }\n  a-b: { name: B }\n  a_b: { name: C }\n  2d: { name: D }\n",
    );
    let emulator = Emulator::start(&home, &["--config", "grantry.yaml"]);
    let names: Vec<&str> = emulator
        .environment
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        names[4..],
        ["_2D_CLIENT_ID", "_2D_CLIENT_SECRET"]
    );
    let log = emulator.stop();
    for told in [
        "No variable A_B_CLIENT_ID: it would not tell whether `a-b` and `a_b` is meant.",
        "No variable AUTH0_CLIENT_ID for a client: it means something else.",
    ] {
        assert!(log.contains(told), "{log}");
    }
}

#[test]
fn what_is_applied_in_part_says_so() {
    let home = Place::new();
    let emulator = Emulator::start(&home, &["--fault", "POST /clients:403"]);
    let place = Place::new().with(&emulator.environment);
    place.write("grantry.yaml", STORY);
    let said = place
        .run(&["apply", "--provider", "auth0", "--auto-approve"])
        .exits(5);
    let report = said
        .stdout
        .split("unchanged.")
        .nth(1)
        .unwrap();
    insta::assert_snapshot!("applied_in_part", report);
    assert!(
        said.stderr
            .contains("correlation_id is grantry-world-mappers-"),
        "{}",
        said.stderr
    );
    assert!(
        !format!("{said:?}").contains(emulator.variable("AUTH0_CLIENT_SECRET"))
    );
    emulator.stop();
}

#[test]
fn the_state_survives_and_tls_is_trusted_by_its_file() {
    let home = Place::new();
    let state = "state.json";
    let config = home
        .write("grantry.yaml", STORY)
        .display()
        .to_string();
    Emulator::start(&home, &["--state", state, "--config", &config]).stop();
    let emulator = Emulator::start(&home, &["--state", state, "--tls"]);
    assert!(Path::new(emulator.variable("SSL_CERT_FILE")).is_absolute());
    let place = Place::new().with(&emulator.environment);
    let plan = [
        "plan",
        &config,
        "--provider",
        "auth0",
        "--detailed-exitcode",
    ];
    place.run(&plan).exits(0);
    emulator.stop();
}

#[test]
fn faults_and_limits_begin_once_it_listens() {
    let home = Place::new();
    let config = example("world-mappers.yaml");
    let conditions = [
        "--rate-limit",
        "2/0.001",
        "--latency",
        "1ms",
        "--fault",
        "POST *:503:nth=2",
    ];
    let emulator = Emulator::start(
        &home,
        &[&["--config", &config], &conditions[..]].concat(),
    );
    let variable = |name| emulator.variable(name);
    let (id, secret) = (
        variable("AUTH0_CLIENT_ID"),
        variable("AUTH0_CLIENT_SECRET"),
    );
    let status = || {
        emulator
            .token(id, secret, variable("AUTH0_AUDIENCE"), None)
            .0
    };
    assert_eq!([status(), status(), status()], [200, 503, 200]);
    emulator.stop();
}

#[test]
fn only_this_machine_is_served() {
    let said = Place::new()
        .run(&["emulator", "--listen", "0.0.0.0:0"])
        .exits(1);
    assert_eq!(said.stdout, "");
    insta::assert_snapshot!("only_loopback", said.stderr);
}

#[test]
fn a_run_whose_time_is_over_finishes_what_is_in_flight_and_says_what_is_left() {
    let home = Place::new();
    let emulator = Emulator::start(&home, &["--latency", "1s"]);
    let place = Place::new().with(&emulator.environment);
    place.write("grantry.yaml", STORY);
    // A second for the token, two for the listings, and one for each change.
    let apply = [
        "apply",
        "--provider",
        "auth0",
        "--auto-approve",
        "--deadline",
        "5s",
    ];
    let said = place.run(&apply).exits(5);
    assert!(
        said.stdout
            .contains("not tried  + grants."),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout
            .contains("applied    + resource_servers."),
        "{}",
        said.stdout
    );
    assert!(
        said.stderr
            .contains("The time of this run is over"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.contains("Apply again"),
        "{}",
        said.stderr
    );
    let said = place
        .run(&[
            "plan",
            "--provider",
            "auth0",
            "--deadline",
            "1s",
        ])
        .exits(75);
    assert!(
        said.stderr
            .contains("help: give the run more time"),
        "{}",
        said.stderr
    );
    emulator.stop();
}

#[test]
fn all_missing_scopes_are_named_at_once_before_anything_is_listed_or_written() {
    let home = Place::new();
    let emulator = Emulator::start(&home, &[]);
    let said = |scopes: &str, verb: &[&str]| {
        let place = Place::new().with(&[
            (
                "AUTH0_DOMAIN".to_owned(),
                emulator
                    .variable("AUTH0_DOMAIN")
                    .to_owned(),
            ),
            (
                "AUTH0_AUDIENCE".to_owned(),
                emulator
                    .variable("AUTH0_AUDIENCE")
                    .to_owned(),
            ),
            (
                "AUTH0_API_TOKEN".to_owned(),
                emulator.management_token(Some(scopes)),
            ),
        ]);
        place.write("grantry.yaml", STORY);
        place
            .run(&[verb, &["--provider", "auth0"]].concat())
            .exits(1)
            .stderr
    };
    let to_read = said("read:clients", &["plan"]);
    assert!(
        to_read.contains("`read:client_grants`, `read:resource_servers`"),
        "{to_read}"
    );
    let scopes =
        "read:resource_servers read:clients read:client_grants create:clients";
    let to_write = said(scopes, &["apply", "--auto-approve"]);
    insta::assert_snapshot!("missing_scopes", to_write);
    let log = emulator.stop();
    let requests = requests(&log);
    let lists = requests
        .iter()
        .filter(|line| line.contains("include_totals"))
        .count();
    assert_eq!(lists, 3, "{log}");
    assert!(
        !requests
            .iter()
            .any(|line| line.contains("POST") && line.contains("api/v2")),
        "{log}"
    );
}
