//! The faces of what a run came to: one on stdout, and
//! others in files beside it.

use std::borrow::Cow;
use std::mem;
use std::path::Path;

use serde::Serialize;
use serde_json::Value as Json;

use super::arguments::{FaceFiles, Faces, Format, ProblemFaces, ProblemFormat};
use super::exit::{Exit, Failure};
use super::github::{self, Outputs};
use super::{hint, output};
use crate::approval::Reason;
use crate::files;
use crate::model::Advice as _;
use crate::render::document::{
    AdviceView, FailureView, PlanDocument, ProblemView, ProblemsDocument,
    ReportDocument, VerificationDocument, json,
};
use crate::render::{self, markdown, sarif};

/// A document in its other faces.
pub(super) trait Document: Serialize {
    fn markdown(&self) -> String;
    fn annotations(&self) -> String;
    fn outputs(&self) -> Outputs;
}

impl Document for PlanDocument {
    fn markdown(&self) -> String {
        markdown::plans(self)
    }

    fn annotations(&self) -> String {
        render::github::plans(self)
    }

    fn outputs(&self) -> Outputs {
        github::of_plans(self)
    }
}

impl Document for ReportDocument {
    fn markdown(&self) -> String {
        markdown::reports(self)
    }

    fn annotations(&self) -> String {
        render::github::reports(self)
    }

    fn outputs(&self) -> Outputs {
        github::of_reports(self)
    }
}

impl Document for ProblemsDocument {
    fn markdown(&self) -> String {
        markdown::problems(self)
    }

    fn annotations(&self) -> String {
        render::github::problems(self)
    }

    fn outputs(&self) -> Outputs {
        github::of_problems(self)
    }
}

impl Document for VerificationDocument {
    fn markdown(&self) -> String {
        markdown::verification(self)
    }

    fn annotations(&self) -> String {
        render::github::verification(self)
    }

    fn outputs(&self) -> Outputs {
        github::of_verification(self)
    }
}

impl Faces {
    /// Whether anybody reads more than the text.
    pub(super) fn are_wanted(&self) -> bool {
        self.format != Format::Text
            || self.files.json.is_some()
            || self.files.markdown.is_some()
    }

    /// Says what the run came to in every face that was
    /// asked for, but for the text.
    pub(super) fn show(&self, document: &impl Document) -> Result<(), Failure> {
        show(self.format, &self.files, document)
    }

    /// The same on stdout only, where the files must not be written.
    pub(super) fn print(
        &self,
        document: &impl Document,
    ) -> Result<(), Failure> {
        print(self.format, document)
    }
}

impl ProblemFaces {
    /// Whether stdout is for people.
    pub(super) fn is_for_people(&self) -> bool {
        self.common_format()
            .is_some_and(Format::is_for_people)
    }

    /// Says what the run came to in every face that was
    /// asked for, but for the text.
    pub(super) fn show(
        &self,
        document: &ProblemsDocument,
    ) -> Result<(), Failure> {
        let written = self.files.write(document);
        written.and(self.print(document))
    }

    /// The same on stdout only, where the files must not be written.
    pub(super) fn print(
        &self,
        document: &ProblemsDocument,
    ) -> Result<(), Failure> {
        match self.common_format() {
            Some(format) => print(format, document),
            None => as_json(&sarif::problems(document))
                .and_then(|text| output::data(&text)),
        }
    }

    /// The format that plans and reports have too; none
    /// for that of code scanners.
    fn common_format(&self) -> Option<Format> {
        match self.format {
            ProblemFormat::Text => Some(Format::Text),
            ProblemFormat::Json => Some(Format::Json),
            ProblemFormat::Markdown => Some(Format::Markdown),
            ProblemFormat::Github => Some(Format::Github),
            ProblemFormat::Sarif => None,
        }
    }
}

/// Says what the run came to in the files and on stdout, but for the text.
pub(super) fn show(
    format: Format,
    files: &FaceFiles,
    document: &impl Document,
) -> Result<(), Failure> {
    let written = files.write(document);
    // Printed also where a file could not be written: what `and` is given is
    // done by then.
    written.and(print(format, document))
}

