//! Which realm is meant, and that no secret goes to another.

use std::fmt::Write as _;
use std::net::TcpListener;

use grantry::emulator::{MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID};

use crate::cli::harness::{Place, STORY};
use crate::helpers::served::NOBODY;

const SECRET: &str = "hush-hush";

const CLIENT: [(&str, &str); 2] = [
    ("KEYCLOAK_CLIENT_ID", "me"),
    ("KEYCLOAK_CLIENT_SECRET", SECRET),
];

/// Every verb that asks a tenant and reads a configuration; a second is enough
/// to be caught in.
const VERBS: [&[&str]; 3] = [
    &["plan", "--deadline", "1s"],
    &["apply", "--deadline", "1s", "--auto-approve"],
    &["doctor", "--deadline", "1s"],
];

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// A place whose file says this of a Keycloak, and whose environment has our
/// client, and this.
fn place(provider: &str, named: &[(&str, &str)]) -> Place {
    let place = Place::new().with(&variables(&[&CLIENT[..], named].concat()));
    place.write("grantry.yaml", &story(provider));
    place
}

fn story(provider: &str) -> String {
    format!("provider: {provider}\n{STORY}")
}

/// What is said, on one line.
fn refused(place: &Place, arguments: &[&str]) -> String {
    let said = place.run(arguments).exits(64);
    let all = format!("{}{}", said.stdout, said.stderr);
    assert!(!all.contains(SECRET), "{all}");

    all.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whoever opens a pull request chooses what a file says, and nothing of where
/// a secret goes.
#[test]
fn a_file_does_not_decide_to_which_realm_a_secret_goes() {
    let listen = || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        (listener, address)
    };
    let ((evil, their), (ours, our)) = (listen(), listen());
    let whole = format!("{{ keycloak: {{ url: \"{their}\", realm: acme }} }}");
    let other_realm =
        format!("{{ keycloak: {{ url: \"{our}\", realm: master }} }}");
    let told = format!("keycloak:{our}/acme");

    for (provider, named, told) in [
        (&whole, &[][..], None),
        (&whole, &[], Some("keycloak")),
        (
            &whole,
            &[
                ("KEYCLOAK_URL", &*our),
                ("KEYCLOAK_REALM", "acme"),
            ],
            None,
        ),
        (&whole, &[], Some(&*told)),
        // Half of it, and a file would have the rest.
        (&whole, &[("KEYCLOAK_REALM", "acme")], None),
        (&whole, &[("KEYCLOAK_URL", &*our)], None),
        (&other_realm, &[("KEYCLOAK_URL", &*our)], None),
        (
            &other_realm,
            &[
                ("KEYCLOAK_URL", &*our),
                ("KEYCLOAK_REALM", "acme"),
            ],
            None,
        ),
        (&other_realm, &[], Some(&*told)),
    ] {
        let place = place(provider, named);
        for verb in VERBS {
            let told = told
                .into_iter()
                .flat_map(|told| ["--provider", told]);
            let arguments: Vec<&str> = verb
                .iter()
                .copied()
                .chain(told)
                .collect();
            refused(&place, &arguments);
        }
    }

    assert!(evil.accept().is_err(), "something arrived");
    assert!(ours.accept().is_err(), "something arrived");
}

#[test]
fn both_realms_are_named_and_what_to_set() {
    let sso = [
        ("KEYCLOAK_URL", "https://sso.example"),
        ("KEYCLOAK_REALM", "acme"),
    ];
    let stated = "{ keycloak: { url: https://other.example, realm: acme } }";
    let other_realm = "{ keycloak: { realm: staging } }";
    let told = [
        "plan",
        "--provider",
        "keycloak:https://sso.example/acme",
    ];
    let mut text = String::new();
    let mut tell = |place: Place, arguments: &[&str]| {
        let said = place.run(arguments).exits(64).stderr;
        assert!(!said.contains(SECRET), "{said}");
        let _ = writeln!(
            text,
            "$ grantry {}\n{said}",
            arguments.join(" ")
        );
    };

    tell(place(stated, &sso), &["plan"]);
    tell(place(other_realm, &sso), &["plan"]);
    tell(place(other_realm, &sso), &told);
    tell(place(stated, &[]), &["plan"]);
    tell(place("keycloak", &[]), &["plan"]);
    tell(place("keycloak", &sso[..1]), &["plan"]);
    let nothing = Place::new();
    nothing.write("grantry.yaml", &story("keycloak"));
    tell(nothing, &["plan"]);

    insta::assert_snapshot!("realms_refused", text);
}

