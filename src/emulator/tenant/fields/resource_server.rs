//! Fields of a resource server.

use super::shape::Shape::{
    Anything, Boolean, List, Name, OneOf, Record as Nested, ShortList,
};
use super::shape::{
    Record, SIGNING_ALGORITHMS, SOME_TEXT, field, integer, open, record, text,
};

pub(crate) static RESOURCE_SERVER: Record = record(&[
    field("identifier", text(1, 600))
        .required()
        .immutable(),
    field("name", Name { most: 200 }),
    field(
        "scopes",
        ShortList {
            most: 1000,
            item: &Nested(&DECLARED_SCOPE),
        },
    ),
    // Recorded to change from HS256 to RS256, though the documentation says
    // that it cannot.
    field("signing_alg", OneOf(SIGNING_ALGORITHMS)),
    field("signing_secret", text(16, usize::MAX)),
    field("token_lifetime", integer(0, 2_592_000)),
    // Not in the published schema of requests, and taken all the same.
    field("token_lifetime_for_web", integer(0, 2_592_000)),
    field("token_dialect", OneOf(TOKEN_DIALECTS)),
    field("enforce_policies", Boolean),
    field("allow_offline_access", Boolean),
    field("allow_online_access", Boolean),
    field(
        "allow_online_access_with_ephemeral_sessions",
        Boolean,
    ),
    field(
        "skip_consent_for_verifiable_first_party_clients",
        Boolean,
    ),
    field(
        "subject_type_authorization",
        Nested(&SUBJECT_TYPES),
    ),
    field("authorization_details", List(&Anything)).nullable(),
    field("token_encryption", Nested(&TOKEN_ENCRYPTION)).nullable(),
    field(
        "proof_of_possession",
        Nested(&PROOF_OF_POSSESSION),
    )
    .nullable(),
    field(
        "consent_policy",
        OneOf(&["transactional-authorization-with-mfa"]),
    )
    .nullable(),
    field(
        "authorization_policy",
        Nested(&AUTHORIZATION_POLICY),
    )
    .nullable(),
    // From here on: newer than the published schema.
    field("agent_subject_claims", OneOf(&["auth0-v1"])),
    field("access_token", Nested(&ACCESS_TOKEN)).nullable(),
    field("require_consent_non_repudiation", Boolean),
    field(
        "token_lifetime_for_anonymous_access_tokens",
        integer(0, 2_592_000),
    ),
]);

static TOKEN_DIALECTS: &[&str] = &[
    "access_token",
    "access_token_authz",
    "rfc9068_profile",
    "rfc9068_profile_authz",
];

static DECLARED_SCOPE: Record = record(&[
    field("value", text(1, 280)).required(),
    field("description", text(0, 500)),
]);

static SUBJECT_TYPES: Record = record(&[
    field("user", Nested(&USER_SUBJECT)),
    field("client", Nested(&CLIENT_SUBJECT)),
    // Newer than the published schema; its policies are those of clients.
    field("anonymous_user", Nested(&CLIENT_SUBJECT)),
]);

static USER_SUBJECT: Record = open(&[field(
    "policy",
    OneOf(&["allow_all", "deny_all", "require_client_grant"]),
)]);

static CLIENT_SUBJECT: Record = open(&[field(
    "policy",
    OneOf(&["deny_all", "require_client_grant"]),
)]);

static TOKEN_ENCRYPTION: Record = record(&[
    field("format", OneOf(&["compact-nested-jwe"])).required(),
    field("encryption_key", Nested(&ENCRYPTION_KEY)).required(),
]);

static ENCRYPTION_KEY: Record = record(&[
    field(
        "alg",
        OneOf(&["RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"]),
    )
    .required(),
    field("pem", text(1, 4096)).required(),
    field("name", text(1, 128)),
    field("kid", text(1, 128)),
]);

static PROOF_OF_POSSESSION: Record = record(&[
    field("mechanism", OneOf(&["mtls", "dpop"])).required(),
    field("required", Boolean).required(),
    field(
        "required_for",
        OneOf(&["public_clients", "all_clients"]),
    ),
]);

static AUTHORIZATION_POLICY: Record =
    record(&[field("policy_id", text(1, 1024)).required()]);

static ACCESS_TOKEN: Record =
    record(&[field("claims_mapping", Nested(&CLAIMS_MAPPING))]);

static CLAIMS_MAPPING: Record = record(&[field(
    "custom_claims",
    List(&Nested(&CUSTOM_CLAIM)),
)]);

static CUSTOM_CLAIM: Record = record(&[
    field("name", SOME_TEXT).required(),
    field("expression", SOME_TEXT).required(),
]);
