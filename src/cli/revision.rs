//! Configurations of another revision.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::arguments::{Base, Provider};
use super::exit::Failure;
use super::hint;
use super::target::support_of;
use crate::config::{self, Inputs, Reading, Revision, Sources, Span, Tree, Written};
use crate::model::{Desired, EnvironmentName, StackName};

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

/// What a revision has of a configuration.
pub(super) struct Before {
    /// In the environment that was asked for, or as it was without any. Nothing, where it had others and not this one:
    /// all of it is new since then.
    pub(super) written: Option<Written>,
    /// The environments that it had, and where.
    pub(super) environments: Vec<(EnvironmentName, Span)>,
    pub(super) sources: Sources,
}

/// Loads what a revision has of a configuration, in the environment that is given. Its files come behind those of
/// `sources`.
pub(super) fn load_at(
    revision: Revision,
    paths: &[PathBuf],
    inputs: &Inputs,
    provider: Option<&Provider>,
    sources: Sources,
) -> Result<Before, Failure> {
    let tree = Tree::Revision(revision);
    let reading = Reading::of(&tree, paths, sources);
    let names = reading.environments().map_err(hint::of_base)?;
    let environments = places_of(&reading, &names);

    let chosen = inputs.environment.as_ref();
    let inputs = match chosen {
        Some(chosen) if names.contains(chosen) => inputs.of_another_revision(Some(chosen.clone())),
        _ if names.is_empty() => inputs.of_another_revision(None),
        _ => {
            return Ok(Before {
                written: None,
                environments,
                sources: reading.sources().clone(),
            });
        }
    };

    let (written, sources) = reading
        .load(&tree, &inputs, support_of(provider))
        .map_err(hint::of_base)?;
    Ok(Before {
        written: Some(written),
        environments,
        sources,
    })
}

fn places_of(reading: &Reading, names: &[EnvironmentName]) -> Vec<(EnvironmentName, Span)> {
    names
        .iter()
        .filter_map(|name| Some((name.clone(), reading.place_of_environment(name)?)))
        .collect()
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
