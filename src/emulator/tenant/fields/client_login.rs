//! Fields of a client that browsers, logins and single sign-on need. They mean
//! nothing to machine-to-machine access, and are kept as they come once their
//! form is right.

use std::net::IpAddr;

use super::credential::{CREDENTIAL_ID, PUBLIC_KEY};
use super::shape::Shape::{
    Anything, Boolean, Formed, List, OneOf, Record as Nested, ShortList, SomeOf,
};
use super::shape::{
    ANY_TEXT, Form, Record, SOME_TEXT, Shape, field, integer, open, record,
    some, text,
};

pub(super) static OIDC_LOGOUT: Record = open(&[
    field("backchannel_logout_urls", List(&ANY_TEXT)),
    field(
        "backchannel_logout_initiators",
        Nested(&LOGOUT_INITIATORS),
    ),
    field(
        "backchannel_logout_session_metadata",
        Nested(&LOGOUT_METADATA),
    )
    .nullable(),
]);

static LOGOUT_INITIATORS: Record = open(&[
    field("mode", OneOf(&["custom", "all"])),
    field(
        "selected_initiators",
        List(&OneOf(LOGOUT_INITIATOR)),
    ),
]);

static LOGOUT_INITIATOR: &[&str] = &[
    "rp-logout",
    "idp-logout",
    "password-changed",
    "session-expired",
    "session-revoked",
    "account-deleted",
    "email-identifier-changed",
    "mfa-phone-unenrolled",
    "account-deactivated",
];

static LOGOUT_METADATA: Record = open(&[field("include", Boolean)]);

pub(super) static SESSION_TRANSFER: Record = record(&[
    field("can_create_session_transfer_token", Boolean),
    field("enforce_cascade_revocation", Boolean),
    field(
        "allowed_authentication_methods",
        List(&OneOf(&["cookie", "query"])),
    )
    .nullable(),
    field(
        "enforce_device_binding",
        OneOf(&["ip", "asn", "none"]),
    ),
    field("allow_refresh_token", Boolean),
    field("enforce_online_refresh_tokens", Boolean),
    field("delegation", Nested(&DELEGATION)).nullable(),
]);

static DELEGATION: Record = record(&[
    field("allow_delegated_access", Boolean),
    field("enforce_device_binding", OneOf(&["ip", "asn"])),
]);

pub(super) static MOBILE: Record = open(&[
    field("android", Nested(&ANDROID)),
    field("ios", Nested(&IOS)),
]);

static ANDROID: Record = open(&[
    field("app_package_name", ANY_TEXT),
    field("sha256_cert_fingerprints", SomeOf(&SOME_TEXT)),
]);

static IOS: Record = open(&[
    field("team_id", ANY_TEXT),
    field("app_bundle_identifier", ANY_TEXT),
]);

pub(super) static ENCRYPTION_KEY: Record = open(&[
    field("pub", ANY_TEXT),
    field("cert", ANY_TEXT),
    field("subject", ANY_TEXT),
]);

pub(super) static NATIVE_SOCIAL_LOGIN: Record = some(&[
    field("apple", Nested(&ENABLED)).clearable(),
    field("facebook", Nested(&ENABLED)).clearable(),
    field("google", Nested(&ENABLED)).clearable(),
]);

static ENABLED: Record = some(&[field("enabled", Boolean)]);

pub(super) static FEDCM_LOGIN: Record =
    some(&[field("google", Nested(&IS_ENABLED)).clearable()]);

static IS_ENABLED: Record = some(&[field("is_enabled", Boolean)]);

pub(super) static EXPRESS_CONFIGURATION: Record = record(&[
    field("initiate_login_uri_template", ANY_TEXT).required(),
    field("user_attribute_profile_id", ANY_TEXT).required(),
    field("connection_profile_id", ANY_TEXT).required(),
    field("enable_client", Boolean).required(),
    field("enable_organization", Boolean).required(),
    field("linked_clients", List(&Nested(&LINKED_CLIENT))),
    field("okta_oin_client_id", ANY_TEXT).required(),
    field("admin_login_domain", SOME_TEXT).required(),
    field("oin_submission_id", text(1, 200)),
]);

static LINKED_CLIENT: Record =
    record(&[field("client_id", ANY_TEXT).required()]);

pub(super) static MY_ORGANIZATION_CONFIGURATION: Record = record(&[
    field("connection_profile_id", ANY_TEXT),
    field("user_attribute_profile_id", ANY_TEXT),
    field("allowed_strategies", List(&OneOf(STRATEGIES))).required(),
    field(
        "connection_deletion_behavior",
        OneOf(&["allow", "allow_if_empty"]),
    )
    .required(),
    field("invitation_landing_client_id", ANY_TEXT),
    // Newer than the published schema.
    field(
        "third_party_client_access",
        Nested(&THIRD_PARTY_ACCESS),
    ),
    field("enforce_permission_ceiling", Boolean),
    field("enforce_self_assignment_restriction", Boolean),
]);

