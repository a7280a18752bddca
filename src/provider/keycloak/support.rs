//! What Keycloak can express.

use super::names::{
    BUILT_IN, METADATA_PREFIX, OWN_SCOPES, SERVICE_ACCOUNT_PREFIX,
};
use crate::model::{
    Asking, ClientIds, EmptyGrants, EmptyTexts, GrantType, Kind, Longest,
    MachineDefaults, ManagementApi, Missing, Part, ScopeNames, ScopeNaming,
    Support,
};

/// What Keycloak can express where scopes keep their names.
pub const SUPPORT: Support = Support {
    missing: &MISSING,
    scope_names: ScopeNames::InTheTenant {
        instead: "give one of them another name, or have all stand behind the \
                  identifiers of their APIs with `scope_names: qualified`",
    },
    scope_naming: ScopeNaming::Bare,
    ..COMMON
};

/// The same where they stand behind the identifiers of their APIs.
pub const QUALIFIED_SUPPORT: Support = Support {
    missing: FIELDS,
    lengths: &[
        LENGTHS[0],
        LENGTHS[1],
        LENGTHS[2],
        LENGTHS[3],
        LENGTHS[4],
        LENGTHS[5],
        LENGTHS[6],
        Longest {
            part: Part::Qualified,
            ..LENGTHS[7]
        },
    ],
    scope_naming: ScopeNaming::Qualified,
    ..COMMON
};

/// What Keycloak can express where scopes are called like this.
#[must_use]
pub fn support_for(naming: ScopeNaming) -> &'static Support {
    match naming {
        ScopeNaming::Bare => &SUPPORT,
        ScopeNaming::Qualified => &QUALIFIED_SUPPORT,
    }
}

const COMMON: Support = Support {
    lengths: &LENGTHS,
    machine: MachineDefaults {
        app_type: None,
        // Keycloak's own is a client that people log in to.
        grant_types: &[GrantType::ClientCredentials],
        oidc_conformant: None,
        token_endpoint_auth_method: None,
        signing_alg: None,
    },
    system_api: |_, _| None,
    empty_grants: EmptyGrants::None,
    empty_texts: EmptyTexts::Dropped,
    own_client_ids: &BUILT_IN,
    asking: Asking::ByScopes,
    // `req-params-default-max-size`, unless the server says otherwise.
    scope_parameter: Some(4_000),
    management_api: ManagementApi::None,
    client_ids: ClientIds::Chosen,
    marks: &[Kind::ResourceServer, Kind::Client],
    ..Support::of_everything("Keycloak")
};

/// Its database takes no longer ones, and says nothing of the cause.
const LENGTHS: [Longest; 8] = [
    Longest {
        kind: Kind::ResourceServer,
        field: "name",
        part: Part::Text,
        characters: 255,
    },
    Longest {
        kind: Kind::Client,
        field: "name",
        part: Part::Text,
        characters: 255,
    },
    Longest {
        kind: Kind::Client,
        field: "description",
        part: Part::Text,
        characters: 255,
    },
    Longest {
        kind: Kind::ResourceServer,
        field: "identifier",
        part: Part::Text,
        characters: 255,
    },
    Longest {
        kind: Kind::ResourceServer,
        field: "scopes",
        part: Part::Values,
        characters: 255,
    },
    Longest {
        kind: Kind::Client,
        field: "client_metadata",
        part: Part::Text,
        characters: 255 - METADATA_PREFIX.len(),
    },
    Longest {
        kind: Kind::Client,
        field: "client_id",
        part: Part::Text,
        characters: 255 - SERVICE_ACCOUNT_PREFIX.len(),
    },
    Longest {
        kind: Kind::ResourceServer,
        field: "scopes",
        part: Part::Text,
        characters: 255,
    },
];

/// The fields and values, and the names of scopes that every realm has.
const MISSING: [Missing; FIELDS.len() + OWN_SCOPES.len()] = {
    let mut all = [FIELDS[0]; FIELDS.len() + OWN_SCOPES.len()];
    let mut place = 0;
    while place < FIELDS.len() {
        all[place] = FIELDS[place];
        place += 1;
    }
    let mut scope = 0;
    while scope < OWN_SCOPES.len() {
        all[place + scope] = own_scope(OWN_SCOPES[scope]);
        scope += 1;
    }
    all
};

const fn own_scope(name: &'static str) -> Missing {
    Missing {
        kind: Kind::ResourceServer,
        field: "scopes",
        value: Some(name),
        why: "every realm has a scope of that name itself",
        instead: "give it another name, or have all stand behind the \
                  identifiers of their APIs with `scope_names: qualified`",
    }
}

const OF_THE_REALM: &str =
    "a realm or a client says how tokens are made, and no API does";
const LEAVE_OUT: &str = "leave it out";

