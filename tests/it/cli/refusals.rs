//! What is refused, how it is said, and that nothing was done.

use std::fs;
use std::net::TcpListener;

use crate::cli::harness::{Place, STORY};
use crate::helpers::served::NOBODY;

fn auth0(domain: &str) -> Vec<(String, String)> {
    [
        ("AUTH0_DOMAIN", domain),
        ("AUTH0_CLIENT_ID", "me"),
        ("AUTH0_CLIENT_SECRET", "hush-hush"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

#[test]
fn an_invalid_configuration_sends_no_request() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let domain = format!("http://{}", listener.local_addr().unwrap());
    let place = Place::new().with(&auth0(&domain));
    place.write(
        "grantry.yaml",
        &STORY.replace("[geocode:location]", "[geocode:locations]"),
    );
    for verb in [&["plan"][..], &["apply", "--auto-approve"]] {
        let arguments = [verb, &["--provider", "auth0"]].concat();
        let said = place.run(&arguments).exits(1);
        assert_eq!(said.stdout, "");
        insta::assert_snapshot!("unknown_scope", said.stderr);
    }
    assert!(listener.accept().is_err(), "somebody knocked");
}

#[test]
fn nobody_to_ask_means_nothing_is_done() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    let said = place.run(&["apply"]).exits(64);
    insta::assert_snapshot!("nobody_to_ask", said.stderr);
    assert!(
        !place
            .path(".grantry/tenant.json")
            .exists()
    );
}

#[test]
fn a_client_of_the_same_name_is_neither_doubled_nor_taken_silently() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let file = place.path(".grantry/tenant.json");
    let without_mark = |line: &str| {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(fields) = line.pointer_mut("/client/fields") {
            fields
                .as_object_mut()
                .unwrap()
                .remove("client_metadata")
                .unwrap();
        }
        format!("{line}\n")
    };
    let unmarked: String = fs::read_to_string(&file)
        .unwrap()
        .lines()
        .map(without_mark)
        .collect();
    fs::write(&file, &unmarked).unwrap();
    let said = place
        .run(&["apply", "--auto-approve"])
        .exits(1);
    insta::assert_snapshot!("namesake", said.stdout);
    insta::assert_snapshot!(
        said.stderr,
        @"error: 1 conflict with the tenant; nothing was changed"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), unmarked);
    let bound = STORY.replace(
        "{ name: Gift",
        "{ client_id: client_000002, name: Gift",
    );
    place.write("grantry.yaml", &bound);
    let said = place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    insta::assert_snapshot!("adopted", said.stdout);
    place
        .run(&["plan", "--detailed-exitcode"])
        .exits(0);
    place.write("grantry.yaml", STORY);
    place
        .run(&["plan", "--detailed-exitcode"])
        .exits(0);
}

#[test]
fn a_file_that_is_no_tenant_is_left_as_it_is() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    let mine = place.write("mine.json", "{\"name\": \"mine\"}");
    let said = place
        .run(&[
            "apply",
            "--provider",
            "local:mine.json",
            "--auto-approve",
        ])
        .exits(1);
    insta::assert_snapshot!("not_a_tenant", said.stderr);
    assert_eq!(
        fs::read_to_string(mine).unwrap(),
        "{\"name\": \"mine\"}"
    );
}

#[test]
fn settings_that_make_no_sense_are_said_before_anything_is_sent() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    let said = place
        .run(&["plan", "--provider", "auth0"])
        .exits(64);
    insta::assert_snapshot!("no_credentials", said.stderr);
    let said = Place::new().with(&auth0("http://acme.eu.auth0.com"));
    said.write("grantry.yaml", STORY);
    let said = said
        .run(&["plan", "--provider", "auth0"])
        .exits(1);
    assert!(!said.stderr.contains("hush-hush"));
    insta::assert_snapshot!("http_to_the_world", said.stderr);
}

