//! Which of a configuration's environments a run is about.

use std::collections::BTreeSet;
use std::path::PathBuf;

use aws_lc_rs::digest::{Context, SHA256, digest};

use super::arguments::{
    Configurations, Deletions, EnvironmentArguments, Provider, Shard, ShardArgument,
};
use super::destinations::Destinations;
use super::exit::Failure;
use super::target::support_of;
use super::{engine, environment, output};
use crate::config::{Inputs, Loaded, Problems, Reading, Sources, Tree};
use crate::model::EnvironmentName;

/// What a run is about.
pub(super) enum Subject {
    /// What is declared, in the one environment that is meant, if there are any.
    One(Box<Loaded>),
    /// What is declared in each of several environments, however many of them there are.
    Several(Several),
}

/// What is declared in each of several environments.
pub(super) struct Several {
    /// In the order of their names.
    pub(super) environments: Vec<(EnvironmentName, Loaded)>,
    /// Those of other parts: they are looked at too before anything is written.
    pub(super) elsewhere: Vec<(EnvironmentName, Loaded)>,
    /// Those that all processes are about together, where each has a part of them.
    pub(super) all: Vec<EnvironmentName>,
    /// The files of the configuration, in 16 hexadecimal digits.
    pub(super) configuration: String,
    /// How many environments the configuration has.
    pub(super) declared: usize,
    /// Which part of them this is, if not all.
    pub(super) shard: Option<Shard>,
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
    fn select(&self, declared: &[EnvironmentName]) -> Result<Selection, Failure> {
        if self.all_envs {
            return Ok(Selection::Several {
                names: declared.iter().cloned().collect(),
                shard: self.shard.map(find_shard).transpose()?,
            });
        }

        let chosen = match self.environments.as_slice() {
            [] => environment::chosen_environment()?.into_iter().collect(),
            names => names.to_vec(),
        };
        match chosen.as_slice() {
            [] => Ok(Selection::One(None)),
            // Others may be in other processes, whose reports are united with this one's.
            [name] if self.report_dir.is_none() => Ok(Selection::One(Some(name.clone()))),
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
    /// Whether an environment is in this part: by its name alone, so that a new one moves no other.
    fn holds(self, name: &EnvironmentName) -> bool {
        let digest = digest(&SHA256, name.as_str().as_bytes());
        let folded = digest.as_ref().iter().fold(0, |rest: u64, byte| {
            // Of the whole digest as one number, what is left of it after division.
            (rest * 256 + u64::from(*byte)) % u64::from(self.count().get())
        });

        folded == u64::from(self.index()) - 1
    }
}

impl Configurations {
    /// Loads what is declared in each environment that is meant. A mistake in any of them ends the run before a tenant
    /// is asked: so nothing is written of a commit that is broken.
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
                let loaded = load(reading, &inputs, provider, destinations)?;
                Ok(Subject::One(Box::new(deletions.limited(loaded))))
            }
            Selection::Several { .. } if declared.is_empty() => Err(Failure::NoEnvironments),
            Selection::Several { names, shard } => {
                let inputs = self.variables.gather(None);
                let all = names.iter().cloned().collect();
                let configuration = digest_of(reading.sources());
                let loaded = load_each(reading, &inputs, names, provider, destinations)?;
                let limited = |(name, loaded)| (name, deletions.limited(loaded));
                let is_here = |name: &EnvironmentName| shard.is_none_or(|shard| shard.holds(name));
                let (environments, elsewhere) = loaded
                    .into_iter()
                    .map(limited)
                    .partition(|(name, _)| is_here(name));
                Ok(Subject::Several(Several {
                    environments,
                    elsewhere,
                    all,
                    configuration,
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

/// The texts of a configuration in 16 hexadecimal digits.
fn digest_of(sources: &Sources) -> String {
    let mut context = Context::new(&SHA256);
    for text in sources.texts() {
        context.update(text.as_bytes());
        context.update(&[0]);
    }

    let digest = context.finish();
    let digits = digest
        .as_ref()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}

fn load(
    reading: Reading,
    inputs: &Inputs,
    provider: Option<&Provider>,
    destinations: &Destinations<'_>,
) -> Result<Loaded, Failure> {
    let loaded = reading.load(&Tree::Disk, inputs, support_of(provider));
    let loaded = loaded.map(|(written, _)| written.loaded);

    destinations.check_loaded(loaded.map_err(Failure::from))
}

/// Loads what is declared in each of these environments, or says what is wrong with all of them.
fn load_each(
    reading: Reading,
    inputs: &Inputs,
    names: BTreeSet<EnvironmentName>,
    provider: Option<&Provider>,
    destinations: &Destinations<'_>,
) -> Result<Vec<(EnvironmentName, Loaded)>, Failure> {
    let of = names.len();
    let (mut valid, mut invalid) = (Vec::new(), Vec::new());

    // What was read is the same for all of them, and the last one need not copy it.
    for (name, reading) in names.into_iter().zip(std::iter::repeat_n(reading, of)) {
        let inputs = inputs.with_environment(name.clone());
        match load(reading, &inputs, provider, destinations) {
            Ok(loaded) => valid.push((name, loaded)),
            Err(Failure::Problems(problems)) => invalid.push((name, problems)),
            Err(failure) => return Err(failure),
        }
    }

    if invalid.is_empty() {
        Ok(valid)
    } else {
        Err(Problems::unite(invalid, of).into())
    }
}
