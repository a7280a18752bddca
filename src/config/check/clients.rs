//! Checks of clients.

use std::collections::BTreeSet;

use super::super::file::{Client, Defaults};
use super::super::place::Place;
use super::super::problem::{Problem, ProblemId, quote};
use super::context::Context;
use super::external_setting;
use super::repeated::find_repeated;
use crate::model::{
    ClientSpec, Mark, MetadataKey, SigningAlg, SubjectType,
    TokenEndpointAuthMethod,
};

pub(super) fn require_name(
    client: &Client,
    place: &Place<'_>,
) -> Option<Problem> {
    if client.spec.name.is_some() {
        return None;
    }

    // The schema cannot require it: a client that is only referred to has none.
    let message = "a client needs a `name`";
    let problem = Problem::new(ProblemId::MissingName, place.span(), message)
        .label("`name` is missing")
        .help(
            "to refer to a client that is kept elsewhere, say `external: true`",
        );
    Some(problem)
}

pub(super) fn require_client_id(
    client: &Client,
    place: &Place<'_>,
) -> Option<Problem> {
    if !client.external || client.id.is_some() {
        return None;
    }

    let message =
        "an external client needs the `client_id` it has in the tenant";
    let problem = Problem::new(
        ProblemId::MissingClientId,
        place.span(),
        message,
    )
    .label("`client_id` is missing");
    Some(problem)
}

pub(super) fn refuse_external_settings(
    client: &Client,
    place: &Place<'_>,
) -> Option<Problem> {
    // Refused and not passed over: whoever sets
    // something expects it to be done.
    let is_told_more = client.adopt
        || client.protect
        || client.defaults != Defaults::Machine
        || !client.deliver.is_empty();
    let has_settings = is_told_more || client.spec != ClientSpec::default();

    (client.external && has_settings)
        .then(|| external_setting(place, &["client_id", "external"]))
}

pub(super) fn refuse_third_party(
    client: &Client,
    place: &Place<'_>,
) -> Option<Problem> {
    if client.spec.is_first_party.value() != Some(&false) {
        return None;
    }

    let message =
        "a third party's client cannot be managed: Grantry never changes one";
    let span = place.value_of("is_first_party");
    let problem = Problem::new(ProblemId::ThirdPartyClient, span, message)
        .help(
            "to grant it scopes, declare it with `external: true` and its \
             `client_id`",
        );
    Some(problem)
}

pub(super) fn refuse_reserved_metadata(
    client: &Client,
    place: &Place<'_>,
) -> Option<Problem> {
    let metadata = client.spec.client_metadata.as_ref()?;
    let name = metadata
        .keys()
        .map(MetadataKey::as_str)
        .find(|name| Mark::is_entry(name))?;
    let entry = place.below(&[ClientSpec::METADATA, name])?;

    let message = format!(
        "the metadata key `{name}` is part of Grantry's ownership mark"
    );
    let problem =
        Problem::new(ProblemId::ReservedName, entry.key_span, message)
            .help("leave it out; it is written with the client");
    Some(problem)
}

pub(super) fn find_duplicate_ids(context: &Context<'_>) -> Vec<Problem> {
    // External ones too: under two keys, one client could be
    // granted the same API twice.
    let ids = context
        .clients()
        .filter_map(|(client, place)| {
            let id = client.id.as_ref()?;
            Some((id.as_str(), place.value_of("client_id")))
        });

    find_repeated(ids)
        .into_iter()
        .map(|id| {
            let message = format!(
                "{} is the `client_id` of two clients",
                quote(id.item)
            );
            Problem::new(ProblemId::DuplicateClientId, id.again, message)
                .related(id.first, "the other one")
        })
        .collect()
}

pub(super) fn find_duplicate_names(context: &Context<'_>) -> Vec<Problem> {
    let names = context
        .managed_clients()
        .filter_map(|(client, place)| {
            let name = client.spec.name.as_ref()?;
            Some((name.as_str(), place.value_of("name")))
        });

    find_repeated(names)
        .into_iter()
        .map(|name| {
            let message = format!(
                "{} is the name of two clients",
                quote(name.item)
            );
            Problem::new(ProblemId::DuplicateName, name.again, message)
                .related(name.first, "the other one")
                .help(
                    "a tenant may allow it, but people could not tell one \
                     from the other",
                )
        })
        .collect()
}