static THIRD_PARTY_ACCESS: Record = open(&[
    field("default_value", OneOf(ACCESS)),
    field("allowed_values", List(&OneOf(ACCESS))),
]);

static ACCESS: &[&str] = &["allow", "block"];

static STRATEGIES: &[&str] = &[
    "pingfederate",
    "adfs",
    "waad",
    "google-apps",
    "okta",
    "oidc",
    "samlp",
];

pub(super) static SIGNED_REQUEST_OBJECT: Record = record(&[
    field("required", Boolean),
    field("credentials", List(&Nested(&PUBLIC_KEY))).immutable(),
    field("credentials", List(&Nested(&CREDENTIAL_ID))).patch_only(),
]);

pub(super) static TOKEN_VAULT_PRIVILEGED_ACCESS: Record = record(&[
    field(
        "credentials",
        vault_credentials(&Nested(&PUBLIC_KEY)),
    )
    .required()
    .immutable(),
    field(
        "credentials",
        vault_credentials(&Nested(&CREDENTIAL_ID)),
    )
    .required()
    .patch_only(),
    // How many there may be, here and of the grants, was
    // seen by what was refused.
    field(
        "ip_allowlist",
        ShortList {
            most: 10,
            item: &NETWORK,
        },
    ),
    field(
        "grants",
        ShortList {
            most: 5,
            item: &Nested(&VAULT_GRANT),
        },
    ),
]);

const fn vault_credentials(item: &'static Shape) -> Shape {
    ShortList { most: 2, item }
}

static NETWORK: Shape = Formed {
    form: Form::Format("ipv4"),
    fits: is_network,
};

static VAULT_GRANT: Record = record(&[
    field("connection", SOME_TEXT).required(),
    field(
        "scopes",
        ShortList {
            most: 20,
            item: &SOME_TEXT,
        },
    )
    .required(),
]);

/// An address, or a network by its address and the length of its prefix.
fn is_network(text: &str) -> bool {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };

    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    prefix.is_none_or(|prefix| {
        prefix
            .parse::<u8>()
            .is_ok_and(|length| length <= longest)
    })
}

/// Each is checked no further than what it must have.
pub(super) static ADDONS: Record = record(&[
    field("aws", Nested(&AWS)),
    field("azure_blob", Anything),
    field("azure_sb", Anything),
    field("rms", Nested(&WITH_URL)),
    field("mscrm", Nested(&WITH_URL)),
    field("slack", Nested(&SLACK)),
    field("sentry", Anything),
    field("box", Anything),
    field("cloudbees", Anything),
    field("concur", Anything),
    field("dropbox", Anything),
    field("echosign", Anything),
    field("egnyte", Anything),
    field("firebase", Anything),
    field("newrelic", Anything),
    field("office365", Anything),
    field("salesforce", Anything),
    field("salesforce_api", Anything),
    field("salesforce_sandbox_api", Anything),
    field("samlp", Anything),
    field("layer", Nested(&LAYER)),
    field("sap_api", Anything),
    field("sharepoint", Anything),
    field("springcm", Anything),
    field("wams", Anything),
    field("wsfed", Anything),
    field("zendesk", Anything),
    field("zoom", Anything),
    field("sso_integration", Anything),
    field("oag", Anything).nullable(),
]);

static AWS: Record = open(&[field(
    "lifetime_in_seconds",
    integer(900, 43200),
)]);

static WITH_URL: Record = open(&[field("url", ANY_TEXT).required()]);

static SLACK: Record = open(&[field("team", ANY_TEXT).required()]);

static LAYER: Record = open(&[
    field("providerId", ANY_TEXT).required(),
    field("keyId", ANY_TEXT).required(),
    field("privateKey", ANY_TEXT).required(),
]);

// From here on: newer than the published schema.

pub(super) static IDENTITY_ASSERTION: Record =
    record(&[field("active", Boolean)]);

pub(super) static OIDC_SUPPORT: Record = record(&[
    field("is_allowed", Boolean).required(),
    field("allow_all_scopes", Boolean),
    field(
        "allowed_scopes",
        List(&OneOf(&[
            "profile", "email", "address", "phone",
        ])),
    ),
]);

pub(super) static ANONYMOUS_SESSIONS: Record =
    record(&[field("active", Boolean).required()]);

pub(super) static B2B_INTEGRATION: Record =
    open(&[field("sso_profiles", List(&SOME_TEXT))]);

#[cfg(test)]
mod tests;
