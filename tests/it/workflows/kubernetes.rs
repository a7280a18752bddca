//! `examples/kubernetes`: all pods of its jobs at once, with the folders that
//! Kubernetes would mount.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use super::fleet;
use super::world::read_yaml;

const CREDENTIALS: &str =
    "maps-osaka.jp.auth0.com: { client_id: me, client_secret: hush }\n";

/// What a job says of itself: one by itself, or one that a clock starts.
fn job(manifest: &str) -> Json {
    let manifest = read_yaml(&fleet::example("kubernetes").join(manifest));
    match manifest["kind"].as_str() {
        Some("CronJob") => manifest["spec"]["jobTemplate"]["spec"].clone(),
        _ => manifest["spec"].clone(),
    }
}

fn container(job: &Json) -> &Json {
    &job["template"]["spec"]["containers"][0]
}

/// What comes of a pod that ended with this code.
fn action_after(job: &Json, code: i32) -> &str {
    let mut rules = job["podFailurePolicy"]["rules"]
        .as_array()
        .unwrap()
        .iter();
    let rule = rules.find(|rule| {
        let codes = rule["onExitCodes"]["values"].as_array();
        codes.is_some_and(|codes| codes.contains(&json!(code)))
    });
    rule.map_or("Count", |rule| rule["action"].as_str().unwrap())
}

/// The folders of a node.
struct Node {
    folder: tempfile::TempDir,
}

/// How a pod ended, and what it told of its environments.
struct Pod {
    code: i32,
    environments: Json,
}

impl Node {
    /// Mounts what a job takes.
    fn for_job(job: &Json) -> Self {
        let node = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for volume in job["template"]["spec"]["volumes"]
            .as_array()
            .unwrap()
        {
            let name = volume["name"].as_str().unwrap();
            let (file, text, mode) = if volume["configMap"].is_object() {
                ("tenants.yaml", fleet::configuration(), 0o644)
            } else {
                // Whatever is said, the group of the pod may read.
                let mode = volume["secret"]["defaultMode"]
                    .as_u64()
                    .unwrap()
                    | 0o440;
                ("credentials.yaml", CREDENTIALS.to_owned(), mode)
            };
            node.mount(name, file, &text, u32::try_from(mode).unwrap());
        }
        node
    }