#[test]
fn a_tenant_that_cannot_be_reached_is_said_without_the_secret() {
    let place = Place::new().with(&auth0(NOBODY));
    place.write("grantry.yaml", STORY);
    let said = place
        .run(&["plan", "--provider", "auth0", "-vv"])
        .exits(75);
    assert!(
        !said.stderr.contains("hush-hush"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr
            .contains("help: check the domain"),
        "{}",
        said.stderr
    );
}

#[cfg(unix)]
fn pipe(place: &Place, name: &str) {
    let made = std::process::Command::new("mkfifo")
        .arg(place.path(name))
        .status()
        .unwrap();
    assert!(made.success());
}

/// A pipe would be waited for, and what never ends would be read until no
/// memory is left.
#[cfg(unix)]
#[test]
fn nothing_but_a_regular_file_is_read() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    pipe(&place, "pipe");
    std::os::unix::fs::symlink("/dev/zero", place.path("zero")).unwrap();
    for arguments in [
        &["plan", "--provider", "local:pipe"][..],
        &["plan", "--provider", "local:zero"],
        &[
            "apply",
            "--auto-approve",
            "--provider",
            "local:pipe",
        ],
        &[
            "apply",
            "--auto-approve",
            "--provider",
            "local:zero",
        ],
        &[
            "export",
            "--provider",
            "local:zero",
            "--stack",
            "mine",
        ],
        &[
            "emulator",
            "--listen",
            "127.0.0.1:0",
            "--state",
            "pipe",
        ],
        &[
            "emulator",
            "--listen",
            "127.0.0.1:0",
            "--state",
            "zero",
        ],
        &[
            "emulator",
            "--listen",
            "127.0.0.1:0",
            "--config",
            "pipe",
        ],
        &["validate", "/dev/zero"],
    ] {
        let said = place.run(arguments).exits(1);
        let said = said.stdout + &said.stderr;
        assert!(
            said.contains("it is not a regular file"),
            "{arguments:?}: {said}"
        );
    }
    assert!(
        !place.path("pipe.lock").exists(),
        "nothing is made beside it"
    );

    place.write("folder/grantry.yaml", STORY);
    pipe(&place, "folder/pipe.yaml");
    let said = place
        .run(&["validate", "folder"])
        .exits(1);
    assert!(
        said.stdout
            .contains("--> folder/pipe.yaml"),
        "{}",
        said.stdout
    );
}

/// The lock of a tenant file lies beside it, where a pull request may have put
/// something else.
#[cfg(unix)]
#[test]
fn nothing_but_a_regular_file_is_locked() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place.write("elsewhere/mine", "mine");
    fs::create_dir(place.path(".grantry")).unwrap();
    let lock = place.path(".grantry/tenant.json.lock");
    let verbs = [
        &["apply"][..],
        &["apply", "--auto-approve"],
        &["unlock"],
        &["unlock", "--auto-approve"],
    ];
    let refuse = |what: &str| {
        for verb in verbs {
            let said = place.run(verb).exits(1).stderr;
            let error =
                format!("error: cannot use .grantry/tenant.json.lock: {what}");
            assert!(said.contains(&error), "{verb:?}: {said}");
        }
        assert!(
            !place
                .path(".grantry/tenant.json")
                .exists()
        );
    };

    for leads_to in [
        "../elsewhere/new",
        "../elsewhere/mine",
        "../grantry.yaml",
        "/dev/null",
    ] {
        std::os::unix::fs::symlink(leads_to, &lock).unwrap();
        refuse("it is a symbolic link");
        fs::remove_file(&lock).unwrap();
    }
    assert_eq!(
        fs::read_dir(place.path("elsewhere"))
            .unwrap()
            .count(),
        1,
        "nothing is made there"
    );

    pipe(&place, ".grantry/tenant.json.lock");
    refuse("it is not a regular file");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    refuse("it is not a regular file");
    fs::remove_dir(&lock).unwrap();
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    assert!(lock.metadata().unwrap().is_file());
}

/// Nobody has asked for a tenant there.
#[test]
fn an_unlock_makes_nothing() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    for verb in [&["unlock"][..], &["unlock", "--auto-approve"]] {
        let said = place.run(verb).exits(0);
        assert_eq!(
            said.stdout,
            "Not locked. Nobody holds the lock of the stack world-mappers.\n"
        );
    }
    assert_eq!(
        fs::read_dir(place.path("."))
            .unwrap()
            .count(),
        1
    );
}

/// The configuration itself, say.
#[test]
fn nothing_is_made_beside_a_file_that_is_no_tenant() {
    let place = Place::new();
    place.write(
        "grantry.yaml",
        &format!("{STORY}provider: {{ local: {{ file: grantry.yaml }} }}\n"),
    );
    for verb in [
        &["plan"][..],
        &["apply", "--auto-approve"],
        &["unlock", "--auto-approve"],
    ] {
        let said = place.run(verb).exits(1).stderr;
        assert!(
            said.contains("grantry.yaml is not a Grantry tenant file"),
            "{said}"
        );
    }
    assert_eq!(
        fs::read_dir(place.path("."))
            .unwrap()
            .count(),
        1
    );
}

