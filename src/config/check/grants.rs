//! Checks of grants.

use std::collections::BTreeMap;

use super::super::file::{Client, Grant, ResourceServer};
use super::super::problem::{Problem, ProblemId, quoted};
use super::super::source::Span;
use super::context::{Context, Meaning, repeated};
use crate::model::{
    Audience, GrantType, Key, OrganizationUsage, ScopeName, SubjectType, Suggestions,
};

const CLIENTS: &str = "clients";
const RESOURCE_SERVERS: &str = "resource_servers";

fn all<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (usize, &'a Grant)> {
    context.file.grants.iter().enumerate()
}

fn client<'a>(context: &Context<'a>, grant: &Grant) -> Meaning<&'a Client> {
    let key = &grant.client;
    context.meaning(CLIENTS, key.as_str(), context.file.clients.get(key))
}

fn resource_server<'a>(context: &Context<'a>, grant: &Grant) -> Meaning<&'a ResourceServer> {
    let key = &grant.resource_server;
    context.meaning(
        RESOURCE_SERVERS,
        key.as_str(),
        context.file.resource_servers.get(key),
    )
}

fn is_for_management_api(grant: &Grant) -> bool {
    grant.resource_server.as_str() == Audience::MANAGEMENT_API
}

pub(super) fn unknown_clients(context: &Context<'_>) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let unknown =
        all(context).filter(|(_, grant)| matches!(client(context, grant), Meaning::Unknown));
    unknown
        .map(|(index, grant)| {
            let known = context.file.clients.keys().map(Key::as_str);
            Problem::new(
                ProblemId::UnknownClient,
                context.grant_field(index, "client"),
                format!(
                    "the client {} is not declared",
                    quoted(grant.client.as_str())
                ),
            )
            .help("declare it under `clients`")
            .suggest(suggestions.nearest(grant.client.as_str(), known))
        })
        .collect()
}

pub(super) fn unknown_resource_servers(context: &Context<'_>) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let unknown = all(context).filter(|(_, grant)| {
        !is_for_management_api(grant) && matches!(resource_server(context, grant), Meaning::Unknown)
    });
    unknown
        .map(|(index, grant)| {
            let key = grant.resource_server.as_str();
            let declared = context.file.resource_servers.keys().map(Key::as_str);
            let known = declared.chain([Audience::MANAGEMENT_API]);
            Problem::new(
                ProblemId::UnknownResourceServer,
                context.grant_field(index, "resource_server"),
                format!("the resource server {} is not declared", quoted(key)),
            )
            .help("declare it under `resource_servers`, with `external: true` if it is kept elsewhere")
            .suggest(suggestions.nearest(key, known))
        })
        .collect()
}

/// Auth0 takes any scope in a grant, declared or not.
pub(super) fn unknown_scopes(context: &Context<'_>) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let mut problems = Vec::new();
    for (index, grant) in all(context) {
        let Meaning::Declared(server) = resource_server(context, grant) else {
            continue;
        };
        if server.external {
            continue;
        }
        let declared = server.spec.scopes.value();
        let is_declared = |scope: &ScopeName| declared.is_some_and(|all| all.contains_key(scope));
        let unknown = grant
            .scopes
            .iter()
            .flatten()
            .filter(|scope| !is_declared(scope));
        let spans = scope_spans(context, index);
        problems.extend(unknown.map(|scope| {
            let span = spans.get(scope.as_str()).copied();
            let span = span.unwrap_or_else(|| context.grant_field(index, "scopes"));
            let names = declared.into_iter().flat_map(|all| all.keys());
            let meant = suggestions.nearest(scope.as_str(), names.map(ScopeName::as_str));
            unknown_scope(context, grant, scope, span).suggest(meant)
        }));
    }
    problems
}

fn unknown_scope(context: &Context<'_>, grant: &Grant, scope: &ScopeName, span: Span) -> Problem {
    let key = grant.resource_server.as_str();
    let scopes = context.field_key(RESOURCE_SERVERS, key, "scopes");
    let message = format!("{} has no scope {}", quoted(key), quoted(scope.as_str()));
    Problem::new(ProblemId::UnknownScope, span, message)
        .label("not declared")
        .related(scopes, "its scopes are declared here")
        .help(format!("declare it among the `scopes` of {}", quoted(key)))
}

