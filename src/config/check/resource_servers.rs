//! Checks of resource servers.

use super::super::file::{Provider, ResourceServer};
use super::super::place::Place;
use super::super::problem::{Problem, ProblemId, quote};
use super::super::source::Span;
use super::context::Context;
use super::external_setting;
use super::repeated::find_repeated;
use crate::model::{
    Audience, Identifier, ResourceServerSpec, Setting, SystemApi, TokenLifetime,
};

pub(super) fn refuse_reserved_key(
    _: &ResourceServer,
    place: &Place<'_>,
) -> Option<Problem> {
    let key = place.key();
    if key != Audience::MANAGEMENT_API {
        return None;
    }

    let message =
        format!("`{key}` is the built-in name of the tenant's Management API");
    let problem = Problem::new(ProblemId::ReservedName, place.span(), message)
        .help(
            "choose another key; grants may refer to `management_api` without \
             declaring it",
        );
    Some(problem)
}

pub(super) fn refuse_external_settings(
    server: &ResourceServer,
    place: &Place<'_>,
) -> Option<Problem> {
    let has_settings = server.spec != ResourceServerSpec::default();

    (server.external && has_settings)
        .then(|| external_setting(place, &["identifier", "external"]))
}

pub(super) fn refuse_system_apis(context: &Context<'_>) -> Vec<Problem> {
    let domain = match &context.file.provider {
        Some(Provider::Auth0(auth0)) => auth0.domain.as_deref(),
        Some(Provider::Keycloak(_) | Provider::Local(_)) | None => None,
    };

    context
        .resource_servers()
        .filter_map(|(server, place)| {
            let system_api =
                (context.support.system_api)(&server.identifier, domain)?;
            refuse_system_api(server, &place, system_api)
        })
        .collect()
}

fn refuse_system_api(
    server: &ResourceServer,
    place: &Place<'_>,
    system_api: SystemApi,
) -> Option<Problem> {
    let help = match system_api {
        SystemApi::Management => {
            "it needs no declaration: grants refer to it as `management_api`"
        }
        _ if server.external => return None,
        _ => {
            "it can only be referred to: say `external: true` and give it no \
             settings"
        }
    };

    let identifier = quote(server.identifier.as_str());
    let message = format!("{identifier} is an API of Auth0 itself");
    let span = place.value_of("identifier");
    Some(Problem::new(ProblemId::ReservedIdentifier, span, message).help(help))
}

/// What Grantry keeps for itself in a tenant is nobody's to
/// declare, not even as external.
pub(super) fn refuse_own_identifier(
    server: &ResourceServer,
    place: &Place<'_>,
) -> Option<Problem> {
    let is_own = server.identifier.is_reserved();

    is_own.then(|| own_identifier(place.value_of("identifier")))
}

/// The problem of an identifier, or a pattern of
/// identifiers, that is Grantry's own.
pub(super) fn own_identifier(span: Span) -> Problem {
    let message = format!(
        "what begins with `{}` is Grantry's own",
        Identifier::RESERVED
    );

    Problem::new(ProblemId::ReservedIdentifier, span, message).help(
        "choose another identifier; `grantry unlock` removes a lock that was \
         left behind",
    )
}

pub(super) fn find_duplicate_identifiers(
    context: &Context<'_>,
) -> Vec<Problem> {
    let identifiers = context
        .resource_servers()
        .map(|(server, place)| {
            let identifier = server.identifier.as_str();
            (identifier, place.value_of("identifier"))
        });

    find_repeated(identifiers)
        .into_iter()
        .map(|identifier| {
            let quoted = quote(identifier.item);
            let message =
                format!("{quoted} is the identifier of two resource servers");
            Problem::new(
                ProblemId::DuplicateIdentifier,
                identifier.again,
                message,
            )
            .related(identifier.first, "the other one")
        })
        .collect()
}

pub(super) fn compare_lifetimes(
    server: &ResourceServer,
    place: &Place<'_>,
) -> Option<Problem> {
    let spec = &server.spec;

    // Where one of the two is not said, the tenant's own holds,
    // which nobody knows here.
    let web = wanted_seconds(
        &spec.token_lifetime_for_web,
        TokenLifetime::DEFAULT_FOR_WEB,
    )?;
    let other = wanted_seconds(&spec.token_lifetime, TokenLifetime::DEFAULT)?;
    if web <= other {
        return None;
    }

    let message = format!(
        "`token_lifetime_for_web`, {web} seconds, cannot be longer than \
         `token_lifetime`, {other} seconds"
    );
    let span = place.value_of("token_lifetime_for_web");
    let problem = Problem::new(ProblemId::Lifetimes, span, message)
        .related(place.value_of("token_lifetime"), "at most this");
    Some(problem)
}

/// The life that is wanted; none where nothing is said of it.
fn wanted_seconds(
    setting: &Setting<TokenLifetime>,
    default: u32,
) -> Option<u32> {
    match setting {
        Setting::Absent => None,
        Setting::Reset => Some(default),
        Setting::Value(lifetime) => Some(lifetime.seconds()),
    }
}
