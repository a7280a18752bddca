//! A command line that makes no sense, said in the faces that it asks for.
//!
//! Nothing of it is certain, so it is read leniently, and whatever it names is
//! not written over.

use std::path::PathBuf;

use clap::ValueEnum;

use super::arguments::{
    AccessFormat, DetailArguments, FaceFiles, Faces, Format, ProblemFaces,
    ProblemFormat,
};
use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::{access, output};
use crate::config::{Reading, Sources, Tree};
use crate::render::document::{
    AdviceView, FailureView, PlanDocument, ProblemsDocument, ReportDocument,
    VerificationDocument,
};

/// The verbs that have more faces than the text.
const VERBS: [&str; 5] = ["validate", "plan", "apply", "access", "verify"];

/// The arguments as they were written.
struct Written(Vec<String>);

/// Says what is wrong with the arguments in every face that they ask for, but
/// for the text.
pub(super) fn show(error: &clap::Error) -> Result<(), Failure> {
    let written = std::env::args_os().skip(1);
    let written = Written(
        written
            .map(|word| word.to_string_lossy().into_owned())
            // What follows is no option, whatever it looks like.
            .take_while(|word| word != "--")
            .collect(),
    );
    let Some(verb) = written.verb() else {
        return Ok(());
    };

    let error = view_of(error, verb);
    let code = Exit::Usage.code();
    match verb {
        "validate" => ProblemFaces {
            format: written
                .format()
                .unwrap_or(ProblemFormat::Text),
            files: written.files(),
        }
        .show(&ProblemsDocument::of_failure(error, code)),
        "plan" => written.faces().show(&PlanDocument::of(
            Vec::new(),
            Some(error),
            code,
        )),
        "apply" => written
            .faces()
            .show(&ReportDocument::of(
                Vec::new(),
                Some(error),
                code,
            )),
        "verify" => written
            .faces()
            .show(&VerificationDocument::of_failure(error, code)),
        _ => {
            let format = written
                .format()
                .unwrap_or(AccessFormat::Text);
            output::data(&access::show_failure(format, error, code)?)
        }
    }
}

fn view_of(error: &clap::Error, verb: &str) -> FailureView {
    let text = error.to_string();
    // Before it is taken apart: a secret of several lines is not found in one.
    let text = output::without_secrets(&text);
    let said = text
        .lines()
        .take_while(|line| !line.is_empty());
    let said = said
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ");
    let message = said
        .strip_prefix("error: ")
        .unwrap_or(&said);

    FailureView {
        advice: AdviceView {
            id: "usage".to_owned(),
            message: message.to_owned(),
            next_step: Some(format!("see `grantry {verb} --help`")),
        },
        problems: Vec::new(),
        reasons: Vec::new(),
    }
}

impl Written {
    fn verb(&self) -> Option<&'static str> {
        let behind_color = |place: usize| {
            let before = place
                .checked_sub(1)
                .and_then(|before| self.0.get(before));
            // The one option that stands before a verb and is given a value:
            // that is no verb.
            before.is_some_and(|word| word == "--color")
        };
        let mut words = self.0.iter().enumerate();
        let (_, first) = words.find(|(place, word)| {
            !word.starts_with('-') && !behind_color(*place)
        })?;

        VERBS
            .into_iter()
            .find(|verb| verb == first)
    }

    /// What an option is given: `--option VALUE`, or `--option=VALUE`.
    fn value_of(&self, option: &str) -> Option<&str> {
        let behind = self
            .0
            .iter()
            .skip(1)
            .map(Some)
            .chain([None]);

        self.0
            .iter()
            .zip(behind)
            .find_map(|(word, next)| {
                let rest = word.strip_prefix(option)?;
                match rest.strip_prefix('=') {
                    Some(value) => Some(value),
                    // What follows may be the next option, where the value is
                    // what is missing.
                    None if rest.is_empty() => next
                        .map(String::as_str)
                        .filter(|next| !next.starts_with('-')),
                    None => None,
                }
            })
    }

    fn format<F: ValueEnum>(&self) -> Option<F> {
        F::from_str(self.value_of("--format")?, false).ok()
    }

    fn faces(&self) -> Faces {
        Faces {
            format: self.format().unwrap_or(Format::Text),
            detail: DetailArguments::default(),
            files: self.files(),
        }
    }

    /// The files of faces; none, where one of them may be something else too.
    fn files(&self) -> FaceFiles {
        let file = |option| self.value_of(option).map(PathBuf::from);
        let files = FaceFiles {
            json: file("--json"),
            markdown: file("--markdown"),
        };

        let mut others = self.other_paths(&files);
        let reading = Reading::of(&Tree::Disk, &others, Sources::default());
        others.extend_from_slice(reading.files());
        match Destinations::of(&files, None).check(&others, &[]) {
            Ok(()) => files,
            Err(_) => FaceFiles {
                json: None,
                markdown: None,
            },
        }
    }

    /// Everything that may be a path, beside the files of faces.
    fn other_paths(&self, files: &FaceFiles) -> Vec<PathBuf> {
        let paths = self.0.iter().map(|word| {
            let value = match word.split_once('=') {
                Some((option, value)) if option.starts_with("--") => value,
                _ => word,
            };
            PathBuf::from(
                value
                    .strip_prefix("local:")
                    .unwrap_or(value),
            )
        });
        let mut paths: Vec<PathBuf> = paths.collect();

        // Named once more, it is something else as well.
        for file in [&files.json, &files.markdown]
            .into_iter()
            .flatten()
        {
            if let Some(place) = paths
                .iter()
                .position(|path| path == file)
            {
                paths.remove(place);
            }
        }
        paths.push("grantry.yaml".into());
        paths
    }
}
