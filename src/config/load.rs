//! Paths to a checked configuration: all the steps, one after the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::check::check_meaning;
use super::environments::{self, overlay};
use super::expand::expand_file;
use super::file::File;
use super::for_each::{Filling, name_rows};
use super::inputs::Inputs;
use super::interpolate::Interpolation;
use super::key_files::read_key_files;
use super::merge::merge_documents;
use super::node::{Node, Value};
use super::normalize::normalize;
use super::private_keys::{find_assembled_keys, find_private_keys};
use super::problem::{Problem, ProblemId, Problems};
use super::provider::ProviderChoice;
use super::read::{FileRead, read_files};
use super::section;
use super::shape::check_shape;
use super::source::{Sources, Span};
use super::tenant_file::check_tenant_file;
use super::unsound::Unsound;
use super::variables::{Given, Variables, find_unused};
use super::written::Written;
use super::yaml;
use crate::files::{Tree, folder_of as folder_of_file};
use crate::model::{Desired, EnvironmentName, StackName, Support};

/// A configuration without a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// What should exist.
    pub desired: Desired,
    /// Where the tenant is, if the configuration says so.
    pub provider: Option<ProviderChoice>,
    /// The folder of the configuration; paths in it are relative to this one.
    pub folder: PathBuf,
    /// Which of its environments it is; none, where it has none.
    pub environment: Option<EnvironmentName>,
    /// The files that it was read from, with the key files that they name.
    pub files: Vec<PathBuf>,
}

/// A configuration without a problem, as it was written.
#[derive(Debug)]
pub struct Checked {
    stack: StackName,
    file: File,
    folder: PathBuf,
    environment: Option<EnvironmentName>,
    files: Vec<PathBuf>,
    support: &'static Support,
}

/// Loads a configuration: one file, several, or folders of `*.yaml` files, in one of its environments. `support_of` says what
/// the provider can express, given the one that the configuration names, if it names any.
pub fn load(
    paths: &[PathBuf],
    inputs: &Inputs,
    support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
) -> Result<Loaded, Problems> {
    parse(paths, inputs, support_of).map(Checked::expand)
}

/// Reads and checks a configuration, as [`load`] does.
pub fn parse(
    paths: &[PathBuf],
    inputs: &Inputs,
    support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
) -> Result<Checked, Problems> {
    let (checked, ..) = parse_from(&Tree::Disk, paths, inputs, support_of, Sources::default())?;
    Ok(checked)
}

/// Loads a configuration from wherever its files are, and keeps where each thing is written. Its files come
/// behind those that are among the sources already.
pub fn load_with_places(
    tree: &Tree,
    paths: &[PathBuf],
    inputs: &Inputs,
    support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
    sources: Sources,
) -> Result<(Written, Sources), Problems> {
    let (checked, document, sources) = parse_from(tree, paths, inputs, support_of, sources)?;
    let written = Written {
        loaded: checked.expand(),
        document,
    };

    Ok((written, sources))
}

/// The files that a configuration is read from, with the key files that they name: also where it is of no use.
#[must_use]
pub fn files_of(paths: &[PathBuf]) -> Vec<PathBuf> {
    const ANY: &Support = &Support::of_everything("any provider");

    match parse(paths, &Inputs::default(), |_| ANY) {
        Ok(checked) => checked.files,
        Err(problems) => problems.files,
    }
}

/// The environments that a configuration has, in the order of their names.
pub fn environments(tree: &Tree, paths: &[PathBuf]) -> Result<Vec<EnvironmentName>, Problems> {
    let mut loader = Loader::default();
    let mut document = loader.read_files(tree, paths);
    let section = document.take(section::ENVIRONMENTS);

    let misnamed = environments::check_section(section.as_ref());
    loader.problems.extend(misnamed);
    // What else is wrong is said of each of them.
    if loader.unsound.everything || !loader.problems.is_empty() {
        return Err(loader.into_problems());
    }

    let names = environments::names_of(section.as_ref()).into_iter();
    Ok(names.filter_map(|name| name.parse().ok()).collect())
}

