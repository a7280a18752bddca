//! A run over several environments: each has its own tenant, credentials and
//! end, and none hides another's.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::harness::{Place, Said};
use super::serving::Emulator;

const PLAN_ALL: [&str; 3] = ["plan", "--all-envs", "--detailed-exitcode"];
const APPLY_ALL: [&str; 3] = ["apply", "--all-envs", "--auto-approve"];

/// One configuration in four environments, each with a tenant in a file.
fn place() -> Place {
    let place = Place::new();
    place.write(
        "grantry.yaml",
        "stack: maps
provider: { local: { file: \"${var.file}\" } }
vars: { file: none.json }
clients: { courier: { name: Courier } }
environments:
  eu-1: { vars: { file: eu-1.json } }
  eu-2: { vars: { file: eu-2.json } }
  us-1: { vars: { file: us-1.json }, clients: { drone: { name: Drone } } }
  us-2: { vars: { file: us-2.json } }
",
    );
    place
}

fn document(said: &Said) -> Value {
    serde_json::from_str(&said.stdout).unwrap()
}

/// How each environment of a document ended.
fn ends(document: &Value) -> Vec<(String, i64)> {
    let results = document["environments"]["results"]
        .as_array()
        .unwrap();
    let end = |result: &Value| {
        let name = result["environment"]
            .as_str()
            .unwrap()
            .to_owned();
        (name, result["exit_code"].as_i64().unwrap())
    };
    results.iter().map(end).collect()
}

#[test]
fn each_environment_is_planned_and_applied_for_itself() {
    let place = place();
    let apply = [
        "apply",
        "--env",
        "us-1",
        "--env",
        "eu-1",
        "--auto-approve",
    ];
    let applied = place.run(&apply).exits(0);
    insta::assert_snapshot!("applied", applied.stdout);

    let planned = place.run(&PLAN_ALL).exits(2);
    insta::assert_snapshot!("planned", planned.stdout);
    let planned = place.run(&["plan", "--all-envs", "--format", "markdown"]);
    insta::assert_snapshot!("planned_in_markdown", planned.exits(0).stdout);

    place.run(&APPLY_ALL).exits(0);
    place.run(&PLAN_ALL).exits(0);
}

#[test]
fn what_fails_in_one_environment_hides_nothing_of_the_others() {
    let place = place();
    place.write("eu-2.json", "no tenant");

    let planned = place
        .run(&["plan", "--all-envs", "--format", "json"])
        .exits(1);
    let plans = document(&planned);
    let expected = [
        ("eu-1", 0),
        ("eu-2", 1),
        ("us-1", 0),
        ("us-2", 0),
    ];
    assert_eq!(
        ends(&plans),
        expected.map(|(name, code)| (name.to_owned(), code))
    );
    assert_eq!(plans["environments"]["done"], 3);
    assert_eq!(plans["plans"].as_array().unwrap().len(), 3);

    let applied = place.run(&APPLY_ALL).exits(1);
    insta::assert_snapshot!("one_fails", applied.stdout);
    assert!(
        applied
            .stderr
            .contains("Environment: eu-2\nerror:"),
        "{}",
        applied.stderr
    );
    for environment in ["eu-1", "us-1", "us-2"] {
        let plan = [
            "plan",
            "--env",
            environment,
            "--detailed-exitcode",
        ];
        place.run(&plan).exits(0);
    }
}

#[test]
fn of_a_configuration_with_a_mistake_nothing_is_written_anywhere() {
    let place = place();
    let text = fs::read_to_string(place.path("grantry.yaml")).unwrap();
    place.write(
        "grantry.yaml",
        &text.replace("{ name: Drone }", "{ nam: Drone }"),
    );

    let applied = place.run(&APPLY_ALL).exits(1);
    assert!(
        applied.stderr.contains("(in us-1)"),
        "{}",
        applied.stderr
    );
    assert!(!place.path("eu-1.json").exists());
}

#[test]
fn what_has_drifted_in_one_environment_stands_in_its_line() {
    let place = place();
    place.run(&APPLY_ALL).exits(0);
    let text = fs::read_to_string(place.path("grantry.yaml")).unwrap();
    place.write(
        "grantry.yaml",
        &text.replace(", clients: { drone: { name: Drone } }", ""),
    );

    let drift = [
        "--all-envs",
        "--expect-no-changes",
        "--report-dir",
        "reports",
    ];
    let planned = place
        .run(&[&["plan"], &drift[..]].concat())
        .exits(2);
    insta::assert_snapshot!("drifted", planned.stdout);
    let report = place
        .run(&["report", "reports"])
        .exits(2);
    insta::assert_snapshot!("drifted_in_the_report", report.stdout);
}

#[test]
fn two_environments_with_one_tenant_are_refused() {
    let place = place();
    let text = fs::read_to_string(place.path("grantry.yaml")).unwrap();
    let text = text.replace("file: us-2.json", "file: ./us-1.json");
    place.write("grantry.yaml", &text);

    let planned = place
        .run(&["plan", "--all-envs"])
        .exits(64);
    assert!(
        planned
            .stderr
            .contains("`us-1` and `us-2` are about one tenant"),
        "{}",
        planned.stderr
    );
    let advice = "provider: { local: { file: us-1.json } }";
    assert!(
        planned.stderr.contains(advice),
        "{}",
        planned.stderr
    );

    // Two stacks do not mind each other.
    let text = text.replace(
        "file: ./us-1.json",
        "file: ./us-1.json }, stack: others, clients: { courier: { name: Other }",
    );
    place.write("grantry.yaml", &text);
    place.run(&APPLY_ALL).exits(0);
    place.run(&PLAN_ALL).exits(0);
}

#[test]
fn which_environments_are_meant_is_said_and_never_guessed() {
    let place = place();
    for (arguments, said) in [
        (
            &["plan"][..],
            "the configuration has environments, and none is chosen",
        ),
        (
            &["plan", "--env", "eu-1", "--all-envs"],
            "cannot be used with",
        ),
        (&["plan", "--shard", "1/2"], "--all-envs"),
        (
            &["plan", "--all-envs", "--shard", "auto"],
            "finds no engine",
        ),
        (
            &[
                "plan", "--env", "eu-1", "--env", "eu-2", "--shard", "1/2",
            ],
            "cannot be used with",
        ),
        (
            &["plan", "--env", "eu-1", "--env", "eu-3"],
            "there is no environment `eu-3`",
        ),
    ] {
        let ended = place.run(arguments);
        assert!(
            matches!(ended.code, Some(1 | 64)),
            "{arguments:?}: {ended:?}"
        );
        assert!(
            ended.stderr.contains(said),
            "{arguments:?}: {}",
            ended.stderr
        );
    }

    let none = Place::new();
    none.write(
        "grantry.yaml",
        "stack: maps\nclients: { courier: { name: Courier } }\n",
    );
    let ended = none
        .run(&["plan", "--all-envs"])
        .exits(64);
    assert!(
        ended
            .stderr
            .contains("the configuration has none"),
        "{}",
        ended.stderr
    );
}

#[test]
fn what_was_approved_for_one_environment_is_approved_for_no_other() {
    let place = place();
    place
        .run(&[
            "plan",
            "--env",
            "eu-1",
            "--env",
            "us-1",
            "--out",
            "plan.json",
        ])
        .exits(0);

    let apply = [
        "apply",
        "--all-envs",
        "--plan",
        "plan.json",
        "--format",
        "json",
    ];
    let applied = document(&place.run(&apply).exits(4));
    let expected = [
        ("eu-1", 0),
        ("eu-2", 4),
        ("us-1", 0),
        ("us-2", 4),
    ];
    assert_eq!(
        ends(&applied),
        expected.map(|(name, code)| (name.to_owned(), code))
    );
    assert!(place.path("us-1.json").exists());

    // The plan of one of two is enough for that one.
    place
        .run(&["apply", "--env", "eu-1", "--plan", "plan.json"])
        .exits(0);
}

#[test]
fn shards_share_the_work_and_a_report_unites_it() {
    let place = place();
    let apply = |shard: &str| {
        let more = [
            "--report-dir",
            "reports",
            "--shard",
            shard,
            "--format",
            "json",
        ];
        place
            .run(&[&APPLY_ALL[..], &more].concat())
            .exits(0)
    };
    let report = |code: i32| {
        let report = place
            .run(&["report", "reports", "--format", "json"])
            .exits(code);
        document(&report)
    };
    let fates = |document: &Value| -> Vec<String> {
        let environments = document["environments"]
            .as_array()
            .unwrap();
        let fate = |view: &Value| {
            view["fate"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        environments.iter().map(fate).collect()
    };

    let first = document(&apply("1/3"));
    assert_eq!(first["environments"]["shard"], "1/3");
    // Those of the other shards are missing as long as nobody came to them.
    let united = report(1);
    assert_eq!(fates(&united).len(), 4);
    assert!(
        fates(&united).contains(&"missing".to_owned()),
        "{united}"
    );

    let rest = [document(&apply("2/3")), document(&apply("3/3"))];
    let all = [&first, &rest[0], &rest[1]];
    let names: Vec<String> = all
        .iter()
        .flat_map(|document| ends(document))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names.len(), 4, "each is in one shard");
    assert_eq!(
        names
            .iter()
            .collect::<BTreeSet<_>>()
            .len(),
        4
    );
    let united = report(0);
    assert_eq!(fates(&united), ["done"; 4]);
    assert_eq!(
        united["changes"], 5,
        "a courier each, and one drone"
    );

    // Once more, and nothing changes; the last attempt counts.
    apply("1/3");
    let anew = report(0)["changes"].as_u64().unwrap();
    assert!(anew < 5, "{anew}");
    let text = place
        .run(&["report", "reports"])
        .exits(0)
        .stdout;
    assert!(
        text.starts_with("Done: 4 of 4 environments.\n"),
        "{text}"
    );
    assert!(
        place
            .path("reports/apply.shard-1-of-3.attempt-2.jsonl")
            .exists()
    );
}

/// There may be more parts than environments.
#[test]
fn a_part_without_any_environment_is_planned_and_applied_and_approves_nothing()
{
    let place = place();
    let plan = |shard: &str| {
        let plan = [
            "plan",
            "--all-envs",
            "--shard",
            shard,
            "--out",
            "plan.json",
        ];
        place.run(&plan).exits(0).stdout
    };
    let mut shards = (1..=9).map(|part| format!("{part}/9"));
    let empty = shards
        .find(|shard| plan(shard).contains("0 of 0"))
        .unwrap();
    let approved = ["apply", "--all-envs", "--plan", "plan.json"];

    let applied = place.run(&[&approved[..], &["--shard", &empty]].concat());
    assert!(
        applied
            .exits(0)
            .stdout
            .contains("0 of 0")
    );
    place.run(&approved).exits(4);
    assert!(!place.path("eu-1.json").exists());
}

#[test]
fn a_report_says_what_was_interrupted_and_who_was_in_whose_way() {
    let place = place();
    let run = |shard: &str, attempt: u32, host: &str| {
        format!(
            "{{\"line\":\"run\",\"verb\":\"apply\",\"configuration\":\"0\",\"environments\":[\"eu-1\",\"eu-2\"],\"part\":[\"eu-1\",\"eu-2\"],\"began\":\"2026-11-26T08:00:00.000Z\",\"shard\":\"{shard}\",\"attempt\":{attempt},\"host\":\"{host}\"}}\n"
        )
    };
    let begun = |name: &str, at: u32| {
        format!(
            "{{\"line\":\"begun\",\"environment\":\"{name}\",\"began\":\"2026-11-26T08:00:0{at}.000Z\"}}\n"
        )
    };
    let ended = |name: &str, attempt: u32, host: &str, from: u32, to: u32| {
        format!(
            "{{\"line\":\"ended\",\"environment\":\"{name}\",\"fate\":\"done\",\"exit_code\":0,\"outcomes\":{{\"applied\":1,\"failed\":0,\"blocked\":0,\"unknown\":0,\"not_tried\":0}},\"shard\":\"1/1\",\"attempt\":{attempt},\"host\":\"{host}\",\"began\":\"2026-11-26T08:00:0{from}.000Z\",\"ended\":\"2026-11-26T08:00:0{to}.000Z\"}}\n"
        )
    };
    let first = [
        run("1/1", 1, "node-a"),
        ended("eu-1", 1, "node-a", 1, 4),
        begun("eu-2", 4),
    ]
    .concat();
    place.write(
        "reports/shard-1-of-1.attempt-1.jsonl",
        &format!("{first}{{\"line\":\"en"),
    );
    let second = [
        run("1/1", 2, "node-b"),
        ended("eu-1", 2, "node-b", 3, 6),
    ]
    .concat();
    place.write("reports/shard-1-of-1.attempt-2.jsonl", &second);

    let report = place
        .run(&["report", "reports"])
        .exits(5);
    insta::assert_snapshot!("interrupted", report.stdout);

    // Nor does an attempt that came to nothing there make it
    // known what became of it.
    let failed = ended("eu-2", 3, "node-c", 7, 8)
        .replace("\"done\"", "\"failed\"")
        .replace("\"exit_code\":0", "\"exit_code\":75");
    let (before, _) = failed
        .split_once(",\"outcomes\"")
        .unwrap();
    let (_, after) = failed.split_once("},").unwrap();
    let third = [
        run("1/1", 3, "node-c"),
        format!("{before},{after}"),
    ]
    .concat();
    place.write("reports/shard-1-of-1.attempt-3.jsonl", &third);
    let report = place
        .run(&["report", "reports"])
        .exits(5);
    assert!(
        report
            .stdout
            .contains("eu-2  interrupted:"),
        "{}",
        report.stdout
    );

    let none = place.run(&["report", "."]).exits(1);
    assert!(
        none.stderr
            .contains("there is no report in ."),
        "{}",
        none.stderr
    );
}

/// A configuration whose two environments are two tenants.
fn place_of_two() -> Place {
    let place = Place::new();
    place.write(
        "grantry.yaml",
        "stack: maps
provider: { auth0: { domain: \"${var.domain}\" } }
vars: { domain: none.example }
clients: { courier: { name: Courier } }
environments:
  staging: {}
  production-1: {}
",
    );
    place
}

/// The same, where only the variables of the process say which tenants.
fn place_in_any_tenant() -> Place {
    let place = place_of_two();
    let text = fs::read_to_string(place.path("grantry.yaml")).unwrap();
    let text = text
        .replace(
            "provider: { auth0: { domain: \"${var.domain}\" } }",
            "provider: auth0",
        )
        .replace("vars: { domain: none.example }\n", "");
    place.write("grantry.yaml", &text);
    place
}

#[test]
fn each_environment_has_credentials_of_its_own() {
    let servers = Place::new();
    let (staging, production) = (
        Emulator::start(&servers, &[]),
        Emulator::start(&servers, &[]),
    );
    let mut variables = staging.environment_with("__STAGING");
    variables.extend(production.environment_with("__PRODUCTION_1"));
    for (name, emulator) in [
        ("staging", &staging),
        ("production_1", &production),
    ] {
        let domain = emulator
            .variable("AUTH0_DOMAIN")
            .to_owned();
        variables.push((format!("GRANTRY_VAR_{name}"), domain));
    }
    let place = place_of_two().with(&variables);
    let text = fs::read_to_string(place.path("grantry.yaml")).unwrap();
    let text = text
        .replace(
            "staging: {}",
            "staging: { vars: { domain: \"${var.staging}\" } }",
        )
        .replace(
            "production-1: {}",
            "production-1: { vars: { domain: \"${var.production_1}\" } }",
        )
        .replace(
            "vars: { domain: none.example }",
            "vars: { domain: none.example, staging: a.example, production_1: b.example }",
        );
    place.write("grantry.yaml", &text);

    place.run(&APPLY_ALL).exits(0);
    place.run(&PLAN_ALL).exits(0);
    place
        .run(&[
            "plan",
            "--env",
            "staging",
            "--detailed-exitcode",
        ])
        .exits(0);
    for emulator in [staging, production] {
        let log = emulator.stop();
        assert_eq!(
            log.matches("POST /api/v2/clients")
                .count(),
            1,
            "{log}"
        );
    }
}

#[test]
fn what_there_is_no_time_for_is_not_begun() {
    let servers = Place::new();
    let slow = Emulator::start(&servers, &["--fault", "POST /clients:slow=4s"]);
    let quick = Emulator::start(&servers, &[]);
    let mut variables = slow.environment_with("__PRODUCTION_1");
    variables.extend(quick.environment_with("__STAGING"));
    let place = place_in_any_tenant().with(&variables);

    let deadline = ["--deadline", "3s", "--format", "json"];
    let applied = place
        .run(&[&APPLY_ALL[..], &deadline].concat())
        .exits(5);
    let document = document(&applied);
    let results = &document["environments"]["results"];
    assert_eq!(results[0]["environment"], "production-1");
    assert_eq!(results[0]["exit_code"], 5, "{document}");
    assert_eq!(results[1]["fate"], "not-reached", "{document}");
    assert_eq!(
        results[1]["error"]["id"], "not-reached",
        "{document}"
    );
    assert_eq!(results[1]["exit_code"], 75, "{document}");
    let log = quick.stop();
    assert!(!log.contains("POST /api"), "{log}");
}

#[test]
fn a_report_tells_of_an_environment_as_soon_as_it_has_ended() {
    let servers = Place::new();
    let slow = Emulator::start(&servers, &["--fault", "GET /clients:slow=1s"]);
    let quick = Emulator::start(&servers, &[]);
    let mut variables = slow.environment_with("__PRODUCTION_1");
    variables.extend(quick.environment_with("__STAGING"));
    let place = place_in_any_tenant().with(&variables);
    place.run(&APPLY_ALL).exits(0);

    // What has nothing to do has ended as well, and what fails.
    let secret = "AUTH0_CLIENT_SECRET__STAGING";
    variables.retain(|(name, _)| name != secret);
    variables.push((
        secret.to_owned(),
        "a-secret-of-nobody".to_owned(),
    ));
    let place = place.with(&variables);

    for verb in [&["plan", "--all-envs"][..], &APPLY_ALL] {
        place
            .run(&[verb, &["--report-dir", "reports"]].concat())
            .exits(1);
        let report = place.path(&format!(
            "reports/{}.all.attempt-1.jsonl",
            verb[0]
        ));
        let text = fs::read_to_string(report).unwrap();
        let at = |name: &str| {
            text.find(&format!("\"environment\":\"{name}\""))
                .unwrap()
        };
        assert!(at("staging") < at("production-1"), "{text}");
    }
}

#[test]
fn half_a_set_of_credentials_is_never_filled_up_from_another() {
    let servers = Place::new();
    let emulator = Emulator::start(&servers, &[]);
    let domain = emulator
        .variable("AUTH0_DOMAIN")
        .to_owned();
    let mut variables = emulator.environment.clone();
    variables.push((
        "AUTH0_DOMAIN__STAGING".to_owned(),
        domain.clone(),
    ));
    let place = place_of_two().with(&variables);
    let text = fs::read_to_string(place.path("grantry.yaml")).unwrap();
    place.write(
        "grantry.yaml",
        &text.replace("none.example", &domain),
    );

    let planned = place
        .run(&["plan", "--env", "staging"])
        .exits(64);
    insta::assert_snapshot!("half_a_set", planned.stderr);
    assert_eq!(
        emulator
            .stop()
            .matches("request")
            .count(),
        0
    );
}

/// What a file of credentials says of emulators.
fn keyed(emulators: &[&Emulator]) -> String {
    let entries = emulators.iter().map(|emulator| {
        let variable = |name| emulator.variable(name).to_owned();
        let entry = serde_json::json!({
            "client_id": variable("AUTH0_CLIENT_ID"),
            "client_secret": variable("AUTH0_CLIENT_SECRET"),
            "audience": variable("AUTH0_AUDIENCE"),
        });
        (variable("AUTH0_DOMAIN"), entry)
    });
    Value::Object(entries.collect()).to_string()
}

/// A file of credentials that is broken is told so, and nothing that it says.
#[cfg(unix)]
fn refuse_broken_credentials(place: &Place, file: &Path) {
    for (content, said) in [
        (
            "{ \"acme.example\": { \"client_id\": \"me\", \"client_secrte\": \"hush-hush-hush\" } }",
            "in line 1",
        ),
        (
            "{ \"acme.example\": {}, \"acme.example\": {} }",
            "in line 1",
        ),
        (
            "{ \"acme.example\": {}, \"https://ACME.example/\": {} }",
            "twice",
        ),
        (
            "{ \"me:hush-hush-hush@acme.example\": {} }",
            "is neither a domain nor a realm",
        ),
        ("hush-hush-hush", "in line 1"),
    ] {
        fs::write(file, content).unwrap();
        let refused = place
            .run(&["plan", "--env", "staging"])
            .exits(64);
        assert!(
            refused.stderr.contains(said),
            "{content}: {}",
            refused.stderr
        );
        assert!(
            !refused.stderr.contains("hush"),
            "{}",
            refused.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn a_file_has_the_credentials_of_many_tenants_each_for_its_own() {
    use std::os::unix::fs::PermissionsExt as _;

    let servers = Place::new();
    let (staging, production) = (
        Emulator::start(&servers, &[]),
        Emulator::start(&servers, &[]),
    );
    let file = servers.write(
        "credentials.json",
        &keyed(&[&staging, &production]),
    );
    let close = |mode| {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    };
    let named = (
        "GRANTRY_CREDENTIALS".to_owned(),
        file.display().to_string(),
    );
    let place = place_of_two().with(std::slice::from_ref(&named));
    let text = fs::read_to_string(place.path("grantry.yaml")).unwrap();
    let domain = |emulator: &Emulator| {
        format!(
            "{{ vars: {{ domain: \"{}\" }} }}",
            emulator.variable("AUTH0_DOMAIN")
        )
    };
    let text = text
        .replace(
            "staging: {}",
            &format!("staging: {}", domain(&staging)),
        )
        .replace(
            "production-1: {}",
            &format!("production-1: {}", domain(&production)),
        );
    place.write("grantry.yaml", &text);

    close(0o644);
    let refused = place
        .run(&["plan", "--all-envs"])
        .exits(64);
    assert!(
        refused
            .stderr
            .contains("group can read it"),
        "{}",
        refused.stderr
    );
    close(0o640);
    place.run(&APPLY_ALL).exits(0);
    place.run(&PLAN_ALL).exits(0);

    // A file picks one of the tenants that there are credentials
    // for, and names no other.
    place.write(
        "grantry.yaml",
        &text.replace(
            staging.variable("AUTH0_DOMAIN"),
            "https://evil.example",
        ),
    );
    let refused = place
        .run(&["plan", "--env", "staging"])
        .exits(64);
    assert!(
        refused
            .stderr
            .contains("nothing for `evil.example`"),
        "{}",
        refused.stderr
    );
    place.write("grantry.yaml", &text);

    refuse_broken_credentials(&place, &file);

    let both = [
        named,
        (
            "AUTH0_CLIENT_ID__STAGING".to_owned(),
            "me".to_owned(),
        ),
    ];
    fs::write(&file, keyed(&[&staging, &production])).unwrap();
    let place = place.with(&both);
    let refused = place
        .run(&["plan", "--env", "staging"])
        .exits(64);
    assert!(
        refused
            .stderr
            .contains("credentials are meant?"),
        "{}",
        refused.stderr
    );
}

#[test]
fn no_part_writes_what_another_would_undo_or_what_is_broken() {
    let place = place();
    let text = fs::read_to_string(place.path("grantry.yaml")).unwrap();
    let shards = ["1/3", "2/3", "3/3"];
    let apply = |shard: &str| {
        let apply = [
            "apply",
            "--all-envs",
            "--auto-approve",
            "--shard",
            shard,
        ];
        place.run(&apply)
    };

    place.write(
        "grantry.yaml",
        &text.replace("us-2.json", "eu-1.json"),
    );
    for shard in shards {
        let refused = apply(shard).exits(64);
        assert!(
            refused
                .stderr
                .contains("are about one tenant"),
            "{shard}"
        );
    }
    place.write(
        "grantry.yaml",
        &text.replace("{ name: Drone }", "{ nam: Drone }"),
    );
    for shard in shards {
        apply(shard).exits(1);
    }
    for file in [
        "eu-1.json",
        "eu-2.json",
        "us-1.json",
        "us-2.json",
    ] {
        assert!(!place.path(file).exists(), "{file}");
    }
}

#[test]
fn an_attempt_that_came_to_nothing_is_not_hidden_by_an_earlier_one() {
    let place = place();
    let apply = [
        "apply",
        "--env",
        "eu-1",
        "--auto-approve",
        "--report-dir",
        "reports",
    ];
    place.run(&apply).exits(0);
    place
        .run(&["report", "reports"])
        .exits(0);

    let first = place.path("reports/apply.all.attempt-1.jsonl");
    let text = fs::read_to_string(first).unwrap();
    let (run, _) = text.split_once('\n').unwrap();
    let second = run
        .replace("\"attempt\":1", "\"attempt\":2")
        .replace("\"began\":\"20", "\"began\":\"30");
    place.write(
        "reports/apply.all.attempt-2.jsonl",
        &format!("{second}\n"),
    );
    let report = place
        .run(&["report", "reports"])
        .exits(1);
    assert!(
        report.stdout.contains("eu-1  missing"),
        "{}",
        report.stdout
    );
}

#[test]
fn variables_of_an_environment_that_say_nothing_are_no_reason_to_take_others() {
    let servers = Place::new();
    let emulator = Emulator::start(&servers, &[]);
    let mut variables = emulator.environment.clone();
    variables.push((
        "AUTH0_CLIENT_SECRET__STAGING".to_owned(),
        String::new(),
    ));
    let place = place_of_two().with(&variables);

    let plan = [
        "plan",
        "--env",
        "staging",
        "--provider",
        "auth0",
    ];
    let refused = place.run(&plan).exits(64);
    let said = refused.stderr;
    assert!(
        said.contains("AUTH0_CLIENT_SECRET__STAGING are not set"),
        "{said}"
    );
    assert_eq!(
        emulator
            .stop()
            .matches("request")
            .count(),
        0
    );
}

#[test]
fn nothing_is_written_over_the_credentials() {
    let servers = Place::new();
    let file = servers.write("credentials.json", "{}");
    let name = file.display().to_string();
    let place =
        place().with(&[("GRANTRY_CREDENTIALS".to_owned(), name.clone())]);

    for option in ["--json", "--markdown", "--out"] {
        let refused = place
            .run(&["plan", "--env", "eu-1", option, &name])
            .exits(64);
        assert!(
            refused
                .stderr
                .contains("nothing was written"),
            "{}",
            refused.stderr
        );
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "{}");
}
