//! Checks of clients.

use std::collections::BTreeSet;

use super::super::file::{Client, Defaults};
use super::super::problem::{Problem, ProblemId, quoted};
use super::context::{Context, repeated};
use crate::model::{ClientSpec, Key, Mark, SigningAlg, SubjectType, TokenEndpointAuthMethod};

const SECTION: &str = "clients";

fn all<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (&'a Key, &'a Client)> {
    context.file.clients.iter()
}

fn managed<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (&'a Key, &'a Client)> {
    all(context).filter(|(_, client)| !client.external)
}

pub(super) fn missing_names(context: &Context<'_>) -> Vec<Problem> {
    let nameless = managed(context).filter(|(_, client)| client.spec.name.is_none());
    nameless
        .map(|(key, _)| {
            Problem::new(
                ProblemId::MissingName,
                context.key(SECTION, key.as_str()),
                "a client needs a `name`",
            )
            .label("`name` is missing")
            .help("to refer to a client that is kept elsewhere, say `external: true`")
        })
        .collect()
}

pub(super) fn external_clients(context: &Context<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, client) in all(context).filter(|(_, client)| client.external) {
        if client.id.is_none() {
            let span = context.key(SECTION, key.as_str());
            let message = "an external client needs the `client_id` it has in the tenant";
            let problem = Problem::new(ProblemId::MissingClientId, span, message);
            problems.push(problem.label("`client_id` is missing"));
        }
        let says_more = client.adopt || client.protect || client.defaults != Defaults::Machine;
        if says_more || client.spec != ClientSpec::default() {
            let allowed = ["client_id", "external"];
            let problem = super::external_settings(context, SECTION, key.as_str(), &allowed);
            problems.push(problem);
        }
    }
    problems
}

pub(super) fn third_party(context: &Context<'_>) -> Vec<Problem> {
    let third_party =
        all(context).filter(|(_, client)| client.spec.is_first_party.value() == Some(&false));
    third_party
        .map(|(key, _)| {
            Problem::new(
                ProblemId::ThirdPartyClient,
                context.field(SECTION, key.as_str(), "is_first_party"),
                "a third party's client cannot be managed: Grantry never changes one",
            )
            .help("to grant it scopes, declare it with `external: true` and its `client_id`")
        })
        .collect()
}

pub(super) fn reserved_metadata(context: &Context<'_>) -> Vec<Problem> {
    let problem = |(key, client): (&Key, &Client)| {
        let mut names = client
            .spec
            .client_metadata
            .iter()
            .flat_map(|map| map.keys());
        let name = names.find(|name| Mark::is_entry(name.as_str()))?.as_str();
        let object = context.object(SECTION, key.as_str())?;
        let entry = object
            .value
            .entry(ClientSpec::METADATA)?
            .value
            .entry(name)?;
        Some(
            Problem::new(
                ProblemId::ReservedName,
                entry.key_span,
                format!("the metadata key `{name}` is part of Grantry's ownership mark"),
            )
            .help("leave it out; it is written with the client"),
        )
    };
    all(context).filter_map(problem).collect()
}

pub(super) fn duplicate_client_ids(context: &Context<'_>) -> Vec<Problem> {
    let ids = all(context).filter_map(|(key, client)| {
        let span = context.field(SECTION, key.as_str(), "client_id");
        Some((client.id.as_ref()?.as_str(), span))
    });
    let problem = |(id, again, first)| {
        let message = format!("{} is the `client_id` of two clients", quoted(id));
        Problem::new(ProblemId::DuplicateClientId, again, message).related(first, "the other one")
    };
    repeated(ids).into_iter().map(problem).collect()
}

pub(super) fn duplicate_names(context: &Context<'_>) -> Vec<Problem> {
    let names = managed(context).filter_map(|(key, client)| {
        let span = context.field(SECTION, key.as_str(), "name");
        Some((client.spec.name.as_ref()?.as_str(), span))
    });
    let problem = |(name, again, first)| {
        let message = format!("{} is the name of two clients", quoted(name));
        Problem::new(ProblemId::DuplicateName, again, message)
            .related(first, "the other one")
            .help("Auth0 would allow it, but people could not tell one from the other")
    };
    repeated(names).into_iter().map(problem).collect()
}

