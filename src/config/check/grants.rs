//! Checks of grants.

use super::super::file::Grant;
use super::super::other_names::OtherNames;
use super::super::place::Place;
use super::super::problem::{Problem, ProblemId, quote};
use super::super::section::{CLIENTS, RESOURCE_SERVERS};
use super::context::{Context, Lookup};
use super::repeated::find_repeated;
use crate::model::{
    Audience, GrantType, Key, OrganizationUsage, SubjectType, Suggestions,
};

fn is_for_management_api(grant: &Grant) -> bool {
    grant.resource_server.as_str() == Audience::MANAGEMENT_API
}

pub(super) fn find_unknown_clients(context: &Context<'_>) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let mut names = OtherNames::of(context.document);

    context
        .grants()
        .filter(|(grant, _)| {
            let client = context.look_up_client(&grant.client);
            matches!(client, Lookup::Unknown)
        })
        .map(|(grant, place)| {
            let key = grant.client.as_str();
            let declared = context
                .file
                .clients
                .keys()
                .map(Key::as_str);
            let known = declared.chain(context.unsound.keys_of(CLIENTS));
            let meant = names
                .key_of(CLIENTS, key)
                .or_else(|| suggestions.nearest(key, known));

            let message = format!("the client {} is not declared", quote(key));
            let span = place.value_of("client");
            Problem::new(ProblemId::UnknownClient, span, message)
                .help("declare it under `clients`")
                .suggest(meant)
        })
        .collect()
}

pub(super) fn find_unknown_resource_servers(
    context: &Context<'_>,
) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let mut names = OtherNames::of(context.document);

    context
        .grants()
        .filter(|(grant, _)| {
            let server =
                context.look_up_resource_server(&grant.resource_server);
            !is_for_management_api(grant) && matches!(server, Lookup::Unknown)
        })
        .map(|(grant, place)| {
            let key = grant.resource_server.as_str();
            let declared = context.file.resource_servers.keys();
            let known = declared
                .map(Key::as_str)
                .chain(
                    context
                        .unsound
                        .keys_of(RESOURCE_SERVERS),
                )
                .chain([Audience::MANAGEMENT_API]);
            let meant = names
                .key_of(RESOURCE_SERVERS, key)
                .or_else(|| suggestions.nearest(key, known));

            let name = quote(key);
            let message = format!("the resource server {name} is not declared");
            let help = "declare it under `resource_servers`, with `external: \
                        true` if it is kept elsewhere";
            let span = place.value_of("resource_server");
            Problem::new(ProblemId::UnknownResourceServer, span, message)
                .help(help)
                .suggest(meant)
        })
        .collect()
}

pub(super) fn refuse_all_management_scopes(
    grant: &Grant,
    place: &Place<'_>,
) -> Option<Problem> {
    if !grant.all_scopes || !is_for_management_api(grant) {
        return None;
    }

    let message = "`all_scopes` is refused for the Management API";
    let span = place.value_of("all_scopes");
    let problem = Problem::new(ProblemId::AllScopesRefused, span, message)
        .help("list the `scopes` the client needs, such as `read:clients`");
    Some(problem)
}

/// Auth0 takes such a grant, and refuses the client its tokens later.
pub(super) fn require_client_credentials(
    context: &Context<'_>,
) -> Vec<Problem> {
    context
        .grants()
        .filter(|(grant, _)| grant.subject_type == SubjectType::Client)
        .filter(|(grant, _)| !allows_client_credentials(context, grant))
        .map(|(grant, place)| {
            let declared = context.place_of_client(&grant.client);
            let grant_types = declared.key_of("grant_types");

            let client = quote(grant.client.as_str());
            let message = format!(
                "{client} may not use `client_credentials`, which this grant \
                 needs"
            );
            let span = place.value_of("client");
            Problem::new(ProblemId::GrantTypeMissing, span, message)
                .related(grant_types, "its grant types")
                .help("add `client_credentials` to its `grant_types`")
        })
        .collect()
}

/// Whether the client of a grant may use it, as far as that is known here.
fn allows_client_credentials(context: &Context<'_>, grant: &Grant) -> bool {
    let client = match context.look_up_client(&grant.client) {
        Lookup::Declared(client) => client,
        Lookup::Unsound | Lookup::Unknown => return true,
    };

    // What is left out is filled in with it, and Auth0's own default has it
    // too. Where neither holds, only the tenant knows.
    let types = client.spec.grant_types.value();
    types.is_none_or(|types| types.contains(&GrantType::ClientCredentials))
}

pub(super) fn find_duplicates(context: &Context<'_>) -> Vec<Problem> {
    let grants = context
        .grants()
        .map(|(grant, place)| (grant.ends(), place.span()));

    find_repeated(grants)
        .into_iter()
        .map(|grant| {
            let (client, server, _) = grant.item;
            let client = quote(client.as_str());
            let server = quote(server.as_str());

            let message =
                format!("the grant of {client} for {server} is there twice");
            Problem::new(ProblemId::DuplicateGrant, grant.again, message)
                .label("again")
                .related(grant.first, "first")
                .help("put all scopes into one grant")
        })
        .collect()
}

pub(super) fn require_organization_usage(
    grant: &Grant,
    place: &Place<'_>,
) -> Option<Problem> {
    let organizations = grant.settings.organizations.value()?;
    if organizations.is_empty() {
        return None;
    }
    // What is not said is denied: that is Auth0's default.
    let is_allowed = match grant
        .settings
        .organization_usage
        .value()
    {
        Some(OrganizationUsage::Allow | OrganizationUsage::Require) => true,
        Some(OrganizationUsage::Deny) | None => false,
    };
    if is_allowed {
        return None;
    }

    let message = "a grant names organizations only where \
                   `organization_usage` allows them";
    let span = place.value_of("organizations");
    let problem = Problem::new(ProblemId::MissingSetting, span, message)
        .help("add `organization_usage: allow`, or `require`");
    Some(problem)
}

pub(super) fn refuse_details_for_machines(
    grant: &Grant,
    place: &Place<'_>,
) -> Option<Problem> {
    let settings = &grant.settings;
    let types = settings
        .authorization_details_types
        .value()?;
    if types.is_empty() || grant.subject_type != SubjectType::Client {
        return None;
    }

    let message = "authorization details are for tokens that speak for a user";
    let span = place.value_of("authorization_details_types");
    let problem = Problem::new(ProblemId::ConflictingKeys, span, message)
        .help("say `subject_type: user`, or leave them out");
    Some(problem)
}
