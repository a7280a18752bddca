//! How a story is written.
//!
//! ```text
//! # What happens, and why it matters.
//!
//! -- grantry.yaml
//!   the file's content
//!
//! -- tenant over http
//!   the objects in it, one a line
//!
//! $ grantry plan
//!   what is said, on stdout and then on stderr
//! exit 0
//! tenant unchanged
//! ```

use std::fmt;
use std::iter::Peekable;
use std::str::Lines;

/// One part of a story; what a command leads to is told by running it.
pub(crate) enum Step {
    Comment(String),
    File {
        name: String,
        content: String,
    },
    Tenant {
        place: String,
        objects: String,
    },
    Run(String),
}

/// The parts of a story, without what its commands are expected to lead to.
pub(crate) fn steps(story: &str) -> Vec<Step> {
    let mut lines = story.lines().peekable();
    let mut steps = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            steps.push(Step::Comment(line.to_owned()));
        } else if let Some(place) = line.strip_prefix("-- tenant") {
            let objects = block(&mut lines);
            steps.push(Step::Tenant {
                place: place.to_owned(),
                objects,
            });
        } else if let Some(name) = line.strip_prefix("-- ") {
            steps.push(Step::File {
                name: name.to_owned(),
                content: block(&mut lines),
            });
        } else if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step::Run(command.to_owned()));
            block(&mut lines);
        } else if line == "tenant now" {
            block(&mut lines);
        } else {
            let is_expected = line.is_empty() || line.starts_with("exit ");
            assert!(
                is_expected || line == "tenant unchanged",
                "this says nothing: {line}"
            );
        }
    }
    steps
}

/// The indented lines that follow.
fn block(lines: &mut Peekable<Lines<'_>>) -> String {
    let mut block = String::new();
    while let Some(line) =
        lines.next_if(|line| line.is_empty() || line.starts_with("  "))
    {
        block += line.strip_prefix("  ").unwrap_or(line);
        block.push('\n');
    }
    format!("{}\n", block.trim_end())
}

/// A text as an indented block.
pub(crate) fn indented(text: &str) -> String {
    let mut block = String::new();
    for line in text.trim_end().lines() {
        block += format!("  {line}").trim_end();
        block.push('\n');
    }
    block
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comment(line) => writeln!(formatter, "{line}"),
            Self::File { name, content } => {
                writeln!(formatter, "-- {name}\n{}", indented(content))
            }
            Self::Tenant { place, objects } => {
                writeln!(
                    formatter,
                    "-- tenant{place}\n{}",
                    indented(objects)
                )
            }
            Self::Run(command) => writeln!(formatter, "$ {command}"),
        }
    }
}
