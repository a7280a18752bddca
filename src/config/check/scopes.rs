//! Checks of the scopes that are granted.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::super::file::Grant;
use super::super::place::Place;
use super::super::problem::{Problem, ProblemId, quote};
use super::super::source::Span;
use super::context::{Context, Lookup};
use crate::model::{GrantSpec, Key, Kind, ScopeName, SubjectType, Suggestions};

/// What people write where they mean every scope.
const ALL_SCOPES: [&str; 2] = ["*", "all"];

/// Auth0 takes any scope in a grant, declared or not.
pub(super) fn find_unknown_scopes(context: &Context<'_>) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let elsewhere = LazyCell::new(|| Elsewhere::of(context));
    let mut problems = Vec::new();

    for (grant, place) in context.grants() {
        let server = context.look_up_resource_server(&grant.resource_server);
        let server = match server {
            Lookup::Declared(server) => server,
            // An unknown one is reported by itself. The Management API
            // is none of ours to declare, so which scopes it has is
            // for the tenant to say.
            Lookup::Unsound | Lookup::Unknown => continue,
        };
        // An external one has no settings here: its scopes
        // are declared elsewhere.
        if server.external {
            continue;
        }

        // One that is silent on its scopes declares none: what the tenant
        // happens to have is not in the file, and is not known offline.
        let declared = server.spec.scopes.value();
        let is_declared = |scope: &ScopeName| {
            declared.is_some_and(|all| all.contains_key(scope))
        };
        // `all_scopes` names none, so there is none to be misspelt.
        let granted = grant.scopes.iter().flatten();

        let spans = scope_spans(&place);
        for scope in granted.filter(|scope| !is_declared(scope)) {
            let span = match spans.get(scope.as_str()) {
                Some(span) => *span,
                None => place.value_of("scopes"),
            };
            let names = declared
                .into_iter()
                .flat_map(|all| all.keys());
            let names = names.map(ScopeName::as_str);
            let meant = suggestions.nearest(scope.as_str(), names);

            let problem = refuse_unknown(context, grant, scope, span);
            let problem = problem.suggest(meant);
            // The very scope of another one says more than one
            // that is nearly called so.
            problems.push(match elsewhere.advise(grant, scope) {
                Some(help) => problem.help(help),
                None => problem,
            });
        }
    }

    problems
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

fn refuse_unknown(
    context: &Context<'_>,
    grant: &Grant,
    scope: &ScopeName,
    span: Span,
) -> Problem {
    let server = quote(grant.resource_server.as_str());
    let name = quote(scope.as_str());
    let message = format!("{server} has no scope {name}");

    let place = context.place_of_resource_server(&grant.resource_server);
    let declared_scopes = place.key_of("scopes");
    Problem::new(ProblemId::UnknownScope, span, message)
        .label("not declared")
        .related(declared_scopes, "its scopes are declared here")
        .help(help_with_scope(context, scope, &server))
}

fn help_with_scope(
    context: &Context<'_>,
    scope: &ScopeName,
    server: &str,
) -> String {
    let scope = scope.as_str();
    let support = context.support;
    let has_all = !support.lacks(Kind::Grant, GrantSpec::ALL_SCOPES);

    if has_all && ALL_SCOPES.contains(&scope) {
        return "for every scope there is, write `all_scopes: true` in place \
                of `scopes`"
            .to_owned();
    }
    if !scope.contains('*') {
        return format!("declare it among the `scopes` of {server}");
    }
    if has_all {
        "there are no patterns: list them, or say `all_scopes: true` in place \
         of `scopes`"
            .to_owned()
    } else {
        "there are no patterns: list the scopes".to_owned()
    }
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
            .map(|(grant, _)| grant.ends());
        Self {
            servers,
            grants: grants.collect(),
        }
    }

    /// What to do about a scope that another resource server has.
    fn advise(&self, grant: &Grant, scope: &ScopeName) -> Option<String> {
        let server = *self.servers.get(scope)?;
        let (client, _, subject_type) = grant.ends();
        let is_granted = self
            .grants
            .contains(&(client, server, subject_type));

        let name = quote(server.as_str());
        let help = if is_granted {
            format!("{name} has it: put it into the grant for {name}")
        } else {
            format!("{name} has it: give it a grant of its own")
        };
        Some(help)
    }
}
