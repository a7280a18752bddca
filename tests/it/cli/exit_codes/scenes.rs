//! Where a run comes to an end: a folder with a configuration, and a tenant in
//! it or behind HTTP.

use std::fs::{self, File};
use std::path::Path;

use grantry::emulator::{
    self, Conditions, Emulator, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
    MANAGEMENT_CLIENT_SECRET, Settings,
};
use tokio::runtime::Runtime;

use crate::cli::base;
use crate::cli::harness::{Place, STORY};
use crate::helpers::served::{NOBODY, in_memory};

/// A place where a run ends in one way only.
pub(super) struct Scene {
    pub(super) place: Place,
    #[expect(dead_code, reason = "it is held")]
    lock: Option<File>,
    #[expect(dead_code, reason = "it serves")]
    emulator: Option<Emulator>,
}

/// The tenants behind HTTP.
pub(super) struct Tenants {
    runtime: Runtime,
    // In these nothing is ever changed, so one of each serves all.
    forbidden: Emulator,
    busy: Emulator,
    barred: Emulator,
}

impl Tenants {
    pub(super) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        Self {
            forbidden: start(&runtime, &["*:403"]),
            // A quota of an hour is not waited for.
            busy: start(&runtime, &["*:429:retry-after=3600"]),
            barred: start(
                &runtime,
                &[
                    "POST /clients:403",
                    "POST /resource-servers:403",
                ],
            ),
            runtime,
        }
    }

    /// A tenant of its own, of which this goes wrong.
    fn with_fault(&self, fault: &str) -> Scene {
        let emulator = start(&self.runtime, &[fault]);

        Scene {
            place: behind(&emulator.url()).place,
            lock: None,
            emulator: Some(emulator),
        }
    }
}

fn start(runtime: &Runtime, faults: &[&str]) -> Emulator {
    let faults = faults
        .iter()
        .map(|fault| fault.parse().unwrap());
    let settings = Settings {
        conditions: Conditions {
            faults: faults.collect(),
            ..Conditions::default()
        },
        ..in_memory()
    };

    runtime
        .block_on(emulator::start(settings))
        .unwrap()
}

fn with(environment: &[(&str, &str)]) -> Scene {
    with_place(Place::new(), environment)
}

fn with_place(place: Place, environment: &[(&str, &str)]) -> Scene {
    let outputs = place
        .path("outputs")
        .display()
        .to_string();
    let mut environment = environment.to_vec();
    environment.push(("GITHUB_OUTPUT", &outputs));
    let environment: Vec<_> = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();

    Scene {
        place: place.with(&environment),
        lock: None,
        emulator: None,
    }
}

/// A configuration that nobody has applied yet.
fn with_story(environment: &[(&str, &str)]) -> Scene {
    let scene = with(environment);
    scene.place.write("grantry.yaml", STORY);
    scene
}

fn behind(url: &str) -> Scene {
    with_story(&[
        ("AUTH0_DOMAIN", url),
        ("AUTH0_AUDIENCE", MANAGEMENT_AUDIENCE),
        ("AUTH0_CLIENT_ID", MANAGEMENT_CLIENT_ID),
        ("AUTH0_CLIENT_SECRET", MANAGEMENT_CLIENT_SECRET),
    ])
}

pub(super) fn fresh(_: &Tenants) -> Scene {
    with_story(&[])
}

/// The scope of the grant is one that its API does not have.
pub(super) fn invalid(_: &Tenants) -> Scene {
    let scene = with(&[]);
    let wrong = STORY.replace("[geocode:location]", "[geocode:locations]");
    scene
        .place
        .write("grantry.yaml", &wrong);
    scene
}

pub(super) fn committed(_: &Tenants) -> Scene {
    with_place(base::repository(), &[])
}

/// Another stack is to own what the revision declares.
pub(super) fn given_away(tenants: &Tenants) -> Scene {
    let scene = committed(tenants);
    let other = STORY.replace("stack: ", "stack: x-");
    scene
        .place
        .write("grantry.yaml", &other);
    scene
}

pub(super) fn applied(tenants: &Tenants) -> Scene {
    let scene = fresh(tenants);
    scene
        .place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    scene
}

