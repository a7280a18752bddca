//! The files of a configuration, read once: what is in them holds for each of
//! its environments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::environments::{check_section, names_of};
use super::lookalikes::find_lookalikes;
use super::merge::merge_documents;
use super::named_file::collect_paths;
use super::node::{Node, Value};
use super::normalize::normalize;
use super::private_keys::find_private_keys;
use super::problem::{Problem, ProblemId, Problems};
use super::read::{FileRead, read_files};
use super::section;
use super::shape::check_shape;
use super::source::{Sources, Span};
use super::unsound::Unsound;
use super::yaml;
use crate::files::{Tree, folder_of as folder_of_file};
use crate::model::EnvironmentName;

/// A configuration as it was read, before it is known which of
/// its environments is meant.
#[derive(Debug, Clone)]
pub struct Reading {
    /// All files as one document, as they are written.
    pub(super) document: Node,
    /// The folder of the configuration.
    pub(super) folder: PathBuf,
    /// The files, with those that they name.
    pub(super) files: Vec<PathBuf>,
    /// The folder of each file, by its index among the sources.
    pub(super) folders: BTreeMap<usize, PathBuf>,
    pub(super) sources: Sources,
    pub(super) unsound: Unsound,
    pub(super) problems: Vec<Problem>,
}

impl Reading {
    /// Reads one file, several, or folders of `*.yaml` files. They come behind
    /// those that are among the sources already.
    #[must_use]
    pub fn of(tree: &Tree, paths: &[PathBuf], sources: Sources) -> Self {
        let mut reading = Self {
            document: Node {
                span: Span::whole(0),
                value: Value::Mapping(Vec::new()),
            },
            folder: folder_of(tree, paths),
            files: Vec::new(),
            folders: BTreeMap::new(),
            sources,
            unsound: Unsound::default(),
            problems: Vec::new(),
        };

        let (files, unreadable) = read_files(tree, paths, &mut reading.sources);
        reading.unsound.everything = !unreadable.is_empty();
        reading.problems.extend(unreadable);

        let mut documents = Vec::new();
        for file in files {
            // Whatever is in the files that are left may be referred to by
            // those that were read.
            if reading.problems.len() >= Problems::MOST {
                reading.unsound.everything = true;
                break;
            }
            documents.extend(reading.read_file(&file));
        }
        reading.document = merge_documents(documents, &mut reading.problems);

        // Whichever environment is meant, and also where none can be: nothing
        // is to be written over them.
        collect_paths(
            &reading.document,
            &reading.folders,
            &mut reading.files,
        );
        reading
    }

    /// The environments, in the order of their names.
    pub fn environments(&self) -> Result<Vec<EnvironmentName>, Problems> {
        let section = self
            .document
            .entry(section::ENVIRONMENTS);
        let misnamed = check_section(section);
        if misnamed.is_empty() && self.problems.is_empty() {
            let names = names_of(section).into_iter();
            return Ok(names
                .filter_map(|name| name.parse().ok())
                .collect());
        }

        let mut reading = self.clone();
        reading.problems.extend(misnamed);
        Err(reading.into_problems())
    }

    /// Where an environment is written; nothing, if there is none of this name.
    #[must_use]
    pub fn place_of_environment(&self, name: &EnvironmentName) -> Option<Span> {
        let section = self
            .document
            .entry(section::ENVIRONMENTS)?;
        let environment = section.value.entry(name.as_str())?;

        Some(environment.key_span)
    }

    /// The files it was read from, with those that they name.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The files it was read from, for whoever shows a place in them.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// One file as a document; none where nothing of it can be used.
    fn read_file(&mut self, file: &FileRead) -> Option<Node> {
        let FileRead { index, path } = file;
        self.files.push(path.clone());
        self.folders
            .insert(*index, folder_of_file(path).to_owned());

        let mut document =
            match read_document(*index, &self.sources, &mut self.problems) {
                Ok(document) => document,
                Err(problems) => {
                    self.unsound.everything = true;
                    self.problems.extend(problems);
                    return None;
                }
            };
        match document.value {
            Value::Mapping(_) => return Some(document),
            // An error, though it would declare nothing: `prune` could
            // delete all that was declared in a file which somebody
            // has emptied by accident.
            Value::Null => {
                let message = "the file has nothing in it";
                let problem = Problem::new(
                    ProblemId::Empty,
                    Span::whole(*index),
                    message,
                )
                .help("delete it, or declare something in it");
                self.unsound.everything = true;
                self.problems.push(problem);
            }
            // Nothing else can be one with the others, and the walk says what
            // it is instead.
            _ => {
                let misshapen = check_shape(
                    &mut document,
                    &self.sources,
                    &mut self.unsound,
                );
                self.problems.extend(misshapen);
            }
        }
        None
    }

    /// The problems in the order of their places, no two alike.
    pub(super) fn into_problems(mut self) -> Problems {
        self.problems.sort_by(|left, right| {
            (left.span, left.id, &left.message).cmp(&(
                right.span,
                right.id,
                &right.message,
            ))
        });
        self.problems.dedup();
        self.problems.truncate(Problems::MOST);

        Problems {
            problems: self.problems,
            sources: self.sources,
            files: self.files,
        }
    }
}

/// One of the sources as a tree that can be searched and shown. What is there
/// twice is added to `problems`; the error is why nothing of it can be used.
pub(super) fn read_document(
    file: usize,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Result<Node, Vec<Problem>> {
    let text = sources
        .get(Span::whole(file))
        .map_or("", |source| source.text());
    let mut document =
        yaml::parse(text, file).map_err(|problem| vec![problem])?;

    // Before anything else is said of the file: any message might show the key.
    let mut private_keys = find_private_keys(&document);
    if !private_keys.is_empty() {
        for problem in &mut private_keys {
            problem.span = problem.span.in_file(file);
        }
        return Err(private_keys);
    }

    normalize(&mut document, file, sources, problems);
    // What they stand in means something else than what was meant.
    let lookalikes = find_lookalikes(&document, sources);
    if lookalikes.is_empty() {
        Ok(document)
    } else {
        Err(lookalikes)
    }
}

/// The folder of the first path.
fn folder_of(tree: &Tree, paths: &[PathBuf]) -> PathBuf {
    let first = paths
        .first()
        .map_or(Path::new(""), PathBuf::as_path);
    if tree.is_folder(first) {
        return first.to_owned();
    }

    first
        .parent()
        .unwrap_or(first)
        .to_owned()
}
