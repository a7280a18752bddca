//! `examples/teams`: what its files and its page say is so.

use std::fs;
use std::path::{Path, PathBuf};

use super::base::{commit, found, repository};
use super::harness::{Place, Said, example};

/// The folders of the teams, in the one stack.
const TEAMS: [&str; 3] = ["gifts", "maps", "sleighs"];

/// All files in a folder, and in the folders inside it, from there.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(
                    path.strip_prefix(folder)
                        .unwrap()
                        .to_owned(),
                );
            }
        }
    }
    files.sort();
    files
}

/// Copies one of the two ways into a place.
fn copy(name: &str, place: &Place) {
    let source = PathBuf::from(example(&format!("teams/{name}")));
    for file in files_in(&source) {
        let text = fs::read_to_string(source.join(&file)).unwrap();
        place.write(file.to_str().unwrap(), &text);
    }
}

/// The second way, with a tenant that both stacks are in.
struct TwoStacks {
    place: Place,
}

impl TwoStacks {
    fn new() -> Self {
        let place = Place::new();
        copy("two-stacks", &place);
        Self { place }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let tenant = ["--provider", "local:tenant.json"];
        self.place
            .run(&[arguments, &tenant].concat())
    }

    /// Lets the second team ask for another scope.
    fn ask_for(&self, scope: &str) {
        const GRANTED: &str = "scopes: [geocode:location]";

        let file = self.place.path("gifts/access.yaml");
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains(GRANTED), "{text}");
        let text = text.replace(GRANTED, &format!("scopes: [{scope}]"));
        self.place
            .write("gifts/access.yaml", &text);
    }
}

#[test]
fn one_stack_is_applied_whole_in_each_environment() {
    let place = Place::new();
    let access = example("teams/one-stack/access");
    place
        .run(&["validate", &access])
        .exits(0);

    for environment in ["staging", "production"] {
        let tenant = format!("local:{environment}.json");
        let run = |verb: &[&str]| {
            let chosen = ["--env", environment, "--provider", &tenant];
            place.run(&[verb, &[&access], &chosen].concat())
        };
        run(&["plan", "--detailed-exitcode"]).exits(2);
        run(&["apply", "--auto-approve"]).exits(0);
        run(&["plan", "--expect-no-changes"]).exits(0);
    }
}

#[test]
fn the_order_of_the_folders_of_teams_does_not_matter() {
    let place = Place::new();
    copy("one-stack", &place);
    let plan = |paths: &[&str]| {
        let chosen = [
            "plan",
            "--env",
            "staging",
            "--provider",
            "local:tenant.json",
        ];
        let said = place
            .run(&[&chosen[..], paths].concat())
            .exits(0);
        assert!(said.stdout.contains("9 to create"), "{said:?}");
        said.stdout
    };

    let whole = plan(&["access"]);
    let parts = [
        "access/sleighs",
        "access/stack.yaml",
        "access/maps",
        "access/gifts",
    ];
    assert_eq!(plan(&parts), whole);
    // A file is called what it likes.
    fs::rename(
        place.path("access/maps"),
        place.path("access/zzz"),
    )
    .unwrap();
    assert_eq!(plan(&["access"]), whole);
}

/// Each of these is said in `stack.yaml`, for each environment.
#[test]
fn no_team_can_say_what_security_says() {
    let place = Place::new();
    copy("one-stack", &place);
    for environment in ["staging", "production"] {
        for said in [
            "provider: local",
            "prune: false",
            "owns: { resource_servers: [] }",
            "limits: { max_deletes: 100 }",
        ] {
            let more =
                format!("environments: {{ {environment}: {{ {said} }} }}\n");
            place.write("access/sleighs/more.yaml", &more);
            let refused = place
                .run(&["validate", "access"])
                .exits(1);
            assert!(
                refused.stdout.contains("duplicate-key"),
                "{refused:?}"
            );
            assert!(
                refused.stdout.contains("stack.yaml"),
                "{refused:?}"
            );
        }
    }
}

#[test]
fn what_a_team_says_of_others_is_found_wherever_it_stands() {
    let place = repository();
    copy("one-stack", &place);
    commit(&place);
    // A day on which the waiver below is still one.
    let arguments = [
        "access",
        "--base",
        "HEAD",
        "--today",
        "2026-06-01",
    ];
    assert!(found(&place, &arguments, 0).is_empty());

    for (said, finding) in [
        (
            "environments: { production: { clients: { place-editor: null } } }",
            "vanished",
        ),
        (
            "environments: { production: { stack: sleighs } }",
            "stack-changed",
        ),
        (
            "waivers: [{ finding: vanished, object: '*', reason: why, until: 2027-01-01 }]",
            "waiver-changed",
        ),
        (
            "clients: { elf: { name: Elf } }\n\
             grants: [{ client: elf, resource_server: maps, scopes: [write:places] }]",
            "critical-access-gained",
        ),
    ] {
        place.write("access/sleighs/more.yaml", said);
        let all = found(&place, &arguments, 3);
        assert!(
            all.iter().any(|id| id == finding),
            "{said}: {all:?}"
        );
    }
}

