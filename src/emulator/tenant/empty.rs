//! What a tenant that is for machines alone has none of, and which software that reads whole tenants
//! asks for all the same: lists without an item, and objects that are not there.

use super::settings::SETTINGS;

/// A list without an item.
pub(crate) struct EmptyList {
    pub(crate) path: &'static str,
    /// What the list is called where something goes around it.
    pub(crate) plural: &'static str,
    pub(crate) scope: &'static str,
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

const fn list(
    path: &'static str,
    plural: &'static str,
    scope: &'static str,
    envelope: Envelope,
) -> EmptyList {
    EmptyList {
        path,
        plural,
        scope,
        envelope,
    }
}

/// Of the whole tenant.
pub(crate) static LISTS: &[EmptyList] = &[
    list("/actions/actions", "actions", "read:actions", Counted),
    list("/actions/modules", "modules", "read:actions", Counted),
    list("/actions/triggers", "triggers", "read:actions", Named),
    list(
        "/actions/triggers/{id}/bindings",
        "bindings",
        "read:actions",
        Counted,
    ),
    list(
        "/branding/phone/providers",
        "providers",
        "read:phone_providers",
        Named,
    ),
    list(
        "/branding/phone/templates",
        "templates",
        "read:phone_templates",
        Named,
    ),
    list(
        "/connection-profiles",
        "connection_profiles",
        "read:connection_profiles",
        Named,
    ),
    list("/connections", "connections", "read:connections", Asked),
    list(
        "/connection-profiles/templates",
        "connection_profile_templates",
        "read:connection_profiles",
        Named,
    ),
    list(
        "/connections-scim-configurations",
        "scim_configurations",
        "read:scim_config",
        Named,
    ),
    list(
        "/connections-directory-provisionings",
        "directory_provisionings",
        "read:directory_provisionings",
        Named,
    ),
    list(
        "/rate-limit-policies",
        "rate_limit_policies",
        "read:rate_limit_policies",
        Named,
    ),
    list(
        "/custom-domains",
        "custom_domains",
        "read:custom_domains",
        Asked,
    ),
    list(
        "/device-credentials",
        "device_credentials",
        "read:device_credentials",
        Asked,
    ),
    list(
        "/event-streams",
        "eventStreams",
        "read:event_streams",
        Named,
    ),
    list("/flows", "flows", "read:flows", Asked),
    list(
        "/flows/vault/connections",
        "connections",
        "read:flows_vault_connections",
        Asked,
    ),
    list("/forms", "forms", "read:forms", Asked),
    list("/grants", "grants", "read:grants", Asked),
    list("/groups", "groups", "read:groups", Named),
    list("/hooks", "hooks", "read:hooks", Asked),
    list("/keys/encryption", "keys", "read:encryption_keys", Asked),
    list("/log-streams", "log_streams", "read:log_streams", Bare),
    list("/network-acls", "network_acls", "read:network_acls", Asked),
    list("/prompts/rendering", "configs", "read:prompts", Asked),
    list(
        "/refresh-tokens",
        "refresh_tokens",
        "read:refresh_tokens",
        Named,
    ),
    list("/roles", "roles", "read:roles", Asked),
    list("/rules", "rules", "read:rules", Asked),
    list(
        "/rules-configs",
        "rules_configs",
        "read:rules_configs",
        Bare,
    ),
    list(
        "/self-service-profiles",
        "self_service_profiles",
        "read:self_service_profiles",
        Asked,
    ),
    list("/stats/daily", "stats", "read:stats", Bare),
    list(
        "/token-exchange-profiles",
        "token_exchange_profiles",
        "read:token_exchange_profiles",
        Named,
    ),
    list(
        "/user-attribute-profiles",
        "user_attribute_profiles",
        "read:user_attribute_profiles",
        Named,
    ),
    list(
        "/user-attribute-profiles/templates",
        "user_attribute_profile_templates",
        "read:user_attribute_profiles",
        Named,
    ),
    list("/users", "users", "read:users", Asked),
    list("/users-by-email", "users", "read:users", Bare),
    list(
        "/verifiable-credentials/verification/templates",
        "templates",
        "read:vdcs_templates",
        Named,
    ),
];

/// Of an organization.
pub(crate) static LISTS_OF_ORGANIZATION: &[EmptyList] = &[
    list("/clients", "clients", "read:organization_clients", Named),
    list(
        "/discovery-domains",
        "domains",
        "read:organization_discovery_domains",
        Named,
    ),
    list(
        "/connections",
        "connections",
        "read:organization_connections",
        Asked,
    ),
    list(
        "/enabled_connections",
        "enabled_connections",
        "read:organization_connections",
        Asked,
    ),
    list("/groups", "groups", "read:organization_groups", Named),
    list(
        "/invitations",
        "invitations",
        "read:organization_invitations",
        Asked,
    ),
    list("/members", "members", "read:organization_members", Asked),
];

/// Of a client.
pub(crate) static LISTS_OF_CLIENT: &[EmptyList] = &[list(
    "/connections",
    "connections",
    "read:connections",
    Named,
)];

/// An object that is not there. The words and codes are those of a tenant without it, as far as they
/// are known.
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
    ("/prompts/{prompt}/custom-text/{language}", "read:prompts"),
];

/// The addresses of what is no collection, below `/api/v2`.
pub(crate) fn other_paths() -> impl Iterator<Item = &'static str> {
    SETTINGS
        .iter()
        .map(|setting| setting.path)
        .chain(LISTS.iter().map(|list| list.path))
        .chain(ABSENT.iter().map(|absent| absent.path))
        .chain(EMPTY_OBJECTS.iter().map(|(path, _)| *path))
        .chain(["/keys/signing", "/logs"])
}
