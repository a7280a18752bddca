//! Meaning: everything a schema cannot say. All of it works offline.
//!
//! A check is a function. Most look at one object at a time, and are asked of
//! each; the others look at the configuration as a whole. A new one is written
//! in the file of what it looks at, and gets a line in the table.

mod clients;
mod context;
mod grants;
mod keys;
mod ownership;
mod repeated;
mod resource_servers;
mod scopes;
mod sinks;
mod support;

use context::Context;

use super::file::{Client, File, Grant, ResourceServer};
use super::node::Node;
use super::place::Place;
use super::problem::{Problem, ProblemId, Problems};
use super::unsound::Unsound;
use crate::model::{EnvironmentName, Support};

/// What reports one kind of mistake, by what it is asked of.
enum Check {
    Whole(fn(&Context<'_>) -> Vec<Problem>),
    ResourceServer(fn(&ResourceServer, &Place<'_>) -> Option<Problem>),
    Client(fn(&Client, &Place<'_>) -> Option<Problem>),
    /// A client that is not external: all settings of an external one are
    /// refused as such.
    ManagedClient(fn(&Client, &Place<'_>) -> Option<Problem>),
    Grant(fn(&Grant, &Place<'_>) -> Option<Problem>),
}

// In no order that matters: problems are sorted by their places in the end.
const CHECKS: &[Check] = &[
    Check::Whole(require_stack),
    Check::Whole(support::refuse_missing_fields),
    Check::Whole(support::refuse_long_texts),
    Check::Whole(support::refuse_repeated_scopes),
    Check::Whole(support::refuse_management_api),
    Check::Whole(support::refuse_empty_grants),
    Check::Whole(support::refuse_strange_ids),
    Check::Whole(support::refuse_taken_ids),
    Check::Whole(support::refuse_strange_names),
    Check::Whole(support::refuse_empty_texts),
    Check::ResourceServer(resource_servers::refuse_reserved_key),
    Check::ResourceServer(resource_servers::refuse_external_settings),
    Check::Whole(resource_servers::refuse_system_apis),
    Check::ResourceServer(resource_servers::refuse_own_identifier),
    Check::Whole(resource_servers::find_duplicate_identifiers),
    Check::ResourceServer(resource_servers::compare_lifetimes),
    Check::ManagedClient(clients::require_name),
    Check::Client(clients::require_client_id),
    Check::Client(clients::refuse_external_settings),
    Check::Client(clients::refuse_third_party),
    Check::Client(clients::refuse_reserved_metadata),
    Check::Whole(clients::find_duplicate_ids),
    Check::Whole(clients::find_duplicate_names),
    Check::ManagedClient(clients::refuse_two_identities),
    Check::Whole(clients::refuse_public_machines),
    Check::Whole(grants::find_unknown_clients),
    Check::Whole(grants::find_unknown_resource_servers),
    Check::Whole(scopes::find_unknown_scopes),
    Check::Grant(grants::refuse_all_management_scopes),
    Check::Whole(grants::require_client_credentials),
    Check::Whole(grants::find_duplicates),
    Check::Grant(grants::require_organization_usage),
    Check::Grant(grants::refuse_details_for_machines),
    Check::ManagedClient(clients::refuse_keys_and_secret),
    Check::ManagedClient(clients::refuse_signing_with_secret),
    Check::ManagedClient(clients::require_quota_limit),
    Check::Whole(clients::find_repeated_policies),
    Check::ResourceServer(keys::check_encryption_key),
    Check::Whole(keys::check_credentials),
    Check::Whole(keys::find_repeated_credentials),
    Check::Whole(keys::check_expiries),
    Check::Whole(sinks::find_unknown_sinks),
    Check::Whole(sinks::check_paths),
    Check::Whole(sinks::find_shared_destinations),
    Check::Whole(sinks::find_shared_folders),
    Check::Whole(ownership::refuse_wide_patterns),
    Check::Whole(ownership::refuse_own_identifiers),
    Check::Whole(ownership::check_moves),
    Check::Whole(ownership::check_removals),
    Check::Whole(ownership::find_repetitions),
];

/// Reports what is wrong with the meaning of a file, and what of it the
/// provider cannot express; `document` says where.
pub(super) fn check_meaning(
    file: &File,
    document: &Node,
    unsound: &Unsound,
    support: &Support,
    environment: Option<&EnvironmentName>,
) -> Vec<Problem> {
    let context = Context {
        file,
        document,
        unsound,
        support,
        environment,
    };

    let mut problems = Vec::new();
    for check in CHECKS {
        problems.extend(check.run(&context));
        // Whatever else is found would be cut off, and each
        // check looks at everything.
        if problems.len() >= Problems::MOST {
            break;
        }
    }
    problems
}

impl Check {
    fn run(&self, context: &Context<'_>) -> Vec<Problem> {
        match self {
            Self::Whole(check) => check(context),
            Self::ResourceServer(check) => {
                ask_each(context.resource_servers(), *check)
            }
            Self::Client(check) => ask_each(context.clients(), *check),
            Self::ManagedClient(check) => {
                ask_each(context.managed_clients(), *check)
            }
            Self::Grant(check) => ask_each(context.grants(), *check),
        }
    }
}

fn ask_each<'a, T: 'a>(
    objects: impl Iterator<Item = (&'a T, Place<'a>)>,
    check: fn(&T, &Place<'_>) -> Option<Problem>,
) -> Vec<Problem> {
    objects
        .filter_map(|(object, place)| check(object, &place))
        .collect()
}

fn require_stack(context: &Context<'_>) -> Vec<Problem> {
    // One that is not sound is there, and has been reported.
    if context.file.stack.is_some() || context.unsound.has_section("stack") {
        return Vec::new();
    }

    // The schema cannot require it: of several files, one says it.
    let message = "the configuration does not say which `stack` it is";
    let problem = Problem::new(
        ProblemId::MissingStack,
        context.first_file(),
        message,
    )
    .help(
        "add `stack: <name>`: the owner of what is declared, such as \
         `world-mappers`",
    );
    vec![problem]
}

/// The first setting of an object that is only referred to.
fn external_setting(place: &Place<'_>, allowed: &[&str]) -> Problem {
    let setting = place
        .entries()
        .iter()
        .find(|entry| !allowed.contains(&&*entry.key));
    let span = setting.map_or_else(|| place.span(), |setting| setting.key_span);
    let name = setting.map_or("", |setting| &setting.key);

    let message = format!("`{name}` cannot be set on what is only referred to");
    Problem::new(ProblemId::ExternalSettings, span, message)
        .related(place.key_of("external"), "never changed")
}
