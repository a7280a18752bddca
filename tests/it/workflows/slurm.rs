//! `examples/slurm`: its scripts, with as much of Slurm as they speak to.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

use super::fleet;

/// Runs all tasks of an array at once, each again for as long as it is handed
/// in again; a single job as it is.
const SBATCH: &str = r#"#!/usr/bin/env bash
set -euo pipefail
while [[ "$1" == --* ]]; do
  case "$1" in
    --parsable | --wait | --dependency=afterany:4711) shift ;;
    *) echo "sbatch: what is $1?" >&2; exit 1 ;;
  esac
done

array=$(sed -n 's/^#SBATCH --array=//p' "$1")
if [[ -z "$array" ]]; then
  exec bash "$@"
fi

export SLURM_ARRAY_JOB_ID=4711 SLURM_ARRAY_TASK_MIN="${array%-*}" SLURM_ARRAY_TASK_MAX="${array#*-}"
export SLURM_ARRAY_TASK_COUNT=$((${array#*-} - ${array%-*} + 1))
run() {
  export SLURM_ARRAY_TASK_ID="$1" SLURM_JOB_ID="4711$1"
  restarts=0
  while true; do
    code=0
    bash "$2" >>"$SLURM_JOB_ID.log" 2>&1 || code=$?
    [[ -e "$SLURM_JOB_ID.requeue" ]] || break
    rm "$SLURM_JOB_ID.requeue"
    restarts=$((restarts + 1))
    export SLURM_RESTART_COUNT="$restarts"
  done
  echo "$1 $restarts $code" >>ends
}
for ((task = SLURM_ARRAY_TASK_MIN; task <= ${array#*-}; task++)); do
  run "$task" "$1" &
done
wait
echo "4711;cluster"
"#;

const SCONTROL: &str = r#"#!/usr/bin/env bash
[[ "$1" == requeue && $# -eq 2 ]] && touch "$2.requeue"
"#;

/// The second task gets no answer or is killed, by turns,
/// as often as the file says.
const GRANTRY: &str = r#"#!/usr/bin/env bash
if [[ "$1" == apply && "$SLURM_ARRAY_TASK_ID" == 2 && "${SLURM_RESTART_COUNT:-0}" -lt "$(cat unlucky)" ]]; then
  ((SLURM_RESTART_COUNT % 2)) && exit 137
  exit 75
fi
exec "$GRANTRY_BINARY" "$@"
"#;

/// A folder that all nodes see.
struct Cluster {
    folder: tempfile::TempDir,
}

impl Cluster {
    /// None where the machine has not what the scripts call.
    fn new() -> Option<Self> {
        super::tools_are_there().then(|| {
            let cluster = Self {
                folder: tempfile::tempdir().unwrap(),
            };
            fs::write(
                cluster.path("tenants.yaml"),
                fleet::configuration(),
            )
            .unwrap();
            fs::create_dir(cluster.path("bin")).unwrap();
            for (name, script) in [
                ("sbatch", SBATCH),
                ("scontrol", SCONTROL),
                ("grantry", GRANTRY),
            ] {
                let path = cluster.path("bin").join(name);
                fs::write(&path, script).unwrap();
                fs::set_permissions(&path, Permissions::from_mode(0o755))
                    .unwrap();
            }
            cluster.be_unlucky(0);
            cluster
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn be_unlucky(&self, times: u32) {
        fs::write(self.path("unlucky"), times.to_string()).unwrap();
    }

    fn run(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let bin = self.path("bin");
        Command::new("bash")
            .arg(fleet::example("slurm").join(script))
            .current_dir(self.folder.path())
            .env_clear()
            .env(
                "PATH",
                format!("{}:{}", bin.display(), super::path_of_tools()),
            )
            .env("GRANTRY_BINARY", env!("CARGO_BIN_EXE_grantry"))
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Hands in the jobs, and waits for their end.
    #[track_caller]
    fn submit(&self, code: i32) -> String {
        let output = self.run("submit", &[]);
        let said =
            String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        said
    }

    /// How each task ended: its number, how often it was handed in again, and
    /// its last code.
    fn ends(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("ends")).unwrap();
        let mut ends: Vec<String> = text
            .lines()
            .map(str::to_owned)
            .collect();
        ends.sort();
        ends
    }

    /// Every environment in which any task has ended, as often as one has.
    fn reached(&self) -> Vec<String> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path("reports/4711")).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            for line in text.lines() {
                let line: Json = serde_json::from_str(line).unwrap();
                if line["line"] == "ended" {
                    names.push(
                        line["environment"]
                            .as_str()
                            .unwrap()
                            .to_owned(),
                    );
                }
            }
        }
        names.sort();
        names
    }
}

#[test]
fn the_tasks_of_an_array_do_every_environment_once() {
    let Some(cluster) = Cluster::new() else {
        return;
    };
    cluster.be_unlucky(2);

    let said = cluster.submit(0);
    assert!(
        said.contains("Done: 9 of 9 environments."),
        "{said}"
    );
    assert_eq!(
        cluster.ends(),
        ["1 0 0", "2 2 0", "3 0 0", "4 0 0"]
    );
    assert_eq!(cluster.reached(), fleet::environments());
}

#[test]
fn what_does_not_pass_is_tried_for_so_long_and_then_told() {
    let Some(cluster) = Cluster::new() else {
        return;
    };
    cluster.be_unlucky(100);
    fs::write(cluster.path("maps-osaka.jp.json"), "no tenant").unwrap();

    let said = cluster.submit(1);
    assert!(said.contains("osaka"), "{said}");
    // An error is not tried again.
    assert_eq!(
        cluster.ends(),
        ["1 0 0", "2 5 137", "3 0 0", "4 0 1"]
    );
}

#[test]
fn a_single_task_that_is_handed_in_again_does_not_take_itself_for_all() {
    let Some(cluster) = Cluster::new() else {
        return;
    };
    let alone = [
        ("SLURM_ARRAY_JOB_ID", "4712"),
        ("SLURM_ARRAY_TASK_ID", "3"),
        ("SLURM_ARRAY_TASK_MIN", "3"),
        ("SLURM_ARRAY_TASK_MAX", "3"),
        ("SLURM_ARRAY_TASK_COUNT", "1"),
    ];

    let output = cluster.run("apply.sbatch", &alone);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(64), "{said}");
    assert!(
        said.contains("SLURM_ARRAY_TASK_COUNT says 1"),
        "{said}"
    );
}
