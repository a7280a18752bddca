//! How long it takes to load, expand, diff and plan: `cargo bench`.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use divan::{Bencher, black_box};
use grantry::config;
use grantry::model::{Address, ClientRef, Desired, Found, RemoteId, Snapshot, Standing};
use grantry::plan::{diff, plan};
use grantry::provider::support_of;

/// Objects in all, in the proportions of one API and a hundred grants to fifty clients.
const SIZES: [usize; 2] = [3_000, 100_000];

fn main() {
    divan::main();
}

fn yaml(objects: usize) -> String {
    let (servers, clients) = ((objects / 150).max(1), objects / 3);
    let mut text = "stack: bench\nresource_servers:\n".to_owned();
    for server in 0..servers {
        let _ = writeln!(
            text,
            "  api-{server}:\n    identifier: urn:api:{server}\n    scopes:"
        );
        for scope in 0..20 {
            let _ = writeln!(text, "      read:{server}-{scope}: Read thing {scope}");
        }
    }
    text.push_str("clients:\n");
    for client in 0..clients {
        let _ = writeln!(text, "  client-{client}: {{ name: Client {client} }}");
    }
    text.push_str("grants:\n");
    for grant in 0..clients * 2 {
        let (client, server) = (grant / 2, (grant / 2 + grant % 2) % servers);
        if servers == 1 && grant % 2 == 1 {
            continue;
        }
        let _ = writeln!(
            text,
            "  - {{ client: client-{client}, resource_server: api-{server}, scopes: [read:{server}-1] }}"
        );
    }
    text
}

fn files(objects: usize) -> (tempfile::TempDir, [PathBuf; 1]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bench.yaml");
    fs::write(&file, yaml(objects)).expect("a file");
    (folder, [file])
}

fn parsed(paths: &[PathBuf]) -> config::Checked {
    config::parse(paths, support_of)
        .map_err(|problems| problems.to_string())
        .expect("a configuration")
}

fn desired(objects: usize) -> Desired {
    let (_folder, paths) = files(objects);
    parsed(&paths).expand().desired
}

fn nothing() -> Snapshot {
    Snapshot {
        tenant: grantry::model::TenantHash::of("bench"),
        management_api: grantry::model::Identifier::of_management_api("bench"),
        rules: std::collections::BTreeMap::new(),
        found: std::collections::BTreeMap::new(),
        unnamed: Vec::new(),
    }
}

/// The tenant after the configuration was applied.
fn settled(desired: &Desired) -> Snapshot {
    let mut seen = nothing();
    let id = |client: &ClientRef| ClientRef::Id(client.to_string().parse().expect("an id"));
    let declared = desired.resources(&seen);
    let declared: Vec<_> = declared
        .into_iter()
        .map(|(address, declared)| (address, declared.attrs()))
        .collect();
    for (address, attrs) in declared {
        let address = match address {
            Address::ResourceServer(_) => address,
            Address::Client(client) => Address::Client(id(&client)),
            Address::Grant {
                client,
                audience,
                subject_type,
            } => Address::Grant {
                client: id(&client),
                audience,
                subject_type,
            },
        };
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

#[divan::bench(args = SIZES, sample_count = 10)]
fn load(bencher: Bencher, objects: usize) {
    let (_folder, paths) = files(objects);
    bencher.bench(|| config::parse(black_box(&paths), support_of).is_ok());
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn expand(bencher: Bencher, objects: usize) {
    let (_folder, paths) = files(objects);
    bencher
        .with_inputs(|| parsed(&paths))
        .bench_values(config::Checked::expand);
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn diff_of_equal_states(bencher: Bencher, objects: usize) {
    let desired = desired(objects);
    let seen = nothing();
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
    let (desired, seen) = (desired(objects), nothing());
    bencher.bench(|| plan(black_box(&desired), &seen).is_ok());
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn plan_of_equal_states(bencher: Bencher, objects: usize) {
    let desired = desired(objects);
    let seen = settled(&desired);
    bencher.bench(|| plan(black_box(&desired), &seen).is_ok());
}
