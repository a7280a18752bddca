//! What a run came to is written into files of their own: never over what it
//! reads, nor over a tenant.

use std::collections::BTreeMap;
use std::fs;

use crate::cli::harness::{Place, STORY};
use crate::helpers::side_by_side::on_all_processors;

/// A stack that is applied, an approved plan, a folder that is a configuration,
/// and links to all of it.
fn place() -> Place {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    place
        .run(&["plan", "--out", "plan.json"])
        .exits(0);
    place.write("folder/grantry.yaml", STORY);
    place.write("broken.yaml", "stack: 1");
    let keys = |stack: &str| {
        let credential = "{ name: new, pem_file: public/new.pem }";
        format!(
            "stack: {stack}\nclients: {{ billing: {{ name: Billing, client_authentication_methods: \
             {{ private_key_jwt: {{ credentials: [{credential}] }} }} }} }}\n"
        )
    };
    let public =
        fs::read_to_string("examples/keys/public/billing-2026-11.pem").unwrap();
    place.write("keys/public/new.pem", &public);
    place.write("keys/grantry.yaml", &keys("ledger"));
    place.write("keys/broken.yaml", &keys("NO"));
    place.write(
        "keys/missing.yaml",
        &keys("ledger").replace("new.pem", "none.pem"),
    );
    place.write(
        "rows/grantry.yaml",
        "stack: rows\nfor_each: [{ in: rows.csv, as: row, clients: { \"c-${row.id}\": { name: \"C ${row.id}\" } } }]\n\
         environments: { production: { for_each: [{ in: other.csv, as: row }] } }\n",
    );
    place.write("rows/rows.csv", "id\n1\n");
    place.write("rows/other.csv", "id\n2\n");
    place.write("rows/values.yaml", "unused: 1\n");
    #[cfg(unix)]
    for (link, leads_to) in [
        ("link.yaml", "grantry.yaml"),
        ("link.plan", "plan.json"),
        ("link.tenant", ".grantry/tenant.json"),
        ("folder.link", "folder"),
    ] {
        std::os::unix::fs::symlink(leads_to, place.path(link)).unwrap();
    }
    place
}

/// Everything that is there, by its path.
fn contents(place: &Place) -> BTreeMap<String, String> {
    let mut contents = BTreeMap::new();
    for folder in [
        "",
        "folder",
        ".grantry",
        "keys",
        "keys/public",
        "rows",
    ] {
        for entry in fs::read_dir(place.path(folder)).unwrap() {
            let path = entry.unwrap().path();
            let is_link = path.is_symlink();
            if !path.is_dir() {
                let text = fs::read_to_string(&path).unwrap();
                contents.insert(
                    path.display().to_string(),
                    format!("{is_link} {text}"),
                );
            }
        }
    }
    contents
}

const REFUSED: &[(&str, &str)] = &[
    // Whether an environment is chosen, another one, or none.
    (
        "plan rows --json rows/rows.csv",
        "a file of the configuration",
    ),
    (
        "plan rows --env production --json rows/rows.csv",
        "a file of the configuration",
    ),
    (
        "plan rows --json rows/other.csv",
        "a file of the configuration",
    ),
    (
        "validate rows --json rows/rows.csv",
        "a file of the configuration",
    ),
    (
        "validate rows --var-file rows/values.yaml --json rows/values.yaml",
        "a file of the configuration",
    ),
    (
        "validate rows --var-file rows/values.yaml --write-schema rows/values.yaml",
        "a file of the configuration",
    ),
    (
        "validate keys/broken.yaml --write-schema keys/public/new.pem",
        "a file of the configuration",
    ),
    (
        "validate --json one --write-schema one",
        "the same file as `--json`",
    ),
    (
        "validate --write-schema .grantry/tenant.json",
        "the file of a tenant",
    ),
    (
        "plan --json grantry.yaml",
        "a file of the configuration",
    ),
    (
        "plan --json ./folder/../grantry.yaml",
        "a file of the configuration",
    ),
    (
        "plan --markdown grantry.yaml",
        "a file of the configuration",
    ),
    (
        "plan --out grantry.yaml",
        "a file of the configuration",
    ),
    (
        "plan folder --out folder/grantry.yaml",
        "a file of the configuration",
    ),
    (
        "plan folder --out folder/new.yaml",
        "a file of the configuration",
    ),
    (
        "plan folder --out folder/inside/new.yaml",
        "a file of the configuration",
    ),
    (
        "plan nowhere.yaml --json nowhere.yaml",
        "a file of the configuration",
    ),
    (
        "validate --json grantry.yaml",
        "a file of the configuration",
    ),
    (
        "apply --auto-approve --json grantry.yaml",
        "a file of the configuration",
    ),
    ("plan --json folder", "a folder"),
    (
        "plan --json one --markdown one",
        "the same file as `--json`",
    ),
    (
        "plan --out one --markdown ./one",
        "the same file as `--out`",
    ),
    (
        "apply --plan plan.json --json plan.json",
        "a plan that was approved",
    ),
    (
        "plan --json .grantry/tenant.json",
        "the file of a tenant",
    ),
    // Also where nobody knows whose it is.
    (
        "plan broken.yaml --json .grantry/tenant.json",
        "the file of a tenant",
    ),
    (
        "validate --markdown .grantry/tenant.json",
        "the file of a tenant",
    ),
    (
        "validate keys/grantry.yaml --json keys/public/new.pem",
        "a file of the configuration",
    ),
    (
        "plan keys/grantry.yaml --out keys/../keys/public/new.pem",
        "a file of the configuration",
    ),
    (
        "apply keys/grantry.yaml --auto-approve --markdown keys/public/new.pem",
        "a file of the configuration",
    ),
    // Also where the configuration is of no use, or the key.
    (
        "validate keys/broken.yaml --json keys/public/new.pem",
        "a file of the configuration",
    ),
    (
        "plan keys/broken.yaml --json keys/public/new.pem",
        "a file of the configuration",
    ),
    (
        "apply keys/missing.yaml --auto-approve --json keys/public/none.pem",
        "a file of the configuration",
    ),
    // Also one that is only to be made.
    (
        "apply --auto-approve --provider local:new.json --json new.json",
        "the file of the tenant",
    ),
];

