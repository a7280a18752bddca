//! An export as people read it.

use grantry::export::{Breadth, Selection, export};
use grantry::model::{
    Address, Attrs, ClientRef, Found, Identifier, RemoteId, Snapshot, Standing,
    SubjectType, TenantHash, Value,
};
use grantry::provider::auth0;
use serde_json::{Value as Json, json};

use crate::export::back::{
    all_of, assert_adopts_only, everything, load, planned,
};
use crate::export::tenants::rules;

const DOMAIN: &str = "acme.eu.auth0.com";

struct Story(Snapshot);

impl Story {
    fn add(
        &mut self,
        address: Address,
        id: &str,
        standing: Standing,
        json: Json,
    ) {
        let mut attrs: Attrs = Value::from(json)
            .as_map()
            .unwrap()
            .clone();
        if let Some(Value::Map(metadata)) = attrs.remove("client_metadata") {
            attrs.insert(
                "client_metadata".into(),
                Value::Entries(metadata),
            );
        }
        self.0.found.insert(
            address,
            Found {
                id: RemoteId::new(id),
                standing,
                attrs,
                revision: None,
            },
        );
    }

    fn api(&mut self, identifier: &str, standing: Standing, json: Json) {
        let address = Address::ResourceServer(identifier.parse().unwrap());
        self.add(address, identifier, standing, json);
    }

    fn client(&mut self, id: &str, standing: Standing, json: Json) {
        let address = Address::Client(ClientRef::Id(id.parse().unwrap()));
        self.add(address, id, standing, json);
    }

    fn grant(&mut self, client: &str, audience: &str, json: Json) {
        let address = Address::Grant {
            client: ClientRef::Id(client.parse().unwrap()),
            audience: audience.parse().unwrap(),
            subject_type: SubjectType::Client,
        };
        self.add(
            address,
            &format!("{client} {audience}"),
            Standing::Ordinary,
            json,
        );
    }
}

const MAPS: &str = "https://api.world-mappers.example/";
const ORDERS: &str = "urn:orders";
const MANAGEMENT: &str = "https://acme.eu.auth0.com/api/v2/";

fn apis(story: &mut Story) {
    let ordinary = Standing::Ordinary;
    let scopes = json!({
        "geocode:location": "Turn an address into a place", "read:maps": "Read \"map\" tiles: all",
        "no": null,
    });
    story.api(MAPS, ordinary, json!({
        "name": "World Mappers API", "scopes": scopes, "token_lifetime": 3600,
        "token_lifetime_for_web": 1800, "signing_alg": "RS256", "token_dialect": "from_the_future",
    }));
    story.api(
        ORDERS,
        ordinary,
        json!({ "name": "Orders", "scopes": { "read:orders": "" } }),
    );
    story.api(
        "urn:old",
        ordinary,
        json!({ "name": "Old", "scopes": { "two words": null } }),
    );
    let management = json!({ "name": "Auth0 Management API", "scopes": { "read:clients": "" } });
    story.api(MANAGEMENT, Standing::System, management);
}

fn clients(story: &mut Story) {
    let ordinary = Standing::Ordinary;
    let mark = |stack: &str, key: &str| {
        let stack = format!("v1:{stack}:{}", TenantHash::of(DOMAIN));
        json!({ "grantry_stack": stack, "grantry_key": key })
    };
    let machine = |name: &str, metadata: Json| {
        json!({
            "name": name, "app_type": "non_interactive", "grant_types": ["client_credentials"],
            "oidc_conformant": true, "token_endpoint_auth_method": "client_secret_post",
            "client_metadata": metadata,
        })
    };
    let ours = mark("world-mappers", "gifts");
    story.client(
        "aGift",
        ordinary,
        machine("Gift Deliveries", ours),
    );
    let mut metadata = mark("world-mappers", "vault!");
    metadata["team"] = "logistics".into();
    metadata["cost centre"] = "0042".into();
    story.client("aVault", ordinary, machine("Vault", metadata));
    let theirs = mark("payments", "ledger");
    story.client("aLedger", ordinary, machine("Ledger", theirs));
    story.client("aTwin1", ordinary, machine("Twin", json!({})));
    story.client("aTwin2", ordinary, machine("Twin", json!({})));
    story.client(
        "aFresh",
        ordinary,
        machine("Köln's Courier", json!({})),
    );
    story.client(
        "aGeneric",
        ordinary,
        json!({ "name": "Generic", "oidc_conformant": false }),
    );
    story.client("aBroad", ordinary, json!({
        "name": "gift deliveries", "app_type": "non_interactive", "description": "Sends\ngifts",
        "oidc_conformant": false,
        "grant_types": ["authorization_code", "implicit", "refresh_token", "client_credentials"],
    }));
    story.client(
        "aSite",
        ordinary,
        json!({
            "name": "\u{1b}[31m# Site", "app_type": "spa", "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": "none", "oidc_conformant": true,
        }),
    );
    story.client(
        "tpc_partner",
        Standing::ThirdParty,
        json!({ "name": "Partner" }),
    );
    story.client(
        "aGlobal",
        Standing::Global,
        json!({ "name": "All Applications" }),
    );
    story.client(
        "aSelf",
        Standing::Ourselves,
        json!({ "name": "Grantry" }),
    );
}

