//! Random tenants, and what two stacks want of them.

use std::collections::{BTreeMap, BTreeSet};

use grantry::model::{
    Address, Attrs, Audience, ClientRef, ClientSpec, Desired, DesiredClient,
    DesiredGrant, DesiredResourceServer, Emptying, Glob, GrantSpec, Identifier,
    Identity, Key, Limits, Mark, Policy, Protection, Prune, Removal,
    ResourceServerSpec, Setting, Standing, SubjectType, TenantHash, Value,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::ownership::books::{Books, DOMAIN, Maker};
use crate::ownership::step;

pub(crate) const STACKS: [&str; 2] = ["ants", "bees"];

const CLIENTS: usize = 7;
const APIS: usize = 3;

/// Clients that no stack made.
const STRANGERS: [(&str, Standing, &str); 8] = [
    ("Stranger 0", Standing::Ordinary, ""),
    ("Stranger 1", Standing::Ordinary, ""),
    ("Stranger 2", Standing::Ordinary, ""),
    (
        "Copied",
        Standing::Ordinary,
        "v1:ants:00000000 client-5",
    ),
    (
        "Newer",
        Standing::Ordinary,
        "v2:cats:here client-6",
    ),
    ("Damaged", Standing::Ordinary, "v1:cats"),
    (
        "Third party",
        Standing::ThirdParty,
        "v1:ants:here partner",
    ),
    (
        "Grantry",
        Standing::Ourselves,
        "v1:bees:here grantry",
    ),
];

/// A tenant with a history, and what is wanted of it now.
#[derive(Debug, Clone)]
pub(crate) struct World {
    before: [Desired; 2],
    /// Grants made by hand: who holds them, and on which API.
    grants: Vec<(usize, usize)>,
    pub(crate) after: [Desired; 2],
    /// How much of each plan is applied, in turns.
    pub(crate) steps: Vec<usize>,
    pub(crate) max_deletes: Option<usize>,
}

impl World {
    /// The tenant as its history left it.
    pub(crate) fn books(&self) -> Books {
        let books = Books::new();
        for audience in ["urn:nobody:shared", "urn:nobody:else"] {
            let address = Address::ResourceServer(audience.parse().unwrap());
            books.put(
                Maker::Nobody,
                Standing::Ordinary,
                address,
                scopes_of_server(),
            );
        }
        let management = Address::ResourceServer(audience(8));
        books.put(
            Maker::Tenant,
            Standing::System,
            management,
            scopes_of_server(),
        );
        for (number, (name, standing, mark)) in
            STRANGERS.into_iter().enumerate()
        {
            let is_ordinary = standing == Standing::Ordinary;
            let maker = if is_ordinary {
                Maker::Nobody
            } else {
                Maker::Tenant
            };
            let address = Address::Client(ClientRef::Id(
                stranger(number).parse().unwrap(),
            ));
            books.put(maker, standing, address, client(name, mark));
        }
        for who in 0..STACKS.len() {
            let address = Address::ResourceServer(audience(who * APIS));
            books.put(
                Maker::Stack(who),
                Standing::Ordinary,
                address,
                scopes_of_server(),
            );
        }
        for (who, desired) in self.before.iter().enumerate() {
            step(&books, who, desired, None);
        }
        for (holder, on) in &self.grants {
            put_grant(&books, *holder, *on);
        }
        books
    }
}

/// A grant made by hand, if its ends are there and it is not.
fn put_grant(books: &Books, holder: usize, on: usize) {
    let name = match holder.checked_sub(STRANGERS.len()) {
        None => STRANGERS[holder].0.to_owned(),
        Some(ours) => format!("{} {}", STACKS[ours % 2], ours / 2),
    };
    let Some(client) = books.client(&name) else {
        return;
    };
    let is_ours = holder == STRANGERS.len() - 1 && on == 8;
    let standing = if is_ours {
        Standing::Ourselves
    } else {
        Standing::Ordinary
    };
    let server = Address::ResourceServer(audience(on));
    let subject_type = SubjectType::Client;
    let address = Address::Grant {
        client,
        audience: audience(on),
        subject_type,
    };
    if books.has(&server) && !books.has(&address) {
        let attrs = Attrs::from_iter([(
            "scopes".into(),
            Value::Set(
                [Value::from("read")]
                    .into_iter()
                    .collect(),
            ),
        )]);
        books.put(Maker::Tenant, standing, address, attrs);
    }
}

/// An API by its number: three of each stack, two of
/// nobody's, the tenant's own.
fn audience(number: usize) -> Identifier {
    let text = match number {
        0..=5 => format!(
            "urn:{}:{}",
            STACKS[number / APIS],
            number % APIS
        ),
        6 => "urn:nobody:shared".to_owned(),
        7 => "urn:nobody:else".to_owned(),
        _ => format!("https://{DOMAIN}/api/v2/"),
    };
    text.parse().unwrap()
}

fn stranger(number: usize) -> String {
    format!("stranger-{number}")
}

fn scopes_of_server() -> Attrs {
    let scopes = ["read", "write"].map(|scope| (scope.into(), Value::Null));
    Attrs::from_iter([(
        "scopes".into(),
        Value::Map(scopes.into_iter().collect()),
    )])
}

fn client(name: &str, mark: &str) -> Attrs {
    let mut attrs = Attrs::from_iter([("name".into(), Value::from(name))]);
    if !mark.is_empty() {
        let mark =
            mark.replace(":here", &format!(":{}", TenantHash::of(DOMAIN)));
        let entries = Mark::METADATA_KEYS
            .into_iter()
            .zip(mark.split(' '));
        let entries =
            entries.map(|(entry, value)| (entry.into(), value.into()));
        let metadata = Value::Map(entries.collect());
        attrs.insert("client_metadata".into(), metadata);
    }
    attrs
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let before = [history(0), history(1)];
    let after = [wish(0), wish(1)];
    let grants = vec(
        (0..STRANGERS.len() + 2 * CLIENTS, 0..9_usize),
        0..8,
    );
    let steps = vec(0..5_usize, 0..6);
    let max_deletes = proptest::option::of(0..8_usize);
    (before, after, grants, steps, max_deletes).prop_map(
        |(before, after, grants, steps, max_deletes)| World {
            before,
            grants,
            after,
            steps,
            max_deletes,
        },
    )
}

/// What a stack declared once: nothing is deleted to get there.
fn history(who: usize) -> impl Strategy<Value = Desired> {
    declarations(who).prop_map(|mut desired| {
        desired.policy.prune = Prune::Off;
        desired
    })
}

/// What a stack wants now: beside what it declares, some is
/// moved, removed or taken over.
fn wish(who: usize) -> impl Strategy<Value = Desired> {
    let fates = vec(0..6_u8, CLIENTS + APIS);
    let moved = proptest::option::weighted(0.3, (0..CLIENTS, 0..CLIENTS));
    (declarations(who), fates, moved, any::<bool>()).prop_map(
        move |(mut desired, fates, moved, is_adopting)| {
            for (number, fate) in fates.into_iter().enumerate() {
                let removal = match fate {
                    0 => Removal::Destroy,
                    1 => Removal::Release,
                    _ => continue,
                };
                remove(&mut desired, who, number, removal);
            }
            if let Some((from, to)) = moved {
                let (from, to) = (client_key(from), client_key(to));
                let is_free = !desired
                    .policy
                    .removed_clients
                    .contains_key(&from);
                if is_free
                    && !desired.clients.contains_key(&from)
                    && desired.clients.contains_key(&to)
                {
                    desired
                        .policy
                        .moved_clients
                        .insert(from, to);
                }
            }
            if is_adopting {
                let id = stranger(who).parse().unwrap();
                let adopted = managed(
                    &format!("Stranger {who}"),
                    Identity::ClientId(id),
                    false,
                );
                desired
                    .clients
                    .insert("adopted".parse().unwrap(), adopted);
            }
            desired
        },
    )
}

/// Removes a client or API that is not declared.
fn remove(desired: &mut Desired, who: usize, number: usize, removal: Removal) {
    let Desired {
        policy,
        clients,
        resource_servers,
        ..
    } = desired;
    match number.checked_sub(CLIENTS) {
        None if !clients.contains_key(&client_key(number)) => {
            policy
                .removed_clients
                .insert(client_key(number), removal);
        }
        Some(api) if !resource_servers.contains_key(&api_key(api)) => {
            policy
                .removed_resource_servers
                .insert(audience(who * APIS + api), removal);
        }
        _ => {}
    }
}

fn declarations(who: usize) -> impl Strategy<Value = Desired> {
    let clients = vec(
        proptest::option::weighted(
            0.6,
            (0..3_u8, proptest::bool::weighted(0.1)),
        ),
        CLIENTS,
    );
    let apis = vec(any::<bool>(), APIS);
    let grants = vec((0..CLIENTS, 0..5_usize, any::<bool>()), 0..12);
    let policy = (any::<bool>(), any::<bool>());
    (clients, apis, grants, policy).prop_map(
        move |(clients, apis, grants, (prune, owns))| {
            let mut desired = Desired {
                stack: STACKS[who].parse().unwrap(),
                resource_servers: BTreeMap::new(),
                clients: BTreeMap::new(),
                grants: Vec::new(),
                sinks: BTreeMap::new(),
                policy: policy_of(who, prune, owns),
            };
            for (number, declared) in clients.into_iter().enumerate() {
                let Some((version, protect)) = declared else {
                    continue;
                };
                let name = format!("{} {number}", STACKS[who]);
                let mut declared = managed(&name, Identity::Mark, protect);
                if let DesiredClient::Managed { spec, .. } = &mut declared {
                    spec.description = Setting::Value(
                        format!("version {version}")
                            .parse()
                            .unwrap(),
                    );
                }
                desired
                    .clients
                    .insert(client_key(number), declared);
            }
            for (number, declared) in apis.into_iter().enumerate() {
                // The first API of each stack is always there, for
                // the other to refer to.
                if declared || number == 0 {
                    let server = declared_api(who * APIS + number);
                    desired
                        .resource_servers
                        .insert(api_key(number), server);
                }
            }
            for (key, number) in [("theirs", (1 - who) * APIS), ("shared", 6)] {
                let external = DesiredResourceServer {
                    identifier: audience(number),
                    spec: None,
                };
                desired
                    .resource_servers
                    .insert(key.parse().unwrap(), external);
            }
            desired.grants = declared_grants(&desired, grants);
            desired
        },
    )
}

fn policy_of(who: usize, prune: bool, owns: bool) -> Policy {
    let glob = Glob::try_from(format!("urn:{}:*", STACKS[who])).unwrap();
    Policy {
        prune: if prune {
            Prune::On
        } else {
            Prune::Off
        },
        owns: if owns {
            vec![glob]
        } else {
            Vec::new()
        },
        limits: Limits {
            max_deletes: Some(1000),
            emptying: Emptying::Allowed,
        },
        ..Policy::default()
    }
}

fn declared_grants(
    desired: &Desired,
    wanted: Vec<(usize, usize, bool)>,
) -> Vec<DesiredGrant> {
    let mut seen = BTreeSet::new();
    let mut grants = Vec::new();
    for (client, api, wide) in wanted {
        let key: Key = match api {
            0..APIS => api_key(api),
            3 => "theirs".parse().unwrap(),
            _ => "shared".parse().unwrap(),
        };
        let client = client_key(client);
        let is_declared = desired.clients.contains_key(&client)
            && desired
                .resource_servers
                .contains_key(&key);
        if is_declared && seen.insert((client.clone(), key.clone())) {
            let scopes = if wide {
                &["read", "write"][..]
            } else {
                &["read"]
            };
            let scopes = scopes
                .iter()
                .map(|scope| scope.parse().unwrap())
                .collect();
            grants.push(DesiredGrant {
                client,
                audience: Audience::Key(key),
                subject_type: SubjectType::Client,
                spec: GrantSpec {
                    scopes: Some(scopes),
                    ..GrantSpec::default()
                },
            });
        }
    }
    grants
}

fn client_key(number: usize) -> Key {
    format!("client-{number}")
        .parse()
        .unwrap()
}

fn api_key(number: usize) -> Key {
    format!("api-{number}").parse().unwrap()
}

fn managed(name: &str, identity: Identity, protect: bool) -> DesiredClient {
    let spec = ClientSpec {
        name: Some(name.parse().unwrap()),
        ..ClientSpec::default()
    };
    let protection = if protect {
        Protection::Protected
    } else {
        Protection::Open
    };
    DesiredClient::Managed {
        deliver: BTreeSet::new(),
        identity,
        protection,
        spec: Box::new(spec),
    }
}

fn declared_api(number: usize) -> DesiredResourceServer {
    let scopes = ["read", "write"].map(|scope| (scope.parse().unwrap(), None));
    let spec = ResourceServerSpec {
        scopes: Setting::Value(scopes.into()),
        ..ResourceServerSpec::default()
    };
    DesiredResourceServer {
        identifier: audience(number),
        spec: Some(spec),
    }
}
