//! Who can call what, against the tokens that a tenant really gives: for random
//! configurations, and for what a plan says is gained and lost between two.
//! `GRANTRY_CONFIGURATIONS` says how many; a few, if it says nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::num::NonZeroUsize;

use grantry::apply::{Guard, Stop, apply};
use grantry::config;
use grantry::emulator::{self, Emulator};
use grantry::model::{Address, ClientRef, Desired, Snapshot};
use grantry::plan::{
    self, Access, AccessChange, Class, Permission, PermittedAudience,
    PermittedOrganization, PermittedScope,
};
use grantry::provider::{Mutate as _, auth0, observe};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::helpers::campaign::how_many;
use crate::helpers::management::Management;
use crate::helpers::plain_http::plain_http;
use crate::helpers::served::{self, in_memory};

const CLIENTS: [&str; 3] = ["courier", "planner", "reader"];
const SERVERS: [(&str, &str); 2] = [
    ("maps", "https://api.maps.example/"),
    ("tours", "https://api.tours.example/"),
];
const SCOPES: [&str; 3] = ["read:it", "write:it", "delete:it"];
const PARALLELISM: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// What a client was given a token for: client, API, scope and organization,
/// each by its name here.
type Row = (String, String, Option<String>, Option<String>);

/// Numbers that look random, and are the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn some_of<'a>(&mut self, all: &[&'a str]) -> Vec<&'a str> {
        all.iter()
            .copied()
            .filter(|_| self.below(2) == 0)
            .collect()
    }
}

/// A tenant with two organizations, and who knows its clients.
struct World {
    emulator: Emulator,
    http: Client,
    organizations: [String; 2],
}

impl World {
    async fn new() -> Self {
        let emulator = emulator::start(in_memory())
            .await
            .unwrap();
        let http = plain_http();
        let management = Management::of(&emulator, &http).await;
        let mut organizations = Vec::new();
        for name in ["one", "two"] {
            let made = management
                .ask(
                    Method::POST,
                    "organizations",
                    Some(&json!({ "name": name })),
                )
                .await;
            organizations.push(made["id"].as_str().unwrap().to_owned());
        }

        Self {
            emulator,
            http,
            organizations: organizations.try_into().unwrap(),
        }
    }

    /// A configuration of these clients and APIs. What is drawn may be refused
    /// offline; such a one is drawn again.
    fn draw(&self, draw: &mut Draw) -> Desired {
        for _ in 0..100 {
            let text = self.written(draw);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("grantry.yaml");
            std::fs::write(&path, &text).unwrap();
            if let Ok(loaded) =
                config::load(&[path], &config::Inputs::default(), |_| {
                    &auth0::SUPPORT
                })
            {
                return loaded.desired;
            }
        }
        panic!("nothing that is drawn is a configuration");
    }

    fn written(&self, draw: &mut Draw) -> String {
        let mut text =
            "stack: access\nprune: true\nlimits: { max_deletes: 100, allow_empty: true }\n\
                        resource_servers:\n"
                .to_owned();
        for (key, identifier) in SERVERS {
            let policy = [
                "require_client_grant",
                "require_client_grant",
                "deny_all",
            ][usize::try_from(draw.below(3)).unwrap()];
            let scopes = draw.some_of(&SCOPES).join(": ~, ");
            let end = if scopes.is_empty() {
                ""
            } else {
                ": ~"
            };
            let _ = write!(
                text,
                "  {key}:\n    identifier: \"{identifier}\"\n    scopes: {{ {scopes}{end} }}\n    \
                 subject_type_authorization: {{ client: {{ policy: {policy} }} }}\n"
            );
        }
        text.push_str("clients:\n");
        for key in CLIENTS {
            let _ = writeln!(text, "  {key}: {{ name: {key} }}");
        }

        let mut grants = String::new();
        for client in CLIENTS {
            for (server, _) in SERVERS {
                if draw.below(3) > 0 {
                    grants.push_str(&self.grant(draw, client, server));
                }
            }
        }
        if !grants.is_empty() {
            text.push_str("grants:\n");
            text.push_str(&grants);
        }
        text
    }

    fn grant(&self, draw: &mut Draw, client: &str, server: &str) -> String {
        let scopes = if draw.below(4) == 0 {
            "all_scopes: true".to_owned()
        } else {
            format!("scopes: [{}]", draw.some_of(&SCOPES).join(", "))
        };
        let usage = ["deny", "allow", "require"]
            [usize::try_from(draw.below(3)).unwrap()];
        let named = match (usage, draw.below(3)) {
            ("deny", _) => ", allow_any_organization: false".to_owned(),
            (_, 0) => ", allow_any_organization: true".to_owned(),
            (_, 1) => format!(
                ", allow_any_organization: false, organizations: [{}]",
                self.organizations[0]
            ),
            (_, _) => {
                ", allow_any_organization: false, organizations: []".to_owned()
            }
        };

        format!(
            "  - {{ client: {client}, resource_server: {server}, {scopes}, organization_usage: {usage}{named} }}\n"
        )
    }

