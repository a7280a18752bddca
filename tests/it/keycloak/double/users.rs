//! Service accounts and their roles, as far as a test gives and takes them.

use serde_json::{Value as Json, json};

use super::answer::{
    Answer, Outcome, described, error, no_such_method, no_such_path,
};
use super::source::id_of;
use super::state::{Account, Client};
use super::visit::{Power, Visit};

pub(super) fn show_account(visit: &mut Visit<'_>, id: &str) -> Outcome {
    visit.require(Power::View)?;
    let client = visit.client(id)?;
    let Some(account) = &client.account else {
        let description = format!(
            "Service account not enabled for the client '{}'",
            client.client_id
        );
        return Err(described(400, "unknown_error", &description));
    };
    Ok(Answer::shown(json!({
        "id": account.id,
        "username": format!("service-account-{}", client.client_id),
        "emailVerified": false,
        "enabled": true,
        "createdTimestamp": 0,
        "totp": false,
        "disableableCredentialTypes": [],
        "requiredActions": [],
        "notBefore": 0,
    })))
}

/// A role by its name; which roles there are nobody asks here.
pub(super) fn show_role(
    visit: &mut Visit<'_>,
    id: &str,
    name: &str,
) -> Outcome {
    visit.require(Power::View)?;
    Ok(Answer::shown(json!({
        "id": id_of(&format!("{id} {name}")),
        "name": name,
        "clientRole": true,
        "containerId": id,
    })))
}

/// `…/users/{id}` and `…/users/{id}/role-mappings/clients/{client}`
pub(super) fn handle(visit: &mut Visit<'_>, rest: &[&str]) -> Outcome {
    visit.require(Power::Admin)?;
    let [user, rest @ ..] = rest else {
        return Err(no_such_path());
    };
    let mut clients = visit.realm.clients.values_mut();
    let accounts = clients.find_map(|client: &mut Client| {
        let account = client.account.as_mut()?;
        (account.id == *user).then_some(account)
    });
    let account = accounts.ok_or_else(|| error(404, "User not found"))?;
    let roles: Json =
        serde_json::from_str(&visit.request.body).unwrap_or_default();
    match (visit.request.method.as_str(), rest) {
        ("POST", ["role-mappings", "clients", _]) => {
            change_roles(account, &roles, true);
        }
        ("DELETE", ["role-mappings", "clients", _]) => {
            change_roles(account, &roles, false);
        }
        (_, ["role-mappings", "clients", _]) => return Err(no_such_method()),
        _ => return Err(no_such_path()),
    }
    Ok(Answer::done())
}

fn change_roles(account: &mut Account, roles: &Json, is_given: bool) {
    let roles = roles.as_array().into_iter().flatten();
    for role in roles.filter_map(|role| role["name"].as_str()) {
        if is_given {
            account.roles.insert(role.to_owned());
        } else {
            account.roles.remove(role);
        }
    }
}
