//! Paths to a checked configuration.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::file::File;
use super::node::{Node, Value};
use super::problem::{Problem, ProblemId, Problems};
use super::provider::ProviderChoice;
use super::source::{Sources, Span};
use super::unite::{Aside, settle, unite};
use super::{beside, check, expand, private, read, shape, tenant_file, yaml};
use crate::model::{Desired, StackName, Support};

/// A configuration without a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// What should exist.
    pub desired: Desired,
    /// Where the tenant is, if the configuration says so.
    pub provider: Option<ProviderChoice>,
    /// The folder of the configuration; paths in it are relative to this one.
    pub folder: PathBuf,
}

/// A configuration without a problem, as it was written.
#[derive(Debug)]
pub struct Checked {
    stack: StackName,
    file: File,
    folder: PathBuf,
    support: &'static Support,
}

/// Loads a configuration: one file, several, or folders of `*.yaml` files. `support_of` says what the
/// provider can express, given the one that the configuration names, if it names any.
pub fn load(
    paths: &[PathBuf],
    support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
) -> Result<Loaded, Problems> {
    parse(paths, support_of).map(Checked::expand)
}

/// Reads and checks a configuration, as [`load`] does.
pub fn parse(
    paths: &[PathBuf],
    support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
) -> Result<Checked, Problems> {
    let mut sources = Sources::default();
    let (document, aside, mut problems) = document(paths, &mut sources);
    let file = File::deserialize(&document).unwrap_or_else(|error| {
        // The walk and the types disagree: better a poor message than none.
        let message = error.to_string();
        problems.push(Problem::new(ProblemId::WrongType, document.span, message));
        File::default()
    });
    let support = support_of(file.provider.as_ref().map(ProviderChoice::of).as_ref());
    if !aside.all {
        problems.extend(check::check(&file, &document, &aside, support));
    }
    match &file.stack {
        Some(stack) if problems.is_empty() => Ok(Checked {
            stack: stack.clone(),
            file,
            folder: folder(paths),
            support,
        }),
        _ => Err(sorted(problems, sources)),
    }
}

impl Checked {
    /// What the configuration says should exist, defaults filled in.
    #[must_use]
    pub fn expand(self) -> Loaded {
        let (desired, provider) = expand::expand(self.stack, self.file, self.support);
        Loaded {
            desired,
            provider,
            folder: self.folder,
        }
    }
}

/// All files as one document, as far as they are sound.
fn document(paths: &[PathBuf], sources: &mut Sources) -> (Node, Aside, Vec<Problem>) {
    let (files, mut problems) = read::read(paths, sources);
    let mut aside = Aside::default();
    aside.all = !problems.is_empty();
    let mut documents = Vec::new();
    for file in files {
        if problems.len() >= Problems::MOST {
            aside.all = true;
            break;
        }
        match parse_file(file, sources) {
            Ok(mut document) => {
                let private = private::keys(&document, file);
                if !private.is_empty() {
                    aside.all = true;
                    problems.extend(private);
                    continue;
                }
                settle(&mut document, file, sources, &mut problems);
                problems.extend(shape::check(&mut document, sources, &mut aside));
                problems.extend(beside::take_in(&mut document, sources));
                documents.push(document);
            }
            Err(problem) => {
                aside.all = true;
                problems.push(problem);
            }
        }
    }
    let document = unite(documents, &mut problems);
    problems.extend(tenant_file::check(&document, &folder(paths)));
    (document, aside, problems)
}

fn parse_file(file: usize, sources: &Sources) -> Result<Node, Problem> {
    let text = sources
        .get(Span::whole(file))
        .map_or("", |source| source.text());
    let document = yaml::parse(text, file)?;
    match document.value {
        Value::Null => Err(Problem::new(
            ProblemId::Empty,
            Span::whole(file),
            "the file has nothing in it",
        )
        .help("delete it, or declare something in it")),
        _ => Ok(document),
    }
}

fn sorted(mut problems: Vec<Problem>, sources: Sources) -> Problems {
    problems.sort_by(|left, right| {
        (left.span, left.id, &left.message).cmp(&(right.span, right.id, &right.message))
    });
    problems.dedup();
    problems.truncate(Problems::MOST);
    Problems { problems, sources }
}

/// The folder of the first path.
fn folder(paths: &[PathBuf]) -> PathBuf {
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    if first.is_dir() {
        return first.to_owned();
    }
    first.parent().unwrap_or(first).to_owned()
}