    fn writer(&self) -> auth0::Writer {
        auth0::Writer::new(served::settings(&self.emulator.url())).unwrap()
    }

    /// Applies a configuration; what its plan says is gained and lost, and what
    /// is there then.
    async fn apply(&self, desired: &Desired) -> (AccessChange, Snapshot) {
        let writer = self.writer();
        let seen = observe(writer.reader(), desired)
            .await
            .unwrap();
        let planned = plan::plan(desired, &seen).unwrap();
        let change = planned.plan.access.clone();
        let cleared = planned.clear().unwrap();
        let report = apply(
            &writer,
            cleared,
            &Guard::open(),
            PARALLELISM,
            &Stop::default(),
            |_, _| {},
        )
        .await;
        assert!(
            report
                .outcomes
                .iter()
                .all(grantry::apply::Outcome::is_applied)
        );
        (
            change,
            observe(writer.reader(), desired)
                .await
                .unwrap(),
        )
    }

    /// Somebody deletes an API by hand.
    async fn delete_an_api(&self, draw: &mut Draw) {
        let (_, identifier) = SERVERS[usize::try_from(draw.below(2)).unwrap()];
        let path = format!(
            "resource-servers/{}",
            identifier
                .replace(':', "%3A")
                .replace('/', "%2F")
        );
        let management = Management::of(&self.emulator, &self.http).await;
        management
            .ask(Method::DELETE, &path, None)
            .await;
    }

    /// Every token that the tenant gives to a declared client: each combination
    /// is asked for.
    async fn tokens(
        &self,
        desired: &Desired,
        seen: &Snapshot,
    ) -> BTreeSet<Row> {
        let mut rows = BTreeSet::new();
        for (key, id) in client_ids(desired, seen) {
            for (_, audience) in SERVERS {
                for organization in [None, Some(0), Some(1)] {
                    let organization = organization
                        .map(|place: usize| &self.organizations[place]);
                    rows.extend(
                        self.tokens_of(&key, &id, audience, organization)
                            .await,
                    );
                }
            }
        }
        rows
    }

    async fn tokens_of(
        &self,
        key: &str,
        id: &str,
        audience: &str,
        organization: Option<&String>,
    ) -> Vec<Row> {
        let row = |scope: Option<&str>| {
            let scope = scope.map(str::to_owned);
            (
                key.to_owned(),
                audience.to_owned(),
                scope,
                organization.cloned(),
            )
        };
        let mut rows: Vec<Row> = Vec::new();
        for scope in SCOPES {
            if let Some(given) = self
                .token(id, audience, Some(scope), organization)
                .await
            {
                assert_eq!(given, scope);
                rows.push(row(Some(scope)));
            }
        }

        // Without a scope, all are given that are granted.
        match self
            .token(id, audience, None, organization)
            .await
        {
            Some(given) => {
                let given: BTreeSet<&str> = given.split_whitespace().collect();
                let asked: BTreeSet<&str> = rows
                    .iter()
                    .filter_map(|row| row.2.as_deref())
                    .collect();
                assert_eq!(given, asked);
                rows.push(row(None));
            }
            None => assert_eq!(rows, []),
        }
        rows
    }