/// Prints a document. A text for people was printed as the run went on.
pub(super) fn print(
    format: Format,
    document: &impl Document,
) -> Result<(), Failure> {
    match format {
        Format::Text => Ok(()),
        Format::Json => as_json(document).and_then(|text| output::data(&text)),
        Format::Markdown => output::data(&document.markdown()),
        Format::Github => annotate(document),
    }
}

impl FaceFiles {
    fn write(&self, document: &impl Document) -> Result<(), Failure> {
        // Where one cannot be written, the others are: none may be left as
        // another run wrote it.
        let json = self
            .json
            .as_ref()
            .map_or(Ok(()), |path| {
                as_json(document).and_then(|text| write(path, &text))
            });
        let markdown = self
            .markdown
            .as_ref()
            .map_or(Ok(()), |path| write(path, &document.markdown()));
        json.and(markdown)
    }
}

/// Says it to GitHub Actions.
fn annotate(document: &impl Document) -> Result<(), Failure> {
    let written = github::write(&document.outputs());
    let printed = output::data(&document.annotations());
    written.and(printed)
}

/// A document as the text of a file, without the secrets that are known.
pub(super) fn as_json(document: &impl Serialize) -> Result<String, Failure> {
    let failure = |error: serde_json::Error| Failure::Output(error.into());
    let text = json(document).map_err(failure)?;
    // So it is nearly always, and a large document is not made a
    // second time for nothing.
    if matches!(output::without_secrets(&text), Cow::Borrowed(_)) {
        return Ok(text);
    }

    // Text by text: a secret that ends in what JSON escapes would take a part
    // of the document along.
    let mut value = serde_json::to_value(document).map_err(failure)?;
    hide_secrets(&mut value);
    json(&value).map_err(failure)
}

fn hide_secrets(value: &mut Json) {
    match value {
        Json::String(text) => {
            *text = output::without_secrets(text).into_owned();
        }
        Json::Array(members) => members
            .iter_mut()
            .for_each(hide_secrets),
        Json::Object(fields) => {
            for (name, mut value) in mem::take(fields) {
                hide_secrets(&mut value);
                // Names as well: those of scopes and of metadata are whatever
                // somebody wrote.
                fields.insert(
                    output::without_secrets(&name).into_owned(),
                    value,
                );
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// Whether a document says one of the secrets that are known.
pub(super) fn holds_secret(document: &impl Serialize) -> Result<bool, Failure> {
    let text = json(document).map_err(|error| Failure::Output(error.into()))?;
    Ok(matches!(
        output::without_secrets(&text),
        Cow::Owned(_)
    ))
}

/// Writes a face to a file.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = files::replace(path, &output::without_secrets(text));

    written.map_err(|source| Failure::File {
        path: path.to_owned(),
        source,
    })
}

/// How a run ended, and why, if it ended early.
pub(super) fn end_of(
    ended: &Result<Exit, Failure>,
) -> (Exit, Option<FailureView>) {
    match ended {
        Ok(exit) => (*exit, None),
        Err(failure) => (failure.exit(), Some(view_of(failure))),
    }
}

/// Why a run ended early.
pub(super) fn view_of(failure: &Failure) -> FailureView {
    let problems = match failure {
        Failure::Problems(problems) | Failure::BaseProblems(problems) => {
            ProblemView::of_all(problems)
        }
        _ => Vec::new(),
    };

    let reasons = match failure {
        Failure::Stale(stale) => stale
            .reasons
            .iter()
            .map(view_of_reason)
            .collect(),
        _ => Vec::new(),
    };

    FailureView {
        advice: AdviceView {
            id: failure.id().to_owned(),
            message: failure.to_string(),
            next_step: hint::of(failure),
        },
        problems,
        reasons,
    }
}

fn view_of_reason(reason: &Reason) -> AdviceView {
    AdviceView {
        id: reason.id().to_owned(),
        message: reason.to_string(),
        next_step: None,
    }
}
