//! However a run ends, it ends with the same exit code in every format, and
//! each format says how.

mod ends;
mod scenes;

use std::fs;
use std::thread;

use serde_json::Value;

use crate::cli::harness::Said;
use crate::helpers::documents;
use crate::helpers::side_by_side::{all_at_once, on_all_processors};
use ends::{ENDS, End};
use scenes::{Scene, Tenants};

/// The formats of a verb.
fn formats_of(verb: &str) -> &'static [&'static str] {
    match verb {
        "validate" => &["text", "json", "markdown", "github", "sarif"],
        "access" => &["text", "json", "markdown", "csv"],
        _ => &["text", "json", "markdown", "github"],
    }
}

#[test]
fn every_end_has_one_exit_code_and_each_format_tells_of_it() {
    let tenants = Tenants::new();
    let cells = ENDS.iter().flat_map(|end| {
        let formats = formats_of(end.verb());
        formats
            .iter()
            .map(move |format| (end, *format))
    });

    let try_cell = |(end, format)| {
        let wrong = Cell { end, format }.find_wrong(&tenants);
        let wrong = wrong.iter().map(|wrong| {
            let End {
                name, command, ..
            } = end;
            format!("{name}: {command} --format {format}: {wrong}\n")
        });
        wrong.collect::<String>()
    };

    // Whoever may try again has tried for a while, and mostly waited.
    let (waiting, others): (Vec<_>, Vec<_>) =
        cells.partition(|(end, _)| end.code == 75);
    let (waiting, others) = thread::scope(|scope| {
        let waiting = scope.spawn(|| all_at_once(waiting, try_cell));
        (
            on_all_processors(others, try_cell),
            waiting.join().unwrap(),
        )
    });
    let wrong = [waiting, others].concat().concat();
    assert!(wrong.is_empty(), "{wrong}");
}

/// Only where somebody sits there is anybody asked, so only
/// where stdout is for people.
#[cfg(target_os = "linux")]
#[test]
fn whoever_says_no_is_told_that_nothing_was_done() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    let tenants = Tenants::new();
    for (format, files) in [
        ("text", "--json beside.json"),
        ("github", "--markdown beside.md"),
    ] {
        let scene = scenes::fresh(&tenants);
        let grantry = scene.place.command(&[]);
        let program = grantry.get_program().display();
        let apply = format!("'{program}' apply --format {format} {files}");
        // It gives a program a terminal, and ends as that does.
        let mut terminal = Command::new("script");
        terminal
            .args(["-qec", &apply, "/dev/null"])
            .current_dir(scene.place.path(""))
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut terminal = terminal.spawn().unwrap();
        terminal
            .stdin
            .take()
            .unwrap()
            .write_all(b"no\n")
            .unwrap();
        let said = terminal.wait_with_output().unwrap();

        let stdout = String::from_utf8_lossy(&said.stdout);
        assert_eq!(said.status.code(), Some(3), "{stdout}");
        assert!(
            stdout.contains("not approved; nothing was changed"),
            "{stdout}"
        );
        assert!(
            !scene
                .place
                .path(".grantry/tenant.json")
                .exists()
        );
        let read =
            |name: &str| fs::read_to_string(scene.place.path(name)).unwrap();
        match format {
            "text" => {
                documents::check(
                    "schema/report.schema.json",
                    &read("beside.json"),
                    3,
                )
                .unwrap();
            }
            _ => assert!(
                read("beside.md").contains("**not applied**: 3 changes")
            ),
        }
    }
}

/// Whether both say what is not as it was approved.
fn check_reasons(json: &str, markdown: &str) -> Result<(), String> {
    let document: Value =
        serde_json::from_str(json).map_err(|error| error.to_string())?;
    let reasons = document["error"]["reasons"].as_array();
    let reasons = reasons.filter(|reasons| !reasons.is_empty());

    for reason in reasons.ok_or("no reasons")? {
        let message = reason["message"].as_str().unwrap();
        if !markdown.contains(message) {
            return Err(format!("no `{message}` in {markdown}"));
        }
    }
    Ok(())
}