    /// A volume as a kubelet writes it: a folder whose files are links, so that
    /// all of them change at once.
    fn mount(&self, volume: &str, file: &str, text: &str, mode: u32) {
        let folder = self.path(volume);
        let written = folder.join("..2026_11_26_08_30_00.1234567890");
        fs::create_dir_all(&written).unwrap();
        fs::write(written.join(file), text).unwrap();
        fs::set_permissions(written.join(file), Permissions::from_mode(mode))
            .unwrap();

        symlink(
            written.file_name().unwrap(),
            folder.join("..data"),
        )
        .unwrap();
        symlink(format!("..data/{file}"), folder.join(file)).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A text of a container, with its folders where they are here.
    fn found_here(&self, container: &Json, text: &Json) -> String {
        let text = text.as_str().unwrap();
        for mount in container["volumeMounts"]
            .as_array()
            .unwrap()
        {
            let rest = text.strip_prefix(mount["mountPath"].as_str().unwrap());
            if let Some(rest) = rest {
                let volume = self.path(mount["name"].as_str().unwrap());
                return format!("{}{rest}", volume.display());
            }
        }
        text.to_owned()
    }

    /// Runs all pods of a job side by side.
    fn run(&self, job: &Json) -> Vec<Pod> {
        assert_eq!(job["completionMode"], "Indexed");
        let indices = 0..job["completions"].as_u64().unwrap();

        let begun: Vec<_> = indices
            .map(|index| {
                let told = self.path(&format!("{index}.json"));
                let mut pod = self.command(container(job));
                pod.env("JOB_COMPLETION_INDEX", index.to_string());
                pod.arg("--json").arg(&told);
                (pod.spawn().unwrap(), told)
            })
            .collect();

        let end = |(pod, told): (std::process::Child, PathBuf)| {
            let output = pod.wait_with_output().unwrap();
            let told = fs::read_to_string(told);
            let told = told.unwrap_or_else(|_| panic!("{output:?}"));
            let document: Json = serde_json::from_str(&told).unwrap();
            Pod {
                code: output.status.code().unwrap(),
                environments: document["environments"].clone(),
            }
        };
        begun.into_iter().map(end).collect()
    }

    fn command(&self, container: &Json) -> Command {
        let arguments = container["args"]
            .as_array()
            .unwrap()
            .iter();
        let variables = container["env"]
            .as_array()
            .unwrap()
            .iter();

        let mut command = Command::new(env!("CARGO_BIN_EXE_grantry"));
        command
            .args(
                arguments.map(|argument| self.found_here(container, argument)),
            )
            .env_clear()
            .envs(variables.map(|variable| {
                let value = self.found_here(container, &variable["value"]);
                (variable["name"].as_str().unwrap(), value)
            }))
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

fn codes(pods: &[Pod]) -> Vec<i32> {
    pods.iter()
        .map(|pod| pod.code)
        .collect()
}

/// Every environment that any pod has come to, as often as one has.
fn reached(pods: &[Pod]) -> Vec<String> {
    let results = pods.iter().flat_map(|pod| {
        pod.environments["results"]
            .as_array()
            .unwrap()
    });
    let mut names: Vec<String> = results
        .map(|result| {
            result["environment"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn the_pods_of_a_job_do_every_environment_once() {
    let (apply, drift) = (job("apply.yaml"), job("drift.yaml"));
    let node = Node::for_job(&apply);

    // All that there is has drifted, as long as nothing is there.
    let found = node.run(&drift);
    assert_eq!(codes(&found), [2; 4]);

    let applied = node.run(&apply);
    assert_eq!(codes(&applied), [0; 4]);
    assert_eq!(reached(&applied), fleet::environments());
    for pod in &applied {
        let declared = fleet::environments().len();
        assert_eq!(pod.environments["declared"], declared);
    }

    let looked_at = node.run(&drift);
    assert_eq!(codes(&looked_at), [0; 4]);
    assert_eq!(reached(&looked_at), fleet::environments());

    fs::remove_file(node.path("configuration/maps-osaka.jp.json")).unwrap();
    let mut found = codes(&node.run(&drift));
    found.sort_unstable();
    assert_eq!(found, [0, 0, 0, 2]);
}

#[test]
fn what_may_pass_by_itself_is_tried_again_and_nothing_else() {
    let (apply, drift) = (job("apply.yaml"), job("drift.yaml"));
    for job in [&apply, &drift] {
        assert_eq!(action_after(job, 75), "Count");
        assert_eq!(action_after(job, 137), "Count");
        for code in [1, 3, 64] {
            assert_eq!(action_after(job, code), "FailIndex", "{code}");
        }

        // Whatever it ended with.
        let first = &job["podFailurePolicy"]["rules"][0];
        assert_eq!(first["action"], "Ignore");
        assert_eq!(
            first["onPodConditions"][0]["type"],
            "DisruptionTarget"
        );
    }

    assert_eq!(action_after(&apply, 4), "FailIndex");
    assert_eq!(action_after(&apply, 5), "FailIndex");
    assert_eq!(action_after(&drift, 2), "FailIndex");
}

#[test]
fn both_jobs_are_the_same_but_for_what_they_do() {
    let [apply, drift] = ["apply.yaml", "drift.yaml"].map(|manifest| {
        let mut job = job(manifest);
        let template = &mut job["template"];
        template["metadata"] = Json::Null;
        template["spec"]["containers"][0]["args"] = Json::Null;
        template["spec"]["volumes"][1]["secret"]["secretName"] = Json::Null;
        job["podFailurePolicy"] = Json::Null;
        // A clock tidies up by itself.
        job["ttlSecondsAfterFinished"] = Json::Null;
        job
    });
    assert_eq!(apply, drift);
}