/// Where each scope of a grant is written.
fn scope_spans<'a>(context: &Context<'a>, index: usize) -> BTreeMap<&'a str, Span> {
    let scopes = context.grant(index).and_then(|grant| grant.entry("scopes"));
    let items = scopes.iter().flat_map(|scopes| scopes.value.items());
    items
        .filter_map(|item| Some((item.as_text()?, item.span)))
        .collect()
}

pub(super) fn all_scopes_of_system_apis(context: &Context<'_>) -> Vec<Problem> {
    let refused =
        all(context).filter(|(_, grant)| grant.all_scopes && is_for_management_api(grant));
    refused
        .map(|(index, _)| {
            Problem::new(
                ProblemId::AllScopesRefused,
                context.grant_field(index, "all_scopes"),
                "Auth0 refuses `all_scopes` for the Management API",
            )
            .help("list the `scopes` the client needs, such as `read:clients`")
        })
        .collect()
}

pub(super) fn missing_grant_types(context: &Context<'_>) -> Vec<Problem> {
    let problem = |(index, grant): (usize, &Grant)| {
        let Meaning::Declared(client) = client(context, grant) else {
            return None;
        };
        let grant_types = client.spec.grant_types.value()?;
        if grant.subject_type != SubjectType::Client
            || grant_types.contains(&GrantType::ClientCredentials)
        {
            return None;
        }
        let key = grant.client.as_str();
        Some(
            Problem::new(
                ProblemId::GrantTypeMissing,
                context.grant_field(index, "client"),
                format!(
                    "{} may not use `client_credentials`, which this grant needs",
                    quoted(key)
                ),
            )
            .related(
                context.field_key(CLIENTS, key, "grant_types"),
                "its grant types",
            )
            .help("add `client_credentials` to its `grant_types`"),
        )
    };
    all(context).filter_map(problem).collect()
}

pub(super) fn duplicates(context: &Context<'_>) -> Vec<Problem> {
    let keys = all(context).map(|(index, grant)| {
        let span = context
            .grant(index)
            .map_or(context.start(), |grant| grant.span);
        (
            (&grant.client, &grant.resource_server, grant.subject_type),
            span,
        )
    });
    let problem = |((client, server, _), again, first): ((&Key, &Key, SubjectType), _, _)| {
        let (client, server) = (quoted(client.as_str()), quoted(server.as_str()));
        Problem::new(
            ProblemId::DuplicateGrant,
            again,
            format!("the grant of {client} for {server} is there twice"),
        )
        .label("again")
        .related(first, "first")
        .help("put all scopes into one grant")
    };
    repeated(keys).into_iter().map(problem).collect()
}

pub(super) fn organizations(context: &Context<'_>) -> Vec<Problem> {
    let useless = all(context).filter(|(_, grant)| {
        let usage = grant.settings.organization_usage.value();
        grant
            .settings
            .organizations
            .value()
            .is_some_and(|named| !named.is_empty())
            && !matches!(
                usage,
                Some(OrganizationUsage::Allow | OrganizationUsage::Require)
            )
    });
    useless
        .map(|(index, _)| {
            Problem::new(
                ProblemId::MissingSetting,
                context.grant_field(index, "organizations"),
                "a grant names organizations only where `organization_usage` allows them",
            )
            .help("add `organization_usage: allow`, or `require`")
        })
        .collect()
}

pub(super) fn authorization_details(context: &Context<'_>) -> Vec<Problem> {
    let wrong = all(context).filter(|(_, grant)| {
        let types = grant.settings.authorization_details_types.value();
        types.is_some_and(|types| !types.is_empty()) && grant.subject_type == SubjectType::Client
    });
    wrong
        .map(|(index, _)| {
            Problem::new(
                ProblemId::ConflictingKeys,
                context.grant_field(index, "authorization_details_types"),
                "authorization details are for tokens that speak for a user",
            )
            .help("say `subject_type: user`, or leave them out")
        })
        .collect()
}
