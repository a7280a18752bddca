//! Which of a configuration's environments a run is about.

use std::collections::BTreeSet;
use std::path::PathBuf;

use aws_lc_rs::digest::{SHA256, digest};

use super::arguments::{
    Configurations, Deletions, EnvironmentArguments, Provider, Shard,
    ShardArgument,
};
use super::destinations::Destinations;
use super::exit::Failure;
use super::target::support_of;
use super::{engine, environment, hint, output};
use crate::config::{
    Inputs, Loaded, ProblemId, Problems, Reading, Sources, Tree, Written,
};
use crate::model::EnvironmentName;

/// What a run is about.
pub(super) enum Subject {
    /// What is declared, in the one environment that is
    /// meant, if there are any.
    One(Box<Loaded>),
    /// What is declared in each of several environments,
    /// however many of them there are.
    Several(Several),
}

/// What is declared in each of several environments.
pub(super) struct Several {
    /// In the order of their names.
    pub(super) environments: Vec<(EnvironmentName, Loaded)>,
    /// Those of other parts: they are looked at too before anything is written.
    pub(super) elsewhere: Vec<(EnvironmentName, Loaded)>,
    /// How many environments the configuration has.
    pub(super) declared: usize,
    /// Which part of them this is, if not all.
    pub(super) shard: Option<Shard>,
}

impl Several {
    /// Those that this run is about.
    pub(super) fn names(&self) -> impl Iterator<Item = &EnvironmentName> {
        self.environments
            .iter()
            .map(|(name, _)| name)
    }

    /// Those that all processes are about together, where
    /// each has a part of them.
    pub(super) fn all(
        &self,
    ) -> impl Iterator<Item = (&EnvironmentName, &Loaded)> {
        let all = self
            .environments
            .iter()
            .chain(&self.elsewhere);
        all.map(|(name, loaded)| (name, loaded))
    }
}

/// The environments that are meant.
enum Selection {
    One(Option<EnvironmentName>),
    Several {
        names: BTreeSet<EnvironmentName>,
        shard: Option<Shard>,
    },
}

impl EnvironmentArguments {
    fn select(
        &self,
        declared: &[EnvironmentName],
    ) -> Result<Selection, Failure> {
        if self.all_envs {
            return Ok(Selection::Several {
                names: declared.iter().cloned().collect(),
                shard: self.shard.map(find_shard).transpose()?,
            });
        }

        let chosen = match self.environments.as_slice() {
            [] => environment::chosen_environment()?
                .into_iter()
                .collect(),
            names => names.to_vec(),
        };
        match chosen.as_slice() {
            [] => Ok(Selection::One(None)),
            // Others may be in other processes, whose reports are united with
            // this one's.
            [name] if self.report_dir.is_none() => {
                Ok(Selection::One(Some(name.clone())))
            }
            names => Ok(Selection::Several {
                names: names.iter().cloned().collect(),
                shard: None,
            }),
        }
    }
}

fn find_shard(argument: ShardArgument) -> Result<Shard, Failure> {
    match argument {
        ShardArgument::Given(shard) => Ok(shard),
        ShardArgument::Auto(count) => {
            let found = engine::find_shard(count, environment::variable);
            let (engine, shard) = found.map_err(Failure::NoShard)?;
            output::talk(&format!("Shard: {shard}, as {engine} says\n"));
            Ok(shard)
        }
    }
}

impl Shard {
    /// Whether an environment is in this part: by its name alone, so that a new
    /// one moves no other.
    fn holds(self, name: &EnvironmentName) -> bool {
        let hash = digest(&SHA256, name.as_str().as_bytes());
        let folded = hash
            .as_ref()
            .iter()
            .fold(0, |rest: u64, byte| {
                // Of the whole digest as one number, what is left
                // of it after division.
                (rest * 256 + u64::from(*byte)) % u64::from(self.count().get())
            });

        folded == u64::from(self.index()) - 1
    }
}