    /// The scopes of a token, if one is given.
    async fn token(
        &self,
        id: &str,
        audience: &str,
        scope: Option<&str>,
        organization: Option<&String>,
    ) -> Option<String> {
        let mut request = json!({
            "grant_type": "client_credentials",
            "client_id": id,
            "client_secret": self.emulator.client_secret(id).unwrap(),
            "audience": audience,
        });
        if let Some(scope) = scope {
            request["scope"] = scope.into();
        }
        if let Some(organization) = organization {
            request["organization"] = organization.as_str().into();
        }
        let url = format!("{}/oauth/token", self.emulator.url());
        let answer = self
            .http
            .post(url)
            .form(&request)
            .send()
            .await
            .unwrap();
        if answer.status() != StatusCode::OK {
            return None;
        }
        let answer: Json = answer.json().await.unwrap();
        Some(
            answer["scope"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    }

    /// The same rows as they are said to be. Any organization is both, and
    /// whoever can have a scope can do without.
    fn rows<'a>(
        &self,
        permissions: impl IntoIterator<Item = &'a Permission>,
    ) -> BTreeSet<Row> {
        let mut rows = BTreeSet::new();
        for permission in permissions {
            let (
                ClientRef::Key(client),
                PermittedAudience::Identifier(audience),
            ) = (&permission.client, &permission.audience)
            else {
                continue;
            };
            let scope = match &permission.scope {
                PermittedScope::None => None,
                PermittedScope::Named(scope) => Some(scope.to_string()),
                PermittedScope::Every => panic!("every scope is known here"),
            };
            let organizations = match &permission.organization {
                PermittedOrganization::None => vec![None],
                PermittedOrganization::Id(id) => vec![Some(id.to_string())],
                // Which they are was not looked at: at most, these.
                PermittedOrganization::Any | PermittedOrganization::Unseen => {
                    self.organizations
                        .iter()
                        .cloned()
                        .map(Some)
                        .collect()
                }
            };
            for organization in organizations {
                for scope in [scope.clone(), None] {
                    let (client, audience) =
                        (client.to_string(), audience.to_string());
                    rows.insert((
                        client,
                        audience,
                        scope,
                        organization.clone(),
                    ));
                }
            }
        }
        rows
    }
}

/// The declared clients, by key.
fn client_ids(desired: &Desired, seen: &Snapshot) -> Vec<(String, String)> {
    let verdicts = plan::classify(desired, seen);
    let clients = verdicts
        .iter()
        .filter_map(
            |(remote, verdict)| match (remote, &verdict.address) {
                (
                    Address::Client(ClientRef::Id(id)),
                    Address::Client(ClientRef::Key(key)),
                ) if verdict.class == Class::Managed => {
                    Some((key.to_string(), id.to_string()))
                }
                _ => None,
            },
        );
    clients.collect()
}

#[tokio::test]
async fn access_is_what_the_tenant_gives_tokens_for() {
    let world = World::new().await;
    let mut draw = Draw(1);
    let mut before = BTreeSet::new();
    let mut applied: Option<(Desired, Snapshot)> = None;
    for number in 0..how_many(12) {
        // Grants outlive it, and come back to life with
        // an API of its identifier.
        let mut again = None;
        if let Some((desired, seen)) = applied.take()
            && draw.below(2) == 0
        {
            world.delete_an_api(&mut draw).await;
            before = world.tokens(&desired, &seen).await;
            again = (draw.below(2) == 0).then_some(desired);
        }

        let desired = again.unwrap_or_else(|| world.draw(&mut draw));
        let (change, seen) = world.apply(&desired).await;
        let given = world.tokens(&desired, &seen).await;

        let declared = Access::declared(&desired);
        assert_eq!(
            world.rows(declared.iter()),
            given,
            "declared, number {number}"
        );

        let seen_closer =
            read_organizations(&world, &desired, seen.clone()).await;
        let live = Access::live(
            &seen_closer,
            &plan::classify(&desired, &seen_closer),
        );
        assert_eq!(
            world.rows(live.iter()),
            given,
            "live, number {number}"
        );

        let gained: BTreeSet<Row> = given
            .difference(&before)
            .cloned()
            .collect();
        let lost: BTreeSet<Row> = before
            .difference(&given)
            .cloned()
            .collect();
        // What is said to be gained for any organization may have been had for
        // one of them before.
        let said: BTreeSet<Row> = world.rows(&change.gained);
        assert!(
            gained.is_subset(&said),
            "gained, number {number}: {gained:#?}, and said was {said:#?}"
        );
        assert!(
            said.is_subset(&given),
            "gained, number {number}"
        );
        let said: BTreeSet<Row> = world.rows(&change.lost);
        let is_seen = |lost: &&Permission| {
            lost.organization != PermittedOrganization::Unseen
        };
        let surely: BTreeSet<Row> =
            world.rows(change.lost.iter().filter(is_seen));
        assert!(
            lost.is_subset(&said),
            "lost, number {number}: {lost:#?}, and said was {said:#?}"
        );
        assert!(
            surely.is_subset(&before),
            "lost, number {number}: {before:#?}, and said was {said:#?}"
        );
        before = given;
        applied = Some((desired, seen));
    }
}

/// What was seen, with the organizations of every grant.
async fn read_organizations(
    world: &World,
    desired: &Desired,
    seen: Snapshot,
) -> Snapshot {
    use grantry::provider::Observe as _;

    let grants = seen
        .found
        .keys()
        .filter(|address| matches!(address, Address::Grant { .. }));
    let grants = grants.cloned().collect();
    let _ = desired;
    world
        .writer()
        .reader()
        .read_details(seen, &grants)
        .await
        .unwrap()
}