const FIELDS: &[Missing] = &[
    api(
        "token_lifetime",
        OF_THE_REALM,
        "set `access_token_lifetime` on the clients that call it",
    ),
    api(
        "token_lifetime_for_web",
        OF_THE_REALM,
        "set `access_token_lifetime` on the clients that call it",
    ),
    api(
        "signing_alg",
        OF_THE_REALM,
        "set it in the realm",
    ),
    api("token_dialect", OF_THE_REALM, LEAVE_OUT),
    api("token_encryption", OF_THE_REALM, LEAVE_OUT),
    api(
        "proof_of_possession",
        OF_THE_REALM,
        "set `require_proof_of_possession` on the clients that call it",
    ),
    api(
        "enforce_policies",
        "roles of users are no matter of an API there",
        LEAVE_OUT,
    ),
    api(
        "allow_offline_access",
        "a client that may ask for the scope `offline_access` has it for \
         every API",
        LEAVE_OUT,
    ),
    api(
        "allow_online_access",
        "it has no tokens of that kind",
        LEAVE_OUT,
    ),
    api(
        "allow_online_access_with_ephemeral_sessions",
        "it has no tokens of that kind",
        LEAVE_OUT,
    ),
    api(
        "skip_consent_for_verifiable_first_party_clients",
        "a client says whether it asks for consent",
        LEAVE_OUT,
    ),
    api(
        "subject_type_authorization",
        "a scope that a client may ask for is for itself and for its users",
        LEAVE_OUT,
    ),
    api(
        "authorization_details",
        "it has no rich authorization requests for services",
        LEAVE_OUT,
    ),
    api(
        "consent_policy",
        "it has no transactions to consent to",
        LEAVE_OUT,
    ),
    api(
        "authorization_policy",
        "it has no such policies",
        LEAVE_OUT,
    ),
    client(
        "app_type",
        "it has no types of application",
        LEAVE_OUT,
    ),
    client(
        "token_endpoint_auth_method",
        "a client may send its secret in either way",
        LEAVE_OUT,
    ),
    client(
        "client_authentication_methods",
        "Grantry writes no keys there yet",
        "leave it out: the client authenticates with its secret",
    ),
    client(
        "is_first_party",
        "all its clients are",
        LEAVE_OUT,
    ),
    client(
        "oidc_conformant",
        "all its clients are",
        LEAVE_OUT,
    ),
    client(
        "jwt_configuration",
        "Grantry manages access tokens there, and no ID tokens",
        "for the life of access tokens, set `access_token_lifetime`",
    ),
    client("token_quota", "it counts no tokens", LEAVE_OUT),
    client(
        "default_organization",
        "organizations are for users there",
        LEAVE_OUT,
    ),
    client(
        "compliance_level",
        "the realm's client policies say it",
        LEAVE_OUT,
    ),
    client(
        "token_exchange",
        "it has no profiles of exchange",
        LEAVE_OUT,
    ),
    client(
        "refresh_token",
        "the realm says how long these live",
        LEAVE_OUT,
    ),
    Missing {
        kind: Kind::Client,
        field: "access_token_lifetime",
        value: Some("0"),
        why: "it would get no token that counts",
        instead: "say how many seconds, or leave it out for the realm's own",
    },
    grant_type(
        "null",
        "it would be a client that people log in to",
    ),
    grant_type(
        "refresh_token",
        "it comes with the ways to log in",
    ),
    grant_type(
        "http://auth0.com/oauth/grant-type/password-realm",
        "it is Auth0's own",
    ),
    grant_type(
        "http://auth0.com/oauth/grant-type/mfa-oob",
        "it is Auth0's own",
    ),
    grant_type(
        "http://auth0.com/oauth/grant-type/mfa-otp",
        "it is Auth0's own",
    ),
    grant_type(
        "http://auth0.com/oauth/grant-type/mfa-recovery-code",
        "it is Auth0's own",
    ),
    grant_type(
        "urn:auth0:params:oauth:grant-type:token-exchange:\
         federated-connection-access-token",
        "it is Auth0's own",
    ),
    grant(
        "all_scopes",
        None,
        "a client may ask for scopes by their names only",
        "list the scopes that the API declares",
    ),
    grant(
        "subject_type",
        Some("user"),
        "a scope that a client may ask for is for itself and for its users",
        LEAVE_OUT,
    ),
    grant(
        "organization_usage",
        None,
        "organizations are for users there",
        LEAVE_OUT,
    ),
    grant(
        "allow_any_organization",
        None,
        "organizations are for users there",
        LEAVE_OUT,
    ),
    grant(
        "organizations",
        None,
        "organizations are for users there",
        LEAVE_OUT,
    ),
    grant(
        "authorization_details_types",
        None,
        "it has no rich authorization requests for services",
        LEAVE_OUT,
    ),
];

const fn api(
    field: &'static str,
    why: &'static str,
    instead: &'static str,
) -> Missing {
    Missing {
        kind: Kind::ResourceServer,
        field,
        value: None,
        why,
        instead,
    }
}

const fn client(
    field: &'static str,
    why: &'static str,
    instead: &'static str,
) -> Missing {
    Missing {
        kind: Kind::Client,
        field,
        value: None,
        why,
        instead,
    }
}

const fn grant_type(value: &'static str, why: &'static str) -> Missing {
    Missing {
        kind: Kind::Client,
        field: "grant_types",
        value: Some(value),
        why,
        instead: "leave it out: `client_credentials` is what a service uses",
    }
}

const fn grant(
    field: &'static str,
    value: Option<&'static str>,
    why: &'static str,
    instead: &'static str,
) -> Missing {
    Missing {
        kind: Kind::Grant,
        field,
        value,
        why,
        instead,
    }
}
