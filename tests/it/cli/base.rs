//! `validate --base` and `access --from git:`: what Git keeps of a revision is
//! all that is asked.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::harness::{Place, STORY, Said};

/// A repository with the story as its only commit.
pub(super) fn repository() -> Place {
    let place = Place::new();
    git(&place, &["init", "-q", "-b", "main"]);
    place.write("grantry.yaml", STORY);
    commit(&place);
    place
}

fn git(place: &Place, arguments: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=Somebody",
            "-c",
            "user.email=s@example.org",
        ])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(place.path("."))
        .output()
        .expect("git, which these tests need as `--base` does");

    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "git {arguments:?}: {said}"
    );
}

pub(super) fn commit(place: &Place) {
    git(place, &["add", "-A"]);
    git(place, &["commit", "-q", "-m", "a change"]);
}

fn widened() -> String {
    let granted = STORY.replace(
        "[geocode:location]",
        "[geocode:location, read:maps]",
    );
    granted.replace("{ geocode:", "{ read:maps: Read maps, geocode:")
}

/// What a run found, as programs read it.
fn document(said: &Said) -> Value {
    serde_json::from_str(&said.stdout)
        .unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

pub(super) fn found(
    place: &Place,
    arguments: &[&str],
    code: i32,
) -> Vec<String> {
    let arguments = [&["validate", "--format", "json"], arguments].concat();
    let document = document(&place.run(&arguments).exits(code));
    let findings = document["findings"].as_array().cloned();

    let findings = findings.unwrap_or_default();
    findings
        .iter()
        .map(|finding| {
            finding["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[test]
fn a_change_is_compared_with_the_revision_that_is_named() {
    let place = repository();
    place.write("grantry.yaml", &widened());
    assert_eq!(
        found(&place, &["--base", "HEAD"], 0),
        ["access-gained"]
    );

    commit(&place);
    assert!(found(&place, &["--base", "HEAD"], 0).is_empty());
    assert_eq!(
        found(&place, &["--base", "HEAD^1"], 0),
        ["access-gained"]
    );

    place.write(
        "grantry.yaml",
        &widened().replace("stack: ", "stack: x-"),
    );
    assert_eq!(
        found(&place, &["--base", "main^1"], 3),
        ["stack-changed", "access-gained"]
    );
}

#[test]
fn every_face_says_it_with_the_same_code() {
    let place = repository();
    place.write(
        "grantry.yaml",
        &STORY.replace("stack: ", "prune: true\nstack: "),
    );

    for format in ["text", "json", "markdown", "github", "sarif"] {
        let arguments = ["validate", "--base", "HEAD", "--format", format];
        let said = place.run(&arguments).exits(3);
        assert!(
            said.stdout.contains("prune-enabled"),
            "{format}: {said:?}"
        );
    }
}

/// What is gone stands in no file of the change: where annotations are put, it
/// is laid upon the file that it was in, if that is still there.
#[test]
fn what_is_gone_is_shown_where_a_forge_can_show_it() {
    let place = repository();
    place.write(
        "folder/a.yaml",
        "stack: maps\nclients: { courier: { name: Courier } }\n",
    );
    place.write(
        "folder/gone.yaml",
        "clients: { old: { name: Old } }\n",
    );
    commit(&place);
    let at = |format: &str, path: &str| {
        let arguments = [
            "validate", path, "--base", "HEAD", "--format", format,
        ];
        place.run(&arguments).exits(0).stdout
    };
    let locations = |said: &str| {
        let sarif: Value = serde_json::from_str(said).unwrap();
        let results = sarif["runs"][0]["results"]
            .as_array()
            .unwrap()
            .clone();
        let locations = results
            .iter()
            .map(|result| result["locations"].clone());
        locations.collect::<Vec<Value>>()
    };

    // The file is still there.
    let shorter = "# World Mappers\nstack: world-mappers\n";
    place.write("grantry.yaml", shorter);
    let commands = |path: &str| {
        let said = at("github", path);
        let commands = said
            .lines()
            .filter(|line| line.starts_with("::"));
        commands
            .map(str::to_owned)
            .collect::<Vec<String>>()
    };
    let said = commands("grantry.yaml");
    assert_eq!(said.len(), 2, "{said:?}");
    for said in said {
        let begins = "::warning file=grantry.yaml,line=1,endLine=1,col=1,endColumn=16,title=vanished::";
        assert!(said.starts_with(begins), "{said}");
        assert!(
            said.contains("it stood at HEAD:grantry.yaml:"),
            "{said}"
        );
    }
    let region = json!({ "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 16 });
    let first_line = json!([{ "physicalLocation": {
        "artifactLocation": { "uri": "grantry.yaml" }, "region": region,
    } }]);
    let said = at("sarif", "./grantry.yaml");
    assert!(
        said.contains("it stood at HEAD:grantry.yaml:"),
        "{said}"
    );
    assert_eq!(locations(&said).len(), 2);
    let said = at("sarif", "grantry.yaml");
    assert!(
        locations(&said)
            .iter()
            .all(|found| *found == first_line),
        "{said}"
    );

    // It is not.
    fs::remove_file(place.path("folder/gone.yaml")).unwrap();
    let said = commands("folder");
    assert!(
        said[0].starts_with("::warning title=vanished::"),
        "{said:?}"
    );
    assert_eq!(locations(&at("sarif", "folder")), [json!([])]);

    // Everybody else is told where it was.
    let json = at("json", "folder");
    assert!(
        json.contains("\"file\": \"HEAD:folder/gone.yaml\""),
        "{json}"
    );
    let text = at("text", "folder");
    assert!(
        text.contains("--> HEAD:folder/gone.yaml:1:"),
        "{text}"
    );
}

#[test]
fn a_waiver_counts_as_it_was_before_the_change() {
    let waiver = "\nwaivers:\n  - { finding: prune-enabled, object: prune, reason: known, until: 2027-01-31 }\n";
    let place = repository();
    let with_prune = format!("prune: true\n{STORY}{waiver}");

    // In the same change, it excuses nothing.
    place.write("grantry.yaml", &with_prune);
    let early = [
        "validate",
        "--base",
        "HEAD",
        "--today",
        "2026-06-01",
    ];
    let said = place.run(&early).exits(3);
    assert!(
        said.stdout
            .contains("counts from the next change on"),
        "{said:?}"
    );
    let to_paste = "- { finding: prune-enabled, object: \"prune\", reason: …, until: YYYY-MM-DD }";
    assert!(said.stdout.contains(to_paste), "{said:?}");

    place.write("grantry.yaml", &format!("{STORY}{waiver}"));
    commit(&place);
    place.write("grantry.yaml", &with_prune);
    let at = |day: &str, code| {
        found(
            &place,
            &["--base", "HEAD", "--today", day],
            code,
        )
    };
    assert_eq!(at("2027-01-31", 0), ["prune-enabled"]);
    assert_eq!(at("2027-02-01", 3), ["prune-enabled"]);
}

#[test]
fn a_revision_that_is_not_there_is_no_empty_answer() {
    let place = repository();

    for (base, command) in [
        ("HEAD^1", "git fetch --deepen=1"),
        (
            "origin/main",
            "git fetch origin main:refs/remotes/origin/main",
        ),
        ("v1.0.0", "git fetch origin v1.0.0"),
    ] {
        let arguments = ["validate", "--base", base, "--format", "json"];
        let said = place.run(&arguments).exits(1);
        let document = document(&said);
        assert_eq!(document["error"]["id"], "revision-missing");
        let step = document["error"]["next_step"]
            .as_str()
            .unwrap();
        assert!(step.contains(command), "{step}");

        let from = format!("git:{base}");
        place
            .run(&["access", "--from", &from])
            .exits(1);
    }

    for base in [
        "--help",
        "-p",
        "HEAD..main",
        "HEAD:",
        "a b",
        ":x",
        "",
    ] {
        let base = format!("--base={base}");
        place
            .run(&["validate", &base])
            .exits(64);
    }
}

#[test]
fn what_is_no_repository_is_said_to_be_none() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    let said = place
        .run(&["validate", "--base", "HEAD"])
        .exits(1);
    assert!(
        said.stderr.contains("no repository"),
        "{said:?}"
    );
}

#[test]
fn a_configuration_that_is_new_is_all_gained() {
    let place = repository();
    place.write(
        "access/new.yaml",
        &STORY.replace("stack: ", "prune: true\nstack: new-"),
    );
    assert_eq!(
        found(&place, &["--base", "HEAD", "access"], 0),
        ["prune-enabled", "access-gained"]
    );

    // What was said to be there is not new.
    let said = place
        .run(&["validate", "access", "--base", "HEAD:acess"])
        .exits(1);
    assert!(
        said.stderr
            .contains("no configuration at `HEAD:acess`"),
        "{said:?}"
    );
    let said = place
        .run(&["access", "access", "--from", "git:HEAD"])
        .exits(1);
    assert!(
        said.stderr
            .contains("no configuration at `HEAD`"),
        "{said:?}"
    );
}

#[test]
fn what_the_base_has_not_is_named() {
    let place = repository();
    place.write(
        "more.yaml",
        "clients: { more: { name: More } }\n",
    );
    let arguments = [
        "validate",
        "grantry.yaml",
        "more.yaml",
        "--base",
        "HEAD",
    ];

    let said = place.run(&arguments).exits(0);
    let words = "No findings since HEAD, which has no more.yaml.";
    assert!(said.stdout.contains(words), "{said:?}");
    let said = place.run(&[&arguments[..], &["--format", "json"]].concat());
    assert_eq!(
        document(&said)["base"]["missing"],
        json!(["more.yaml"])
    );
}

#[test]
fn a_configuration_that_was_moved_is_not_new() {
    let place = repository();
    let moved = format!("prune: true\n{}", widened());
    fs::remove_file(place.path("grantry.yaml")).unwrap();
    place.write("access/all.yaml", &moved);

    let said = place
        .run(&["validate", "access", "--base", "HEAD"])
        .exits(1);
    assert!(
        said.stderr
            .contains("--base HEAD:grantry.yaml"),
        "{said:?}"
    );
    let found = found(
        &place,
        &["access", "--base", "HEAD:grantry.yaml"],
        3,
    );
    assert_eq!(found, ["prune-enabled", "access-gained"]);

    // Nor is it one under another name that takes the old one over.
    let renamed = moved.replace(
        "stack: world-mappers",
        "stack: other\nmoved: [{ stack: world-mappers }]",
    );
    place.write("access/all.yaml", &renamed);
    place
        .run(&["validate", "access", "--base", "HEAD"])
        .exits(1);
}

#[test]
fn a_path_is_told_as_git_takes_it() {
    let place = repository();
    place.write("teams/a/access.yaml", STORY);
    commit(&place);
    let rendered = tempfile::tempdir().unwrap();
    let rendered = rendered.path().join("rendered.yaml");
    fs::write(&rendered, widened()).unwrap();
    let rendered = rendered.to_str().unwrap();

    let said = place
        .run(&["validate", rendered, "--base", "HEAD"])
        .exits(1);
    assert!(
        said.stderr
            .contains("is not in the repository"),
        "{said:?}"
    );
    for base in [
        "HEAD:grantry.yaml",
        "HEAD:./grantry.yaml",
        "HEAD:teams/a",
    ] {
        assert_eq!(
            found(&place, &[rendered, "--base", base], 0),
            ["access-gained"]
        );
    }

    let said = place
        .run(&["access", "--from", "git:HEAD", "--to", rendered])
        .exits(0);
    assert_eq!(
        said.stdout,
        "+ gift-deliveries on world-mappers: read:maps\n"
    );
}

#[test]
fn problems_of_the_base_are_said_as_such() {
    let place = repository();
    place.write(
        "grantry.yaml",
        &STORY.replace("grants:", "grant:"),
    );
    commit(&place);
    place.write("grantry.yaml", STORY);

    let said = place
        .run(&["validate", "--base", "HEAD", "--format", "json"])
        .exits(1);
    let error = &document(&said)["error"];
    assert_eq!(error["id"], "invalid-base");
    assert_eq!(
        error["problems"][0]["place"]["file"],
        "HEAD:grantry.yaml"
    );
}

/// A service that signs with a key in this file.
fn with_key_file(file: &str) -> String {
    STORY.replace(
        "{ name: Gift Deliveries }",
        &format!(
            "{{ name: Gift Deliveries, client_authentication_methods: {{ private_key_jwt: \
             {{ credentials: [{{ name: one, pem_file: {file} }}] }} }} }}"
        ),
    )
}

const KEYS: [&str; 2] = [
    include_str!("../../../examples/keys/public/billing-2026-11.pem"),
    include_str!("../../../examples/keys/public/billing-2027-02.pem"),
];

#[test]
fn the_files_that_a_configuration_names_are_those_of_its_revision() {
    let place = Place::new();
    git(&place, &["init", "-q", "-b", "main"]);
    place.write(
        "access/grantry.yaml",
        &with_key_file("keys/one.pem"),
    );
    place.write("access/keys/one.pem", KEYS[0]);
    commit(&place);

    assert!(found(&place, &["access", "--base", "HEAD"], 0).is_empty());
    place.write("access/keys/one.pem", KEYS[1]);
    assert_eq!(
        found(&place, &["access", "--base", "HEAD"], 0),
        ["credentials-changed"]
    );
}

#[test]
fn folders_inside_a_folder_are_read_in_a_revision_too() {
    let place = Place::new();
    git(&place, &["init", "-q", "-b", "main"]);
    let (before, grants) = STORY.split_at(STORY.find("\ngrants").unwrap());
    place.write("access/stack.yaml", before);
    place.write("access/teams/maps/x.yaml", grants);
    place.write("access/teams/.tool/x.yml", "no: configuration");
    commit(&place);
    let arguments = ["access", "--base", "HEAD"];
    assert!(found(&place, &arguments, 0).is_empty());

    fs::remove_dir_all(place.path("access/teams/maps")).unwrap();
    commit(&place);
    place.write("access/teams/maps/x.yaml", grants);
    assert_eq!(found(&place, &arguments, 0), ["access-gained"]);

    place.write("access/teams/maps/y.yml", "no: configuration");
    commit(&place);
    fs::remove_file(place.path("access/teams/maps/y.yml")).unwrap();
    let said = place
        .run(&["validate", "access", "--base", "HEAD"])
        .exits(1);
    assert!(
        said.stderr
            .contains("HEAD:access/teams/maps/y.yml"),
        "{said:?}"
    );

    // A repository in the repository is there on the disk, and of the revision
    // nobody can tell.
    let other = repository();
    git(
        &place,
        &[
            "rm",
            "-q",
            "--cached",
            "access/teams/maps/y.yml",
        ],
    );
    let origin = other.path(".");
    let origin = origin.to_str().unwrap();
    git(
        &place,
        &["submodule", "add", "-q", origin, "access/other"],
    );
    commit(&place);
    place.write("stack.yaml", STORY);
    let said = place.run(&[
        "validate",
        "stack.yaml",
        "--base",
        "HEAD:access",
    ]);
    assert!(said.stderr.contains("submodule"), "{said:?}");
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_folder_in_a_revision_either() {
    use std::os::unix::fs::symlink;

    let place = Place::new();
    git(&place, &["init", "-q", "-b", "main"]);
    place.write("secrets/one.pem", KEYS[0]);
    place.write("access/keys/real.pem", KEYS[0]);
    let link = |target: &str| {
        let link = place.path("access/keys/one.pem");
        let _ = fs::remove_file(&link);
        symlink(target, link).unwrap();
    };

    for (target, code) in [
        ("real.pem", 0),
        ("../keys/./real.pem", 0),
        ("../../secrets/one.pem", 1),
        ("../../../secrets/one.pem", 1),
        ("../../secrets/none.pem", 1),
        ("/etc/passwd", 1),
        ("one.pem", 1),
    ] {
        place.write(
            "access/grantry.yaml",
            &with_key_file("keys/one.pem"),
        );
        link(target);
        commit(&place);

        // On the disk there is no key file any more, so that only the revision
        // can be at fault.
        place.write("access/grantry.yaml", STORY);
        let said = place
            .run(&["validate", "access", "--base", "HEAD"])
            .exits(code);
        assert!(
            code == 0
                || said
                    .stderr
                    .contains("HEAD:access/grantry.yaml"),
            "{target}: {said:?}"
        );
        let is_outside = said.stderr.contains("is outside");
        assert_eq!(
            is_outside,
            code == 1 && target.contains('/'),
            "{target}: {said:?}"
        );
    }

    // A file of the folder that is a link to one outside of it is refused as it
    // is on the disk.
    link("real.pem");
    fs::remove_file(place.path("access/grantry.yaml")).unwrap();
    symlink(
        "../secrets/grantry.yaml",
        place.path("access/grantry.yaml"),
    )
    .unwrap();
    place.write("secrets/grantry.yaml", STORY);
    commit(&place);
    let said = place
        .run(&["validate", "secrets", "--base", "HEAD:access"])
        .exits(1);
    assert!(said.stderr.contains("outside"), "{said:?}");
}

/// What cannot be read is not taken for what is not there.
#[cfg(unix)]
#[test]
fn what_is_in_the_way_of_looking_is_an_error() {
    let place = repository();
    let folder = place.path(".").canonicalize().unwrap();
    let name = folder
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    fs::rename(
        place.path("grantry.yaml"),
        place.path("real.yaml"),
    )
    .unwrap();
    // On the disk this is in its folder; in the repository nobody knows what
    // the folder is called.
    std::os::unix::fs::symlink(
        format!("../{name}/real.yaml"),
        place.path("grantry.yaml"),
    )
    .unwrap();
    commit(&place);
    fs::remove_file(place.path("grantry.yaml")).unwrap();
    place.write("grantry.yaml", &widened());

    let said = place
        .run(&["validate", "--base", "HEAD"])
        .exits(1);
    assert!(
        said.stderr
            .contains("leads out of the repository"),
        "{said:?}"
    );
}

#[test]
fn nobody_chooses_the_base_by_a_name() {
    let place = repository();
    git(
        &place,
        &["update-ref", "refs/remotes/origin/main", "HEAD"],
    );
    place.write("grantry.yaml", &widened());
    commit(&place);
    git(&place, &["tag", "v1"]);
    assert_eq!(
        found(&place, &["--base", "origin/main"], 0),
        ["access-gained"]
    );
    found(&place, &["--base", "v1"], 0);

    // Git would take the tag, without a word.
    git(&place, &["tag", "origin/main"]);
    let said = place
        .run(&["validate", "--base", "origin/main"])
        .exits(1);
    assert!(
        said.stderr.contains("more than one of"),
        "{said:?}"
    );
    let in_full = ["--base", "refs/remotes/origin/main"];
    assert_eq!(found(&place, &in_full, 0), ["access-gained"]);

    let hash = Command::new("git")
        .args(["rev-parse", "HEAD"])
        .current_dir(place.path("."))
        .output()
        .unwrap();
    let hash = String::from_utf8(hash.stdout).unwrap();
    found(&place, &["--base", hash.trim()], 0);
    // Git would take the hash at its end.
    let described = format!("nosuch-1-g{}", hash.trim());
    place
        .run(&["validate", "--base", &described])
        .exits(1);
    place
        .run(&["validate", "--base=^HEAD"])
        .exits(64);
}

#[test]
fn a_name_may_have_an_at_sign() {
    let place = repository();
    for branch in ["fix@home", "home@", "@work"] {
        git(&place, &["branch", branch]);
        assert!(
            found(&place, &["--base", branch], 0).is_empty(),
            "{branch}"
        );
    }
    place.write("grantry.yaml", &widened());
    commit(&place);
    for base in [
        "@^",
        "@~1",
        "HEAD@{1}",
        "@{1}",
        "main@{1}",
        "fix@home^0",
    ] {
        let found = found(&place, &["--base", base], 0);
        assert_eq!(found, ["access-gained"], "{base}");
    }
    assert!(found(&place, &["--base", "@"], 0).is_empty());

    // Neither is a branch of the first half meant, nor may a tag of the whole
    // stand in its way.
    git(&place, &["branch", "fix"]);
    git(&place, &["tag", "fix@home"]);
    let said = place
        .run(&["validate", "--base", "fix@home"])
        .exits(1);
    assert!(
        said.stderr.contains("more than one of"),
        "{said:?}"
    );
}

#[test]
fn a_repository_within_the_change_is_not_the_one_that_is_meant() {
    let place = repository();
    place.write("access/grantry.yaml", STORY);
    commit(&place);
    // A bare one, whose own history has the access already.
    let own = Place::new();
    git(&own, &["init", "-q", "-b", "main"]);
    own.write("grantry.yaml", &widened());
    commit(&own);
    let bare = own.path("bare");
    git(
        &own,
        &[
            "clone",
            "-q",
            "--bare",
            ".",
            bare.to_str().unwrap(),
        ],
    );
    git(
        &own,
        &["--git-dir=bare", "config", "core.bare", "false"],
    );
    git(
        &own,
        &["--git-dir=bare", "config", "core.worktree", "."],
    );
    for name in [
        "HEAD",
        "config",
        "objects",
        "refs",
        "packed-refs",
    ] {
        fs::rename(bare.join(name), place.path("access").join(name)).unwrap();
    }
    place.write("access/grantry.yaml", &widened());

    let inside = Command::new(env!("CARGO_BIN_EXE_grantry"))
        .args(["validate", "--base", "HEAD"])
        .current_dir(place.path("access"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inside.stdout).into_owned();
    let is_seen =
        said.contains("access-gained") || inside.status.code() == Some(1);
    assert!(is_seen, "{said}");
}

#[test]
fn a_file_that_git_rewrites_cannot_be_compared() {
    let place = repository();
    for attribute in [
        "working-tree-encoding=UTF-16",
        "filter=x",
        "ident",
    ] {
        place.write(
            ".gitattributes",
            &format!("grantry.yaml {attribute}\n"),
        );
        let said = place
            .run(&["validate", "--base", "HEAD"])
            .exits(1);
        assert!(
            said.stderr.contains(".gitattributes"),
            "{said:?}"
        );
    }
    place.write(
        ".gitattributes",
        "grantry.yaml text eol=lf -filter\n",
    );
    place
        .run(&["validate", "--base", "HEAD"])
        .exits(0);
}

#[test]
fn nothing_is_fetched() {
    let place = repository();
    git(
        &place,
        &["config", "uploadpack.allowFilter", "true"],
    );
    place.write("grantry.yaml", &widened());
    commit(&place);

    let clone = Place::new();
    let origin = format!("file://{}", place.path(".").display());
    git(
        &clone,
        &[
            "clone",
            "-q",
            "--filter=blob:none",
            &origin,
            ".",
        ],
    );
    assert_eq!(found(&clone, &["--base", "HEAD"], 0), [""; 0]);

    // The file as it was before was never fetched, and is not now.
    let said = clone
        .run(&["validate", "--base", "HEAD^1"])
        .exits(1);
    let words: Vec<&str> = said.stderr.split_whitespace().collect();
    assert!(
        words
            .join(" ")
            .contains("partial clone"),
        "{said:?}"
    );
    let objects = objects_missing(&clone);
    assert_eq!(objects, 1, "something was fetched");
}

fn objects_missing(place: &Place) -> usize {
    let output = Command::new("git")
        .args([
            "rev-list",
            "--objects",
            "--all",
            "--missing=print",
        ])
        .current_dir(place.path("."))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();

    text.lines()
        .filter(|line| line.starts_with('?'))
        .count()
}

#[test]
fn a_submodule_is_no_folder_of_the_configuration() {
    let other = repository();
    let place = repository();
    let origin = other.path(".");
    git(
        &place,
        &[
            "submodule",
            "add",
            "-q",
            origin.to_str().unwrap(),
            "access",
        ],
    );
    commit(&place);

    for arguments in [
        &["validate", "--base", "HEAD:access"][..],
        &["validate", "--base", "HEAD:access/grantry.yaml"],
        &[
            "validate",
            "access/grantry.yaml",
            "--base",
            "HEAD",
        ],
    ] {
        let said = place.run(arguments).exits(1);
        let said = said.stdout + &said.stderr;
        let is_said = ["not a regular file", "submodule"]
            .iter()
            .any(|words| said.contains(words));
        assert!(is_said, "{arguments:?}: {said}");
    }
    assert!(Path::new(&place.path("access/grantry.yaml")).exists());
}

#[test]
fn a_base_may_name_the_file_of_its_tenant() {
    let place = repository();
    let story =
        format!("{STORY}provider: {{ local: {{ file: tenant.json }} }}\n");
    place.write("grantry.yaml", &story);
    commit(&place);

    assert!(found(&place, &["--base", "HEAD"], 0).is_empty());
}