#[test]
fn the_second_stack_waits_for_the_api_of_the_first() {
    let stacks = TwoStacks::new();
    let early = stacks.run(&["plan", "gifts"]).exits(1);
    assert!(
        early
            .stdout
            .contains("has no resource server"),
        "{early:?}"
    );
    assert!(
        early
            .stdout
            .contains("declares it first"),
        "{early:?}"
    );

    stacks
        .run(&["apply", "maps", "--auto-approve"])
        .exits(0);
    stacks
        .run(&["apply", "gifts", "--auto-approve"])
        .exits(0);
    for stack in ["maps", "gifts"] {
        stacks
            .run(&["plan", stack, "--detailed-exitcode"])
            .exits(0);
    }
}

#[test]
fn who_types_what_the_page_says_has_both_stacks_in_one_tenant() {
    let place = Place::new();
    copy("two-stacks", &place);
    let page = fs::read_to_string(example("teams/README.md")).unwrap();
    let lines = page.lines();
    let commands: Vec<&str> = lines
        .filter_map(|line| line.strip_prefix("$ grantry "))
        .collect();
    assert!(commands.len() > 1, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        place
            .run(&[&words[..], &["--auto-approve"]].concat())
            .exits(0);
    }
}

#[test]
fn a_misspelt_scope_of_another_stack_is_found_in_the_tenant_before_anything_is_written()
 {
    let stacks = TwoStacks::new();
    stacks
        .run(&["apply", "maps", "--auto-approve"])
        .exits(0);
    stacks.ask_for("geocode:locatoin");

    stacks
        .run(&["validate", "gifts"])
        .exits(0);
    let before = fs::read(stacks.place.path("tenant.json")).unwrap();
    for verb in [&["plan"][..], &["apply", "--auto-approve"]] {
        let said = stacks
            .run(&[verb, &["gifts"]].concat())
            .exits(1);
        assert!(said.stdout.contains("did you mean"), "{said:?}");
        assert!(
            said.stdout.contains("geocode:location"),
            "{said:?}"
        );
    }
    assert_eq!(
        fs::read(stacks.place.path("tenant.json")).unwrap(),
        before
    );
}

#[test]
fn the_owner_of_an_api_sees_who_calls_it_from_another_stack() {
    let stacks = TwoStacks::new();
    for stack in ["maps", "gifts"] {
        stacks
            .run(&["apply", stack, "--auto-approve"])
            .exits(0);
    }
    // As the page says, until the owner can say whom it expects.
    let drift = stacks
        .run(&["plan", "maps", "--expect-no-changes"])
        .exits(2);
    assert!(
        drift.stdout.contains("Gift Deliveries"),
        "{drift:?}"
    );
    stacks
        .run(&["plan", "gifts", "--expect-no-changes"])
        .exits(0);

    let gone = "stack: maps\nremoved: [{ resource_server: https://maps.acme.example/, destroy: true }]\n\
                clients: { place-editor: { name: Place Editor } }\n";
    fs::remove_file(stacks.place.path("maps/access.yaml")).unwrap();
    stacks
        .place
        .write("maps/stack.yaml", gone);
    let refused = stacks
        .run(&["apply", "maps", "--auto-approve"])
        .exits(3);
    assert!(
        refused.stdout.contains("others may"),
        "{refused:?}"
    );
}

/// Who reviews a file, by the last line that matches it.
fn owner_of<'a>(codeowners: &'a str, file: &str) -> Option<&'a str> {
    let rules = codeowners
        .lines()
        .filter(|line| !line.starts_with('#'));
    let rules = rules.filter_map(|line| line.split_once(' '));
    let mut matching =
        rules.filter(|(pattern, _)| match pattern.strip_prefix('/') {
            None => *pattern == "*",
            Some(folder) if folder.ends_with('/') => file.starts_with(folder),
            Some(path) => file == path,
        });
    matching
        .next_back()
        .map(|(_, owner)| owner.trim())
}

#[test]
fn each_team_reviews_its_own_folder_and_security_all_else() {
    for way in ["one-stack", "two-stacks"] {
        let folder = PathBuf::from(example(&format!("teams/{way}")));
        let codeowners = fs::read_to_string(folder.join("CODEOWNERS")).unwrap();
        for file in files_in(&folder) {
            let team = TEAMS.into_iter().find(|team| {
                let is_of_team = file.iter().any(|part| part == *team);
                is_of_team && !file.ends_with("stack.yaml")
            });
            let expected = format!("@acme/{}", team.unwrap_or("security"));
            let owner = owner_of(&codeowners, file.to_str().unwrap());
            assert_eq!(
                owner,
                Some(&*expected),
                "{way}: {}",
                file.display()
            );
        }
        let unknown = owner_of(&codeowners, "access/elves/access.yaml");
        assert_eq!(unknown, Some("@acme/security"), "{way}");
    }
}