fn parse_from(
    tree: &Tree,
    paths: &[PathBuf],
    inputs: &Inputs,
    support_of: impl FnOnce(Option<&ProviderChoice>) -> &'static Support,
    sources: Sources,
) -> Result<(Checked, Node, Sources), Problems> {
    let folder = folder_of(tree, paths);
    let mut loader = Loader {
        sources,
        ..Loader::default()
    };
    let document = loader.read_document(tree, paths, inputs, &folder);
    let file = loader.deserialize(&document);

    let provider = file.provider.as_ref().map(ProviderChoice::of);
    let support = support_of(provider.as_ref());

    // Where anything may be missing, whatever is referred to may have been declared.
    if !loader.unsound.everything {
        let problems = check_meaning(&file, &document, &loader.unsound, support);
        loader.problems.extend(problems);
    }

    match &file.stack {
        Some(stack) if loader.problems.is_empty() => {
            let checked = Checked {
                stack: stack.clone(),
                file,
                folder,
                environment: inputs.environment.clone(),
                files: loader.files,
                support,
            };
            Ok((checked, document, loader.sources))
        }
        // Without a stack there is a problem: the check or the walk has reported it.
        _ => Err(loader.into_problems()),
    }
}

impl Checked {
    /// What the configuration says should exist, defaults filled in.
    #[must_use]
    pub fn expand(self) -> Loaded {
        let (desired, provider) = expand_file(self.stack, self.file, self.support);

        Loaded {
            desired,
            provider,
            folder: self.folder,
            environment: self.environment,
            files: self.files,
        }
    }
}

/// What comes together on the way.
#[derive(Default)]
struct Loader {
    sources: Sources,
    files: Vec<PathBuf>,
    /// The folder of each file, by its index among the sources.
    folders: BTreeMap<usize, PathBuf>,
    unsound: Unsound,
    /// What the references of the document led to.
    variables: Variables,
    problems: Vec<Problem>,
}

impl Loader {
    /// All files as one document, as far as they are sound.
    fn read_document(
        &mut self,
        tree: &Tree,
        paths: &[PathBuf],
        inputs: &Inputs,
        folder: &Path,
    ) -> Node {
        let mut document = self.read_files(tree, paths);

        match self.resolve(&mut document, tree, inputs) {
            Ok(()) => self.check_document(&mut document, tree, folder),
            // Nobody knows what is meant, so nothing more can be said of it.
            Err(problem) => {
                self.unsound.everything = true;
                self.problems.push(*problem);
            }
        }
        document
    }

    /// All files as one document, as they are written.
    fn read_files(&mut self, tree: &Tree, paths: &[PathBuf]) -> Node {
        let (files, unreadable) = read_files(tree, paths, &mut self.sources);
        self.unsound.everything = !unreadable.is_empty();
        self.problems.extend(unreadable);

        let mut documents = Vec::new();
        for file in files {
            // Whatever is in the files that are left may be referred to by those that were read.
            if self.problems.len() >= Problems::MOST {
                self.unsound.everything = true;
                break;
            }
            documents.extend(self.read_file(&file));
        }

        merge_documents(documents, &mut self.problems)
    }

    /// Makes of what holds for all, and of what the chosen environment says, one document without references.
    fn resolve(
        &mut self,
        document: &mut Node,
        tree: &Tree,
        inputs: &Inputs,
    ) -> Result<(), Box<Problem>> {
        let before = self.problems.len();
        let given = Given::read(
            inputs,
            &mut self.sources,
            &mut self.files,
            &mut self.problems,
        );
        // Nobody knows what was given, and each reference to it would be told as one to nothing.
        if self.problems.len() > before
            && let Some(problem) = self.problems.pop()
        {
            return Err(Box::new(problem));
        }
        if !self.unsound.everything {
            self.problems.extend(find_unused(document, &given));
        }

        let environments = document.take(section::ENVIRONMENTS);
        self.problems
            .extend(environments::check_section(environments.as_ref()));
        let environment =
            environments::choose(environments, inputs.environment.as_ref(), document.span)?;
        let mut environment = environment.unwrap_or(Node {
            span: document.span,
            value: Value::Mapping(Vec::new()),
        });

        let declared = [&*document, &environment].map(|node| node.entry(section::VARIABLES));
        let declared: Vec<&Node> = declared
            .into_iter()
            .flatten()
            .map(|entry| &entry.value)
            .collect();
        let variables = Variables::resolve(&declared, &given, &self.sources, &mut self.problems);

        let mut interpolation = Interpolation {
            scopes: &variables,
            sources: &self.sources,
            problems: &mut self.problems,
            has_unknown_keys: false,
        };
        for node in [&mut *document, &mut environment] {
            interpolation.visit_sections(node);
        }
        // Whatever is referred to may have one of those keys.
        self.unsound.everything |= interpolation.has_unknown_keys;

        // Before the environment comes over it: what is made from a table can differ there too.
        let bundles = document.take(section::FOR_EACH);
        let bundles = environment.take(section::FOR_EACH).or(bundles);
        if let Some(bundles) = bundles {
            let mut filling = Filling {
                tree,
                folders: &self.folders,
                variables: &variables,
                sources: &mut self.sources,
                problems: &mut self.problems,
                files: &mut self.files,
                made: 0,
                is_incomplete: false,
            };
            filling.fill(bundles.value, document);
            self.unsound.everything |= filling.is_incomplete;
        }

        overlay(document, environment, &mut self.problems);
        let mut assembled = find_assembled_keys(document);
        if let Some(problem) = assembled.pop() {
            self.problems.extend(assembled);
            return Err(Box::new(problem));
        }
        self.variables = variables;
        Ok(())
    }