impl Configurations {
    /// Loads what is declared in each environment that is meant. A mistake in
    /// any of them ends the run before a tenant is asked: so nothing is written
    /// of a commit that is broken.
    pub(super) fn load(
        &self,
        provider: Option<&Provider>,
        deletions: &Deletions,
        destinations: &Destinations<'_>,
    ) -> Result<Subject, Failure> {
        let reading = Reading::of(&Tree::Disk, &self.paths, Sources::default());
        destinations.check_files(reading.files())?;
        let declared = reading.environments()?;

        match self.environments.select(&declared)? {
            Selection::One(environment) => {
                let inputs = self.variables.gather(environment);
                let (written, _) =
                    load(reading, &inputs, provider, destinations)
                        .map_err(name_all_environments)?;
                Ok(Subject::One(Box::new(
                    deletions.limited(written.loaded),
                )))
            }
            Selection::Several { .. } if declared.is_empty() => {
                Err(Failure::NoEnvironments)
            }
            Selection::Several { names, shard } => {
                let inputs = self.variables.gather(None);
                let inputs = names
                    .into_iter()
                    .map(|name| inputs.with_environment(name));
                let limited =
                    |written: Written, _| deletions.limited(written.loaded);
                let loaded = load_each(
                    reading,
                    inputs.collect(),
                    provider,
                    destinations,
                    limited,
                )?;
                let named = |(inputs, loaded): (Inputs, _)| {
                    Some((inputs.environment?, loaded))
                };
                let is_here = |name: &EnvironmentName| {
                    shard.is_none_or(|shard| shard.holds(name))
                };
                let (environments, elsewhere) = loaded
                    .into_iter()
                    .filter_map(named)
                    .partition(|(name, _)| is_here(name));
                Ok(Subject::Several(Several {
                    environments,
                    elsewhere,
                    declared: declared.len(),
                    shard,
                }))
            }
        }
    }

    /// The folder that is told how each environment ended.
    pub(super) fn report_folder(&self) -> Option<&PathBuf> {
        self.environments.report_dir.as_ref()
    }
}

/// Takes what is declared for each of these inputs, each an environment or all
/// that there is; or says what is wrong with any of them.
pub(super) fn load_each<T>(
    reading: Reading,
    inputs: Vec<Inputs>,
    provider: Option<&Provider>,
    destinations: &Destinations<'_>,
    take: impl Fn(Written, Sources) -> T,
) -> Result<Vec<(Inputs, T)>, Failure> {
    let of = inputs.len();
    let (mut valid, mut invalid) = (Vec::new(), Vec::new());

    // What was read is the same for all of them, and the
    // last one need not copy it.
    for (inputs, reading) in inputs
        .into_iter()
        .zip(std::iter::repeat_n(reading, of))
    {
        match (
            load(reading, &inputs, provider, destinations),
            &inputs.environment,
        ) {
            (Ok((written, sources)), _) => {
                valid.push((inputs, take(written, sources)));
            }
            (Err(Failure::Problems(problems)), Some(environment)) => {
                invalid.push((environment.clone(), problems));
            }
            (Err(failure), _) => return Err(failure),
        }
    }

    if invalid.is_empty() {
        Ok(valid)
    } else {
        Err(Problems::unite(invalid, of).into())
    }
}

/// Loads what is declared. Nothing may write over what was
/// read, be it valid or not.
pub(super) fn load(
    reading: Reading,
    inputs: &Inputs,
    provider: Option<&Provider>,
    destinations: &Destinations<'_>,
) -> Result<(Written, Sources), Failure> {
    match reading.load(&Tree::Disk, inputs, support_of(provider)) {
        Ok((written, sources)) => {
            destinations.check_files(&written.loaded.files)?;
            Ok((written, sources))
        }
        Err(problems) => {
            destinations.check_files(&problems.files)?;
            Err(problems.into())
        }
    }
}

/// Says of a configuration of which no environment is chosen that all of them
/// may be: not every verb takes several.
fn name_all_environments(failure: Failure) -> Failure {
    let Failure::Problems(mut problems) = failure else {
        return failure;
    };

    for problem in &mut problems.problems {
        if problem.id == ProblemId::NoEnvironment {
            let help = problem
                .help
                .take()
                .map(|help| help.in_words(hint::words));
            problem.help = help.map(|help| {
                format!("{help}; or all of them with `--all-envs`").into()
            });
        }
    }
    Failure::Problems(problems)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn an_environment_stays_in_its_part_from_one_version_to_the_next() {
        for (name, halves, thirds, of_64) in [
            ("production", 1, 1, 53),
            ("staging", 1, 1, 27),
            ("eu-1", 2, 3, 34),
            ("eu-2", 1, 3, 29),
            ("us-1", 1, 2, 7),
        ] {
            let environment: EnvironmentName = name.parse().unwrap();
            for (count, part) in [(2, halves), (3, thirds), (64, of_64)] {
                let count = NonZeroU32::new(count).unwrap();
                let holds = |index| {
                    Shard::new(index, count)
                        .unwrap()
                        .holds(&environment)
                };
                let parts: Vec<u32> = (1..=count.get())
                    .filter(|index| holds(*index))
                    .collect();
                assert_eq!(parts, [part], "{name} of {count}");
            }
        }
    }
}
