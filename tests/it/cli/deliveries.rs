//! Credentials on their way to sinks: what goes wrong there, and what the next
//! run makes of it.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::cli::harness::{Place, Said};
use crate::cli::serving::{Emulator, block_on};
use crate::helpers::plain_http::plain_http;

const CONFIGURATION: &str = "\
stack: maps
sinks:
  files: { file: { path: \"secrets/${client.key}.env\" } }
  coded: { age: { path: \"coded/${client.key}.age\", recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p] } }
  team: { exec: {} }
resource_servers:
  maps: { identifier: \"https://api.maps.example/\", name: Maps, scopes: { read:maps: Read } }
clients:
  courier: { name: Courier, deliver: [files, coded, team] }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
";

/// A program that keeps entries in a folder, and goes wrong at
/// one of its calls in one way.
const PROGRAM: &str = r#"#!/bin/sh
store=$GRANTRY_EXEC_STORE
told=$(cat)
echo x >> "$store/calls"
calls=$(wc -l < "$store/calls")
mode=well
[ "$calls" -eq "${GRANTRY_EXEC_NTH:-0}" ] && mode=$GRANTRY_EXEC_MODE

case $mode in
  refuse) echo "no room" >&2; exit 1 ;;
  echo) echo "$told"; echo "$told" >&2; exit 1 ;;
  garbage) echo "}{"; exit 0 ;;
  kill) kill -9 "$PPID"; exit 1 ;;
  meanwhile)
    AUTH0_DOMAIN=$GRANTRY_EXEC_DOMAIN AUTH0_AUDIENCE=$GRANTRY_EXEC_AUDIENCE AUTH0_API_TOKEN=$GRANTRY_EXEC_TOKEN \
      "$GRANTRY_EXEC_GRANTRY" apply --auto-approve --provider auth0 --exec-sink "team=$0" > "$store/other" 2>&1 ;;
esac
case $told in
  *'"action":"look"'*)
    entries=
    for name in $(echo "$told" | sed 's/.*"names":\[\([^]]*\)\].*/\1/' | tr , ' '); do
      label=null
      if [ -f "$store/entry" ] && grep -q "\"name\":$name" "$store/entry"; then
        label=$(sed 's/.*"label":\({[^}]*}\).*/\1/' "$store/entry")
      fi
      entry="{\"name\":$name,\"label\":$label,\"revision\":\"$(wc -l < "$store/puts")\"}"
      entries="$entries${entries:+,}$entry"
    done
    echo "{\"entries\":[$entries]}" ;;
  *'"action":"put"'*) echo x >> "$store/puts"; echo "$told" > "$store/entry" ;;
  *'"action":"remove"'*) rm -f "$store/entry" ;;
esac
case $mode in
  kill-after) kill -9 "$PPID" ;;
  refuse-after) echo "no room" >&2; exit 1 ;;
esac
exit 0
"#;

/// A place with the program, and a tenant to apply to.
struct World {
    place: Place,
    emulator: Emulator,
}

