//! What a tenant that is for machines alone has none of, and which software
//! that reads whole tenants asks for all the same: lists without an item, and
//! objects that are not there.

use super::settings::SETTINGS;

/// A list without an item.
pub(crate) struct EmptyList {
    pub(crate) path: &'static str,
    /// What the list is called where something goes around it.
    pub(crate) plural: &'static str,
    /// What its scope is about: `read:roles` is about `roles`.
    pub(crate) subject: &'static str,
    pub(crate) envelope: Envelope,
}

/// What goes around a list.
#[derive(Clone, Copy)]
pub(crate) enum Envelope {
    /// Nothing, ever.
    Bare,
    /// What the query asks for, as with the lists that are served.
    Asked,
    /// Always an object.
    Named,
    /// Always an object with a count.
    Counted,
}

use Envelope::{Asked, Bare, Counted, Named};

/// Whose scope is about what the list is called.
const fn list(
    path: &'static str,
    plural: &'static str,
    envelope: Envelope,
) -> EmptyList {
    EmptyList {
        path,
        plural,
        subject: plural,
        envelope,
    }
}

impl EmptyList {
    const fn of(self, subject: &'static str) -> Self {
        Self {
            subject,
            ..self
        }
    }
}

/// Of the whole tenant.
pub(crate) static LISTS: &[EmptyList] = &[
    list("/actions/actions", "actions", Counted),
    list("/actions/modules", "modules", Counted).of("actions"),
    list("/actions/triggers", "triggers", Named).of("actions"),
    list(
        "/actions/triggers/{id}/bindings",
        "bindings",
        Counted,
    )
    .of("actions"),
    list("/branding/phone/providers", "providers", Named).of("phone_providers"),
    list("/branding/phone/templates", "templates", Named).of("phone_templates"),
    list(
        "/connection-profiles",
        "connection_profiles",
        Named,
    ),
    list("/connections", "connections", Asked),
    list(
        "/connection-profiles/templates",
        "connection_profile_templates",
        Named,
    )
    .of("connection_profiles"),
    list(
        "/connections-scim-configurations",
        "scim_configurations",
        Named,
    )
    .of("scim_config"),
    list(
        "/connections-directory-provisionings",
        "directory_provisionings",
        Named,
    ),
    list(
        "/rate-limit-policies",
        "rate_limit_policies",
        Named,
    ),
    list("/custom-domains", "custom_domains", Asked),
    list(
        "/device-credentials",
        "device_credentials",
        Asked,
    ),
    list("/event-streams", "eventStreams", Named).of("event_streams"),
    list("/flows", "flows", Asked),
    list("/flows/vault/connections", "connections", Asked)
        .of("flows_vault_connections"),
    list("/forms", "forms", Asked),
    list("/grants", "grants", Asked),
    list("/groups", "groups", Named),
    list("/hooks", "hooks", Asked),
    list("/keys/encryption", "keys", Asked).of("encryption_keys"),
    list("/log-streams", "log_streams", Bare),
    list("/network-acls", "network_acls", Asked),
    list("/prompts/rendering", "configs", Asked).of("prompts"),
    list("/refresh-tokens", "refresh_tokens", Named),
    list("/roles", "roles", Asked),
    list("/rules", "rules", Asked),
    list("/rules-configs", "rules_configs", Bare),
    list(
        "/self-service-profiles",
        "self_service_profiles",
        Asked,
    ),
    list("/stats/daily", "stats", Bare),
    list(
        "/token-exchange-profiles",
        "token_exchange_profiles",
        Named,
    ),
    list(
        "/user-attribute-profiles",
        "user_attribute_profiles",
        Named,
    ),
    list(
        "/user-attribute-profiles/templates",
        "user_attribute_profile_templates",
        Named,
    )
    .of("user_attribute_profiles"),
    list("/users", "users", Asked),
    list("/users-by-email", "users", Bare),
    list(
        "/verifiable-credentials/verification/templates",
        "templates",
        Named,
    )
    .of("vdcs_templates"),
];

/// Of an organization.
pub(crate) static LISTS_OF_ORGANIZATION: &[EmptyList] = &[
    list("/clients", "clients", Named).of("organization_clients"),
    list("/discovery-domains", "domains", Named)
        .of("organization_discovery_domains"),
    list("/connections", "connections", Asked).of("organization_connections"),
    list(
        "/enabled_connections",
        "enabled_connections",
        Asked,
    )
    .of("organization_connections"),
    list("/groups", "groups", Named).of("organization_groups"),
    list("/invitations", "invitations", Asked).of("organization_invitations"),
    list("/members", "members", Asked).of("organization_members"),
];

/// Of a client.
pub(crate) static LISTS_OF_CLIENT: &[EmptyList] =
    &[list("/connections", "connections", Named)];

/// An object that is not there. The words and codes are those of a tenant
/// without it, as far as they are known.
pub(crate) struct Absent {
    pub(crate) path: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) message: &'static str,
    pub(crate) code: &'static str,
}

pub(crate) static ABSENT: &[Absent] = &[
    Absent {
        path: "/branding/templates/universal-login",
        scope: "read:branding",
        message: "The template does not exist",
        code: "inexistent_template",
    },
    Absent {
        path: "/branding/themes/default",
        scope: "read:branding",
        message: "The theme does not exist",
        code: "theme_not_found",
    },
    Absent {
        path: "/custom-domains/default",
        scope: "read:custom_domains",
        message: "There is no default custom domain",
        code: "custom_domain_not_found",
    },
    Absent {
        path: "/email-templates/{name}",
        scope: "read:email_templates",
        message: "The template does not exist",
        code: "inexistent_email_template",
    },
    Absent {
        path: "/emails/provider",
        scope: "read:email_provider",
        message: "There is not a configured email provider",
        code: "inexistent_email_provider",
    },
    Absent {
        path: "/keys/custom-signing",
        scope: "read:custom_signing_keys",
        message: "There are no custom signing keys",
        code: "custom_signing_keys_not_found",
    },
];

/// Objects without a key, at each address that fits.
pub(crate) static EMPTY_OBJECTS: &[(&str, &str)] = &[
    ("/prompts/{prompt}/partials", "read:prompts"),
    (
        "/prompts/{prompt}/custom-text/{language}",
        "read:prompts",
    ),
];

/// The addresses of what is no collection, below `/api/v2`.
pub(crate) fn other_paths() -> impl Iterator<Item = &'static str> {
    SETTINGS
        .iter()
        .map(|setting| setting.path)
        .chain(LISTS.iter().map(|list| list.path))
        .chain(ABSENT.iter().map(|absent| absent.path))
        .chain(
            EMPTY_OBJECTS
                .iter()
                .map(|(path, _)| *path),
        )
        .chain(["/keys/signing", "/logs"])
}
