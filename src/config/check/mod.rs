//! Meaning: everything a schema cannot say. All of it works offline.

mod clients;
mod context;
mod grants;
mod keys;
mod ownership;
mod resource_servers;
mod support;

use context::Context;

use super::file::File;
use super::node::Node;
use super::problem::{Problem, ProblemId, Problems};
use super::unite::Aside;
use crate::model::Support;

type Check = fn(&Context<'_>) -> Vec<Problem>;

/// The checks. Each reports one kind of mistake.
const CHECKS: &[Check] = &[
    missing_stack,
    support::missing,
    support::lengths,
    support::scope_names,
    support::management_api,
    resource_servers::reserved_names,
    resource_servers::external_settings,
    resource_servers::reserved_identifiers,
    resource_servers::own_identifiers,
    resource_servers::duplicate_identifiers,
    resource_servers::lifetimes,
    clients::missing_names,
    clients::external_clients,
    clients::third_party,
    clients::reserved_metadata,
    clients::duplicate_client_ids,
    clients::duplicate_names,
    clients::two_identities,
    clients::public_machines,
    grants::unknown_clients,
    grants::unknown_resource_servers,
    grants::unknown_scopes,
    grants::all_scopes_of_system_apis,
    grants::missing_grant_types,
    grants::duplicates,
    grants::organizations,
    grants::authorization_details,
    clients::two_ways_to_authenticate,
    clients::signing_with_the_secret,
    clients::quotas_without_limit,
    keys::encryption_keys,
    keys::credentials,
    keys::repeated_credentials,
    keys::expiries,
    ownership::wide_patterns,
    ownership::own_identifiers,
    ownership::moves,
    ownership::removals,
    ownership::repetitions,
];

/// Reports what is wrong with the meaning of a file, and what of it the provider cannot express;
/// `document` says where.
pub(super) fn check(
    file: &File,
    document: &Node,
    aside: &Aside,
    support: &Support,
) -> Vec<Problem> {
    let context = Context {
        file,
        document,
        aside,
        support,
    };
    let mut problems = Vec::new();
    for check in CHECKS {
        problems.extend(check(&context));
        if problems.len() >= Problems::MOST {
            break;
        }
    }
    problems
}

fn missing_stack(context: &Context<'_>) -> Vec<Problem> {
    if context.file.stack.is_some() || context.aside.has_section("stack") {
        return Vec::new();
    }
    let problem = Problem::new(
        ProblemId::MissingStack,
        context.start(),
        "the configuration does not say which `stack` it is",
    );
    vec![
        problem.help("add `stack: <name>`: the owner of what is declared, such as `world-mappers`"),
    ]
}

/// The first setting of an object that is only referred to.
fn external_settings(context: &Context<'_>, section: &str, key: &str, allowed: &[&str]) -> Problem {
    let object = context.object(section, key);
    let mut entries = object.iter().flat_map(|object| object.value.entries());
    let setting = entries.find(|entry| !allowed.contains(&&*entry.key));
    let span = setting.map_or_else(|| context.key(section, key), |setting| setting.key_span);
    let name = setting.map_or("", |setting| &setting.key);
    Problem::new(
        ProblemId::ExternalSettings,
        span,
        format!("`{name}` cannot be set on what is only referred to"),
    )
    .related(context.field_key(section, key, "external"), "never changed")
}
