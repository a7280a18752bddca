//! Somebody who is writing: what is wrong is said whenever a file is saved, and
//! the schema is kept as the configuration is.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::cli::harness::{Place, STORY};

/// A change is noticed within a second; a machine that is busy takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

struct Watched {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Watched {
    fn begin(place: &Place, arguments: &[&str]) -> Self {
        let mut child = place
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines() {
                // Nobody listens any more once the test is over.
                let _ = sender.send(line.unwrap());
            }
        });
        Self { child, lines }
    }

    /// Reads on until this is said.
    fn says(&mut self, words: &str) {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            if line
                .unwrap_or_else(|_| panic!("it never said {words}"))
                .contains(words)
            {
                return;
            }
        }
    }

    fn interrupt(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap();
        self.child.wait().unwrap().code()
    }
}

#[test]
fn what_is_saved_is_checked_and_the_schema_follows() {
    let place = Place::new();
    place.write("access/grantry.yaml", STORY);
    let arguments = [
        "validate",
        "access",
        "--watch",
        "--write-schema",
        "schema.json",
    ];
    let mut watched = Watched::begin(&place, &arguments);
    let schema = || fs::read_to_string(place.path("schema.json")).unwrap();

    watched.says("Valid.");
    place.write(
        "access/more.yaml",
        "clients: { courier: { naem: Courier } }\n",
    );
    watched.says("has no key `naem`");

    place.write(
        "access/more.yaml",
        "clients: { courier: { name: Courier } }\n",
    );
    watched.says("Valid.");
    assert!(schema().contains("\"courier\""));

    // It cannot be read for a while, and what is known of it stays known.
    place.write(
        "access/more.yaml",
        "clients: { courier: { name: Courier }\n",
    );
    watched.says("error");
    fs::remove_file(place.path("access/more.yaml")).unwrap();
    watched.says("Valid.");

    assert_eq!(watched.interrupt(), Some(0));
    assert!(!schema().contains("\"courier\""));
}

#[test]
fn a_schema_that_is_as_it_should_be_is_not_written_again() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    let arguments = ["validate", "--write-schema", "schema.json"];
    let written = || {
        fs::metadata(place.path("schema.json"))
            .unwrap()
            .modified()
            .unwrap()
    };

    place.run(&arguments).exits(0);
    let first = written();
    place.run(&arguments).exits(0);
    assert_eq!(written(), first);

    let printed = place
        .run(&["schema", "project"])
        .exits(0);
    let kept = fs::read_to_string(place.path("schema.json")).unwrap();
    assert_eq!(kept, printed.stdout);

    // Also one that has problems; where it cannot be read, the schema is the
    // last that was.
    place.write(
        "grantry.yaml",
        &STORY.replace("gift-deliveries", "gifts"),
    );
    place.run(&arguments).exits(0);
    place.write(
        "grantry.yaml",
        &STORY.replace("scopes: [", "scopes: [["),
    );
    place.run(&arguments).exits(1);
    let kept = fs::read_to_string(place.path("schema.json")).unwrap();
    assert!(kept.contains("\"gifts\""));
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Where the test has failed, it still runs.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
