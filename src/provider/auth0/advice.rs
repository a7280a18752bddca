//! What to do where Auth0 says no, or nothing.

use std::collections::BTreeSet;

use super::site::Domain;
use crate::model::{ClientId, Step, Term, step};
use crate::provider::{
    ForbiddenReason, RejectedReason, TENANT_HAS_CHANGED, UnauthorizedReason,
    UnreachableReason,
};
use crate::words::quote_all;

/// Where the dashboard shows what each client is granted on the Management API.
const MANAGEMENT_GRANTS: &str =
    "Applications > APIs > Auth0 Management API > Machine to Machine";

/// How to get another token than one that is over.
#[must_use]
pub fn to_renew_token() -> Step {
    of_unauthorized(UnauthorizedReason::Expired)
}

/// Where to add scopes that our own client lacks.
#[must_use]
pub fn to_add_scopes(client: &ClientId) -> Step {
    format!(
        "in the dashboard, add them to the client `{client}` under \
         {MANAGEMENT_GRANTS}"
    )
    .into()
}

/// The same where a run ended for that.
pub(super) fn to_add_missing_scopes(client: &ClientId) -> Step {
    Step::from("nothing was changed").then("; ", to_add_scopes(client))
}

pub(super) fn of_unreachable(silence: UnreachableReason, url: &str) -> Step {
    match silence {
        UnreachableReason::Name => {
            step![
                "check the domain (",
                Term::Domain,
                "): this machine knows no such host"
            ]
        }
        UnreachableReason::Certificate => step![
            "check the domain; where a proxy or the emulator has a \
             certificate authority of its own, name its file in ",
            Term::CertificateAuthorities,
        ],
        UnreachableReason::PlainHttp => match domain_of(url, "http") {
            Some(domain) => {
                format!("this address speaks plain http: write `{domain}`")
                    .into()
            }
            None => "check the domain: credentials are sent by https, except \
                     to this machine itself"
                .into(),
        },
        UnreachableReason::Https => match domain_of(url, "https") {
            Some(domain) => {
                format!("this address speaks https: write `{domain}`").into()
            }
            None => "this address speaks https".into(),
        },
        UnreachableReason::Time => "check that nothing between here and the \
                                    tenant stands in the way, or try again \
                                    later"
            .into(),
        UnreachableReason::Connection => "check the domain, and that the \
                                          tenant (or the emulator) is running"
            .into(),
    }
}

/// The domain to write for the address to be spoken to like
/// this, where that is allowed.
fn domain_of(url: &str, scheme: &str) -> Option<Domain> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;

    Domain::parse(&format!("{scheme}://{authority}")).ok()
}

pub(super) fn of_unauthorized(distrust: UnauthorizedReason) -> Step {
    match distrust {
        UnauthorizedReason::Credentials => step![
            "check ",
            Term::ClientId,
            " with its ",
            Term::ClientSecret,
            " (or its ",
            Term::PrivateKey,
            "), and that both are of the tenant at this domain",
        ],
        UnauthorizedReason::NoToken => step![
            "set ",
            Term::Token,
            " to an access token of the Management API, and to nothing else",
        ],
        UnauthorizedReason::Expired => step![
            "get a new token for ",
            Term::Token,
            "; with ",
            Term::ClientId,
            " and ",
            Term::ClientSecret,
            " instead, each run gets its own",
        ],
        UnauthorizedReason::Audience => step![
            "get a token for the tenant's own Management API (",
            Term::Audience,
            "), as in `https://acme.eu.auth0.com/api/v2/`, also where the \
             domain is a custom one",
        ],
        UnauthorizedReason::Issuer => step![
            "a token counts only at the domain it was issued at: check ",
            Term::Domain,
            ", and use either the custom domain or the tenant's own for both",
        ],
        UnauthorizedReason::Unsaid => "check the client's id and its secret \
                                       or key, and that the domain is this \
                                       tenant's"
            .into(),
    }
}

pub(super) fn of_forbidden(denial: &ForbiddenReason) -> Option<Step> {
    Some(match denial {
        ForbiddenReason::Scope { any_of } => to_grant_scope(any_of),
        ForbiddenReason::NoGrant => format!(
            "grant Grantry's own client the Management API: in the dashboard, \
             {MANAGEMENT_GRANTS}"
        )
        .into(),
        ForbiddenReason::ScopeNotGranted => {
            "ask for no more than the client is granted".into()
        }
        ForbiddenReason::GrantType => {
            "add `client_credentials` to the grant types of Grantry's own \
             client"
                .into()
        }
        ForbiddenReason::Audience => step![
            "set ",
            Term::Audience,
            " to the tenant's own Management API, as in \
             `https://acme.eu.auth0.com/api/v2/`, also where the domain is a \
             custom one",
        ],
        ForbiddenReason::Plan => {
            "leave out what the tenant's plan does not include, or change the \
             plan"
                .into()
        }
        ForbiddenReason::EntityLimit => {
            "delete what is not needed, or have Auth0 raise the tenant's limit"
                .into()
        }
        // What the tenant said stands in the error, and a guess would send
        // people the wrong way.
        ForbiddenReason::Unsaid => return None,
    })
}

fn to_grant_scope(any_of: &BTreeSet<String>) -> Step {
    // Not every refusal says which scope it is about.
    let scopes = if any_of.is_empty() {
        "the missing scope".to_owned()
    } else {
        quote_all(any_of, " or ")
    };

    format!(
        "add {scopes} to what Grantry's own client is granted on the \
         Management API: in the dashboard, {MANAGEMENT_GRANTS}"
    )
    .into()
}

pub(super) fn of_rejected(objection: &RejectedReason) -> Option<Step> {
    Some(match objection {
        RejectedReason::NotFound => "check the ids in the configuration, and \
                                     plan again: the tenant may have changed \
                                     since it was read"
            .into(),
        RejectedReason::Conflict => TENANT_HAS_CHANGED.into(),
        RejectedReason::Immutable { fields } => {
            let fields = quote_all(fields, ", ");
            format!(
                "{fields} cannot be changed: declare a new object, and remove \
                 the old one"
            )
            .into()
        }
        RejectedReason::UnknownFields { fields } => {
            let fields = quote_all(fields, ", ");
            format!("leave out what this tenant does not know: {fields}").into()
        }
        RejectedReason::Reserved => {
            "choose another identifier: this one is the tenant's own".into()
        }
        RejectedReason::System => "declare it as `external: true`: it is the \
                                   tenant's own, and stays as it is"
            .into(),
        RejectedReason::Paging => "the tenant has more of these than Auth0 \
                                   gives page by page: delete what is not \
                                   needed"
            .into(),
        RejectedReason::Other => return None,
    })
}
