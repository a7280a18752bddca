//! `grantry init`

use std::collections::BTreeMap;
use std::path::Path;

use super::arguments::{Engine, FirstProvider, Init};
use super::exit::{Exit, Failure};
use super::new_files::write_configuration;
use super::output;
use crate::model::StackName;
use crate::{files, render};

/// What the configuration is called.
const CONFIG: &str = "grantry.yaml";

const CONFIGURATION: &str = include_str!("first.yaml");
const EDITOR: &str = include_str!("settings.json");
const IGNORED: &str = include_str!("gitignore");

/// The workflows that a repository begins with: those for forks and merge
/// queues are for whoever has any.
const WORKFLOWS: [(&str, &str); 3] = [
    (
        "plan",
        include_str!("../../../examples/github/plan.yml"),
    ),
    (
        "apply",
        include_str!("../../../examples/github/apply.yml"),
    ),
    (
        "drift",
        include_str!("../../../examples/github/drift.yml"),
    ),
];
const PIPELINE: &str = include_str!("../../../examples/gitlab/.gitlab-ci.yml");

/// The stack in the workflows and in the pipeline.
const EXAMPLE: &str = "world-mappers";

pub(super) fn run(arguments: &Init) -> Result<Exit, Failure> {
    let stack = match &arguments.stack {
        Some(stack) => stack.to_string(),
        None => name_of(&arguments.folder),
    };

    let mut files = BTreeMap::new();
    let mut add =
        |name: &str, text: String| files.insert(name.to_owned(), text);
    add(CONFIG, first(&stack, arguments.provider));
    if arguments.vscode {
        add(".vscode/settings.json", EDITOR.to_owned());
    }
    if arguments.gitignore {
        add(".gitignore", IGNORED.to_owned());
    }
    match arguments.ci {
        Some(Engine::Github) => {
            for (name, text) in WORKFLOWS {
                let path = format!(".github/workflows/grantry-{name}.yml");
                add(&path, text.replace(EXAMPLE, &stack));
            }
        }
        Some(Engine::Gitlab) => {
            add(
                ".gitlab-ci.yml",
                PIPELINE.replace(EXAMPLE, &stack),
            );
        }
        None => {}
    }

    let configuration = arguments.folder.join(CONFIG);
    write_configuration(&arguments.folder, &configuration, &files)?;
    output::talk(&render::hint(next_step(arguments)));
    Ok(Exit::Done)
}

fn first(stack: &str, provider: FirstProvider) -> String {
    let provider = match provider {
        FirstProvider::Local => {
            "local # a tenant in a file, to try it with; `auth0` and \
             `keycloak` are real ones"
        }
        FirstProvider::Auth0 => "auth0 # which one, AUTH0_DOMAIN says",
        FirstProvider::Keycloak => {
            "keycloak # which one, KEYCLOAK_URL and KEYCLOAK_REALM say"
        }
    };

    CONFIGURATION
        .replace("STACK", stack)
        .replace("PROVIDER", provider)
}

/// The name of a folder as that of a stack.
fn name_of(folder: &Path) -> String {
    const UNNAMED: &str = "my-stack";

    let place = files::where_it_leads(folder);
    let name = place
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let letter = |letter: char| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_lowercase() || letter.is_ascii_digit() => {
            letter
        }
        _ => '-',
    };
    let name: String = name
        .chars()
        .map(letter)
        .take(48)
        .collect();
    let name = name.trim_matches('-');

    match name.parse::<StackName>() {
        Ok(stack) => stack.to_string(),
        Err(_) => UNNAMED.to_owned(),
    }
}

fn next_step(arguments: &Init) -> &'static str {
    match (arguments.ci, arguments.provider) {
        // They would plan another tenant than was meant, or let a pull request
        // read every secret of the realm.
        (Some(_), FirstProvider::Keycloak) => {
            "the workflows are for Auth0 as they are: they say `auth0` and \
             hand no KEYCLOAK_* on; whoever may plan a realm reads the secret \
             of every client there, so let no job for an unreviewed branch \
             have such credentials"
        }
        (Some(_), _) => {
            "put your own words into the workflows, as their first lines say, \
             and plan: `grantry plan`"
        }
        (None, FirstProvider::Local) => "see what it would do: `grantry plan`",
        (None, FirstProvider::Auth0 | FirstProvider::Keycloak) => {
            "say who you are, as `grantry doctor` tells, and see what it would \
             do: `grantry plan`"
        }
    }
}