impl World {
    fn new(faults: &[&str]) -> Self {
        let emulator = Emulator::start(&Place::new(), faults);
        let place = Place::new();
        place.write("grantry.yaml", CONFIGURATION);
        let program = place.write("program", PROGRAM);
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755))
            .unwrap();
        place.write("store/calls", "");
        place.write("store/puts", "");

        let mut world = Self {
            place,
            emulator,
        };
        world.goes_wrong("well", 0);
        world
    }

    /// Has the program go wrong at one of its next calls.
    fn goes_wrong(&mut self, mode: &str, nth: usize) {
        self.place.write("store/calls", "");
        let store = self
            .place
            .path("store")
            .display()
            .to_string();
        let mut environment = self.emulator.environment.clone();
        environment.extend([
            ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
            ("GRANTRY_EXEC_STORE".to_owned(), store),
            ("GRANTRY_EXEC_MODE".to_owned(), mode.to_owned()),
            ("GRANTRY_EXEC_NTH".to_owned(), nth.to_string()),
        ]);
        let place = std::mem::replace(&mut self.place, Place::new());
        self.place = place.with(&environment);
    }

    /// The same with a token that secrets are not shown to, as most are.
    fn with_few_scopes(faults: &[&str]) -> Self {
        let mut world = Self::new(faults);
        let objects = ["clients", "resource_servers", "client_grants"];
        let mut scopes: Vec<String> = Vec::new();
        for verb in ["read", "create", "update", "delete"] {
            scopes.extend(objects.map(|object| format!("{verb}:{object}")));
        }
        scopes.push("update:client_keys".to_owned());
        let token = world
            .emulator
            .management_token(Some(&scopes.join(" ")));

        let environment = &mut world.emulator.environment;
        let domain = environment[0].1.clone();
        let audience = environment[3].1.clone();
        environment.retain(|(name, _)| !name.starts_with("AUTH0_CLIENT"));
        // What the program is given of it, which may run another apply.
        let more = [
            ("AUTH0_API_TOKEN", token.as_str()),
            ("GRANTRY_EXEC_TOKEN", &token),
            ("GRANTRY_EXEC_DOMAIN", &domain),
            ("GRANTRY_EXEC_AUDIENCE", &audience),
            (
                "GRANTRY_EXEC_GRANTRY",
                env!("CARGO_BIN_EXE_grantry"),
            ),
        ];
        environment.extend(
            more.map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        world
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let program = format!("team={}", self.place.path("program").display());
        let sink = ["--provider", "auth0", "--exec-sink", &program];

        self.place
            .run(&[arguments, &sink].concat())
    }

    /// Changes a client behind Grantry's back.
    fn patch_client(&self, id: &str, change: &Value) {
        let url = format!(
            "{}/api/v2/clients/{id}",
            self.emulator.variable("AUTH0_DOMAIN")
        );
        let token = self
            .emulator
            .variable("AUTH0_API_TOKEN");
        block_on(async move {
            let request = plain_http()
                .patch(url)
                .bearer_auth(token)
                .json(change);
            assert_eq!(request.send().await.unwrap().status(), 200);
        });
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.place.path(name)).unwrap_or_default()
    }

    fn entry(&self) -> Value {
        let told: Value =
            serde_json::from_str(&self.read("store/entry")).unwrap();
        told["entry"].clone()
    }

    /// Whether an entry gives a token.
    fn gives_token(&self, id: &str, secret: &str) -> bool {
        let url = format!(
            "{}/oauth/token",
            self.emulator.variable("AUTH0_DOMAIN")
        );
        let asked = json!({
            "grant_type": "client_credentials", "client_id": id, "client_secret": secret,
            "audience": "https://api.maps.example/",
        });
        block_on(async move {
            let answer = plain_http()
                .post(url)
                .json(&asked)
                .send()
                .await;
            answer.unwrap().status() == 200
        })
    }

    /// All is as it should be: one client, with credentials
    /// that are good in every sink.
    #[track_caller]
    fn assert_delivered(&self, story: &str) {
        let plan = self.run(&["plan", "--detailed-exitcode"]);
        assert_eq!(
            plan.code,
            Some(0),
            "{story}: {}{}",
            plan.stdout,
            plan.stderr
        );
        assert!(
            plan.stdout
                .contains("No changes. 3 objects are as declared.\n"),
            "{story}: {}",
            plan.stdout
        );

        let entry = self.entry();
        let (id, secret) = (
            entry["client_id"].as_str(),
            entry["client_secret"].as_str(),
        );
        let (id, secret) = (id.unwrap(), secret.unwrap());
        assert!(self.gives_token(id, secret), "{story}");
        let file = self.read("secrets/courier.env");
        assert!(
            file.contains(&format!("CLIENT_SECRET={secret}\n")),
            "{story}: {file}"
        );
        // What a run that went wrong has left behind is not forgotten.
        let sinks = ["secrets/courier.env", "store/entry"];
        self.place
            .insist_on_nowhere_else(secret, &sinks);
    }
}

