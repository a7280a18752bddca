//! What to do where Keycloak says no, or nothing.

use super::names::MASTER;
use super::settings::Settings;
use crate::model::{Step, Term, step};
use crate::provider::UnreachableReason;

/// What our own client needs to plan.
pub(super) fn to_read(settings: &Settings) -> Step {
    to_have_role(
        settings,
        "view-clients",
        " (`manage-clients` to apply), and let the client have its roles in \
         its tokens (`Full scope allowed`)",
    )
}

/// What our own client needs to apply.
pub(super) fn to_write(settings: &Settings) -> Step {
    to_have_role(settings, "manage-clients", "")
}

fn to_have_role(settings: &Settings, role: &str, more: &str) -> Step {
    let own = settings.auth_realm.as_str();
    if own != MASTER && settings.other_realm().is_some() {
        return step![
            "let Grantry's own client be one of the managed realm, or of \
             `master`: ",
            Term::AuthRealm,
            " names another, whose clients have no roles there"
        ];
    }

    let holder = settings.role_holder();
    format!(
        "give the service account of Grantry's own client the role `{role}` \
         of the client `{holder}` in the realm `{own}`{more}"
    )
    .into()
}

pub(super) fn of_unreachable(silence: UnreachableReason) -> Step {
    match silence {
        UnreachableReason::Name => {
            step![
                "check the address (",
                Term::Server,
                "): this machine knows no such host"
            ]
        }
        UnreachableReason::Certificate => step![
            "check the address; where a proxy or the server has a certificate \
             authority of its own, name its file in ",
            Term::CertificateAuthorities,
        ],
        UnreachableReason::PlainHttp => "check the address: credentials are \
                                         sent by https, except to this \
                                         machine itself"
            .into(),
        UnreachableReason::Https => {
            "this address speaks https: write it with `https://`".into()
        }
        UnreachableReason::Time => "check that nothing between here and the \
                                    server stands in the way, or try again \
                                    later"
            .into(),
        UnreachableReason::Connection => {
            step![
                "check the address (",
                Term::Server,
                "), and that the server is running"
            ]
        }
    }
}

pub(super) fn of_credentials() -> Step {
    step![
        "check ",
        Term::RealmClientId,
        " with its ",
        Term::RealmClientSecret,
        " (or its ",
        Term::RealmPrivateKey,
        "), that the client is of this realm (or of ",
        Term::AuthRealm,
        "), and that it has a service account",
    ]
}

/// Where a realm is that does not show what it shows to everybody.
pub(super) fn to_find_realm() -> Step {
    step![
        "check ",
        Term::Server,
        ", which is as in `https://sso.example`, or \
         `https://sso.example/auth` where it has a path, and ",
        Term::Realm,
    ]
}