fn story() -> Snapshot {
    let mut story = Story(Snapshot {
        tenant: TenantHash::of(DOMAIN),
        support: &grantry::provider::local::SUPPORT,
        management_api: Some(Identifier::of_management_api(DOMAIN)),
        rules: rules(),
        found: std::collections::BTreeMap::new(),
        unnamed: Vec::new(),
        held_scopes: std::collections::BTreeMap::new(),
    });
    apis(&mut story);
    clients(&mut story);
    story.grant(
        "aGift",
        MAPS,
        json!({ "scopes": ["geocode:location", "read:maps"] }),
    );
    story.grant(
        "aFresh",
        MAPS,
        json!({ "all_scopes": true, "organization_usage": "require" }),
    );
    story.grant(
        "tpc_partner",
        MAPS,
        json!({ "scopes": ["read:maps"] }),
    );
    story.grant("aTwin1", MAPS, json!({ "scopes": ["no"] }));
    story.grant(
        "aLedger",
        MAPS,
        json!({ "scopes": ["read:maps"] }),
    );
    story.grant("aVault", ORDERS, json!({ "scopes": [] }));
    story.grant(
        "aGeneric",
        ORDERS,
        json!({ "scopes": ["read:orders", "write:orders"] }),
    );
    story.grant(
        "aSite",
        ORDERS,
        json!({ "scopes": ["read:orders"] }),
    );
    story.grant(
        "aBroad",
        "urn:old",
        json!({ "all_scopes": true }),
    );
    story.grant(
        "aBroad",
        MANAGEMENT,
        json!({ "scopes": ["read:clients"] }),
    );
    story.0
}

fn named(
    clients: &[&str],
    resource_servers: &[&str],
    breadth: Breadth,
) -> Selection {
    let patterns = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| text.parse().unwrap())
            .collect()
    };
    let (clients, resource_servers) =
        (patterns(clients), patterns(resource_servers));
    Selection {
        breadth,
        clients,
        resource_servers,
        ..everything()
    }
}

#[test]
fn a_tenant_reads_well() {
    let seen = story();
    let export = all_of(&seen);
    insta::assert_snapshot!("everything", export.file());
    assert_adopts_only(&planned(&load(&export), &seen).plan, "");
}

#[test]
fn a_folder_has_a_file_for_each_resource_server() {
    let files = all_of(&story()).folder();
    let texts: Vec<String> = files
        .iter()
        .map(|(name, text)| format!("==> {name}\n{text}"))
        .collect();
    insta::assert_snapshot!("folder", texts.join("\n"));
}

/// What is chosen is declared; what it needs is referred to, so that nothing is
/// taken over that nobody asked for.
#[test]
fn patterns_choose() {
    let seen = story();
    let selections = [
        named(&["gifts", "Köln*"], &[], Breadth::All),
        named(&[], &["urn:*"], Breadth::All),
        named(&[], &[], Breadth::Owned),
        named(&["*"], &["*"], Breadth::All),
    ];
    let exports =
        selections.map(|selection| export(&seen, &selection, &auth0::SUPPORT));
    for export in &exports {
        assert_adopts_only(
            &planned(&load(export), &seen).plan,
            &export.file(),
        );
    }
    let [clients, servers, owned, all] = exports;
    insta::assert_snapshot!("some_clients", clients.file());
    insta::assert_snapshot!("some_resource_servers", servers.file());
    insta::assert_snapshot!("owned", owned.file());
    assert_eq!(all, all_of(&seen));
}
