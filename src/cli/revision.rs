//! Configurations of another revision.

use std::path::{Path, PathBuf};

use super::arguments::{Base, Provider};
use super::exit::Failure;
use super::target::support_of;
use crate::config::{self, Revision, Sources, Tree, Written};

/// Loads the configuration of a revision: what these paths were then, unless the base says where it is. Its files
/// come behind those of `sources`. None where the revision has none of them.
pub(super) fn load_at(
    base: &Base,
    paths: &[PathBuf],
    provider: Option<&Provider>,
    sources: Sources,
) -> Result<Option<(Written, Sources)>, Failure> {
    let revision = Revision::open(&base.name)?;

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