/// One end in one format.
struct Cell<'a> {
    end: &'a End,
    format: &'a str,
}

impl Cell<'_> {
    fn find_wrong(&self, tenants: &Tenants) -> Vec<String> {
        let End {
            code, command, ..
        } = *self.end;
        let scene = (self.end.scene)(tenants);
        let mut arguments: Vec<&str> = command.split(' ').collect();
        arguments.extend(["--format", self.format]);
        let has_files = self.end.verb() != "access";
        if has_files {
            arguments.extend([
                "--json",
                "beside.json",
                "--markdown",
                "beside.md",
            ]);
        }

        let said = scene.place.run(&arguments);
        let mut wrong = Vec::new();
        if said.code != Some(code) {
            wrong.push(format!("not {code}: {said:?}"));
        }
        wrong.extend(self.check_stdout(&said, &scene).err());
        if has_files {
            wrong.extend(self.check_files(&scene).err());
        }
        wrong
    }

    /// Whether stdout holds what the format promises, and nothing else.
    fn check_stdout(&self, said: &Said, scene: &Scene) -> Result<(), String> {
        let stdout = said.stdout.as_str();
        match self.format {
            "json" => self.check_json(stdout),
            "markdown" => self.check_markdown(stdout),
            "github" => self.check_annotations(stdout, scene),
            "sarif" => self.check_sarif(stdout),
            "csv" if self.end.code != 0 && !stdout.is_empty() => {
                Err(format!("said {stdout}"))
            }
            _ => Ok(()),
        }
    }

    /// Whether the files beside stdout say the same, whatever stdout says.
    fn check_files(&self, scene: &Scene) -> Result<(), String> {
        let read = |name: &str| {
            let text = fs::read_to_string(scene.place.path(name));
            text.map_err(|error| format!("{name}: {error}"))
        };

        let (json, markdown) = (read("beside.json")?, read("beside.md")?);
        self.check_json(&json)?;
        self.check_markdown(&markdown)?;
        if self.end.code == 4 {
            check_reasons(&json, &markdown)?;
        }
        Ok(())
    }

    fn check_json(&self, text: &str) -> Result<(), String> {
        let schema = documents::schema_of(self.end.verb()).unwrap();
        documents::check(schema, text, self.end.code)
    }

    fn check_markdown(&self, text: &str) -> Result<(), String> {
        let first = text.lines().next().unwrap_or_default();
        if first.contains(self.end.verdict) {
            Ok(())
        } else {
            Err(format!(
                "no {:?} in the comment {text:?}",
                self.end.verdict
            ))
        }
    }

    fn check_annotations(
        &self,
        stdout: &str,
        scene: &Scene,
    ) -> Result<(), String> {
        let outputs =
            fs::read_to_string(scene.place.path("outputs")).unwrap_or_default();
        let ended = format!("exit-code={}", self.end.code);
        if !outputs
            .lines()
            .any(|line| line == ended)
        {
            return Err(format!("no {ended} in the outputs {outputs:?}"));
        }

        // What is wrong with a file is at its place; what a plan
        // comes to is at the top.
        let last = stdout
            .lines()
            .last()
            .unwrap_or_default();
        let is_told = match self.end.verb() {
            "validate" => self.end.code == 0 || last.starts_with("::error "),
            _ => {
                last.starts_with("::notice title=Grantry ")
                    && last.contains(self.end.verdict)
            }
        };
        if is_told {
            Ok(())
        } else {
            Err(format!("no annotation of the end: {stdout}"))
        }
    }

    fn check_sarif(&self, text: &str) -> Result<(), String> {
        let document: Value =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        let run = &document["runs"][0];

        let was_checked = self.end.code != 64;
        let is_told = document["version"] == "2.1.0"
            && run["invocations"][0]["executionSuccessful"] == was_checked
            && run["results"]
                .as_array()
                .unwrap()
                .is_empty()
                != matches!(self.end.code, 1 | 3);
        if is_told {
            Ok(())
        } else {
            Err(text.to_owned())
        }
    }
}