pub(super) fn public_machines(context: &Context<'_>) -> Vec<Problem> {
    let machines = context.file.grants.iter();
    let machines: BTreeSet<&Key> = machines
        .filter(|grant| grant.subject_type == SubjectType::Client)
        .map(|grant| &grant.client)
        .collect();
    let public = managed(context).filter(|(key, client)| {
        let method = client.spec.token_endpoint_auth_method.value();
        method == Some(&TokenEndpointAuthMethod::None) && machines.contains(key)
    });
    public
        .map(|(key, _)| {
            Problem::new(
                ProblemId::PublicClient,
                context.field(SECTION, key.as_str(), ClientSpec::SECRET_METHOD),
                "a client that does not authenticate never gets a token for itself",
            )
            .help("leave `token_endpoint_auth_method` out, or take its grants away")
        })
        .collect()
}

pub(super) fn two_identities(context: &Context<'_>) -> Vec<Problem> {
    let doubled = managed(context).filter(|(_, client)| client.adopt && client.id.is_some());
    doubled
        .map(|(key, _)| {
            let place = context.field_key(SECTION, key.as_str(), "adopt");
            let message = "a client is taken over by its `client_id` or by its name, not by both";
            Problem::new(ProblemId::ConflictingKeys, place, message).related(
                context.field_key(SECTION, key.as_str(), "client_id"),
                "the other is here",
            )
        })
        .collect()
}

pub(super) fn two_ways_to_authenticate(context: &Context<'_>) -> Vec<Problem> {
    let doubled = managed(context).filter(|(_, client)| {
        let spec = &client.spec;
        spec.client_authentication_methods.value().is_some()
            && spec.token_endpoint_auth_method.value().is_some()
    });
    doubled
        .map(|(key, _)| {
            let place = |field| context.field_key(SECTION, key.as_str(), field);
            let message = "a client authenticates with keys or with a secret, not with both";
            Problem::new(
                ProblemId::ConflictingKeys,
                place(ClientSpec::SECRET_METHOD),
                message,
            )
            .related(place(ClientSpec::METHODS), "the other is here")
            .help("leave `token_endpoint_auth_method` out")
        })
        .collect()
}

pub(super) fn signing_with_the_secret(context: &Context<'_>) -> Vec<Problem> {
    let wrong = managed(context).filter(|(_, client)| {
        let configuration = client.spec.jwt_configuration.as_ref();
        let alg = configuration.and_then(|configuration| configuration.alg);
        client.spec.client_authentication_methods.value().is_some()
            && alg == Some(SigningAlg::HS256)
    });
    wrong
        .map(|(key, _)| {
            let path = ["jwt_configuration", "alg"];
            let alg = context.below(SECTION, key.as_str(), &path);
            let place = alg.map_or_else(|| context.start(), |alg| alg.value.span);
            let message = "a client with keys has no secret to sign with, which `HS256` needs";
            let methods = context.field_key(SECTION, key.as_str(), ClientSpec::METHODS);
            Problem::new(ProblemId::ConflictingKeys, place, message)
                .related(methods, "its keys are here")
                .help("say `RS256`, or leave it out")
        })
        .collect()
}

pub(super) fn quotas_without_limit(context: &Context<'_>) -> Vec<Problem> {
    let endless = managed(context).filter(|(_, client)| {
        let quota = client
            .spec
            .token_quota
            .value()
            .map(|quota| &quota.client_credentials);
        quota.is_some_and(|quota| quota.per_hour.is_none() && quota.per_day.is_none())
    });
    endless
        .map(|(key, _)| {
            let place = context.field_key(SECTION, key.as_str(), "token_quota");
            let message = "a token quota needs a limit: `per_hour`, `per_day` or both";
            Problem::new(ProblemId::MissingSetting, place, message)
                .help("for no quota, say `token_quota: null`")
        })
        .collect()
}
