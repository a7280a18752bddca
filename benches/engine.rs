//! How long it takes to load, expand, diff and plan: `cargo bench`.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use divan::{Bencher, black_box};
use grantry::config;
use grantry::model::{
    Address, ClientRef, Desired, Found, RemoteId, Snapshot, Standing,
};
use grantry::plan::{diff, plan};
use grantry::provider::support_of;

/// Objects in all, in the proportions of one API and a
/// hundred grants to fifty clients.
const SIZES: [usize; 2] = [3_000, 100_000];

fn main() {
    divan::main();
}

fn write_yaml(objects: usize) -> String {
    let servers = (objects / 150).max(1);
    let clients = objects / 3;

    let mut text = "stack: bench\nresource_servers:\n".to_owned();
    for server in 0..servers {
        let _ = writeln!(
            text,
            "  api-{server}:\n    identifier: urn:api:{server}\n    scopes:"
        );
        for scope in 0..20 {
            let _ = writeln!(
                text,
                "      read:{server}-{scope}: Read thing {scope}"
            );
        }
    }

    text.push_str("clients:\n");
    for client in 0..clients {
        let _ = writeln!(
            text,
            "  client-{client}: {{ name: Client {client} }}"
        );
    }

    text.push_str("grants:\n");
    for grant in 0..clients * 2 {
        // Two for each client: on the API of its number, and on the next one,
        // if there is another.
        let client = grant / 2;
        let server = (grant / 2 + grant % 2) % servers;
        if servers == 1 && grant % 2 == 1 {
            continue;
        }
        let _ = writeln!(
            text,
            "  - {{ client: client-{client}, resource_server: api-{server}, \
             scopes: [read:{server}-1] }}"
        );
    }
    text
}

fn write_files(objects: usize) -> (tempfile::TempDir, [PathBuf; 1]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bench.yaml");
    fs::write(&file, write_yaml(objects)).expect("a file");

    (folder, [file])
}

fn parse(paths: &[PathBuf]) -> config::Checked {
    config::parse(paths, &config::Inputs::default(), support_of)
        .map_err(|problems| problems.to_string())
        .expect("a configuration")
}

fn declare(objects: usize) -> Desired {
    let (_folder, paths) = write_files(objects);

    parse(&paths).expand().desired
}

fn empty_tenant() -> Snapshot {
    Snapshot {
        tenant: grantry::model::TenantHash::of("bench"),
        support: &grantry::provider::local::SUPPORT,
        management_api: Some(grantry::model::Identifier::of_management_api(
            "bench",
        )),
        rules: std::collections::BTreeMap::new(),
        found: std::collections::BTreeMap::new(),
        unnamed: Vec::new(),
        held_scopes: std::collections::BTreeMap::new(),
    }
}

/// The tenant after the configuration was applied.
fn tenant_as_declared(desired: &Desired) -> Snapshot {
    let mut seen = empty_tenant();
    let declared: Vec<_> = desired
        .resources(&seen)
        .into_iter()
        .map(|(address, declared)| (address, declared.attrs()))
        .collect();

    for (address, attrs) in declared {
        let address = live_address(address);
        let found = Found {
            id: RemoteId::new(address.to_string()),
            standing: Standing::Ordinary,
            attrs,
            revision: None,
        };
        seen.found.insert(address, found);
    }
    seen
}

/// The address as a tenant knows it. The ids of clients are their keys here.
fn live_address(address: Address) -> Address {
    match address {
        Address::ResourceServer(_) => address,
        Address::Client(client) => Address::Client(with_id(&client)),
        Address::Grant {
            client,
            audience,
            subject_type,
        } => Address::Grant {
            client: with_id(&client),
            audience,
            subject_type,
        },
    }
}

fn with_id(client: &ClientRef) -> ClientRef {
    ClientRef::Id(
        client
            .to_string()
            .parse()
            .expect("an id"),
    )
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn load(bencher: Bencher, objects: usize) {
    let (_folder, paths) = write_files(objects);

    bencher.bench(|| {
        config::parse(
            black_box(&paths),
            &config::Inputs::default(),
            support_of,
        )
        .is_ok()
    });
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn expand(bencher: Bencher, objects: usize) {
    let (_folder, paths) = write_files(objects);

    bencher
        .with_inputs(|| parse(&paths))
        .bench_values(config::Checked::expand);
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn diff_of_equal_states(bencher: Bencher, objects: usize) {
    let desired = declare(objects);
    let seen = empty_tenant();
    let resources: Vec<_> = desired
        .resources(&seen)
        .values()
        .map(|declared| declared.attrs())
        .collect();
    let defaults = grantry::model::Attrs::new();

    bencher.bench(|| {
        resources
            .iter()
            .map(|attrs| diff(black_box(attrs), attrs, &defaults).len())
            .sum::<usize>()
    });
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn plan_from_nothing(bencher: Bencher, objects: usize) {
    let desired = declare(objects);
    let seen = empty_tenant();

    bencher.bench(|| plan(black_box(&desired), &seen).is_ok());
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn plan_of_equal_states(bencher: Bencher, objects: usize) {
    let desired = declare(objects);
    let seen = tenant_as_declared(&desired);

    bencher.bench(|| plan(black_box(&desired), &seen).is_ok());
}
