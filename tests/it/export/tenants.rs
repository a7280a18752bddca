//! Random tenants whose texts set traps.

use std::collections::BTreeMap;

use grantry::export::{Breadth, Selection, export};
use grantry::model::{
    Address, Attrs, ClientRef, FieldRules, Found, Identifier, Kind, RemoteId,
    Snapshot, Standing, SubjectType, TenantHash, Value,
};
use grantry::provider::{Mutate as _, Observe as _, Write, auth0, local};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use crate::export::back::{
    all_of, assert_adopts_only, assert_settles, load, planned,
};

/// What the file of a local tenant stands for.
const DOMAIN: &str = "local";

/// Texts that YAML, a terminal or a comment may take for something else.
const TRAPS: [&str; 40] = [
    "no",
    "Yes",
    "null",
    "~",
    "true",
    "1e3",
    "0x1F",
    "0o17",
    "1_000",
    ".inf",
    "12:30",
    "2024-01-01",
    " leading",
    "trailing ",
    "a: b",
    "a:",
    ":a",
    "a #b",
    "#a",
    "- a",
    "-",
    "?",
    "<<",
    "=",
    "*a",
    "&a",
    "!!str a",
    "%YAML",
    "@a",
    "`a`",
    "[a]",
    "{a}",
    "a, b",
    "\"quoted\"",
    "'single'",
    "back\\slash",
    "line\nbreak\r\n# stack: evil",
    "tab\tbed",
    "\u{1b}[31m\u{202e}\u{2028}\u{85}\u{feff}\u{0}",
    "${var.secret}",
];

fn trap() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&TRAPS[..]).prop_map(ToOwned::to_owned),
        2 => select(&["Billing", "billing", "Köln", "地図", "🚚 van"][..]).prop_map(ToOwned::to_owned),
        2 => any::<String>(),
        1 => select(&TRAPS[..]).prop_map(|trap| trap.repeat(40)),
    ]
}