#[test]
fn a_secret_is_in_its_sinks_and_nowhere_else() {
    let world = World::new(&[]);
    let faces = [
        "--json",
        "report.json",
        "--markdown",
        "report.md",
    ];
    let said = world
        .run(&[&["apply", "--auto-approve", "-vv"], &faces[..]].concat())
        .exits(0);
    world.assert_delivered("at once");

    let entry = world.entry();
    let secret = entry["client_secret"].as_str().unwrap();
    let faces = [
        world.read("report.json"),
        world.read("report.md"),
    ];
    let plan = world
        .run(&["plan", "-vv", "--out", "plan.json"])
        .exits(0);
    let log = world.emulator.stop();
    for text in [
        said.stdout,
        said.stderr,
        plan.stdout,
        plan.stderr,
        log,
    ]
    .iter()
    .chain(&faces)
    {
        assert!(!text.contains(secret), "{text}");
    }
    let report: Value = serde_json::from_str(&faces[0]).unwrap();
    let outputs = &report["reports"][0]["outputs"];
    assert_eq!(
        outputs["clients"][0]["client_id"],
        entry["client_id"]
    );
    assert_eq!(outputs["endpoints"]["issuer"], entry["issuer"]);
    assert_eq!(
        report["reports"][0]["deliveries"][0]["outcome"],
        "delivered"
    );
    let coded = std::fs::read(world.place.path("coded/courier.age")).unwrap();
    assert!(
        !coded
            .windows(secret.len())
            .any(|part| part == secret.as_bytes())
    );
}

#[test]
fn whatever_a_sink_does_the_next_apply_delivers_and_no_secret_is_shown() {
    for mode in [
        "refuse",
        "refuse-after",
        "echo",
        "garbage",
        "kill",
        "kill-after",
    ] {
        // The sink is asked what is there, whether it will do, and to keep the
        // entry: only of the first is the answer looked at.
        let last = if mode == "garbage" { 1 } else { 3 };
        for nth in 1..=last {
            let story = format!("{mode} at call {nth}");
            let mut world = World::new(&[]);
            world.goes_wrong(mode, nth);
            let first = world.run(&["apply", "--auto-approve"]);
            assert_ne!(first.code, Some(0), "{story}: {first:?}");
            let is_applied = first
                .stdout
                .contains("applied    + clients.courier");
            assert!(
                !is_applied || first.code == Some(5),
                "{story}: {first:?}"
            );

            world.goes_wrong("well", 0);
            let second = world
                .run(&["apply", "--auto-approve"])
                .exits(0);
            world.assert_delivered(&story);
            let entry = world.entry();
            let secret = entry["client_secret"].as_str().unwrap();
            for said in [first, second] {
                let shown = format!("{}{}", said.stdout, said.stderr);
                assert!(!shown.contains(secret), "{story}: {shown}");
            }
        }
    }
}

/// Every request of an apply once, and each way in which it can go wrong.
fn walk(kinds: &[&str], requests: std::ops::RangeInclusive<usize>) {
    for kind in kinds {
        for nth in requests.clone() {
            let story = format!("{kind} at request {nth}");
            let world =
                World::new(&["--fault", &format!("*:{kind}:nth={nth}")]);
            let _ = world.run(&["apply", "--auto-approve"]);
            let second = world.run(&["apply", "--auto-approve"]);
            assert_eq!(second.code, Some(0), "{story}: {second:?}");
            world.assert_delivered(&story);
        }
    }
}

#[test]
fn an_answer_that_is_lost_loses_no_credentials() {
    walk(&["commit-then-reset"], 5..=12);
}

#[test]
#[ignore = "it takes minutes"]
fn after_any_fault_at_any_request_the_next_apply_delivers() {
    walk(
        &[
            "reset",
            "500",
            "commit-then-500",
            "commit-then-reset",
            "truncate",
        ],
        1..=20,
    );
}

/// How many requests a tenant is sent until a client that was made and not
/// delivered has a new secret: before that run, and with it.
fn count_requests_to_set_anew() -> [usize; 2] {
    [1, 2].map(|runs| {
        let mut world = World::with_few_scopes(&[]);
        world.goes_wrong("refuse", 3);
        world
            .run(&["apply", "--auto-approve"])
            .exits(5);
        if runs == 2 {
            world.goes_wrong("well", 0);
            world
                .run(&["apply", "--auto-approve"])
                .exits(0);
        }
        let log = world.emulator.stop();
        log.lines()
            .filter(|line| line.contains(" status="))
            .count()
    })
}

