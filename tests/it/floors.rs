//! Who may import whom. The folders of `src` stand on floors; a file imports
//! only from floors below its own, and from its own folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The floors, from the ground up. `render` stands above `apply` because it
/// shows its report.
const FLOORS: [&[&str]; 8] = [
    &["words"],
    &["model", "files"],
    &["config", "plan", "http_client"],
    &["provider", "secrets"],
    &["apply", "emulator", "export", "review"],
    &["render"],
    &["approval", "testing"],
    &["cli"],
];

/// What may be imported against the general rule, or not in spite of it.
const ONLY: [(&str, &[&str]); 1] = [("emulator", &["words", "files"])];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "rs")
        })
        .collect();
    files.sort();
    files
}

/// The code of a file without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| {
            line.split("//")
                .next()
                .unwrap_or_default()
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The names that follow `crate::` in a text, also within braces.
fn imports(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (place, _) in code.match_indices("crate::") {
        let rest = &code[place + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(first_names(group)),
            None => names.extend(name(rest)),
        }
    }
    names
}

/// The first name of each path in a group of imports.
fn first_names(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut start = 0;
    let mut names = Vec::new();
    for (place, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.extend(name(group[start..place].trim()));
                start = place + 1;
                if character == '}' {
                    return names;
                }
            }
            _ => {}
        }
    }
    names
}

fn name(text: &str) -> Option<String> {
    let end = text.find(|character: char| {
        !character.is_alphanumeric() && character != '_'
    });
    let name = &text[..end.unwrap_or(text.len())];
    (!name.is_empty()).then(|| name.to_owned())
}

fn floor(folder: &str) -> Option<usize> {
    FLOORS
        .iter()
        .position(|floor| floor.contains(&folder))
}

