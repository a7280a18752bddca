//! A step of a job: a script, an action of ours, or one of GitHub's, which is
//! done here by copying folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value as Json, json};

use super::expression::Context;
use super::world::Job;

/// Where this repository is, which the workflows check
/// out beside the other one.
const GRANTRY: &str = env!("CARGO_MANIFEST_DIR");

/// How a step has ended: its code, 0 if it has ended well, and its outputs.
#[derive(Debug, Default)]
pub(crate) struct End {
    pub(crate) code: i32,
    pub(crate) outputs: BTreeMap<String, String>,
}

/// Runs steps one after the other; the code of the first that has failed.
pub(crate) fn run_all(
    job: &mut Job<'_>,
    steps: &Json,
    context: &mut Context,
    outer: &BTreeMap<String, String>,
) -> i32 {
    let steps = steps.as_array().unwrap();
    context.values["steps"] = json!({});
    for id in steps
        .iter()
        .filter_map(|step| step["id"].as_str())
    {
        context.values["steps"][id] = json!({ "outputs": {}, "outcome": "" });
    }

    let mut code = 0;
    for step in steps {
        insist_on_known_keys(step);
        let holds = context.holds(step["if"].as_str());
        let end = holds.then(|| run(job, step, context, outer));
        let outcome = match &end {
            None => "skipped",
            Some(end) if end.code == 0 => "success",
            Some(_) => "failure",
        };
        job.log(&format!(
            "{outcome}: {}\n",
            step["name"]
                .as_str()
                .unwrap_or_default()
        ));

        let end = end.unwrap_or_default();
        if code == 0 {
            code = end.code;
        }
        context.has_failed |= end.code != 0;
        if let Some(id) = step["id"].as_str() {
            context.values["steps"][id] =
                json!({ "outputs": end.outputs, "outcome": outcome });
        }
    }
    code
}

fn insist_on_known_keys(step: &Json) {
    const KNOWN: [&str; 9] = [
        "name",
        "id",
        "if",
        "uses",
        "with",
        "run",
        "env",
        "shell",
        "working-directory",
    ];
    for key in step.as_object().unwrap().keys() {
        assert!(
            KNOWN.contains(&key.as_str()),
            "what is `{key}` of a step?"
        );
    }
}

fn run(
    job: &mut Job<'_>,
    step: &Json,
    context: &Context,
    outer: &BTreeMap<String, String>,
) -> End {
    let mut variables = outer.clone();
    variables.extend(filled(&step["env"], context));
    if let Some(script) = step["run"].as_str() {
        assert!(!script.contains("${{"), "{script}");
        let folder = step["working-directory"]
            .as_str()
            .unwrap_or(".");
        return run_script(
            job,
            script,
            folder,
            &variables,
            step["shell"].as_str(),
        );
    }

    let uses = step["uses"].as_str().unwrap();
    let inputs = filled(&step["with"], context);
    if let Some(path) = uses.strip_prefix("./") {
        return run_action(job, path, &inputs, context, &variables);
    }
    let (action, revision) = uses.split_once('@').unwrap();
    assert_eq!(revision.len(), 40, "{uses}");
    match action {
        "actions/checkout" => check_out(job, &inputs, context),
        "actions/upload-artifact" => {
            let path = job.workspace().join(&inputs["path"]);
            job.keep(&inputs["name"], &path);
        }
        "actions/download-artifact" => {
            let folder = job.workspace().join(&inputs["path"]);
            match inputs.get("pattern") {
                Some(pattern) => job.take_all(pattern, &folder),
                None => job.take(&inputs["name"], &folder),
            }
        }
        // Nothing was built before; what is built is laid there by the job.
        "actions/cache" => {}
        _ => panic!("what is {action}?"),
    }
    End::default()
}

/// Names and texts, each with its expressions replaced.
pub(crate) fn filled(
    map: &Json,
    context: &Context,
) -> BTreeMap<String, String> {
    let entries = map.as_object().into_iter().flatten();
    let filled = entries.map(|(name, value)| {
        let text = match value {
            Json::String(text) => context.fill(text),
            other => other.to_string(),
        };
        (name.clone(), text)
    });
    filled.collect()
}