    /// Checks the structure of all files together, and takes in what they name.
    fn check_document(&mut self, document: &mut Node, tree: &Tree, folder: &Path) {
        let misshapen = check_shape(document, &self.sources, &mut self.unsound);
        self.problems.extend(misshapen);

        // They have been looked at, and nothing refers to them any more.
        document.take(section::VARIABLES);

        // After the walk: the name of a key file is a text then, and there is no `pem` beside it.
        let unreadable = read_key_files(document, tree, &self.folders, &mut self.files);
        self.problems.extend(unreadable);

        self.problems
            .extend(check_tenant_file(document, tree, folder));
    }

    /// One file as a document; none where nothing of it can be used.
    fn read_file(&mut self, file: &FileRead) -> Option<Node> {
        let FileRead { index, path } = file;
        self.files.push(path.clone());
        self.folders.insert(*index, folder_of_file(path).to_owned());

        let mut document = match parse_file(*index, &self.sources) {
            Ok(document) => document,
            Err(problem) => {
                self.unsound.everything = true;
                self.problems.push(problem);
                return None;
            }
        };

        // Before anything else is said of the file: any message might show the key.
        let private_keys = find_private_keys(&document, *index);
        if !private_keys.is_empty() {
            self.unsound.everything = true;
            self.problems.extend(private_keys);
            return None;
        }

        normalize(&mut document, *index, &self.sources, &mut self.problems);
        if matches!(document.value, Value::Mapping(_)) {
            return Some(document);
        }

        // Nothing else can be one with the others, and the walk says what it is instead.
        let misshapen = check_shape(&mut document, &self.sources, &mut self.unsound);
        self.problems.extend(misshapen);
        None
    }

    fn deserialize(&mut self, document: &Node) -> File {
        File::deserialize(document).unwrap_or_else(|error| {
            // The walk and the types disagree: better a poor message than none.
            let message = error.to_string();
            let problem = Problem::new(ProblemId::WrongType, document.span, message);
            self.problems.push(problem);
            File::default()
        })
    }

    /// The problems in the order of their places, no two alike.
    fn into_problems(mut self) -> Problems {
        for problem in &mut self.problems {
            self.variables.explain(problem, &self.sources);
            name_rows(problem, &self.sources);
        }
        self.problems.sort_by(|left, right| {
            (left.span, left.id, &left.message).cmp(&(right.span, right.id, &right.message))
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

/// The stack that a text says it is of, if it is a configuration, or nearly one.
#[must_use]
pub fn stack_of(text: &str) -> Option<String> {
    let document = yaml::parse(text, 0).ok()?;

    // As it was parsed, its entries are in no order.
    let mut entries = document.entries().iter();
    let stack = entries.find(|entry| &*entry.key == "stack")?;
    stack.value.as_text().map(ToOwned::to_owned)
}

fn parse_file(file: usize, sources: &Sources) -> Result<Node, Problem> {
    let text = sources
        .get(Span::whole(file))
        .map_or("", |source| source.text());
    let document = yaml::parse(text, file)?;

    match document.value {
        // An error, though it would declare nothing: `prune` could delete all that was declared in
        // a file which somebody has emptied by accident.
        Value::Null => {
            let message = "the file has nothing in it";
            let problem = Problem::new(ProblemId::Empty, Span::whole(file), message)
                .help("delete it, or declare something in it");
            Err(problem)
        }
        _ => Ok(document),
    }
}

/// The folder of the first path.
fn folder_of(tree: &Tree, paths: &[PathBuf]) -> PathBuf {
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    if tree.is_folder(first) {
        return first.to_owned();
    }

    first.parent().unwrap_or(first).to_owned()
}
