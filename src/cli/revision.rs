//! Configurations of another revision.

use std::path::{Path, PathBuf};

use super::arguments::{Base, Provider};
use super::exit::Failure;
use super::target::support_of;
use crate::config::{self, Revision, Sources, Tree, Written};
use crate::model::{Desired, StackName};

/// Loads the configuration that a revision holds: what these paths were then, unless the base says where it is. Its files
/// come behind those of `sources`. None where the revision has none of them.
pub(super) fn load_at(
    revision: Revision,
    base: &Base,
    paths: &[PathBuf],
    provider: Option<&Provider>,
    sources: Sources,
) -> Result<Option<(Written, Sources)>, Failure> {
    let mut there = Vec::new();
    match &base.path {
        Some(path) => {
            let path = from_root(&revision, path);
            if !revision.has(&path)? {
                return Err(Failure::NotInBase(base.clone()));
            }
            there.push(path);
        }
        None => {
            for path in paths {
                if revision.has(path)? {
                    there.push(path.clone());
                }
            }
        }
    }
    if there.is_empty() {
        return Ok(None);
    }

    let tree = Tree::Revision(revision);
    let loaded = config::load_with_places(&tree, &there, support_of(provider), sources);
    loaded.map(Some).map_err(Failure::BaseProblems)
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
pub(super) fn refuse_moved(base: &Base, after: &Desired) -> Result<(), Failure> {
    let is_ours = |stack: &str| {
        let names = [&after.stack]
            .into_iter()
            .chain(&after.policy.former_stacks);
        names.map(StackName::as_str).any(|name| name == stack)
    };
    let revision = Revision::open(&base.name)?;

    let unreadable = |source| Failure::Unreadable {
        path: revision.root().to_owned(),
        source,
    };
    let found = revision
        .find_yaml(|text| config::stack_of(text).is_some_and(|stack| is_ours(&stack)))
        .map_err(unreadable)?;
    match found.into_iter().next() {
        Some(path) => Err(Failure::MovedSince {
            base: base.clone(),
            path,
        }),
        None => Ok(()),
    }
}