#[cfg(unix)]
const REFUSED_LINKS: &[(&str, &str)] = &[
    (
        "plan --json link.yaml",
        "a file of the configuration",
    ),
    (
        "plan link.yaml --json grantry.yaml",
        "a file of the configuration",
    ),
    (
        "plan folder.link --json folder/grantry.yaml",
        "a file of the configuration",
    ),
    (
        "plan folder --json folder.link/new.yaml",
        "a file of the configuration",
    ),
    (
        "apply --plan link.plan --json plan.json",
        "a plan that was approved",
    ),
    (
        "plan --markdown link.tenant",
        "the file of a tenant",
    ),
];

#[cfg(not(unix))]
const REFUSED_LINKS: &[(&str, &str)] = &[];

#[test]
fn nothing_that_is_read_is_written_over() {
    let place = place();
    let before = contents(&place);

    let cells: Vec<_> = REFUSED
        .iter()
        .chain(REFUSED_LINKS)
        .collect();
    on_all_processors(cells, |(command, what)| {
        let arguments: Vec<&str> = command.split(' ').collect();
        let said = place.run(&arguments);
        assert_eq!(said.code, Some(64), "{command}: {said:?}");
        assert!(
            said.stderr
                .contains(&format!("names {what}")),
            "{command}: {said:?}"
        );

        let json = place.run(&[&arguments[..], &["--format", "json"]].concat());
        let is_told = json
            .stdout
            .contains("\"id\": \"file-in-use\"");
        assert!(
            is_told && json.code == Some(64),
            "{command}: {json:?}"
        );
    });
    assert_eq!(contents(&place), before);
}

/// A command line that is not understood says so in files too, and never over
/// what it may have meant to read.
#[test]
fn a_usage_error_is_not_written_over_anything_either() {
    let place = place();
    let before = contents(&place);
    for command in [
        "plan --nonsense --json grantry.yaml",
        "plan --nonsense one.yaml --json one.yaml",
        "plan --nonsense folder --json folder/grantry.yaml",
        "plan --nonsense --markdown=folder/../grantry.yaml",
        "plan --nonsense --json .grantry/tenant.json",
        "validate --nonsense keys/grantry.yaml --json keys/public/new.pem",
        "plan --nonsense keys/broken.yaml --json keys/public/new.pem",
        "plan --nonsense --provider local:one --json one",
        "plan --nonsense --out=one --json one",
        "plan --json --markdown",
        "apply --nonsense --plan plan.json --json plan.json",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        place.run(&arguments).exits(64);
        assert_eq!(contents(&place), before, "{command}");
    }
}

#[test]
fn other_files_are_written_wherever_they_are() {
    let place = place();
    place
        .run(&[
            "plan",
            "folder",
            "--json",
            "folder/plan.json",
            "--markdown",
            "plan.md",
        ])
        .exits(0);
    // What another run has written is written anew.
    place
        .run(&[
            "plan",
            "--json",
            "folder/plan.json",
            "--out",
            "plan.json",
        ])
        .exits(0);
    assert!(place.path("folder/plan.json").exists());
}
