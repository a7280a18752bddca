//! Fields of a client.

use super::credential::{CERTIFICATE, CREDENTIAL_ID, PUBLIC_KEY, SUBJECT};
use super::shape::Shape::{
    Anything, Boolean, List, Metadata, Name, OneOf, Record as Nested, ShortList,
};
use super::shape::{
    ANY_TEXT, Field, Record, SCOPE, SIGNING_ALGORITHMS, SOME_TEXT, Shape, field, integer, record,
    text,
};

pub(crate) static CLIENT: Record = record(&[
    field("name", Name { most: usize::MAX }).required(),
    field("description", text(0, 140)),
    field("app_type", OneOf(APP_TYPES)),
    field("grant_types", List(&SOME_TEXT)),
    field("token_endpoint_auth_method", OneOf(SECRET_METHODS)).clearable(),
    field("client_authentication_methods", Nested(&AUTHENTICATION_METHODS)).clearable(),
    field("client_secret", text(1, usize::MAX)).patch_only(),
    field("is_first_party", Boolean),
    field("oidc_conformant", Boolean),
    field("jwt_configuration", Nested(&JWT_CONFIGURATION)),
    field("refresh_token", Nested(&REFRESH_TOKEN)).nullable(),
    field("client_metadata", Metadata),
    field("token_quota", Nested(&TOKEN_QUOTA)).clearable(),
    field("default_organization", Nested(&DEFAULT_ORGANIZATION)).nullable(),
    field("organization_usage", OneOf(&["deny", "allow", "require"])).clearable(),
    field("organization_require_behavior", OneOf(REQUIRE_BEHAVIORS)).clearable(),
    field("organization_discovery_methods", List(&OneOf(&["email", "organization_name"])))
        .clearable(),
    field("is_token_endpoint_ip_header_trusted", Boolean),
    field("require_pushed_authorization_requests", Boolean),
    field("require_proof_of_possession", Boolean),
    field("compliance_level", OneOf(COMPLIANCE_LEVELS)).nullable(),
    field("token_exchange", Nested(&TOKEN_EXCHANGE)).clearable(),
    field("par_request_expiry", integer(10, 600)).nullable(),
    field("resource_server_identifier", text(1, 600)).immutable(),
    field("third_party_security_mode", OneOf(&["strict", "permissive"])),
    field("redirection_policy", OneOf(&["allow_always", "open_redirect_protection"])),
    field("allowed_clients", List(&SOME_TEXT)),
    field("client_aliases", List(&SOME_TEXT)),
    field("callbacks", List(&ANY_TEXT)),
    field("allowed_origins", List(&ANY_TEXT)),
    field("web_origins", List(&ANY_TEXT)),
    field("allowed_logout_urls", List(&ANY_TEXT)),
    // From here on: what browsers and logins need, known by name so that nothing else passes.
    field("logo_uri", text(0, usize::MAX)),
    field("initiate_login_uri", text(0, usize::MAX)),
    field("cross_origin_authentication", Boolean),
    field("cross_origin_loc", text(0, usize::MAX)).clearable(),
    field("sso", Boolean),
    field("sso_disabled", Boolean),
    field("custom_login_page_on", Boolean),
    field("custom_login_page", text(0, usize::MAX)),
    field("custom_login_page_preview", text(0, usize::MAX)),
    field("form_template", text(0, usize::MAX)),
    field("skip_non_verifiable_callback_uri_confirmation_prompt", Boolean).clearable(),
    field("addons", Anything),
    field("mobile", Anything),
    field("encryption_key", Anything).nullable(),
    field("native_social_login", Anything),
    field("fedcm_login", Anything),
    field("oidc_logout", Anything).nullable(),
    field("oidc_backchannel_logout", Anything).nullable(),
    field("session_transfer", Anything).nullable(),
    field("signed_request_object", Anything).nullable(),
    field("token_vault_privileged_access", Anything).nullable(),
    field("express_configuration", Anything).nullable(),
    field("my_organization_configuration", Anything).nullable(),
    field("async_approval_notification_channels", Anything).nullable(),
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

static SECRET_METHODS: &[&str] = &["none", "client_secret_post", "client_secret_basic"];

static REQUIRE_BEHAVIORS: &[&str] = &["no_prompt", "pre_login_prompt", "post_login_prompt"];

static COMPLIANCE_LEVELS: &[&str] =
    &["none", "fapi1_adv_pkj_par", "fapi1_adv_mtls_par", "fapi2_sp_pkj_mtls", "fapi2_sp_mtls_mtls"];

static AUTHENTICATION_METHODS: Record = Record {
    fields: &[
        // POST brings the credentials with it; PATCH names some that the client has.
        field("private_key_jwt", Nested(&NEW_PUBLIC_KEYS)).immutable(),
        field("tls_client_auth", Nested(&NEW_SUBJECTS)).immutable(),
        field("self_signed_tls_client_auth", Nested(&NEW_CERTIFICATES)).immutable(),
        field("private_key_jwt", Nested(&CREDENTIALS)).patch_only(),
        field("tls_client_auth", Nested(&CREDENTIALS)).patch_only(),
        field("self_signed_tls_client_auth", Nested(&CREDENTIALS)).patch_only(),
    ],
    least: 1,
    most: 1,
};

const fn credentials(item: &'static Shape) -> Field {
    field("credentials", ShortList { most: 2, item }).required()
}

static NEW_PUBLIC_KEYS: Record = record(&[credentials(&Nested(&PUBLIC_KEY))]);
static NEW_SUBJECTS: Record = record(&[credentials(&Nested(&SUBJECT))]);
static NEW_CERTIFICATES: Record = record(&[credentials(&Nested(&CERTIFICATE))]);
static CREDENTIALS: Record = record(&[credentials(&Nested(&CREDENTIAL_ID))]);

static JWT_CONFIGURATION: Record = record(&[
    field("alg", OneOf(SIGNING_ALGORITHMS)),
    field("lifetime_in_seconds", integer(0, i64::MAX)),
    field("scopes", Anything),
    field("secret_encoded", Boolean).immutable(),
]);

static REFRESH_TOKEN: Record = record(&[
    field("rotation_type", OneOf(&["rotating", "non-rotating"])).required(),
    field("expiration_type", OneOf(&["expiring", "non-expiring"])).required(),
    field("leeway", integer(0, i64::MAX)),
    field("token_lifetime", integer(1, 157_788_000)),
    field("infinite_token_lifetime", Boolean),
    field("idle_token_lifetime", integer(1, i64::MAX)),
    field("infinite_idle_token_lifetime", Boolean),
    field("policies", List(&Nested(&REFRESH_TOKEN_POLICY))).nullable(),
]);

static REFRESH_TOKEN_POLICY: Record =
    record(&[field("audience", text(1, 600)).required(), field("scope", List(&SCOPE)).required()]);

static TOKEN_QUOTA: Record = record(&[field("client_credentials", Nested(&QUOTA)).required()]);

static QUOTA: Record = Record {
    fields: &[
        field("enforce", Boolean),
        field("per_day", integer(1, 2_147_483_647)),
        field("per_hour", integer(1, 2_147_483_647)),
    ],
    least: 1,
    most: usize::MAX,
};

static DEFAULT_ORGANIZATION: Record = record(&[
    field("organization_id", text(1, usize::MAX)).required(),
    field("flows", List(&OneOf(&["client_credentials"]))).required(),
]);

static TOKEN_EXCHANGE: Record = record(&[field(
    "allow_any_profile_of_type",
    List(&OneOf(&["custom_authentication", "on_behalf_of_token_exchange"])),
)]);