fn check_out(
    job: &Job<'_>,
    inputs: &BTreeMap<String, String>,
    context: &Context,
) {
    assert_eq!(inputs["persist-credentials"], "false");
    let folder = job.workspace().join(&inputs["path"]);
    if let Some(repository) = inputs.get("repository") {
        assert_eq!(repository, "OWNER/grantry");
        assert_eq!(inputs["ref"].len(), 40);
        std::os::unix::fs::symlink(GRANTRY, folder).unwrap();
        return;
    }

    let revision = context.values["github"]["sha"]
        .as_str()
        .unwrap();
    let depth = inputs
        .get("fetch-depth")
        .map_or("1", String::as_str);
    job.world()
        .check_out(revision, depth, &folder);
}

/// An action of ours: what its own file says, with its own inputs.
fn run_action(
    job: &mut Job<'_>,
    path: &str,
    given: &BTreeMap<String, String>,
    context: &Context,
    variables: &BTreeMap<String, String>,
) -> End {
    let folder = job.workspace().join(path);
    let action = super::world::read_yaml(&folder.join("action.yml"));
    let declared = action["inputs"].as_object().unwrap();
    let inputs = inputs_of(declared, given, path);

    let mut inner = context.clone();
    inner.has_failed = false;
    inner.values["inputs"] = inputs;
    inner.values["github"]["action_path"] = folder.to_str().into();
    let mut variables = variables.clone();
    variables.insert(
        "GITHUB_ACTION_PATH".to_owned(),
        folder.to_str().unwrap().to_owned(),
    );

    let code = run_all(
        job,
        &action["runs"]["steps"],
        &mut inner,
        &variables,
    );
    let outputs = action["outputs"]
        .as_object()
        .unwrap()
        .iter();
    let outputs = outputs.map(|(name, output)| {
        let value = inner.fill(output["value"].as_str().unwrap());
        (name.clone(), value)
    });
    End {
        code,
        outputs: outputs.collect(),
    }
}

/// What is given, or else the defaults. Nothing that is not declared, and
/// everything that is required.
pub(crate) fn inputs_of(
    declared: &Map<String, Json>,
    given: &BTreeMap<String, String>,
    whose: &str,
) -> Json {
    for name in given.keys() {
        assert!(
            declared.contains_key(name),
            "{whose} has no input `{name}`"
        );
    }
    let inputs = declared.iter().map(|(name, input)| {
        let value = given.get(name).map(String::as_str);
        let is_missing = value.is_none() && input["required"] == true;
        assert!(!is_missing, "{whose} is not told `{name}`");

        let is_boolean = input["type"] == "boolean";
        let value = match (value, &input["default"]) {
            (Some(value), _) if is_boolean => Json::Bool(value == "true"),
            (Some(value), _) => value.into(),
            (None, Json::Null) => "".into(),
            (None, default) => default.clone(),
        };
        (name.clone(), value)
    });
    Json::Object(inputs.collect())
}

fn run_script(
    job: &mut Job<'_>,
    script: &str,
    folder: &str,
    variables: &BTreeMap<String, String>,
    shell: Option<&str>,
) -> End {
    // As GitHub's runner does, which minds a pipe only
    // where `bash` is asked for.
    let options = match shell {
        None => "-e",
        Some("bash") => "-eo",
        Some(other) => panic!("what is the shell {other}?"),
    };
    let output = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", options]);
    if shell.is_some() {
        command.arg("pipefail");
    }
    let ended = command
        .args(["-c", script])
        .current_dir(job.workspace().join(folder))
        .env_clear()
        .envs(job.variables())
        .env("GITHUB_OUTPUT", output.path())
        .envs(variables)
        .output()
        .unwrap();

    job.log(&String::from_utf8_lossy(
        &[ended.stdout, ended.stderr].concat(),
    ));
    End {
        code: ended.status.code().unwrap(),
        outputs: outputs_in(&fs::read_to_string(output.path()).unwrap()),
    }
}

/// `name=value`, or `name<<end` with the lines up to that end.
fn outputs_in(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (name, value) = if let Some((name, end)) = line.split_once("<<") {
            let value: Vec<&str> = lines
                .by_ref()
                .take_while(|line| *line != end)
                .collect();
            (name, value.join("\n"))
        } else {
            let (name, value) = line.split_once('=').unwrap();
            (name, value.to_owned())
        };
        outputs.insert(name.to_owned(), value);
    }
    outputs
}

/// The one file in a folder.
pub(crate) fn only_file(folder: &Path) -> PathBuf {
    let mut entries = folder.read_dir().unwrap();
    let file = entries.next().unwrap().unwrap().path();
    assert!(entries.next().is_none(), "{}", folder.display());
    file
}
