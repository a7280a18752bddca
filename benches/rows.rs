//! What a table of a hundred thousand customers takes until it is known what
//! should exist: `cargo bench --bench rows`. Wanted are under 2 seconds and 500
//! MB for all of it; `/usr/bin/time -v grantry validate` tells the latter.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use divan::{Bencher, black_box};
use grantry::config::{self, Checked, Inputs};
use grantry::provider::support_of;

const ROWS: usize = 100_000;

/// A client of each customer, and what is granted to it.
const TEMPLATES: &str = r#"
stack: bench
resource_servers:
  maps: { identifier: https://maps.example/, scopes: { read:maps: Read maps } }
for_each:
  - in: customers.csv
    as: customer
    clients:
      customer-${customer.id}:
        name: Customer ${customer.name}
        description: In ${customer.region}
        client_metadata: { region: "${customer.region}" }
    grants:
      - { client: "customer-${customer.id}", resource_server: maps, scopes: [read:maps] }
"#;

fn main() {
    divan::main();
}

/// A configuration with its table, in a folder.
fn write_files() -> (tempfile::TempDir, [PathBuf; 1]) {
    let mut table = "id,name,region\n".to_owned();
    for row in 0..ROWS {
        let _ = writeln!(table, "{row:06},Name of {row},eu-{}", row % 7);
    }

    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("grantry.yaml");
    fs::write(&file, TEMPLATES).expect("a configuration");
    fs::write(folder.path().join("customers.csv"), table).expect("a table");
    (folder, [file])
}

fn parse(paths: &[PathBuf]) -> Checked {
    config::parse(paths, &Inputs::default(), support_of)
        .map_err(|problems| problems.to_string())
        .expect("a configuration")
}

/// Reads the table, fills the templates in and checks what they make.
#[divan::bench(sample_count = 10)]
fn load(bencher: Bencher) {
    let (_folder, paths) = write_files();

    bencher.bench(|| {
        config::parse(
            black_box(&paths),
            &Inputs::default(),
            support_of,
        )
        .is_ok()
    });
}

#[divan::bench(sample_count = 10)]
fn expand(bencher: Bencher) {
    let (_folder, paths) = write_files();

    bencher
        .with_inputs(|| parse(&paths))
        .bench_values(Checked::expand);
}

/// All of it, as people run it.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn validate(bencher: Bencher) {
    let (folder, _paths) = write_files();

    bencher.bench(|| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_grantry"));
        command
            .arg("validate")
            .current_dir(folder.path())
            .env_clear()
            .stdout(Stdio::null());
        assert!(
            command
                .status()
                .expect("the program")
                .success()
        );
    });
}
