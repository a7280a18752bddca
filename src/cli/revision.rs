//! Configurations of another revision.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::arguments::{Base, Provider};
use super::exit::Failure;
use super::hint;
use super::target::support_of;
use crate::config::{
    self, Inputs, Loaded, ProviderChoice, Reading, Revision, Sources, Span,
    TenantName, Tree, Written,
};
use crate::model::{Desired, EnvironmentName, StackName};

/// The paths of a configuration, as far as a revision has them.
pub(super) struct Paths {
    pub(super) there: Vec<PathBuf>,
    /// Those that it has not: what is in them is new.
    pub(super) missing: Vec<PathBuf>,
}

/// Finds a configuration in a revision: what these paths were then, unless the
/// base says where it is.
pub(super) fn find_paths(
    revision: &Revision,
    base: &Base,
    paths: &[PathBuf],
) -> Result<Paths, Failure> {
    if let Some(path) = &base.path {
        let path = from_root(revision, path);
        // Named expressly, it has to be there: taken for new, nothing it gives
        // up would be seen.
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
    /// In the environment that was asked for, or as it was
    /// without any. Nothing, where it had others and not this
    /// one: all of it is new since then.
    pub(super) written: Option<Written>,
    /// The environments that it had, and where.
    pub(super) environments: Vec<(EnvironmentName, Span)>,
    pub(super) sources: Sources,
}

/// A configuration as a revision has it.
pub(super) struct Earlier<'a> {
    tree: Tree,
    reading: Reading,
    names: Vec<EnvironmentName>,
    inputs: &'a Inputs,
    provider: Option<&'a Provider>,
}

impl<'a> Earlier<'a> {
    /// Reads it, for the environment that is given. Its files come behind those
    /// of `sources`.
    pub(super) fn read(
        revision: Revision,
        paths: &[PathBuf],
        inputs: &'a Inputs,
        provider: Option<&'a Provider>,
        sources: Sources,
    ) -> Result<Self, Failure> {
        let tree = Tree::Revision(revision);
        let reading = Reading::of(&tree, paths, sources);
        let names = reading
            .environments()
            .map_err(hint::of_base)?;

        Ok(Self {
            tree,
            reading,
            names,
            inputs,
            provider,
        })
    }

    /// What it declares in that environment, if it has it.
    pub(super) fn load(&self) -> Result<Before, Failure> {
        if self.has_environment() {
            self.load_in(self.environment())
        } else {
            Ok(self.without())
        }
    }

    /// The same, for a comparison with what is declared now: where it has no
    /// such environment, that of the same tenant, or the one whose place this
    /// one may have taken. Another name must not be a way around what was.
    pub(super) fn load_to_compare(
        &self,
        after: &Loaded,
        present: &[EnvironmentName],
        stands: &OnceCell<Vec<Stand>>,
    ) -> Result<Before, Failure> {
        if self.has_environment() {
            return self.load_in(self.environment());
        }

        let tenant = after
            .provider
            .as_ref()
            .and_then(ProviderChoice::tenant);
        let stands = stands.get_or_init(|| self.list_stands());
        let same = |stand: &&Stand| tenant.is_some() && stand.tenant == tenant;
        let of_stack =
            |stand: &&Stand| stand.stack.as_ref() == Some(&after.desired.stack);
        let same_stack = stands
            .iter()
            .filter(same)
            .find(of_stack);
        if let Some(stand) = same_stack.or_else(|| stands.iter().find(same)) {
            return self.load_in(Some(stand.environment.clone()));
        }

        // What is still there has lost no place.
        let gone = stands.iter().filter(|stand| {
            let is_unknown = tenant.is_none() || stand.tenant.is_none();
            is_unknown && !present.contains(&stand.environment)
        });
        let gone: Vec<&EnvironmentName> = gone
            .map(|stand| &stand.environment)
            .collect();
        match gone.as_slice() {
            // Whoever adds an environment adds no stack: that would be another
            // one in somebody's tenant.
            [] if stands
                .iter()
                .any(|stand| of_stack(&stand)) =>
            {
                Ok(self.without())
            }
            [] => self.load_in(
                stands
                    .first()
                    .map(|stand| stand.environment.clone()),
            ),
            [one] => self.load_in(Some((*one).clone())),
            several => Err(Failure::RenamedEnvironments {
                environment: after.environment.clone(),
                gone: several
                    .iter()
                    .map(|name| (*name).clone())
                    .collect(),
            }),
        }
    }

    /// Whether it has the environment that is asked for, or none at all.
    fn has_environment(&self) -> bool {
        let chosen = self.inputs.environment.as_ref();
        self.names.is_empty()
            || chosen.is_some_and(|chosen| self.names.contains(chosen))
    }

    /// The environment that is asked for, where it has any.
    fn environment(&self) -> Option<EnvironmentName> {
        let chosen = self.inputs.environment.clone();
        chosen.filter(|_| !self.names.is_empty())
    }

    /// Which stack each environment is, and where. One that says it only with
    /// values that are not at hand is told by neither.
    fn list_stands(&self) -> Vec<Stand> {
        let stands = self.names.iter().map(|name| {
            let loaded = self.load_in(Some(name.clone())).ok();
            let loaded = loaded.and_then(|before| before.written);
            let loaded = loaded.map(|written| written.loaded);
            Stand {
                environment: name.clone(),
                stack: loaded
                    .as_ref()
                    .map(|loaded| loaded.desired.stack.clone()),
                tenant: loaded.and_then(|loaded| loaded.provider?.tenant()),
            }
        });
        stands.collect()
    }

    fn load_in(
        &self,
        environment: Option<EnvironmentName>,
    ) -> Result<Before, Failure> {
        let environments = self.places();
        let inputs = self
            .inputs
            .of_another_revision(environment);
        let reading = self.reading.clone();
        let (written, sources) = reading
            .load(&self.tree, &inputs, support_of(self.provider))
            .map_err(hint::of_base)?;

        Ok(Before {
            written: Some(written),
            environments,
            sources,
        })
    }

    fn without(&self) -> Before {
        Before {
            written: None,
            environments: self.places(),
            sources: self.reading.sources().clone(),
        }
    }

    fn places(&self) -> Vec<(EnvironmentName, Span)> {
        let places = self.names.iter().filter_map(|name| {
            let place = self
                .reading
                .place_of_environment(name)?;
            Some((name.clone(), place))
        });
        places.collect()
    }
}

/// Which stack an environment of a revision is, and in which tenant, as far as
/// that is known.
#[derive(Debug)]
pub(super) struct Stand {
    environment: EnvironmentName,
    stack: Option<StackName>,
    tenant: Option<TenantName>,
}

/// As Git takes the path of a file in a revision: from the folder of the
/// repository, unless it begins with a dot.
fn from_root(revision: &Revision, path: &Path) -> PathBuf {
    if path.starts_with(".") || path.starts_with("..") {
        path.to_owned()
    } else {
        revision.root().join(path)
    }
}

/// Refuses a configuration that is not where the revision has it: taken for a
/// new one, nothing that it gives up would be seen.
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
    let is_ours = |text: &str| {
        let there = config::stacks_of(text);
        there
            .iter()
            .any(|stack| stacks.contains(&**stack))
    };

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