/// What a pull request calls a tenant's file says nothing to a terminal, to a
/// CI system or past the reader's eyes, whatever is said of that file.
#[test]
fn the_name_of_a_tenants_file_is_shown_and_says_nothing_else() {
    for (name, shown) in [
        ("a\n::error::pwned", "a\\n\\u{3a}:error::pwned"),
        (
            "x\nTenant: auth0 acme.eu.auth0.com",
            "x\\nTenant: auth0 acme.eu.auth0.com",
        ),
        ("\r##[error]pwned", "\\r\\u{23}#[error]pwned"),
        ("red\u{1b}[31m", "red\\u{1b}[31m"),
        ("turned\u{202e}nosj", "turned\\u{202e}nosj"),
    ] {
        let place = Place::new();
        let provider = format!("provider: {{ local: {{ file: {name:?} }} }}\n");
        let provider = provider
            .replace("\\u{1b}", "\\x1b")
            .replace("\\u{202e}", "\\u202e");
        place.write("grantry.yaml", &format!("{STORY}{provider}"));
        let say = |verb: &[&str], code| {
            let said = place.run(verb).exits(code);
            let said = said.stdout + &said.stderr;
            assert!(!said.contains(name), "{verb:?}: {said}");
            let is_plain = |line: &str| {
                !line.starts_with("::")
                    && !line.contains(['\r', '\u{1b}', '\u{202e}'])
            };
            assert!(said.lines().all(is_plain), "{verb:?}: {said}");
            // An error is broken into lines.
            let words = |text: &str| {
                text.split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            assert!(words(&said).contains(shown), "{verb:?}: {said}");
        };

        for verb in [
            &["plan"][..],
            &["apply", "--auto-approve"],
            &["plan"],
            &["unlock"],
            &["doctor"],
        ] {
            say(verb, 0);
        }
        let lock = fs::File::open(place.path(&format!("{name}.lock"))).unwrap();
        lock.try_lock().unwrap();
        say(&["apply", "--auto-approve"], 75);
        drop(lock);
        for no_tenant in ["stack: maps", "{\"grantry_tenant\": 9}"] {
            place.write(name, no_tenant);
            for verb in [
                &["plan"][..],
                &["apply", "--auto-approve"],
                &["unlock"],
                &["doctor"],
            ] {
                say(verb, 1);
            }
        }
    }
}

/// Whoever writes a configuration does not choose what else is read or written.
#[cfg(unix)]
#[test]
fn what_leads_out_of_the_configurations_folder_is_refused() {
    use std::os::unix::fs::symlink;

    let place = Place::new();
    place.write("elsewhere/tenant.json", "mine");
    place.write("access/grantry.yaml", STORY);
    symlink(
        place.path("elsewhere"),
        place.path("access/.grantry"),
    )
    .unwrap();
    for verb in [
        &["plan", "access"][..],
        &["apply", "access", "--auto-approve"],
    ] {
        let said = place.run(verb).exits(1);
        insta::assert_snapshot!("folder_leads_out", said.stderr);
    }

    let named = format!(
        "{STORY}provider: {{ local: {{ file: .grantry/tenant.json }} }}\n"
    );
    place.write("access/grantry.yaml", &named);
    insta::assert_snapshot!(
        "tenant_leads_out",
        place
            .run(&["validate", "access"])
            .exits(1)
            .stdout
    );
    assert_eq!(
        fs::read_to_string(place.path("elsewhere/tenant.json")).unwrap(),
        "mine"
    );
    assert_eq!(
        fs::read_dir(place.path("elsewhere"))
            .unwrap()
            .count(),
        1,
        "nothing is made there"
    );

    place.write("access/grantry.yaml", STORY);
    symlink(
        "../elsewhere/tenant.json",
        place.path("access/more.yaml"),
    )
    .unwrap();
    let said = place
        .run(&["validate", "access"])
        .exits(1);
    insta::assert_snapshot!("configuration_leads_out", said.stdout);
    assert!(!said.stdout.contains("mine"));
}

#[cfg(unix)]
#[test]
fn a_name_on_the_command_line_is_no_link_that_leads_out_of_its_folder() {
    use std::os::unix::fs::symlink;

    let place = Place::new();
    place.write("elsewhere/secret", "token: mine\n");
    place.write("elsewhere/more/grantry.yaml", STORY);
    place.write("here/real.yaml", STORY);
    symlink(
        "../elsewhere/secret",
        place.path("here/grantry.yaml"),
    )
    .unwrap();
    symlink("../elsewhere/more", place.path("here/access")).unwrap();
    symlink("real.yaml", place.path("here/link.yaml")).unwrap();

    for name in ["here/grantry.yaml", "here/access"] {
        let said = place.run(&["validate", name]).exits(1);
        assert!(
            said.stdout
                .contains("error[outside-folder]"),
            "{said:?}"
        );
        assert!(!said.stdout.contains("mine"), "{said:?}");
    }
    place
        .run(&["validate", "here/link.yaml"])
        .exits(0);
}

#[cfg(unix)]
#[test]
fn a_tenant_is_not_kept_where_git_looks_for_hooks() {
    let place = Place::new();
    std::fs::create_dir_all(place.path(".git/hooks")).unwrap();
    std::os::unix::fs::symlink(".git/hooks", place.path("state")).unwrap();
    place.write(
        "grantry.yaml",
        "stack: maps\nprovider: { local: { file: state/post-checkout } }\nclients: { courier: { name: Courier } }\n",
    );

    let said = place
        .run(&["apply", "--auto-approve"])
        .exits(1);
    assert!(
        said.stderr
            .contains("is where Git keeps"),
        "{}",
        said.stderr
    );
    assert!(
        !place
            .path(".git/hooks/post-checkout")
            .exists()
    );
}
