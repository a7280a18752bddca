//! What a tenant that is for machines alone has none of, and which software that reads whole tenants
//! asks for all the same: lists without an item, and objects that are not there.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use super::guard::Caller;
use super::json::{AnyJson, Json};
use super::paging::Paging;
use super::path::Path;
use super::query::Query;
use super::{Routes, Shared};
use crate::emulator::app::App;
use crate::emulator::tenant::{Client, Collection, Organization, Refusal, Tenant};

/// A list without an item.
struct EmptyList {
    path: &'static str,
    /// What the list is called where something goes around it.
    plural: &'static str,
    scope: &'static str,
    envelope: Envelope,
}

/// What goes around a list.
#[derive(Clone, Copy)]
enum Envelope {
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
static LISTS: &[EmptyList] = &[
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
static LISTS_OF_ORGANIZATION: &[EmptyList] = &[
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
static LISTS_OF_CLIENT: &[EmptyList] = &[list(
    "/connections",
    "connections",
    "read:connections",
    Named,
)];

/// An object that is not there. The words and codes are those of a tenant without it, as far as they
/// are known.
struct Absent {
    path: &'static str,
    scope: &'static str,
    message: &'static str,
    code: &'static str,
}

static ABSENT: &[Absent] = &[
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
static EMPTY_OBJECTS: &[(&str, &str)] = &[
    ("/prompts/{prompt}/partials", "read:prompts"),
    ("/prompts/{prompt}/custom-text/{language}", "read:prompts"),
];

pub(crate) fn routes() -> Routes {
    let lists = LISTS.iter().fold(Router::new(), |routes, list| {
        let handler = async move |caller: Caller, query: Query| list.answer(&caller, &query);
        routes.route(list.path, get(handler))
    });
    let lists = add_lists_below(
        lists,
        Organization::PATH,
        LISTS_OF_ORGANIZATION,
        |tenant, id| {
            tenant
                .organization(id)
                .map(drop)
                .ok_or(Organization::MISSING)
        },
    );
    let lists = add_lists_below(lists, Client::PATH, LISTS_OF_CLIENT, |tenant, id| {
        tenant.client(id).map(drop).ok_or(Client::MISSING)
    });

    let lists = lists.route("/supplemental-signals", get(refuse_by_plan));

    let absent = ABSENT.iter().fold(lists, |routes, absent| {
        let handler = async move |caller: Caller| absent.refuse(&caller);
        routes.route(absent.path, get(handler))
    });
    EMPTY_OBJECTS.iter().fold(absent, |routes, (path, scope)| {
        let handler = async move |caller: Caller| -> Answer<AnyJson> {
            caller.needs_any(&[scope])?;
            Ok(Json::new(json!({})))
        };
        routes.route(path, get(handler))
    })
}

/// The code says scope and the message says plan: so does Auth0's. Software that reads whole tenants goes
/// on after it, and would stop at another one.
async fn refuse_by_plan(_: Caller) -> Failure {
    let message = "Please upgrade your subscription to enable Akamai Signals.";
    Failure::new(StatusCode::FORBIDDEN, message, "insufficient_scope")
}

/// The addresses of all of this, below `/api/v2`.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    LISTS
        .iter()
        .map(|list| list.path)
        .chain(ABSENT.iter().map(|absent| absent.path))
        .chain(EMPTY_OBJECTS.iter().map(|(path, _)| *path))
}

/// Says whether there is what the lists are below of.
type Exists = fn(&Tenant, &str) -> Result<(), Refusal>;

fn add_lists_below(
    routes: Routes,
    parent: &'static str,
    lists: &'static [EmptyList],
    exists: Exists,
) -> Routes {
    lists.iter().fold(routes, |routes, list| {
        let handler = async move |State(app): Shared,
                                  Path(id): Path<String>,
                                  caller: Caller,
                                  query: Query| {
            list.answer_below(&app, exists, &id, &caller, &query)
        };
        routes.route(&format!("{parent}/{{id}}{}", list.path), get(handler))
    })
}

impl EmptyList {
    fn answer_below(
        &self,
        app: &App,
        exists: Exists,
        id: &str,
        caller: &Caller,
        query: &Query,
    ) -> Answer<AnyJson> {
        let answer = self.answer(caller, query)?;
        app.read(|tenant| exists(tenant, id))?;
        Ok(answer)
    }

    /// Whatever else the query asks for: no item would be kept from an empty list by it.
    fn answer(&self, caller: &Caller, query: &Query) -> Answer<AnyJson> {
        caller.needs_any(&[self.scope])?;
        let paging = Paging::by_either(query, 0)?;

        Ok(Json::new(self.envelope.put_around(self.plural, &paging)))
    }
}

impl Envelope {
    fn put_around(self, plural: &str, paging: &Paging) -> Value {
        match (self, paging) {
            (Bare, _) | (Asked, Paging::Offset { .. }) => json!([]),
            (Counted, Paging::Offset { start, limit } | Paging::Totals { start, limit }) => {
                let page = start.checked_div(*limit).unwrap_or_default();
                json!({plural: [], "total": 0, "page": page, "per_page": limit})
            }
            (Asked, Paging::Totals { start, limit }) => {
                json!({plural: [], "total": 0, "start": start, "limit": limit})
            }
            (Named, _) | (Asked | Counted, Paging::Checkpoint { .. }) => json!({plural: []}),
        }
    }
}

impl Absent {
    fn refuse(&self, caller: &Caller) -> Result<(), Failure> {
        caller.needs_any(&[self.scope])?;

        Err(Failure::new(StatusCode::NOT_FOUND, self.message, self.code))
    }
}
