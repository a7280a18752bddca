//! Checks of grants.

use std::collections::{BTreeMap, BTreeSet};

use super::super::file::Grant;
use super::super::other_names::OtherNames;
use super::super::place::Place;
use super::super::problem::{Problem, ProblemId, quote};
use super::super::source::Span;
use super::context::{CLIENTS, Context, Lookup, RESOURCE_SERVERS};
use super::repeated::find_repeated;
use crate::model::{
    Audience, GrantSpec, GrantType, Key, Kind, OrganizationUsage, ScopeName,
    SubjectType, Suggestions,
};

/// What people write where they mean every scope.
const ALL_SCOPES: [&str; 2] = ["*", "all"];

fn is_for_management_api(grant: &Grant) -> bool {
    grant.resource_server.as_str() == Audience::MANAGEMENT_API
}

pub(super) fn find_unknown_clients(context: &Context<'_>) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let mut names = OtherNames::of(context.document);

    context
        .grants()
        .filter(|(grant, _)| {
            matches!(
                context.look_up_client(&grant.client),
                Lookup::Unknown
            )
        })
        .map(|(grant, place)| {
            let key = grant.client.as_str();
            let declared = context.file.clients.keys().map(Key::as_str);
            let known = declared.chain(context.unsound.keys_of(CLIENTS));
            let meant = names
                .key_of(CLIENTS, key)
                .or_else(|| suggestions.nearest(key, known));

            let message = format!("the client {} is not declared", quote(key));
            Problem::new(
                ProblemId::UnknownClient,
                place.value_of("client"),
                message,
            )
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
            let declared = context
                .file
                .resource_servers
                .keys()
                .map(Key::as_str);
            let known = declared
                .chain(context.unsound.keys_of(RESOURCE_SERVERS))
                .chain([Audience::MANAGEMENT_API]);
            let meant = names
                .key_of(RESOURCE_SERVERS, key)
                .or_else(|| suggestions.nearest(key, known));

            let message = format!(
                "the resource server {} is not declared",
                quote(key)
            );
            let span = place.value_of("resource_server");
            Problem::new(ProblemId::UnknownResourceServer, span, message)
                .help(
                    "declare it under `resource_servers`, with `external: \
                     true` if it is kept elsewhere",
                )
                .suggest(meant)
        })
        .collect()
}

/// Auth0 takes any scope in a grant, declared or not.
pub(super) fn find_unknown_scopes(context: &Context<'_>) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let mut elsewhere = None;
    let mut problems = Vec::new();

    for (grant, place) in context.grants() {
        let server =
            match context.look_up_resource_server(&grant.resource_server) {
                Lookup::Declared(server) => server,
                // An unknown one is reported by itself. The Management API is
                // none of ours to declare, so which scopes it
                // has is for the tenant to say.
                Lookup::Unsound | Lookup::Unknown => continue,
            };
        // An external one has no settings here: its scopes are declared
        // elsewhere.
        if server.external {
            continue;
        }

        // One that is silent on its scopes declares none: what the tenant
        // happens to have is not in the file, and is not known offline.
        let declared = server.spec.scopes.value();
        let unknown: Vec<&ScopeName> = grant
            .scopes
            .iter()
            // `all_scopes` names none, so there is none to be misspelt.
            .flatten()
            .filter(|scope| {
                !declared.is_some_and(|all| all.contains_key(*scope))
            })
            .collect();

        let spans = scope_spans(&place);
        for scope in unknown {
            let span = match spans.get(scope.as_str()) {
                Some(span) => *span,
                None => place.value_of("scopes"),
            };
            let names = declared.into_iter().flat_map(|all| all.keys());
            let meant = suggestions
                .nearest(scope.as_str(), names.map(ScopeName::as_str));

            let problem =
                unknown_scope(context, grant, scope, span).suggest(meant);
            // The very scope of another one says more than one that is nearly
            // called so.
            let elsewhere =
                elsewhere.get_or_insert_with(|| Elsewhere::of(context));
            problems.push(match elsewhere.advise(grant, scope) {
                Some(help) => problem.help(help),
                None => problem,
            });
        }
    }

    problems
}