/// Changes each line of the local tenant.
fn change_tenant(
    scene: &Scene,
    change: impl Fn(serde_json::Value) -> Option<serde_json::Value>,
) {
    let file = scene.place.path(".grantry/tenant.json");
    let text = fs::read_to_string(&file).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let changed = lines
        .filter_map(change)
        .map(|line| line.to_string());
    let changed = changed.collect::<Vec<_>>().join("\n") + "\n";
    fs::write(file, changed).unwrap();
}

/// Somebody has deleted the grant.
pub(super) fn drifted(tenants: &Tenants) -> Scene {
    let scene = applied(tenants);
    change_tenant(&scene, |line| {
        line.get("grant")
            .is_none()
            .then_some(line)
    });
    scene
}

/// The client has lost its mark, so that it may be anybody's.
pub(super) fn namesake(tenants: &Tenants) -> Scene {
    let scene = applied(tenants);
    change_tenant(&scene, |mut line| {
        if let Some(fields) = line.pointer_mut("/client/fields") {
            fields
                .as_object_mut()
                .unwrap()
                .remove("client_metadata");
        }
        Some(line)
    });
    scene
}

const BEFORE: &str = "stack: maps\nclients: { courier: { name: Courier }, gone: { name: Gone } }\n";
const AFTER: &str =
    "stack: maps\nprune: true\nclients: { courier: { name: Bearer } }\n";

/// One client is to be deleted.
pub(super) fn crowded(_: &Tenants) -> Scene {
    let scene = with(&[]);
    scene
        .place
        .write("grantry.yaml", BEFORE);
    scene
        .place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    scene.place.write("grantry.yaml", AFTER);
    scene
}

pub(super) fn approved(tenants: &Tenants) -> Scene {
    let scene = crowded(tenants);
    scene
        .place
        .run(&["plan", "--out", "plan.json"])
        .exits(0);
    scene
}

/// After the approval the configuration has changed.
pub(super) fn moved_on(tenants: &Tenants) -> Scene {
    let scene = approved(tenants);
    let other = AFTER.replace("Bearer", "Messenger");
    scene
        .place
        .write("grantry.yaml", &other);
    scene
}

/// A tenant is meant, and which is said nowhere.
pub(super) fn unsettled(_: &Tenants) -> Scene {
    with_story(&[("AUTH0_CLIENT_ID", "me")])
}

pub(super) fn locked(tenants: &Tenants) -> Scene {
    let scene = fresh(tenants);
    let lock = File::create(
        scene
            .place
            .write(".grantry/tenant.json.lock", ""),
    )
    .unwrap();
    lock.try_lock().unwrap();
    Scene {
        lock: Some(lock),
        ..scene
    }
}

pub(super) fn unreachable(_: &Tenants) -> Scene {
    behind(NOBODY)
}

pub(super) fn forbidden(tenants: &Tenants) -> Scene {
    behind(&tenants.forbidden.url())
}

pub(super) fn busy(tenants: &Tenants) -> Scene {
    behind(&tenants.busy.url())
}

pub(super) fn barred(tenants: &Tenants) -> Scene {
    behind(&tenants.barred.url())
}

pub(super) fn half_barred(tenants: &Tenants) -> Scene {
    tenants.with_fault("POST /clients:403")
}

/// A client whose new key can be added, and never comes to count.
pub(super) fn half_rotated(tenants: &Tenants) -> Scene {
    let scene = tenants.with_fault("PATCH /clients/*:403");
    let rotate_to = |key: &str| {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/keys/public");
        let pem =
            fs::read_to_string(folder.join(format!("{key}.pem"))).unwrap();
        scene
            .place
            .write(&format!("{key}.pem"), &pem);
        scene
            .place
            .write("grantry.yaml", &with_key(key));
    };

    rotate_to("billing-2026-11");
    let apply = ["apply", "--provider", "auth0", "--auto-approve"];
    scene.place.run(&apply).exits(0);
    rotate_to("billing-2027-02");
    scene
}

fn with_key(key: &str) -> String {
    format!(
        "stack: ledger\n\
         clients:\n  billing:\n    name: Billing\n    client_authentication_methods:\n      \
         private_key_jwt: {{ credentials: [{{ pem_file: {key}.pem }}] }}\n"
    )
}
