//! What fifty tenants take beside one of them, where waiting for answers is
//! most of the time, and what four processes take that share them: `cargo bench
//! --bench environments`.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use divan::Bencher;
use grantry::emulator::{
    self, Conditions, Emulator, Latency, MANAGEMENT_AUDIENCE,
    MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET, Settings,
};
use tokio::runtime::Runtime;

const TENANTS: usize = 50;

/// As long as an answer over the internet takes at worst.
const LATENCY: Duration = Duration::from_millis(500);

fn main() {
    divan::main();
}

/// Fifty tenants, and a configuration with an environment for each.
struct Scene {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
    _runtime: Runtime,
    _emulators: Vec<Emulator>,
}

impl Scene {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let emulators: Vec<Emulator> = (0..TENANTS)
            .map(|_| runtime.block_on(start()))
            .collect();

        let mut variables = Vec::new();
        let mut text = "stack: maps\n\
            provider: auth0\n\
            resource_servers: { maps: { identifier: https://maps.example/, scopes: { read:maps: Read } } }\n\
            clients: { courier: { name: Courier } }\n\
            grants: [{ client: courier, resource_server: maps, scopes: [read:maps] }]\n\
            environments:\n"
            .to_owned();
        for (place, emulator) in emulators.iter().enumerate() {
            let _ = writeln!(text, "  tenant-{place}: {{}}");
            for (name, value) in [
                ("AUTH0_DOMAIN", emulator.url()),
                (
                    "AUTH0_CLIENT_ID",
                    MANAGEMENT_CLIENT_ID.to_owned(),
                ),
                (
                    "AUTH0_CLIENT_SECRET",
                    MANAGEMENT_CLIENT_SECRET.to_owned(),
                ),
                ("AUTH0_AUDIENCE", MANAGEMENT_AUDIENCE.to_owned()),
            ] {
                variables.push((format!("{name}__TENANT_{place}"), value));
            }
        }

        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("grantry.yaml"), text)
            .expect("a configuration");
        Self {
            folder,
            variables,
            _runtime: runtime,
            _emulators: emulators,
        }
    }

    fn plan(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_grantry"));
        command
            .arg("plan")
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(
                self.variables
                    .iter()
                    .map(|(name, value)| (name, value)),
            )
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

async fn start() -> Emulator {
    let settings = Settings {
        conditions: Conditions {
            latency: Latency::Fixed(LATENCY),
            ..Conditions::default()
        },
        ..Settings::default()
    };

    emulator::start(settings)
        .await
        .expect("an emulator")
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn one_tenant(bencher: Bencher) {
    let scene = Scene::new();

    bencher.bench_local(|| {
        let ended = scene
            .plan(&["--env", "tenant-0"])
            .status();
        assert!(ended.expect("a plan").success());
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn fifty_tenants(bencher: Bencher) {
    let scene = Scene::new();

    bencher.bench_local(|| {
        let ended = scene.plan(&["--all-envs"]).status();
        assert!(ended.expect("plans").success());
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn fifty_tenants_in_four_processes(bencher: Bencher) {
    let scene = Scene::new();

    bencher.bench_local(|| {
        let shards = ["1/4", "2/4", "3/4", "4/4"];
        let processes = shards.map(|shard| {
            let mut plan = scene.plan(&["--all-envs", "--shard", shard]);
            plan.spawn().expect("a process")
        });
        for mut process in processes {
            assert!(process.wait().expect("plans").success());
        }
    });
}
