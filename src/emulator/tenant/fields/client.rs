//! Fields of a client.

use super::client_login as login;
use super::credential::{CERTIFICATE, CREDENTIAL_ID, PUBLIC_KEY, SUBJECT};
use super::shape::Shape::{
    Boolean, List, Metadata, Name, OneOf, Record as Nested, ShortList, SomeOf,
};
use super::shape::{
    ANY_TEXT, Field, Record, SCOPE, SIGNING_ALGORITHMS, SOME_TEXT, Shape,
    field, integer, open, record, some, text,
};

pub(crate) static CLIENT: Record = record(&[
    field(
        "name",
        Name {
            most: usize::MAX,
        },
    )
    .required(),
    field("description", text(0, 140)),
    field("app_type", OneOf(APP_TYPES)),
    field("grant_types", List(&SOME_TEXT)),
    field(
        "token_endpoint_auth_method",
        OneOf(SECRET_METHODS),
    )
    .clearable(),
    field(
        "client_authentication_methods",
        Nested(&AUTHENTICATION_METHODS),
    )
    .clearable(),
    field("client_secret", SOME_TEXT).patch_only(),
    field("is_first_party", Boolean),
    field("oidc_conformant", Boolean),
    field("jwt_configuration", Nested(&JWT_CONFIGURATION)),
    field("refresh_token", Nested(&REFRESH_TOKEN)).nullable(),
    field("client_metadata", Metadata),
    field("token_quota", Nested(&TOKEN_QUOTA)).clearable(),
    field(
        "default_organization",
        Nested(&DEFAULT_ORGANIZATION),
    )
    .nullable(),
    field(
        "organization_usage",
        OneOf(&["deny", "allow", "require"]),
    )
    .clearable(),
    field(
        "organization_require_behavior",
        OneOf(REQUIRE_BEHAVIORS),
    )
    .clearable(),
    field(
        "organization_discovery_methods",
        SomeOf(&OneOf(&["email", "organization_name"])),
    )
    .clearable(),
    field("is_token_endpoint_ip_header_trusted", Boolean),
    field("require_pushed_authorization_requests", Boolean),
    field("require_proof_of_possession", Boolean),
    field("compliance_level", OneOf(COMPLIANCE_LEVELS)).nullable(),
    field("token_exchange", Nested(&TOKEN_EXCHANGE)).clearable(),
    field("par_request_expiry", integer(10, 600)).nullable(),
    field("resource_server_identifier", text(1, 600)).immutable(),
    field(
        "third_party_security_mode",
        OneOf(&["strict", "permissive"]),
    ),
    field(
        "redirection_policy",
        OneOf(&["allow_always", "open_redirect_protection"]),
    ),
    field("allowed_clients", List(&SOME_TEXT)),
    field("client_aliases", List(&SOME_TEXT)),
    field("callbacks", List(&ANY_TEXT)),
    field("allowed_origins", List(&ANY_TEXT)),
    field("web_origins", List(&ANY_TEXT)),
    field("allowed_logout_urls", List(&ANY_TEXT)),
    // From here on: what browsers and logins need.
    field("logo_uri", ANY_TEXT),
    field("initiate_login_uri", ANY_TEXT),
    field("cross_origin_authentication", Boolean),
    field("cross_origin_loc", ANY_TEXT).clearable(),
    field("sso", Boolean),
    field("sso_disabled", Boolean),
    field("custom_login_page_on", Boolean),
    field("custom_login_page", SOME_TEXT).immutable(),
    field("custom_login_page", ANY_TEXT).patch_only(),
    field("custom_login_page_preview", SOME_TEXT).immutable(),
    field("custom_login_page_preview", ANY_TEXT).patch_only(),
    field("form_template", SOME_TEXT).immutable(),
    field("form_template", ANY_TEXT).patch_only(),
    field(
        "skip_non_verifiable_callback_uri_confirmation_prompt",
        Boolean,
    )
    .clearable(),
    // Null is sent by tools and taken, against the published schema: here, and
    // of the two below that say so.
    field("addons", Nested(&login::ADDONS)).clearable(),
    field("mobile", Nested(&login::MOBILE)),
    field("encryption_key", Nested(&login::ENCRYPTION_KEY)).nullable(),
    field(
        "native_social_login",
        Nested(&login::NATIVE_SOCIAL_LOGIN),
    )
    .clearable(),
    field("fedcm_login", Nested(&login::FEDCM_LOGIN)).clearable(),
    field("oidc_logout", Nested(&login::OIDC_LOGOUT)),
    // Null as of `addons`.
    field(
        "oidc_backchannel_logout",
        Nested(&login::OIDC_LOGOUT),
    )
    .clearable(),
    field(
        "session_transfer",
        Nested(&login::SESSION_TRANSFER),
    )
    .nullable(),
    // Null as of `addons`.
    field(
        "signed_request_object",
        Nested(&login::SIGNED_REQUEST_OBJECT),
    )
    .nullable(),
    field(
        "token_vault_privileged_access",
        Nested(&login::TOKEN_VAULT_PRIVILEGED_ACCESS),
    )
    .clearable(),
    field(
        "express_configuration",
        Nested(&login::EXPRESS_CONFIGURATION),
    )
    .clearable(),
    field(
        "my_organization_configuration",
        Nested(&login::MY_ORGANIZATION_CONFIGURATION),
    )
    .clearable(),
    field(
        "async_approval_notification_channels",
        SomeOf(&OneOf(&["guardian-push", "email"])),
    )
    .clearable(),
    // Newer than the published schema.
    field(
        "identity_assertion_authorization_grant",
        Nested(&login::IDENTITY_ASSERTION),
    )
    .nullable(),
    field("oidc_support", Nested(&login::OIDC_SUPPORT)).clearable(),
    // Published as a field of APIs, too; of clients it is known by name alone.
    field("require_consent_non_repudiation", Boolean),
    field(
        "anonymous_sessions",
        Nested(&login::ANONYMOUS_SESSIONS),
    )
    .clearable(),
    field(
        "enforce_anon_session_transfer_network_binding",
        OneOf(&["ip", "asn", "none"]),
    )
    .clearable(),
    field(
        "b2b_integration_configuration",
        Nested(&login::B2B_INTEGRATION),
    )
    .clearable(),
]);