#[test]
fn a_secret_is_not_sent_in_the_clear() {
    let place = place(
        "keycloak",
        &[
            ("KEYCLOAK_URL", "http://sso.example"),
            ("KEYCLOAK_REALM", "acme"),
        ],
    );
    for told in [None, Some("keycloak:http://sso.example/acme")] {
        let told = told
            .into_iter()
            .flat_map(|told| ["--provider", told]);
        let arguments: Vec<&str> = ["plan"]
            .into_iter()
            .chain(told)
            .collect();
        let said = place.run(&arguments).exits(1).stderr;
        let words: Vec<&str> = said.split_whitespace().collect();
        assert!(
            words.join(" ").contains("in the clear"),
            "{said}"
        );
    }
}

/// A name of a realm may hold nearly anything, and what is advised is pasted
/// into a shell.
#[test]
fn what_a_file_chose_is_advised_as_a_text_and_not_as_a_command() {
    let provider =
        "{ keycloak: { url: https://sso.example, realm: \"$(id)';id;'\" } }";
    let said = refused(&place(provider, &[]), &["plan"]);
    assert!(
        said.contains(r"KEYCLOAK_REALM='$(id)'\'';id;'\'''"),
        "{said}"
    );
}

#[test]
fn half_a_set_of_a_realm_is_never_filled_up_from_another() {
    let unsuffixed = [
        ("KEYCLOAK_URL", NOBODY),
        ("KEYCLOAK_REALM", "acme"),
    ];
    let with_environments = |provider: &str| {
        format!(
            "{}environments: {{ staging: {{}}, live: {{}} }}\n",
            story(provider)
        )
    };
    let plan = ["plan", "--env", "staging", "--deadline", "1s"];

    for (own, missing) in [
        (
            ("KEYCLOAK_CLIENT_SECRET__STAGING", ""),
            "KEYCLOAK_URL__STAGING",
        ),
        (
            ("KEYCLOAK_CLIENT_ID__STAGING", "other"),
            "KEYCLOAK_REALM__STAGING",
        ),
        (
            ("KEYCLOAK_REALM__STAGING", "staging"),
            "KEYCLOAK_CLIENT_SECRET__STAGING",
        ),
    ] {
        let place = place("keycloak", &[&unsuffixed[..], &[own]].concat());
        place.write("grantry.yaml", &with_environments("keycloak"));
        let said = refused(&place, &plan);
        assert!(said.contains(missing), "{missing}: {said}");
        assert!(said.contains("not set"), "{said}");
    }

    // Whose file disagrees is told of the variable that counts there.
    let own = [
        ("KEYCLOAK_URL__STAGING", NOBODY),
        ("KEYCLOAK_REALM__STAGING", "staging"),
    ];
    let place = place("keycloak", &[&unsuffixed[..], &own].concat());
    place.write(
        "grantry.yaml",
        &with_environments("{ keycloak: { realm: acme } }"),
    );
    let said = refused(&place, &plan);
    assert!(
        said.contains("set KEYCLOAK_REALM__STAGING=acme"),
        "{said}"
    );
}

