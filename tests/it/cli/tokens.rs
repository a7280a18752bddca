//! Where tokens are had: an emulated tenant that a configuration was applied
//! to, and its credentials delivered.

use std::fs;

use grantry::emulator::{
    self, Emulator, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
    MANAGEMENT_CLIENT_SECRET,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::cli::harness::{Place, Said};
use crate::helpers::management::Management;
use crate::helpers::plain_http::plain_http;
use crate::helpers::served::in_memory;

/// Two scopes of three.
pub(crate) const DELIVERED: &str = "\
stack: world-mappers
sinks: { files: { file: { path: \"secrets/${client.key}.env\" } } }
resource_servers:
  world-mappers:
    identifier: https://api.world-mappers.example/
    scopes: { geocode:location: Geocode, read:maps: Maps, write:maps: Change them }
clients:
  gift-deliveries: { name: Gift Deliveries, deliver: files }
grants:
  - { client: gift-deliveries, resource_server: world-mappers, scopes: [geocode:location, read:maps] }
";

/// Where the story's client is delivered.
pub(crate) const ENTRY: &str = "secrets/gift-deliveries.env";

/// A tenant, and whoever applies to it.
pub(crate) struct Tenant {
    pub(crate) place: Place,
    emulator: Emulator,
    runtime: Runtime,
}

impl Tenant {
    /// One that this was applied to; what was done is in `report.json`.
    pub(crate) fn applied(configuration: &str) -> Self {
        let tenant = Self::fresh(configuration);
        let apply = ["apply", "--auto-approve", "--provider", "auth0"];
        let arguments = [&apply[..], &["--json", "report.json"]].concat();
        tenant.place.run(&arguments).exits(0);
        tenant
    }

    pub(crate) fn fresh(configuration: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let emulator = runtime
            .block_on(emulator::start(in_memory()))
            .unwrap();
        let environment = [
            ("AUTH0_DOMAIN", emulator.url()),
            ("AUTH0_AUDIENCE", MANAGEMENT_AUDIENCE.to_owned()),
            (
                "AUTH0_CLIENT_ID",
                MANAGEMENT_CLIENT_ID.to_owned(),
            ),
            (
                "AUTH0_CLIENT_SECRET",
                MANAGEMENT_CLIENT_SECRET.to_owned(),
            ),
        ];
        let environment =
            environment.map(|(name, value)| (name.to_owned(), value));
        let place = Place::new().with(&environment);
        place.write("grantry.yaml", configuration);

        Self {
            place,
            emulator,
            runtime,
        }
    }

    pub(crate) fn run(&self, command: &str) -> Said {
        let arguments = command
            .split(' ')
            .chain(["--provider", "auth0"]);
        self.place
            .run(&arguments.collect::<Vec<_>>())
    }

    /// The same with these variables besides.
    pub(crate) fn run_with(
        &self,
        variables: &[(&str, &str)],
        command: &str,
    ) -> Said {
        let arguments = command
            .split(' ')
            .chain(["--provider", "auth0"]);
        let mut command = self
            .place
            .command(&arguments.collect::<Vec<_>>());
        command.envs(variables.iter().copied());
        Said::of(command.output().unwrap())
    }

    pub(crate) fn url(&self) -> String {
        self.emulator.url()
    }

    /// How often a token was asked for so far, by whomever.
    pub(crate) fn count_token_requests(&self) -> usize {
        let requests = self.emulator.requests();
        let asked = requests.iter();
        asked
            .filter(|request| request.path == "/oauth/token")
            .count()
    }

    /// Asks the Management API, as somebody at a dashboard.
    pub(crate) fn manage(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Value {
        self.runtime.block_on(async {
            let management =
                Management::of(&self.emulator, &plain_http()).await;
            management.ask(method, path, body).await
        })
    }

    /// Gives the story's grant these scopes, by hand.
    pub(crate) fn grant(&self, scopes: &[&str]) {
        let grants = self.manage(Method::GET, "client-grants", None);
        let grants = grants.as_array().unwrap().iter();
        let mut of_story = grants.filter(|grant| {
            grant["audience"] == "https://api.world-mappers.example/"
        });
        let id = of_story.next().unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let body = json!({ "scope": scopes });
        self.manage(
            Method::PATCH,
            &format!("client-grants/{id}"),
            Some(&body),
        );
    }

    pub(crate) fn entry(&self) -> String {
        fs::read_to_string(self.place.path(ENTRY)).unwrap()
    }

    /// A variable of the entry.
    pub(crate) fn delivered(&self, name: &str) -> String {
        let entry = self.entry();
        let start = format!("{name}=");
        let found = entry
            .lines()
            .find_map(|line| line.strip_prefix(&start));
        found
            .unwrap()
            .trim_matches(['\'', '"'])
            .to_owned()
    }

    /// Changes the entry by hand.
    pub(crate) fn edit_entry(&self, from: &str, to: &str) {
        let entry = self.entry();
        let edited = entry.replace(from, to);
        assert_ne!(entry, edited, "{from}");
        fs::write(self.place.path(ENTRY), edited).unwrap();
    }

    /// The published keys.
    pub(crate) fn keys(&self) -> Value {
        let url = format!("{}/.well-known/jwks.json", self.url());
        self.runtime.block_on(async {
            let answer = reqwest::get(url).await.unwrap();
            answer.json().await.unwrap()
        })
    }
}
