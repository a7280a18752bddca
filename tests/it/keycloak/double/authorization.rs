//! `…/clients/{id}/authz/resource-server/resource`: what a
//! careless update destroys.

use serde_json::{Value as Json, json};

use super::answer::{Answer, Outcome, no_such_method, no_such_path};
use super::visit::{Power, Visit};

pub(super) fn handle(visit: &mut Visit<'_>, id: &str) -> Outcome {
    visit.require(Power::View)?;
    if !visit
        .client(id)?
        .is("authorizationServicesEnabled")
    {
        return Err(no_such_path());
    }
    match visit.request.method.as_str() {
        "GET" => Ok(Answer::shown(Json::Array(
            visit.client(id)?.resources.clone(),
        ))),
        "POST" => create(visit, id),
        _ => Err(no_such_method()),
    }
}

fn create(visit: &mut Visit<'_>, id: &str) -> Outcome {
    visit.require(Power::Manage)?;
    let given: Json =
        serde_json::from_str(&visit.request.body).unwrap_or_default();
    let own = visit.source.id();
    let client = visit.client_mut(id)?;
    let resource = json!({
        "_id": own,
        "name": given["name"],
        "owner": { "id": client.id, "name": client.client_id },
        "ownerManagedAccess": false,
        "attributes": {},
        "uris": [],
    });
    client.resources.push(resource.clone());
    Ok(Answer::new(201, resource))
}