static APP_TYPES: &[&str] = &[
    "native",
    "spa",
    "regular_web",
    "non_interactive",
    "resource_server",
    "express_configuration",
    "rms",
    "box",
    "cloudbees",
    "concur",
    "dropbox",
    "mscrm",
    "echosign",
    "egnyte",
    "newrelic",
    "office365",
    "salesforce",
    "sentry",
    "sharepoint",
    "slack",
    "springcm",
    "zendesk",
    "zoom",
    "sso_integration",
    "oag",
];

static SECRET_METHODS: &[&str] = &[
    "none",
    "client_secret_post",
    "client_secret_basic",
];

static REQUIRE_BEHAVIORS: &[&str] = &[
    "no_prompt",
    "pre_login_prompt",
    "post_login_prompt",
];

static COMPLIANCE_LEVELS: &[&str] = &[
    "none",
    "fapi1_adv_pkj_par",
    "fapi1_adv_mtls_par",
    "fapi2_sp_pkj_mtls",
    "fapi2_sp_mtls_mtls",
];

static AUTHENTICATION_METHODS: Record = Record {
    most: 1,
    ..some(&[
        // POST brings the credentials with it; PATCH names
        // some that the client has.
        field("private_key_jwt", Nested(&NEW_PUBLIC_KEYS)).immutable(),
        field("tls_client_auth", Nested(&NEW_SUBJECTS)).immutable(),
        field(
            "self_signed_tls_client_auth",
            Nested(&NEW_CERTIFICATES),
        )
        .immutable(),
        field("private_key_jwt", Nested(&CREDENTIALS)).patch_only(),
        field("tls_client_auth", Nested(&CREDENTIALS)).patch_only(),
        field(
            "self_signed_tls_client_auth",
            Nested(&CREDENTIALS),
        )
        .patch_only(),
    ])
};

const fn credentials(item: &'static Shape) -> Field {
    // Two in use, of the four that a client may have: one beside
    // the one that replaces it.
    field("credentials", ShortList { most: 2, item }).required()
}

static NEW_PUBLIC_KEYS: Record = record(&[credentials(&Nested(&PUBLIC_KEY))]);
static NEW_SUBJECTS: Record = record(&[credentials(&Nested(&SUBJECT))]);
static NEW_CERTIFICATES: Record = record(&[credentials(&Nested(&CERTIFICATE))]);
static CREDENTIALS: Record = record(&[credentials(&Nested(&CREDENTIAL_ID))]);

static JWT_CONFIGURATION: Record = open(&[
    field("alg", OneOf(SIGNING_ALGORITHMS)),
    field("lifetime_in_seconds", integer(0, i64::MAX)),
    field("scopes", Nested(&JWT_SCOPES)),
    // Answers show it, and a PATCH that sends it back is refused.
    field("secret_encoded", Boolean).immutable(),
]);

static JWT_SCOPES: Record = open(&[]);

static REFRESH_TOKEN: Record = record(&[
    field(
        "rotation_type",
        OneOf(&["rotating", "non-rotating"]),
    )
    .required(),
    field(
        "expiration_type",
        OneOf(&["expiring", "non-expiring"]),
    )
    .required(),
    field("leeway", integer(0, i64::MAX)),
    field("token_lifetime", integer(1, 157_788_000)),
    field("infinite_token_lifetime", Boolean),
    field("idle_token_lifetime", integer(1, i64::MAX)),
    field("infinite_idle_token_lifetime", Boolean),
    field(
        "policies",
        SomeOf(&Nested(&REFRESH_TOKEN_POLICY)),
    )
    .nullable(),
]);

static REFRESH_TOKEN_POLICY: Record = record(&[
    field("audience", text(1, 600)).required(),
    field("scope", List(&SCOPE)).required(),
]);

pub(super) static TOKEN_QUOTA: Record =
    record(&[field("client_credentials", Nested(&QUOTA)).required()]);

static QUOTA: Record = some(&[
    field("enforce", Boolean),
    field("per_day", integer(1, 2_147_483_647)),
    field("per_hour", integer(1, 2_147_483_647)),
]);

static DEFAULT_ORGANIZATION: Record = record(&[
    field("organization_id", SOME_TEXT).required(),
    field("flows", List(&OneOf(&["client_credentials"]))).required(),
]);

static TOKEN_EXCHANGE: Record = record(&[field(
    "allow_any_profile_of_type",
    List(&OneOf(&[
        "custom_authentication",
        "on_behalf_of_token_exchange",
    ])),
)]);