/// Which scopes there are, and which grants. It is gathered once, for what may
/// be very many scopes.
struct Elsewhere<'a> {
    servers: BTreeMap<&'a ScopeName, &'a Key>,
    grants: BTreeSet<(&'a Key, &'a Key, SubjectType)>,
}

impl<'a> Elsewhere<'a> {
    fn of(context: &Context<'a>) -> Self {
        let mut servers = BTreeMap::new();
        for (key, server) in &context.file.resource_servers {
            let scopes = server.spec.scopes.value().into_iter();
            for scope in scopes.flat_map(|scopes| scopes.keys()) {
                servers.entry(scope).or_insert(key);
            }
        }

        let grants = context
            .grants()
            .map(|(grant, _)| pair_of(grant))
            .collect();
        Self {
            servers,
            grants,
        }
    }

    /// What to do about a scope that another resource server has.
    fn advise(&self, grant: &Grant, scope: &ScopeName) -> Option<String> {
        let server = *self.servers.get(scope)?;
        let (client, _, subject_type) = pair_of(grant);
        let name = quote(server.as_str());

        Some(
            if self
                .grants
                .contains(&(client, server, subject_type))
            {
                format!("{name} has it: put it into the grant for {name}")
            } else {
                format!("{name} has it: give it a grant of its own")
            },
        )
    }
}

/// Auth0 keeps one grant of these three, and refuses a second one.
fn pair_of(grant: &Grant) -> (&Key, &Key, SubjectType) {
    (
        &grant.client,
        &grant.resource_server,
        grant.subject_type,
    )
}

fn unknown_scope(
    context: &Context<'_>,
    grant: &Grant,
    scope: &ScopeName,
    span: Span,
) -> Problem {
    let server = quote(grant.resource_server.as_str());
    let declared_scopes = context
        .place_of_resource_server(&grant.resource_server)
        .key_of("scopes");

    let message = format!(
        "{server} has no scope {}",
        quote(scope.as_str())
    );
    let has_all = !context
        .support
        .lacks(Kind::Grant, GrantSpec::ALL_SCOPES);
    let help = if has_all && ALL_SCOPES.contains(&scope.as_str()) {
        "for every scope there is, write `all_scopes: true` in place of \
         `scopes`"
            .to_owned()
    } else if scope.as_str().contains('*') && !has_all {
        "there are no patterns: list the scopes".to_owned()
    } else if scope.as_str().contains('*') {
        "there are no patterns: list them, or say `all_scopes: true` in place \
         of `scopes`"
            .to_owned()
    } else {
        format!("declare it among the `scopes` of {server}")
    };
    Problem::new(ProblemId::UnknownScope, span, message)
        .label("not declared")
        .related(declared_scopes, "its scopes are declared here")
        .help(help)
}

/// Where each scope of a grant is written. A list is searched once for all its
/// unknown scopes.
fn scope_spans<'a>(place: &Place<'a>) -> BTreeMap<&'a str, Span> {
    let scopes = place.entry("scopes");
    let items = scopes.map_or(&[][..], |scopes| scopes.value.items());

    items
        .iter()
        .filter_map(|item| Some((item.as_text()?, item.span)))
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
            let grant_types = context
                .place_of_client(&grant.client)
                .key_of("grant_types");

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
    client
        .spec
        .grant_types
        .value()
        .is_none_or(|types| types.contains(&GrantType::ClientCredentials))
}

pub(super) fn find_duplicates(context: &Context<'_>) -> Vec<Problem> {
    let grants = context
        .grants()
        .map(|(grant, place)| (pair_of(grant), place.span()));

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
    let is_allowed = match grant.settings.organization_usage.value() {
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
    let types = grant
        .settings
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
