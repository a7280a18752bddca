//! Runs the real binary, with nothing of the environment
//! but what a test gives it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A place to run commands in.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, environment: &[(String, String)]) -> Self {
        self.environment = environment.to_vec();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Insists that no file here has this text, but for these.
    #[track_caller]
    pub(crate) fn insist_on_nowhere_else(&self, text: &str, but_for: &[&str]) {
        let kept: Vec<PathBuf> = but_for
            .iter()
            .map(|name| self.path(name))
            .collect();
        let mut folders = vec![self.path("")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !kept.contains(&path) {
                    let said = std::fs::read(&path).unwrap();
                    let said = String::from_utf8_lossy(&said);
                    assert!(!said.contains(text), "{}", path.display());
                }
            }
        }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.prepare(
            Command::new(env!("CARGO_BIN_EXE_grantry")),
            arguments,
        )
    }

    /// The same from a shell, which is to say `exec "$0" "$@"` in the end.
    #[cfg(target_os = "linux")]
    pub(crate) fn command_of_shell(
        &self,
        script: &str,
        arguments: &[&str],
    ) -> Command {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script, env!("CARGO_BIN_EXE_grantry")]);
        self.prepare(shell, arguments)
    }

    fn prepare(&self, mut command: Command, arguments: &[&str]) -> Command {
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(
                self.environment
                    .iter()
                    .map(|(name, value)| (name, value)),
            )
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        Said::of(
            self.command(arguments)
                .output()
                .unwrap(),
        )
    }
}

impl Said {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let Output {
            status,
            stdout,
            stderr,
        } = output;
        Self {
            code: status.code(),
            stdout: text(stdout),
            stderr: text(stderr),
        }
    }

    /// Fails with everything the command said, unless it ended with this code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "{}\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}

/// An example of the repository.
pub(crate) fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
        .display()
        .to_string()
}

/// The story of the README, small enough to read in a test.
pub(crate) const STORY: &str = "\
stack: world-mappers
resource_servers:
  world-mappers:
    identifier: https://api.world-mappers.example/
    scopes: { geocode:location: Geocode an address }
clients:
  gift-deliveries: { name: Gift Deliveries }
grants:
  - { client: gift-deliveries, resource_server: world-mappers, scopes: [geocode:location] }
";