pub(super) fn refuse_public_machines(context: &Context<'_>) -> Vec<Problem> {
    // Collected once: seeking each client among all grants takes too long where
    // there are many.
    let machines: BTreeSet<&str> = context
        .file
        .grants
        .iter()
        .filter(|grant| grant.subject_type == SubjectType::Client)
        .map(|grant| grant.client.as_str())
        .collect();

    context
        .managed_clients()
        .filter(|(client, place)| {
            is_public(client) && machines.contains(place.key())
        })
        .map(|(_, place)| {
            let message = "a client that does not authenticate never gets a \
                           token for itself";
            let span = place.value_of(ClientSpec::SECRET_METHOD);
            Problem::new(ProblemId::PublicClient, span, message).help(
                "leave `token_endpoint_auth_method` out, or take its grants \
                 away",
            )
        })
        .collect()
}

fn is_public(client: &Client) -> bool {
    let method = client
        .spec
        .token_endpoint_auth_method
        .value();
    method == Some(&TokenEndpointAuthMethod::None)
}

pub(super) fn refuse_two_identities(
    client: &Client,
    place: &Place<'_>,
) -> Option<Problem> {
    if !client.adopt || client.id.is_none() {
        return None;
    }

    let message =
        "a client is taken over by its `client_id` or by its name, not by both";
    let problem = Problem::new(
        ProblemId::ConflictingKeys,
        place.key_of("adopt"),
        message,
    )
    .related(place.key_of("client_id"), "the other is here");
    Some(problem)
}

pub(super) fn refuse_keys_and_secret(
    client: &Client,
    place: &Place<'_>,
) -> Option<Problem> {
    let has_keys = client
        .spec
        .client_authentication_methods
        .value()
        .is_some();
    // `null` may stand beside keys: it is what they make of it anyway.
    let has_method = client
        .spec
        .token_endpoint_auth_method
        .value()
        .is_some();
    if !has_keys || !has_method {
        return None;
    }

    let message =
        "a client authenticates with keys or with a secret, not with both";
    let span = place.key_of(ClientSpec::SECRET_METHOD);
    let problem = Problem::new(ProblemId::ConflictingKeys, span, message)
        .related(
            place.key_of(ClientSpec::METHODS),
            "the other is here",
        )
        .help("leave `token_endpoint_auth_method` out");
    Some(problem)
}

pub(super) fn refuse_signing_with_secret(
    client: &Client,
    place: &Place<'_>,
) -> Option<Problem> {
    let has_keys = client
        .spec
        .client_authentication_methods
        .value()
        .is_some();
    let configuration = client.spec.jwt_configuration.as_ref()?;
    if !has_keys || configuration.alg != Some(SigningAlg::HS256) {
        return None;
    }

    let message =
        "a client with keys has no secret to sign with, which `HS256` needs";
    let alg = place.below(&["jwt_configuration", "alg"]);
    let span = alg.map_or_else(|| place.span(), |alg| alg.value.span);
    let problem = Problem::new(ProblemId::ConflictingKeys, span, message)
        .related(
            place.key_of(ClientSpec::METHODS),
            "its keys are here",
        )
        .help("say `RS256`, or leave it out");
    Some(problem)
}

/// A quota without any limit is none that Auth0 takes.
pub(super) fn require_quota_limit(
    client: &Client,
    place: &Place<'_>,
) -> Option<Problem> {
    let quota = &client
        .spec
        .token_quota
        .value()?
        .client_credentials;
    if quota.per_hour.is_some() || quota.per_day.is_some() {
        return None;
    }

    let message = "a token quota needs a limit: `per_hour`, `per_day` or both";
    let span = place.key_of("token_quota");
    let problem = Problem::new(ProblemId::MissingSetting, span, message)
        .help("for no quota, say `token_quota: null`");
    Some(problem)
}

/// Of two policies for one API only one would count,
/// and nobody could say which.
pub(super) fn find_repeated_policies(context: &Context<'_>) -> Vec<Problem> {
    let with_policies = context
        .managed_clients()
        .filter(|(client, _)| {
            let tokens = client.spec.refresh_token.value();
            tokens.is_some_and(|tokens| tokens.policies.len() > 1)
        });

    let repeated = with_policies.flat_map(|(_, place)| {
        let policies = place.below(&["refresh_token", "policies"]);
        let policies =
            policies.map_or(&[][..], |policies| policies.value.items());
        let audiences = policies.iter().filter_map(|policy| {
            let audience = &policy.entry("audience")?.value;
            Some((audience.as_text()?, audience.span))
        });
        find_repeated(audiences)
    });
    let problems = repeated.map(|api| {
        let message = format!("{} has two policies", quote(api.item));
        Problem::new(ProblemId::DuplicateItem, api.again, message)
            .related(api.first, "the other one")
            .help("name the scopes of both in one")
    });
    problems.collect()
}