#[test]
fn every_file_imports_from_the_floors_below_only() {
    let mut wrong = Vec::new();
    for file in files(&source()) {
        let relative = file.strip_prefix(source()).unwrap();
        // A file beside the folders stands on a floor as a folder does.
        let whole = relative.with_extension("");
        let folder = whole
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap();
        if ["lib", "main"].contains(&folder) {
            continue;
        }
        let own = floor(folder)
            .unwrap_or_else(|| panic!("`src/{folder}` stands on no floor"));
        for import in imports(&code(&file)) {
            let Some(other) = floor(&import) else {
                continue;
            };
            let only = ONLY
                .iter()
                .find(|(name, _)| *name == folder);
            let allowed = only.map_or(other < own, |(_, allowed)| {
                allowed.contains(&&*import)
            });
            if import != folder && !allowed {
                wrong.push(format!(
                    "{}: imports `{import}`",
                    relative.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long_to_be_read_in_one_go() {
    const MOST: usize = 450;

    let lines = |file: &PathBuf| {
        fs::read_to_string(file)
            .unwrap()
            .lines()
            .count()
    };
    let long: Vec<String> = files(&source())
        .into_iter()
        .filter(|file| lines(file) > MOST)
        .map(|file| format!("{}: {} lines", file.display(), lines(&file)))
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

/// The folders of the providers: one each, beside what they share.
fn providers() -> Vec<PathBuf> {
    let entries = fs::read_dir(source().join("provider")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.is_dir() && !path.ends_with(SHARED))
        .collect()
}

/// What providers share that speak over the web: it knows none of them.
const SHARED: &str = "web";

#[test]
fn providers_do_not_know_each_other() {
    let folders = providers();
    assert!(folders.len() >= 2, "the providers are gone");

    let shared = source().join("provider").join(SHARED);
    for own in folders.iter().chain([&shared]) {
        let others = folders
            .iter()
            .filter(|folder| *folder != own);
        let others: Vec<&str> = others
            .map(|folder| {
                folder
                    .file_name()
                    .unwrap()
                    .to_str()
                    .unwrap()
            })
            .collect();
        for file in files(own) {
            let code = code(&file);
            let known = others
                .iter()
                .find(|other| code.contains(&format!("{other}::")));
            assert!(
                known.is_none(),
                "{}: knows {known:?}",
                file.display()
            );
        }
    }
}

#[test]
fn one_room_each() {
    let rooms = [
        ("serde_yaml::", "config/yaml.rs"),
        (
            "std::fs",
            "files/|config/|provider/local/|secrets/tests/|emulator/|cli/new_files.rs",
        ),
    ];
    for (word, rooms) in rooms {
        for file in files(&source()) {
            let relative = file
                .strip_prefix(source())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let at_home = rooms
                .split('|')
                .any(|room| relative.starts_with(room));
            assert!(
                at_home || !code(&file).contains(word),
                "{relative}: `{word}` belongs to {rooms}"
            );
        }
    }
}

#[test]
fn imports_are_found_in_every_form() {
    let code = "use crate::plan::{Plan, diff::{a, b}};\nuse crate::{config, render::x};\ncrate::model::nearest()";
    let names: Vec<String> = imports(code).into_iter().collect();
    assert_eq!(names, ["config", "model", "plan", "render"]);
}

/// Whoever uses the library may keep his settings elsewhere: only the command
/// line knows the names of variables. The documentation of the file's format,
/// which editors show, is for its users.
#[test]
fn no_room_below_the_command_line_knows_the_names_of_variables() {
    let above =
        |file: &Path| file.starts_with("cli") || file.starts_with("emulator");
    for file in files(&source()) {
        let relative = file.strip_prefix(source()).unwrap();
        let code = code(&file);
        let named = ["AUTH0_", "KEYCLOAK_", "SSL_CERT_", "GRANTRY_"];
        let named = named
            .iter()
            .find(|prefix| code.contains(**prefix));
        assert!(
            above(relative) || named.is_none(),
            "{}: names {named:?}",
            relative.display()
        );
    }
}

/// The path of a module, such as `plan::diff`.
type Module = Vec<String>;

/// The modules of the source, each with its file; those of tests are none.
fn modules() -> BTreeMap<Module, PathBuf> {
    let files = files(&source())
        .into_iter()
        .filter_map(|file| {
            let relative = file
                .strip_prefix(source())
                .unwrap()
                .with_extension("");
            let mut module: Module = relative
                .iter()
                .map(|name| name.to_string_lossy().into_owned())
                .collect();
            if matches!(
                module.last().map(String::as_str),
                Some("mod" | "lib" | "main")
            ) {
                module.pop();
            }
            (!module.contains(&"tests".to_owned())).then_some((module, file))
        });
    files.collect()
}

/// Every path that a text imports, with its braces taken apart.
fn imported(code: &str) -> Vec<Module> {
    let uses = code
        .split("use ")
        .skip(1)
        .filter_map(|rest| rest.split(';').next());
    uses.flat_map(|path| taken_apart(path, &[]))
        .collect()
}

fn taken_apart(path: &str, before: &[String]) -> Vec<Module> {
    let steps = |text: &str| -> Module {
        let path = text
            .split(" as ")
            .next()
            .unwrap_or_default();
        let steps = path
            .split("::")
            .map(str::trim)
            .filter(|step| !step.is_empty());
        before
            .iter()
            .cloned()
            .chain(steps.map(str::to_owned))
            .collect()
    };
    let Some((head, group)) = path.split_once('{') else {
        return vec![steps(path)];
    };

    let (mut depth, mut start, mut paths) = (0, 0, Vec::new());
    for (place, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                paths.extend(taken_apart(&group[start..place], &steps(head)));
                start = place + 1;
            }
            _ => {}
        }
    }
    paths
}

/// The module that a path leads to from another one.
fn target(
    from: &Module,
    path: &Module,
    modules: &BTreeMap<Module, PathBuf>,
) -> Option<Module> {
    let mut base = from.clone();
    let mut rest = path.as_slice();
    match rest.first().map(String::as_str) {
        Some("crate") => (base, rest) = (Module::new(), &rest[1..]),
        Some("self") => rest = &rest[1..],
        Some("super") => {
            while rest
                .first()
                .is_some_and(|step| step == "super")
            {
                base.pop();
                rest = &rest[1..];
            }
        }
        _ => {}
    }

    base.extend(rest.iter().cloned());
    while !base.is_empty() && !modules.contains_key(&base) {
        base.pop();
    }
    // A folder may speak of what is in it, and hand it on.
    (!base.is_empty() && !base.starts_with(from)).then_some(base)
}

#[test]
fn no_file_needs_itself() {
    let modules = modules();
    let needs: BTreeMap<&Module, BTreeSet<Module>> = modules
        .iter()
        .map(|(module, file)| {
            let code = code(file);
            let code = code
                .split("#[cfg(test)]\nmod")
                .next()
                .unwrap_or_default();
            let targets = imported(code).into_iter();
            (
                module,
                targets
                    .filter_map(|path| target(module, &path, &modules))
                    .collect(),
            )
        })
        .collect();

    for (module, direct) in &needs {
        let mut reached: BTreeSet<&Module> = BTreeSet::new();
        let mut next: Vec<&Module> = direct.iter().collect();
        while let Some(other) = next.pop() {
            assert!(
                other != *module,
                "`{}` needs itself, by way of others",
                module.join("::")
            );
            if reached.insert(other) {
                next.extend(&needs[other]);
            }
        }
    }
}
