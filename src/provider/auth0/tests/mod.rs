//! The provider against a server that does exactly what a test
//! says, down to hanging up.

mod believing;
mod ending;
mod enduring;
mod entering;
mod examining;
mod reading;
mod renewing;
mod running_out;
mod server;
mod writes;
mod writing;

use std::num::NonZeroUsize;

use serde_json::{Value as Json, json};

use self::server::{Received, Reply, Server};
use super::{Credentials, Reader, Settings};
use crate::model::Snapshot;
use crate::provider::{Observe, ProviderError};

const SECRET: &str = "s3cret-of-the-client";
const TOKEN: &str = "e30.eyJhenAiOiJtZSJ9.s1gnature";

/// The audience of a real tenant.
const AUDIENCE: &str = "https://acme.eu.auth0.com/api/v2/";

/// Settings for a server of this test, with the audience of a real tenant.
fn settings_for(server: &Server) -> Settings {
    let credentials = Credentials::client_secret("me", SECRET.into()).unwrap();
    settings_with(server, credentials)
}

fn settings_with(server: &Server, credentials: Credentials) -> Settings {
    Settings::parse(&server.domain(), credentials, Some(AUDIENCE)).unwrap()
}

fn parallelism(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

async fn read(server: &Server) -> Result<Snapshot, ProviderError> {
    Reader::new(settings_for(server))
        .unwrap()
        .read()
        .await
}

/// Gives a token, and lets a test answer everything else.
fn with_token(
    answer: impl Fn(&Received) -> Reply + Send + Sync + 'static,
) -> impl Fn(&Received) -> Reply {
    move |got| match got.path() {
        "/oauth/token" => Reply::json(
            200,
            &json!({ "access_token": TOKEN, "expires_in": 86400 }),
        ),
        _ => answer(got),
    }
}

/// A page of a listing as Auth0 gives it.
fn list_page(plural: &str, objects: &[Json], got: &Received) -> Reply {
    let limit = got
        .query_number("per_page")
        .unwrap_or(50);
    let start = limit * got.query_number("page").unwrap_or(0);
    let page: Vec<_> = objects
        .iter()
        .skip(start)
        .take(limit)
        .collect();

    Reply::json(
        200,
        &json!({ "total": objects.len(), "start": start, "limit": limit, plural: page }),
    )
}

/// A page that says where the next begins, as Auth0 gives it to
/// those who ask with `take`.
fn list_from_checkpoint(
    plural: &str,
    objects: &[Json],
    got: &Received,
) -> Reply {
    let start = got.query_number("from").unwrap_or(0);
    let take = got.query_number("take").unwrap();
    let page: Vec<_> = objects
        .iter()
        .skip(start)
        .take(take)
        .collect();

    let next = start + take;
    let mut answer = json!({ plural: page });
    if next < objects.len() {
        answer["next"] = next.to_string().into();
    }
    Reply::json(200, &answer)
}

/// A page in whichever way it is asked for.
fn list(plural: &str, objects: &[Json], got: &Received) -> Reply {
    match got.query("take") {
        Some(_) => list_from_checkpoint(plural, objects, got),
        None => list_page(plural, objects, got),
    }
}

/// A tenant that can only be listed.
#[derive(Default)]
struct FakeTenant {
    resource_servers: Vec<Json>,
    clients: Vec<Json>,
    grants: Vec<Json>,
}

impl FakeTenant {
    fn answer(&self, got: &Received) -> Reply {
        match (got.path(), got.query("identifiers")) {
            // No API is there that the listing does not show.
            ("/api/v2/resource-servers", Some(_)) => {
                Reply::json(200, &json!([]))
            }
            ("/api/v2/resource-servers", None) => {
                let all =
                    with_own(&self.resource_servers, "identifier", &own_api());
                list_page("resource_servers", &all, got)
            }
            ("/api/v2/clients", _) => {
                let all = with_own(&self.clients, "client_id", &client("me"));
                list("clients", &all, got)
            }
            ("/api/v2/client-grants", _) => {
                list("client_grants", &self.grants, got)
            }
            (other, _) => panic!("{other} is not asked for"),
        }
    }
}

/// The objects with the tenant's or our own, which every tenant has.
fn with_own(objects: &[Json], id: &str, own: &Json) -> Vec<Json> {
    let mut all = objects.to_vec();
    if !objects
        .iter()
        .any(|object| object[id] == own[id])
    {
        all.push(own.clone());
    }
    all
}

fn own_api() -> Json {
    json!({ "id": "own", "identifier": AUDIENCE, "is_system": true })
}

fn client(id: &str) -> Json {
    json!({ "client_id": id, "name": id, "is_first_party": true })
}

fn grant(id: &str, client: &str, audience: &str) -> Json {
    json!({ "id": id, "client_id": client, "audience": audience, "scope": ["a"] })
}