fn optional(
    value: impl Strategy<Value = Json>,
) -> impl Strategy<Value = Option<Json>> {
    proptest::option::of(value)
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = Json> {
    select(values).prop_map(Json::from)
}

const SCOPES: [&str; 8] = [
    "read:maps",
    "no",
    "123",
    "<<",
    "-",
    "#a",
    "two words",
    "a:",
];

fn server() -> impl Strategy<Value = Json> {
    let scope = prop_oneof![select(&SCOPES[..6]), select(&SCOPES[..])];
    let scope = scope.prop_map(ToOwned::to_owned);
    let description = proptest::option::of(trap()).prop_map(|text| json!(text));
    let scopes = proptest::collection::btree_map(scope, description, 0..5);
    let fields = (
        optional(trap().prop_map(Json::from)),
        optional(scopes.prop_map(|scopes| json!(scopes))),
        optional(one_of(&["RS256", "HS256", "ES999"])),
        optional((0..200_000_i64).prop_map(Json::from)),
        optional((0..200_000_i64).prop_map(Json::from)),
        optional(select(vec![
            json!({ "user": { "policy": "allow_all" }, "client": { "policy": "deny_all" } }),
            json!({ "user": { "policy": "deny_all" } }),
            json!("strange"),
        ])),
    );
    fields.prop_map(|(name, scopes, signing, life, web, subjects)| {
        object([
            ("name", name),
            ("scopes", scopes),
            ("signing_alg", signing),
            ("token_lifetime", life),
            ("token_lifetime_for_web", web),
            ("subject_type_authorization", subjects),
        ])
    })
}

fn client() -> impl Strategy<Value = Json> {
    let metadata_key = prop_oneof![
        select(&["team", "no", "a: b", "e#"][..]),
        Just("under€")
    ];
    let metadata_key = metadata_key.prop_map(ToOwned::to_owned);
    let metadata = proptest::collection::btree_map(metadata_key, trap(), 0..4);
    let grant_types = proptest::collection::btree_set(
        select(
            &[
                "client_credentials",
                "implicit",
                "refresh_token",
                "password",
                "strange",
            ][..],
        ),
        0..4,
    );
    let fields = (
        optional(trap().prop_map(Json::from)),
        optional(trap().prop_map(Json::from)),
        optional(one_of(&["non_interactive", "spa", "zoom"])),
        optional(grant_types.prop_map(|types| json!(types))),
        optional(one_of(&[
            "none",
            "client_secret_post",
            "strange",
        ])),
        optional(any::<bool>().prop_map(Json::from)),
        optional(select(vec![
            json!(true),
            json!(true),
            json!(false),
        ])),
        metadata,
        mark(),
    );
    fields.prop_map(
        |(
            name,
            text,
            app,
            types,
            method,
            strict,
            first,
            mut metadata,
            mark,
        )| {
            metadata.extend(
                mark.iter()
                    .flat_map(|mark| entries(mark)),
            );
            object([
                ("name", name),
                ("description", text),
                ("app_type", app),
                ("grant_types", types),
                ("token_endpoint_auth_method", method),
                ("oidc_conformant", strict),
                ("is_first_party", first),
                ("client_metadata", Some(json!(metadata))),
            ])
        },
    )
}

/// The mark of another stack, another tenant or another time; those of this
/// stack come later.
fn mark() -> impl Strategy<Value = Option<String>> {
    let (here, there) = (
        TenantHash::of(DOMAIN),
        TenantHash::of("elsewhere"),
    );
    prop_oneof![
        4 => Just(None),
        1 => Just(Some(format!("v1:others:{here} a"))),
        1 => Just(Some(format!("v1:world-mappers:{there} a"))),
        1 => Just(Some("v9:who:knows me".to_owned())),
        2 => Just(Some("ours ".to_owned())),
        2 => Just(Some("ours !".to_owned())),
    ]
}

/// The two entries of a mark.
fn entries(mark: &str) -> [(String, String); 2] {
    let (stack, key) = mark.split_once(' ').unwrap();
    [
        ("grantry_stack".to_owned(), stack.to_owned()),
        ("grantry_key".to_owned(), key.to_owned()),
    ]
}

fn object<const N: usize>(fields: [(&str, Option<Json>); N]) -> Json {
    let fields = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Json::Object(fields.collect())
}

/// What a tenant holds, its clients and APIs by number.
#[derive(Debug, Clone)]
struct Tenant {
    servers: Vec<Attrs>,
    clients: Vec<(Attrs, Standing)>,
    grants: BTreeMap<(usize, usize, SubjectType), Attrs>,
}

fn tenant() -> impl Strategy<Value = Tenant> {
    use Standing::{Ordinary, Ourselves, Registered, System, ThirdParty};
    let standing = select(
        &[
            Ordinary, Ordinary, Ordinary, Ordinary, ThirdParty, Registered,
            System, Ourselves,
        ][..],
    );
    let subject_type = select(&[SubjectType::Client, SubjectType::User][..]);
    let scopes = proptest::collection::btree_set(select(&SCOPES[..]), 0..3);
    let usage = optional(one_of(&["deny", "require", "strange"]));
    let grant =
        (any::<bool>(), scopes, usage).prop_map(|(all, scopes, usage)| {
            let (scopes, all) = if all {
                (None, Some(json!(true)))
            } else {
                (Some(json!(scopes)), None)
            };
            object([
                ("scopes", scopes),
                ("all_scopes", all),
                ("organization_usage", usage),
            ])
        });
    let parts = (
        proptest::collection::vec(server(), 0..4),
        proptest::collection::vec((client(), standing), 0..7),
        proptest::collection::btree_map(
            (0..7_usize, 0..5_usize, subject_type),
            grant,
            0..12,
        ),
    );
    parts.prop_map(|(servers, clients, mut grants)| {
        // The API after the last is the Management API.
        grants.retain(|(client, api, _), _| {
            *client < clients.len() && *api <= servers.len()
        });
        let clients = clients.into_iter().enumerate();
        let clients = clients.map(|(number, (json, standing))| {
            (marked(number, attrs(json)), standing)
        });
        Tenant {
            servers: servers.into_iter().map(attrs).collect(),
            clients: clients.collect(),
            grants: grants
                .into_iter()
                .map(|(place, json)| (place, attrs(json)))
                .collect(),
        }
    })
}

fn attrs(json: Json) -> Attrs {
    Value::from(json)
        .as_map()
        .unwrap()
        .clone()
}

/// Spells out the marks of this stack, which have one key each, and makes
/// metadata owned by entry.
fn marked(number: usize, mut attrs: Attrs) -> Attrs {
    let Some(Value::Map(mut metadata)) = attrs.remove("client_metadata") else {
        return attrs;
    };
    if metadata.get("grantry_stack") == Some(&"ours".into()) {
        let key = [
            "no", "123", "a:b", "billing", "@x", "client", "-",
        ][number];
        let stack = format!("v1:world-mappers:{}", TenantHash::of(DOMAIN));
        metadata.insert("grantry_stack".into(), Value::from(&*stack));
        if let Some(Value::Text(flags)) = metadata.get_mut("grantry_key") {
            *flags = format!("{key}{flags}").into();
        }
    }
    attrs.insert(
        "client_metadata".into(),
        Value::Entries(metadata),
    );
    attrs
}

fn identifier(number: usize) -> Identifier {
    let texts = [
        "https://maps.example/",
        "no",
        "#orders\u{202e}\u{7}",
        "urn:a:b",
    ];
    texts[number].parse().unwrap()
}

impl Tenant {
    fn audience(&self, api: usize) -> Identifier {
        let is_management = api == self.servers.len();
        if is_management {
            Identifier::of_management_api(DOMAIN)
        } else {
            identifier(api)
        }
    }

    fn grant(
        &self,
        client: &str,
        api: usize,
        subject_type: SubjectType,
    ) -> Address {
        let client = ClientRef::Id(client.parse().unwrap());
        Address::Grant {
            client,
            audience: self.audience(api),
            subject_type,
        }
    }

    /// As Auth0 would show it.
    fn snapshot(&self) -> Snapshot {
        let found = |id: String, standing, attrs: &Attrs| Found {
            id: RemoteId::new(id),
            standing,
            attrs: attrs.clone(),
            revision: None,
        };
        let ordinary = Standing::Ordinary;
        let servers = self
            .servers
            .iter()
            .enumerate()
            .map(|(number, attrs)| {
                let address = Address::ResourceServer(identifier(number));
                (
                    address,
                    found(format!("api{number}"), ordinary, attrs),
                )
            });
        let clients = self.clients.iter().enumerate().map(
            |(number, (attrs, standing))| {
                let id = format!("client{number}");
                (
                    Address::Client(ClientRef::Id(id.parse().unwrap())),
                    found(id, *standing, attrs),
                )
            },
        );
        let grants =
            self.grants
                .iter()
                .map(|((client, api, subject), attrs)| {
                    let address =
                        self.grant(&format!("client{client}"), *api, *subject);
                    (
                        address,
                        found(
                            format!("grant{client}{api}{subject:?}"),
                            ordinary,
                            attrs,
                        ),
                    )
                });
        Snapshot {
            tenant: TenantHash::of(DOMAIN),
            support: &grantry::provider::local::SUPPORT,
            management_api: Some(Identifier::of_management_api(DOMAIN)),
            rules: rules(),
            found: servers
                .chain(clients)
                .chain(grants)
                .collect(),
            unnamed: Vec::new(),
            held_scopes: BTreeMap::new(),
        }
    }

    /// In a file.
    async fn fill(&self, writer: &local::Writer) {
        let create = async |address, attrs: &Attrs| {
            writer
                .write(&Write::Create {
                    address,
                    attrs: attrs.clone(),
                })
                .await
                .unwrap()
        };
        for (number, attrs) in self.servers.iter().enumerate() {
            create(
                Address::ResourceServer(identifier(number)),
                attrs,
            )
            .await;
        }
        let mut ids = Vec::new();
        for (attrs, _) in &self.clients {
            let new = Address::Client(ClientRef::Key("new".parse().unwrap()));
            ids.push(create(new, attrs).await);
        }
        for ((client, api, subject), attrs) in &self.grants {
            create(
                self.grant(ids[*client].as_str(), *api, *subject),
                attrs,
            )
            .await;
        }
    }
}

fn selection() -> impl Strategy<Value = Selection> {
    let patterns = || {
        proptest::collection::vec(select(&["*", "*l*", "*a*", "no"][..]), 0..2)
    };
    let breadth = select(&[Breadth::All, Breadth::All, Breadth::Owned][..]);
    let stack = select(&["world-mappers", "world-mappers", "newcomers"][..]);
    (stack, breadth, patterns(), patterns()).prop_map(
        |(stack, breadth, clients, servers)| {
            let parsed = |texts: Vec<&str>| {
                texts
                    .iter()
                    .map(|text| text.parse().unwrap())
                    .collect()
            };
            let (clients, resource_servers) =
                (parsed(clients), parsed(servers));
            Selection {
                stack: stack.parse().unwrap(),
                breadth,
                clients,
                resource_servers,
            }
        },
    )
}

/// What unset fields mean at Auth0, and what cannot exceed what.
pub(crate) fn rules() -> BTreeMap<Kind, FieldRules> {
    let subjects = json!({
        "user": { "policy": "allow_all" }, "client": { "policy": "require_client_grant" },
    });
    let server = json!({
        "scopes": {}, "signing_alg": "RS256", "token_lifetime": 86400,
        "token_lifetime_for_web": 7200, "token_dialect": "access_token",
        "subject_type_authorization": subjects,
    });
    let broad = [
        "authorization_code",
        "implicit",
        "refresh_token",
        "client_credentials",
    ];
    let client = json!({
        "description": "", "grant_types": broad, "is_first_party": true, "oidc_conformant": false,
    });
    let grant = json!({
        "all_scopes": false, "organization_usage": "deny", "allow_any_organization": false,
    });
    let rules = |defaults| FieldRules {
        defaults: attrs(defaults),
        ..FieldRules::default()
    };
    let web = (
        "token_lifetime_for_web".to_owned(),
        "token_lifetime".to_owned(),
    );
    BTreeMap::from([
        (
            Kind::ResourceServer,
            FieldRules {
                ceilings: [web].into(),
                ..rules(server)
            },
        ),
        (Kind::Client, rules(client)),
        (Kind::Grant, rules(grant)),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tenant_planned_back_is_only_adopted(tenant in tenant(), selection in selection()) {
        let seen = tenant.snapshot();
        let export = export(&seen, &selection, &auth0::SUPPORT);
        let text = export.file();
        assert_adopts_only(&planned(&load(&export), &seen).plan, &text);
        prop_assert!(text.chars().all(|character| character == '\n' || !character.is_control()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tenant_settles_once_its_export_is_applied(tenant in tenant()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let writer = local::Writer::open(folder.path().join("tenant.json")).unwrap();
            tenant.fill(&writer).await;
            let seen = writer.reader().read().await.unwrap();
            let export = all_of(&seen);
            let desired = load(&export);
            assert_adopts_only(&planned(&desired, &seen).plan, &export.file());
            assert_settles(&writer, &desired).await;
        });
    }
}