/// The same where a secret is set in the tenant, since nobody is shown the one
/// that was lost: at every request of the run that sets it.
#[test]
#[ignore = "it takes minutes"]
fn after_any_fault_where_a_secret_is_set_anew_the_next_apply_delivers() {
    let [before, all] = count_requests_to_set_anew();
    assert!(all > before + 4, "{before} of {all}");
    for kind in [
        "reset",
        "500",
        "commit-then-500",
        "commit-then-reset",
    ] {
        for nth in before + 1..=all {
            let story = format!("{kind} at request {nth}");
            let mut world = World::with_few_scopes(&[
                "--fault",
                &format!("*:{kind}:nth={nth}"),
            ]);
            world.goes_wrong("refuse", 3);
            world
                .run(&["apply", "--auto-approve"])
                .exits(5);
            world.goes_wrong("well", 0);
            let _ = world.run(&["apply", "--auto-approve"]);
            let third = world.run(&["apply", "--auto-approve"]);
            assert_eq!(third.code, Some(0), "{story}: {third:?}");
            world.assert_delivered(&story);
        }
    }
}

#[test]
fn a_client_in_use_keeps_its_secret_whatever_becomes_of_its_entries() {
    let world = World::new(&[]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let before = world.entry();
    let [id, secret] = ["client_id", "client_secret"].map(|name| {
        before[name]
            .as_str()
            .unwrap()
            .to_owned()
    });
    std::fs::remove_file(world.place.path("secrets/courier.env")).unwrap();
    std::fs::remove_file(world.place.path("store/entry")).unwrap();

    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    assert!(
        said.stdout.contains("2 not delivered"),
        "{}",
        said.stdout
    );
    assert!(world.gives_token(&id, &secret));
    assert_eq!(world.read("secrets/courier.env"), "");

    world
        .run(&["apply", "--auto-approve", "--reveal-existing"])
        .exits(0);
    world.assert_delivered("revealed");
    assert_eq!(world.entry()["client_secret"], secret.as_str());
}

#[test]
fn what_a_client_may_call_is_kept_up_to_date_and_its_secret_stays() {
    let world = World::new(&[]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let secret = world.entry()["client_secret"].clone();
    let more = CONFIGURATION
        .replace("resource_servers:\n", "resource_servers:\n  tiles: { identifier: \"urn:tiles\", name: Tiles, scopes: { read:tiles: Read } }\n")
        + "  - { client: courier, resource_server: tiles, scopes: [read:tiles] }\n";
    world.place.write("grantry.yaml", &more);

    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    // What cannot be read back waits until somebody reveals the secret.
    assert!(
        said.stdout.contains(
            "  delivered  ~ deliveries.courier -> file secrets/courier.env"
        ),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains("2 not delivered"),
        "{}",
        said.stdout
    );
    let file = world.read("secrets/courier.env");
    assert!(
        file.contains("TILES_AUDIENCE=urn:tiles\n"),
        "{file}"
    );
    assert!(
        file.contains(&format!(
            "CLIENT_SECRET={}\n",
            secret.as_str().unwrap()
        )),
        "{file}"
    );

    world
        .run(&["apply", "--auto-approve", "--reveal-existing"])
        .exits(0);
    let plan = world
        .run(&["plan", "--detailed-exitcode"])
        .exits(0);
    assert!(
        plan.stdout.contains("No changes."),
        "{}",
        plan.stdout
    );
    assert_eq!(world.entry()["client_secret"], secret);
}

#[test]
fn who_can_decrypt_an_entry_is_kept_up_to_date() {
    let world = World::new(&[]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let before = std::fs::read(world.place.path("coded/courier.age")).unwrap();
    let other =
        "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
    let changed = CONFIGURATION.replace(
        "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
        other,
    );
    world
        .place
        .write("grantry.yaml", &changed);

    let plan = world.run(&["plan"]).exits(0);
    assert!(
        plan.stdout
            .contains("! deliveries.courier -> age coded/courier.age for age1lggyhq…qvfafg"),
        "{}",
        plan.stdout
    );
    world
        .run(&["apply", "--auto-approve", "--reveal-existing"])
        .exits(0);
    assert_ne!(
        std::fs::read(world.place.path("coded/courier.age")).unwrap(),
        before
    );
    world.assert_delivered("for another");
}

/// A configuration of one client and a file, and what comes before it.
fn of_files(before: &str, path: &str) -> String {
    format!(
        "{before}\nstack: maps\nsinks: {{ files: {{ file: {{ path: \"{path}\" }} }} }}\n\
         clients: {{ courier: {{ name: Courier, deliver: files }} }}\n"
    )
}

#[test]
fn an_entry_of_another_tenant_is_never_written_over_nor_removed() {
    let world = World::new(&[]);
    let configuration = of_files("", "secrets/${client.key}.env");
    world
        .place
        .write("grantry.yaml", &configuration);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let entry = world.read("secrets/courier.env");

    let other = ["--provider", "local:other.json"];
    let said = world
        .place
        .run(&[&["apply", "--auto-approve"], &other[..]].concat())
        .exits(1);
    assert!(
        said.stdout
            .contains("the entry of a client in another tenant"),
        "{}",
        said.stdout
    );
    let undelivered =
        format!("prune: true\n{configuration}").replace(", deliver: files", "");
    world
        .place
        .write("grantry.yaml", &undelivered);
    world
        .place
        .run(&[&["apply", "--auto-approve"], &other[..]].concat())
        .exits(0);
    assert_eq!(world.read("secrets/courier.env"), entry);
}

#[test]
fn each_environment_has_files_of_its_own() {
    let place = Place::new();
    let environments = "environments: { dev: {}, prod: {} }";
    place.write(
        "grantry.yaml",
        &of_files(environments, "secrets/${client.key}.env"),
    );
    let said = place
        .run(&["validate", "--env", "dev"])
        .exits(1);
    assert!(
        said.stdout
            .contains("every environment would have the same files"),
        "{}{}",
        said.stdout,
        said.stderr
    );

    place.write(
        "grantry.yaml",
        &of_files(environments, "secrets/${env}/${client.key}.env"),
    );
    place
        .run(&["validate", "--env", "dev"])
        .exits(0);
}

#[test]
fn a_place_by_another_name_is_no_leftover() {
    let world = World::new(&[]);
    let two = of_files("prune: true", "secrets/${client.key}.env").replace(
        "sinks: { ",
        "sinks: { again: { file: { path: \"secrets/${client.key}.env\" } }, ",
    );
    world.place.write("grantry.yaml", &two);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let entry = world.read("secrets/courier.env");

    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    assert!(
        said.stdout.contains("No changes."),
        "{}",
        said.stdout
    );
    assert_eq!(world.read("secrets/courier.env"), entry);
}

#[test]
fn an_entry_goes_when_its_client_has_gone_and_not_before() {
    let world = World::new(&["--fault", "DELETE /clients/*:403:nth=1"]);
    let configuration = of_files(
        "prune: true\nlimits: { allow_empty: true }",
        "secrets/${client.key}.env",
    );
    world
        .place
        .write("grantry.yaml", &configuration);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let without =
        configuration.replace("courier: { name: Courier, deliver: files }", "");
    world
        .place
        .write("grantry.yaml", &without);

    let said = world.run(&["apply", "--auto-approve"]);
    assert_ne!(said.code, Some(0), "{said:?}");
    assert_ne!(
        world.read("secrets/courier.env"),
        "",
        "{}",
        said.stdout
    );
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    assert_eq!(world.read("secrets/courier.env"), "");
}

#[test]
fn the_only_copy_of_a_secret_stays_while_the_new_place_waits_for_it() {
    let world = World::new(&[]);
    let configuration = of_files("prune: true", "secrets/${client.key}.env");
    world
        .place
        .write("grantry.yaml", &configuration);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let elsewhere = configuration
        .replace(
            "sinks: { ",
            "sinks: { more: { file: { path: \"more/${client.key}.env\" } }, ",
        )
        .replace("deliver: files", "deliver: more");
    world
        .place
        .write("grantry.yaml", &elsewhere);

    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    assert_ne!(world.read("secrets/courier.env"), "");
    world
        .run(&["apply", "--auto-approve", "--reveal-existing"])
        .exits(0);
    assert_ne!(world.read("more/courier.env"), "");
    assert_eq!(world.read("secrets/courier.env"), "");
}

#[test]
fn a_secret_of_another_client_in_the_sink_is_never_joined_with_this_one() {
    let world = World::new(&[]);
    let configuration = of_files("", "secrets/${client.key}.env");
    world
        .place
        .write("grantry.yaml", &configuration);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let entry = world.read("secrets/courier.env");
    let (without, _) = entry
        .split_once("CLIENT_SECRET=")
        .unwrap();
    let older = without.replace("\"content\":\"", "\"content\":\"older");
    std::fs::write(world.place.path("secrets/courier.env"), older).unwrap();

    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(5);
    assert!(
        said.stdout
            .contains("what lies in the sink is no secret of this client"),
        "{}",
        said.stdout
    );
}

#[test]
fn another_format_is_approved_and_written() {
    let world = World::new(&[]);
    let configuration = of_files("", "secrets/${client.key}.env");
    world
        .place
        .write("grantry.yaml", &configuration);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let json = configuration.replace(".env\" }", ".env\", format: json }");
    world.place.write("grantry.yaml", &json);

    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    assert!(
        said.stdout.contains(
            "~ deliveries.courier -> file secrets/courier.env (JSON)"
        ),
        "{}",
        said.stdout
    );
    let entry: Value =
        serde_json::from_str(&world.read("secrets/courier.env")).unwrap();
    let [id, secret] = ["client_id", "client_secret"]
        .map(|name| entry[name].as_str().unwrap().to_owned());
    assert_eq!((id.len(), secret.len()), (32, 64));
}

/// Auth0 shows secrets to few tokens. A client that nobody uses yet gets
/// another one then, and keeps it if a sink has it.
#[test]
fn a_client_that_was_cut_off_gets_a_secret_where_none_is_shown() {
    let mut world = World::with_few_scopes(&[]);

    // The file is written, and the program refuses: twice the
    // client stays unfinished.
    for nth in [3, 3] {
        world.goes_wrong("refuse", nth);
        world
            .run(&["apply", "--auto-approve"])
            .exits(5);
    }
    let file = world.read("secrets/courier.env");
    world.goes_wrong("well", 0);
    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let told: Vec<&str> = said.stdout.split_whitespace().collect();
    let told = told.join(" ");
    assert!(
        told.contains("with a secret that is set in the tenant"),
        "{told}"
    );
    world.assert_delivered("anew");

    let secret = |file: &str| {
        let line = file
            .lines()
            .find(|line| line.starts_with("CLIENT_SECRET="));
        line.unwrap().to_owned()
    };
    assert_eq!(
        secret(&world.read("secrets/courier.env")),
        secret(&file)
    );
}

/// Two runs want to finish the same client: what the faster one
/// has delivered stays good.
#[test]
fn a_run_that_comes_too_late_sets_no_other_secret() {
    let mut world = World::with_few_scopes(&[]);
    world.goes_wrong("refuse", 3);
    world
        .run(&["apply", "--auto-approve"])
        .exits(5);

    // Between its plan and its first write, another run delivers.
    world.goes_wrong("meanwhile", 2);
    let late = world.run(&["apply", "--auto-approve"]);
    let other = world.read("store/other");
    assert!(
        other.contains("Delivered 3 entries."),
        "{other}"
    );
    assert_eq!(late.code, Some(5), "{late:?}");
    world.goes_wrong("well", 0);
    world.assert_delivered("by the faster one");
}

/// The same where nobody can read back what the faster one has delivered.
#[test]
fn a_run_that_comes_too_late_leaves_a_secret_that_nobody_can_read_back() {
    let mut world = World::with_few_scopes(&[]);
    let configuration = CONFIGURATION.replace(
        "deliver: [files, coded, team] }",
        "deliver: coded }\n  gifts: { name: Gifts, deliver: team }",
    );
    world
        .place
        .write("grantry.yaml", &configuration);
    world.goes_wrong("well", 0);
    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let (_, id) = said
        .stdout
        .split_once("clients.courier  client_id: ")
        .unwrap();
    let id = id.lines().next().unwrap();
    world.patch_client(
        id,
        &json!({ "client_metadata": { "grantry_key": "courier?" } }),
    );

    // When the files are looked at already, and the program is not.
    world.goes_wrong("meanwhile", 1);
    let late = world
        .run(&["apply", "--auto-approve"])
        .exits(5);
    let other = world.read("store/other");
    assert!(other.contains("Delivered 1 entry."), "{other}");
    let told: Vec<&str> = late.stdout.split_whitespace().collect();
    assert!(
        told.join(" ")
            .contains("another run has delivered its credentials"),
        "{late:?}"
    );

    // The mark at first, what this test does, the secret, and the mark again:
    // all else is the late one's.
    let log = world.emulator.stop();
    let changes = log
        .lines()
        .filter(|line| line.contains(&format!("PATCH /api/v2/clients/{id}")));
    assert_eq!(changes.count(), 4, "{log}");
}
