//! The provider against a server that does exactly what a test says, down to hanging up.

mod enduring;
mod entering;
mod examining;
mod reading;
mod renewing;
mod server;
mod writing;

use std::num::NonZeroUsize;

use serde_json::{Value as Json, json};

use self::server::{Got, Reply, Server};
use super::{Credentials, Reader, Settings};
use crate::model::Snapshot;
use crate::provider::{Observe, ProviderError};

const SECRET: &str = "s3cret-of-the-client";
const TOKEN: &str = "e30.eyJhenAiOiJtZSJ9.s1gnature";

/// Settings for a server of this test, with the audience of a real tenant.
fn settings(server: &Server) -> Settings {
    let credentials = Credentials::client_secret("me", SECRET.into()).unwrap();
    let audience = Some("https://acme.eu.auth0.com/api/v2/");
    Settings::parse(&server.domain(), credentials, audience).unwrap()
}

fn parallelism(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

/// Gives a token, and lets a test answer everything else.
fn with_token(answer: impl Fn(&Got) -> Reply + Send + Sync + 'static) -> impl Fn(&Got) -> Reply {
    move |got| match got.path() {
        "/oauth/token" => Reply::json(200, &json!({ "access_token": TOKEN, "expires_in": 86400 })),
        _ => answer(got),
    }
}

/// A page of a listing as Auth0 gives it.
fn page(plural: &str, objects: &[Json], got: &Got) -> Reply {
    let number = |name| got.query(name).and_then(|text| text.parse().ok());
    let limit: usize = number("per_page").unwrap_or(50);
    let start = limit * number("page").unwrap_or(0);
    let some: Vec<_> = objects.iter().skip(start).take(limit).collect();
    Reply::json(
        200,
        &json!({ "total": objects.len(), "start": start, "limit": limit, plural: some }),
    )
}

/// A page that says where the next begins, as Auth0 gives it to those who ask with `take`.
fn stretch(plural: &str, objects: &[Json], got: &Got) -> Reply {
    let number = |name| got.query(name).and_then(|text| text.parse().ok());
    let (start, take): (usize, usize) = (number("from").unwrap_or(0), number("take").unwrap());
    let some: Vec<_> = objects.iter().skip(start).take(take).collect();
    let mut answer = json!({ plural: some });
    if start + take < objects.len() {
        answer["next"] = (start + take).to_string().into();
    }
    Reply::json(200, &answer)
}

/// A page in whichever way it is asked for.
fn either(plural: &str, objects: &[Json], got: &Got) -> Reply {
    match got.query("take") {
        Some(_) => stretch(plural, objects, got),
        None => page(plural, objects, got),
    }
}

/// A tenant that can only be listed.
#[derive(Default)]
struct Tenant {
    resource_servers: Vec<Json>,
    clients: Vec<Json>,
    grants: Vec<Json>,
}

impl Tenant {
    fn answer(&self, got: &Got) -> Reply {
        match (got.path(), got.query("identifiers")) {
            // No API is there that the listing does not show.
            ("/api/v2/resource-servers", Some(_)) => Reply::json(200, &json!([])),
            ("/api/v2/resource-servers", None) => {
                let all = with_own(&self.resource_servers, "identifier", &own_api());
                page("resource_servers", &all, got)
            }
            ("/api/v2/clients", _) => either(
                "clients",
                &with_own(&self.clients, "client_id", &client("me")),
                got,
            ),
            ("/api/v2/client-grants", _) => either("client_grants", &self.grants, got),
            (other, _) => panic!("{other} is not asked for"),
        }
    }
}

/// The objects with the tenant's or our own, which every tenant has.
fn with_own(objects: &[Json], id: &str, own: &Json) -> Vec<Json> {
    let mut all = objects.to_vec();
    if !objects.iter().any(|object| object[id] == own[id]) {
        all.push(own.clone());
    }
    all
}

fn own_api() -> Json {
    json!({ "id": "own", "identifier": "https://acme.eu.auth0.com/api/v2/", "is_system": true })
}

async fn read(server: &Server) -> Result<Snapshot, ProviderError> {
    Reader::new(settings(server)).unwrap().read().await
}

fn client(id: &str) -> Json {
    json!({ "client_id": id, "name": id, "is_first_party": true })
}

fn grant(id: &str, client: &str, audience: &str) -> Json {
    json!({ "id": id, "client_id": client, "audience": audience, "scope": ["a"] })
}
