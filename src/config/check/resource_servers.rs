//! Checks of resource servers.

use super::super::file::{Provider, ResourceServer};
use super::super::problem::{Problem, ProblemId, quoted};
use super::super::source::Span;
use super::context::{Context, repeated};
use crate::model::{
    Audience, Identifier, Key, ResourceServerSpec, Setting, SystemApi, TokenLifetime,
};

const SECTION: &str = "resource_servers";

fn all<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (&'a Key, &'a ResourceServer)> {
    context.file.resource_servers.iter()
}

pub(super) fn reserved_names(context: &Context<'_>) -> Vec<Problem> {
    let reserved = all(context).filter(|(key, _)| key.as_str() == Audience::MANAGEMENT_API);
    reserved
        .map(|(key, _)| {
            Problem::new(
                ProblemId::ReservedName,
                context.key(SECTION, key.as_str()),
                format!("`{key}` is the built-in name of the tenant's Management API"),
            )
            .help("choose another key; grants may refer to `management_api` without declaring it")
        })
        .collect()
}

pub(super) fn external_settings(context: &Context<'_>) -> Vec<Problem> {
    let unset = ResourceServerSpec::default();
    let wrong = all(context).filter(|(_, server)| server.external && server.spec != unset);
    wrong
        .map(|(key, _)| {
            let allowed = ["identifier", "external"];
            super::external_settings(context, SECTION, key.as_str(), &allowed)
        })
        .collect()
}

pub(super) fn reserved_identifiers(context: &Context<'_>) -> Vec<Problem> {
    let domain = match &context.file.provider {
        Some(Provider::Auth0(auth0)) => auth0.domain.as_deref(),
        Some(Provider::Local(_)) | None => None,
    };

    let problem = |(key, server): (&Key, &ResourceServer)| {
        let help = match (context.support.system_api)(&server.identifier, domain)? {
            SystemApi::Management => {
                "it needs no declaration: grants refer to it as `management_api`"
            }
            _ if server.external => return None,
            _ => "it can only be referred to: say `external: true` and give it no settings",
        };
        Some(
            Problem::new(
                ProblemId::ReservedIdentifier,
                context.field(SECTION, key.as_str(), "identifier"),
                format!(
                    "{} is an API of Auth0 itself",
                    quoted(server.identifier.as_str())
                ),
            )
            .help(help),
        )
    };
    all(context).filter_map(problem).collect()
}

/// What Grantry keeps for itself in a tenant is nobody's to declare, not even as external.
pub(super) fn own_identifiers(context: &Context<'_>) -> Vec<Problem> {
    let own = all(context).filter(|(_, server)| server.identifier.is_reserved());
    own.map(|(key, _)| own_identifier(context.field(SECTION, key.as_str(), "identifier")))
        .collect()
}

/// The problem of an identifier, or a pattern of identifiers, that is Grantry's own.
pub(super) fn own_identifier(span: Span) -> Problem {
    let message = format!(
        "what begins with `{}` is Grantry's own",
        Identifier::RESERVED
    );

    Problem::new(ProblemId::ReservedIdentifier, span, message)
        .help("choose another identifier; `grantry unlock` removes a lock that was left behind")
}

pub(super) fn duplicate_identifiers(context: &Context<'_>) -> Vec<Problem> {
    let identifiers = all(context).map(|(key, server)| {
        let span = context.field(SECTION, key.as_str(), "identifier");
        (server.identifier.as_str(), span)
    });
    let problem = |(identifier, again, first)| {
        let message = format!(
            "{} is the identifier of two resource servers",
            quoted(identifier)
        );
        Problem::new(ProblemId::DuplicateIdentifier, again, message).related(first, "the other one")
    };
    repeated(identifiers).into_iter().map(problem).collect()
}

pub(super) fn lifetimes(context: &Context<'_>) -> Vec<Problem> {
    let problem = |(key, server): (&Key, &ResourceServer)| {
        let web = seconds(
            &server.spec.token_lifetime_for_web,
            TokenLifetime::DEFAULT_FOR_WEB,
        )?;
        let other = seconds(&server.spec.token_lifetime, TokenLifetime::DEFAULT)?;
        let field = |name| context.field(SECTION, key.as_str(), name);
        (web > other).then(|| {
            Problem::new(
                ProblemId::Lifetimes,
                field("token_lifetime_for_web"),
                format!(
                    "`token_lifetime_for_web`, {web} seconds, cannot be longer than \
                     `token_lifetime`, {other} seconds"
                ),
            )
            .related(field("token_lifetime"), "at most this")
        })
    };
    all(context).filter_map(problem).collect()
}

/// The life that is wanted; none where nothing is said of it.
fn seconds(setting: &Setting<TokenLifetime>, default: u32) -> Option<u32> {
    match setting {
        Setting::Absent => None,
        Setting::Reset => Some(default),
        Setting::Value(lifetime) => Some(lifetime.seconds()),
    }
}
