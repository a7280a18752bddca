//! Configurations of another revision.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::arguments::{Base, Provider};
use super::exit::Failure;
use super::target::support_of;
use crate::config::{self, Inputs, Revision, Sources, Tree, Written};
use crate::model::{Desired, StackName};

/// The paths of a configuration, as far as a revision has them.
pub(super) struct Paths {
    pub(super) there: Vec<PathBuf>,
    /// Those that it has not: what is in them is new.
    pub(super) missing: Vec<PathBuf>,
}

/// Finds a configuration in a revision: what these paths were then, unless the base says where it is.
pub(super) fn find_paths(
    revision: &Revision,
    base: &Base,
    paths: &[PathBuf],
) -> Result<Paths, Failure> {
    if let Some(path) = &base.path {
        let path = from_root(revision, path);
        // Named expressly, it has to be there: taken for new, nothing it gives up would be seen.
        if !revision.has(&path)? {
            return Err(Failure::NotInBase(base.clone()));
        }
        return Ok(Paths {
            there: vec![path],
            missing: Vec::new(),
        });
    }

    let (mut there, mut missing) = (Vec::new(), Vec::new());
    for path in paths {
        let those = if revision.has(path)? {
            &mut there
        } else {
            &mut missing
        };
        those.push(path.clone());
    }
    Ok(Paths { there, missing })
}

/// Loads what a revision has of a configuration, in the environment that is given. Its files come behind those of
/// `sources`. Nothing, where it had other environments and not this one: all of it is new since then.
pub(super) fn load_at(
    revision: Revision,
    paths: &[PathBuf],
    inputs: &Inputs,
    provider: Option<&Provider>,
    sources: Sources,
) -> Result<(Option<Written>, Sources), Failure> {
    let tree = Tree::Revision(revision);
    let Some(inputs) = inputs_of(&tree, paths, inputs)? else {
        return Ok((None, sources));
    };

    let support_of = support_of(provider);
    config::load_with_places(&tree, paths, &inputs, support_of, sources)
        .map(|(written, sources)| (Some(written), sources))
        .map_err(Failure::BaseProblems)
}

/// What a revision is given: the same environment, or none where it had none.
fn inputs_of(tree: &Tree, paths: &[PathBuf], inputs: &Inputs) -> Result<Option<Inputs>, Failure> {
    let Some(environment) = &inputs.environment else {
        return Ok(Some(inputs.of_another_revision(None)));
    };

    let before = config::environments(tree, paths).map_err(Failure::BaseProblems)?;
    let environment = if before.is_empty() {
        None
    } else if before.contains(environment) {
        Some(environment.clone())
    } else {
        return Ok(None);
    };
    Ok(Some(inputs.of_another_revision(environment)))
}

/// As Git takes the path of a file in a revision: from the folder of the repository, unless it begins with a dot.
fn from_root(revision: &Revision, path: &Path) -> PathBuf {
    if path.starts_with(".") || path.starts_with("..") {
        path.to_owned()
    } else {
        revision.root().join(path)
    }
}

/// Refuses a configuration that is not where the revision has it: taken for a new one, nothing that it gives up would
/// be seen.
pub(super) fn refuse_moved(
    revision: &Revision,
    base: &Base,
    after: &Desired,
) -> Result<(), Failure> {
    let stacks = [&after.stack]
        .into_iter()
        // Renaming the stack in the same change does not make it a new one.
        .chain(&after.policy.former_stacks);
    let stacks: BTreeSet<&str> = stacks.map(StackName::as_str).collect();
    let is_ours = |text: &str| config::stack_of(text).is_some_and(|stack| stacks.contains(&*stack));

    let found = revision.find_yaml(is_ours);
    let found = found.map_err(|source| Failure::Unreadable {
        path: revision.root().to_owned(),
        source,
    })?;
    match found.into_iter().next() {
        Some(path) => Err(Failure::MovedSince {
            base: base.clone(),
            path,
        }),
        None => Ok(()),
    }
}