/// An environment on a realm has a set of its own, beside a plain one of Auth0
/// for the others.
#[test]
fn plain_variables_of_auth0_are_for_the_environments_without_their_own() {
    let own = [
        ("KEYCLOAK_URL__STAGING", NOBODY),
        ("KEYCLOAK_REALM__STAGING", "acme"),
        ("KEYCLOAK_CLIENT_ID__STAGING", "me"),
        ("KEYCLOAK_CLIENT_SECRET__STAGING", SECRET),
        ("AUTH0_DOMAIN", NOBODY),
        ("AUTH0_AUDIENCE", MANAGEMENT_AUDIENCE),
        ("AUTH0_CLIENT_ID", MANAGEMENT_CLIENT_ID),
        ("AUTH0_CLIENT_SECRET", SECRET),
    ];
    let place = Place::new().with(&variables(&own));
    let text = format!(
        "{STORY}environments:\n  live: {{ provider: auth0 }}\n  staging: {{ provider: keycloak }}\n"
    );
    place.write("grantry.yaml", &text);

    // Each is known and asked, and nobody is there.
    for environment in ["live", "staging"] {
        let said =
            place.run(&["plan", "--env", environment, "--deadline", "1s"]);
        let said = said.exits(75).stderr;
        assert!(
            !said.contains("not set") && !said.contains(SECRET),
            "{said}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_credentials_has_those_of_realms_by_their_addresses() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    let file = place.write("credentials.yaml", "");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let named = (
        "GRANTRY_CREDENTIALS",
        &*file.display().to_string(),
    );
    let keyed = format!("{NOBODY}/realms/acme");
    let stated =
        format!("{{ keycloak: {{ url: \"{NOBODY}\", realm: acme }} }}");
    let client = "client_id: me, client_secret: hush-hush";
    let plan = ["plan", "--deadline", "1s"];

    // It picks one of those that are keyed, under
    // whatever spelling, and no other.
    let place = place.with(&variables(&[named]));
    place.write("grantry.yaml", &story(&stated));
    for key in [
        keyed.clone(),
        format!("{}/acme/", NOBODY.replace("http", "HTTP")),
    ] {
        fs::write(
            &file,
            format!("\"{key}\": {{ {client}, auth_realm: ops }}"),
        )
        .unwrap();
        let said = place.run(&plan).exits(75);
        let tenant = format!(
            "Tenant: keycloak {keyed}, as a client of the realm `ops`\n"
        );
        assert!(
            said.stdout.starts_with(&tenant),
            "{}",
            said.stdout
        );
    }
    place.write(
        "grantry.yaml",
        &story(&stated.replace("acme", "evil")),
    );
    assert!(refused(&place, &plan).contains("it has nothing for"));
    place.write("grantry.yaml", &story(&stated));

    for (entry, said) in [
        (
            format!("\"{keyed}\": {{ {client}, api_token: hush-hush }}"),
            format!("it has `api_token` for `{keyed}`, which takes none"),
        ),
        (
            format!("\"{keyed}\": {{ {client}, audience: a }}"),
            format!("it has `audience` for `{keyed}`, which takes none"),
        ),
        (
            format!("acme.example: {{ {client}, auth_realm: ops }}"),
            "it has `auth_realm` for `acme.example`, which takes none"
                .to_owned(),
        ),
        (
            format!("\"{keyed}\": {{ client_id: me }}"),
            format!(
                "it has no `client_id` with a secret or a key for `{keyed}`"
            ),
        ),
        (
            format!(
                "\"{keyed}\": {{ {client} }}\n\"{NOBODY}/acme\": {{ {client} }}"
            ),
            format!("it has `{keyed}` twice"),
        ),
    ] {
        fs::write(&file, &entry).unwrap();
        let refusal = refused(&place, &plan);
        assert!(refusal.contains(&said), "{entry}: {refusal}");
    }

    // Half of the place in variables is not filled up from what is keyed.
    fs::write(&file, format!("\"{keyed}\": {{ {client} }}")).unwrap();
    let place = place.with(&variables(&[named, ("KEYCLOAK_REALM", "acme")]));
    let refusal = refused(&place, &plan);
    assert!(
        refusal.contains("KEYCLOAK_URL is not set"),
        "{refusal}"
    );
    let place = place.with(&variables(&[named, CLIENT[0]]));
    let refusal = refused(&place, &plan);
    assert!(
        refusal.contains("which credentials are meant?"),
        "{refusal}"
    );
}
