//! What things are called in a realm, on the wire and in its objects.

/// Under which names an object says what it is to Grantry: attributes, beside
/// the two of its mark, which has its own.
pub(super) const KIND: &str = "grantry_kind";
/// On a scope: the identifier of its API.
pub(super) const SCOPE_API: &str = "grantry_api";
/// On a scope: its name, where it stands behind the identifier.
pub(super) const SCOPE_NAME: &str = "grantry_scope";

/// On a scope: what it was called in the realm when it was made, in one way to
/// name scopes or the other.
pub(super) const NAME_AS_MADE: &str = "grantry_name";

/// What stands before the names of metadata: an attribute without it is a
/// setting, and what people write must not become one.
pub(super) const METADATA_PREFIX: &str = "grantry.metadata.";

/// What stands before the id of a client in the name of its service account,
/// which is a user.
pub(super) const SERVICE_ACCOUNT_PREFIX: &str = "service-account-";

/// The kinds that [`KIND`] names.
pub(super) const API: &str = "resource_server";
pub(super) const CLIENT: &str = "client";

/// Attributes that are settings of a client.
pub(super) const LOGO: &str = "logoUri";
pub(super) const DPOP: &str = "dpop.bound.access.tokens";
pub(super) const LIFESPAN: &str = "access.token.lifespan";

/// On a scope: whether tokens say that they have it. They
/// do, where nothing is said.
pub(super) const IN_TOKEN_SCOPE: &str = "include.in.token.scope";

/// On a client that every realm comes with: whether it holds roles.
pub(super) const HOLDS_ROLES: &str = "realm_client";

/// Attributes that switch on a way to get tokens.
pub(super) const DEVICE_CODE: &str =
    "oauth2.device.authorization.grant.enabled";
pub(super) const CIBA: &str = "oidc.ciba.grant.enabled";
pub(super) const TOKEN_EXCHANGE: &str = "standard.token.exchange.enabled";
pub(super) const ASSERTION_EXCHANGE: &str =
    "oauth2.jwt.authorization.grant.enabled";

/// All of these.
pub(super) const SWITCHES: [&str; 4] = [
    DEVICE_CODE,
    CIBA,
    TOKEN_EXCHANGE,
    ASSERTION_EXCHANGE,
];

/// The protocol of everything that Grantry makes.
pub(super) const PROTOCOL: &str = "openid-connect";

/// The kind of mapper that puts an API into the audience of
/// tokens, and its settings.
pub(super) const AUDIENCE_MAPPER: &str = "oidc-audience-mapper";
pub(super) const INCLUDED_CLIENT: &str = "included.client.audience";
pub(super) const INCLUDED_CUSTOM: &str = "included.custom.audience";
pub(super) const IN_ACCESS_TOKEN: &str = "access.token.claim";
/// Whether a mapper counts in the lightweight tokens of
/// clients that ask for these.
pub(super) const IN_LIGHTWEIGHT_TOKEN: &str = "lightweight.claim";

/// The claim that other kinds of mapper write, and the
/// one that an API stands in.
pub(super) const CLAIM_NAME: &str = "claim.name";
pub(super) const AUDIENCE_CLAIM: &str = "aud";

/// The scope that every token of a client has: who it speaks for.
pub(super) const BASIC_SCOPE: &str = "basic";

/// The realm whose clients may have roles in others.
pub(super) const MASTER: &str = "master";

/// The client that holds the roles of a realm: every listing
/// shows it, or shows not all.
pub(super) const REALM_MANAGEMENT: &str = "realm-management";

/// The client that holds fine-grained permissions, where these are switched on.
pub(super) const ADMIN_PERMISSIONS: &str = "admin-permissions";

/// The clients that a realm comes with. Most carry nothing that tells.
pub(super) const BUILT_IN: [&str; 7] = [
    "account",
    "account-console",
    "admin-cli",
    "security-admin-console",
    "broker",
    REALM_MANAGEMENT,
    ADMIN_PERMISSIONS,
];

/// The scopes that a new realm comes with, and one that is none.
pub(super) const OWN_SCOPES: &[&str] = &[
    "acr",
    "address",
    "AuthnContextClassRef",
    "basic",
    "email",
    "microprofile-jwt",
    "offline_access",
    "openid",
    "organization",
    "phone",
    "profile",
    "role_list",
    "roles",
    "saml_organization",
    "service_account",
    "web-origins",
];
