//! The sinks of a configuration, as far as this run can speak to them: the only
//! place that chooses between their kinds.
//!
//! A configuration says what is inside of a sink. Its address, its credentials
//! and its program are the environment's or the command line's: whoever opens a
//! pull request chooses neither whom a secret is sent to nor what runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::arguments::{ReadingArguments, SinkArguments};
use super::exit::Failure;
use super::{environment, output};
use crate::config::Loaded;
use crate::model::{
    Desired, DesiredClient, Destination, EnvironmentName, Key, Looked,
    SinkName, SinkSpec, Snapshot, step,
};
use crate::plan::{self, Place, Plan, Reveal, Surroundings};
use crate::provider::Observe;
use crate::secrets::{
    AgeSink, ExecSink, FileSink, Sink, SinkError, Sinks, VaultSession,
};

mod vault;

use vault::{FoundVault, VaultSurroundings};

/// The sinks of a configuration, as far as this run can speak to them.
#[derive(Debug)]
pub(super) struct SinksAtHand {
    sinks: Sinks,
    /// Where they are, as the environment says.
    addresses: BTreeMap<SinkName, String>,
    /// By the addresses of Vaults, with their namespaces: who we are there is
    /// the same for all of them.
    sessions: BTreeMap<String, VaultSession>,
    /// Those that nobody can speak to in this run, and why.
    absent: BTreeMap<SinkName, SinkError>,
    environment: Option<EnvironmentName>,
    reveal: Reveal,
}

/// What a run wants of its sinks.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Planning,
    Reading,
}

/// A sink, or why nobody can speak to it in this run.
type Opened = Result<Box<dyn Sink>, SinkError>;

impl SinksAtHand {
    /// Those of a run that plans, so that each destination
    /// has to be known in full.
    pub(super) fn of(
        loaded: &Loaded,
        arguments: &SinkArguments,
    ) -> Result<Self, Failure> {
        Self::open_all(loaded, arguments, Purpose::Planning)
    }

    /// Those of a run that reads what lies there, if it can.
    pub(super) fn for_reading(
        loaded: &Loaded,
        arguments: &ReadingArguments,
    ) -> Result<Self, Failure> {
        Self::open_all(loaded, &arguments.of_sinks(), Purpose::Reading)
    }

    fn open_all(
        loaded: &Loaded,
        arguments: &SinkArguments,
        purpose: Purpose,
    ) -> Result<Self, Failure> {
        let mut at_hand = Self {
            sinks: Sinks::new(output::secrets(), environment::now),
            addresses: BTreeMap::new(),
            sessions: BTreeMap::new(),
            absent: BTreeMap::new(),
            environment: loaded.environment.clone(),
            reveal: if arguments.reveal_existing {
                Reveal::Existing
            } else {
                Reveal::New
            },
        };
        tell_programs_of_none(&loaded.desired, arguments);

        let needed = list_needed(&loaded.desired);
        for (name, spec) in &loaded.desired.sinks {
            let opened =
                match at_hand.open(name, spec, loaded, arguments, purpose) {
                    // What nothing goes to keeps nobody from what does.
                    Err(Failure::Sink(error)) if !needed.contains(name) => {
                        Err(error)
                    }
                    opened => opened?,
                };
            match opened {
                Ok(sink) => at_hand.sinks.insert(name.clone(), sink),
                Err(error) => drop(
                    at_hand
                        .absent
                        .insert(name.clone(), error),
                ),
            }
        }
        Ok(at_hand)
    }

    fn open(
        &mut self,
        name: &SinkName,
        spec: &SinkSpec,
        loaded: &Loaded,
        arguments: &SinkArguments,
        purpose: Purpose,
    ) -> Result<Opened, Failure> {
        let folder = folder_or_here(&loaded.folder);
        let opened = match spec {
            SinkSpec::File { format, .. } => {
                let sink = FileSink::new(folder, *format);
                in_folder(name, arguments, sink)
            }
            SinkSpec::Age {
                recipients,
                format,
                ..
            } => {
                // Also where nobody can write there in this run: a key that is
                // none is wrong everywhere.
                let sink = AgeSink::new(folder, recipients, *format)?;
                in_folder(name, arguments, sink)
            }
            SinkSpec::Vault {
                address,
                namespace,
                mount,
                ..
            } => {
                let environment = loaded.environment.as_ref();
                let surroundings = VaultSurroundings::read(environment);
                let found = surroundings.agree_with(
                    name,
                    address.as_deref(),
                    namespace.as_deref(),
                )?;
                match (found, purpose) {
                    (Some(found), _) => {
                        let session = self.session_at(name, &found);
                        surroundings.open(name, found, mount, session)
                    }
                    (None, Purpose::Planning) => {
                        return Err(surroundings.not_named(name).into());
                    }
                    (None, Purpose::Reading) => {
                        Err(surroundings.not_named(name))
                    }
                }
            }
            SinkSpec::Exec { .. } => open_program(name, arguments),
        };
        Ok(opened)
    }

    /// Who we are in the Vault of a sink.
    fn session_at(
        &mut self,
        name: &SinkName,
        vault: &FoundVault,
    ) -> VaultSession {
        let address = vault.to_string();
        self.addresses
            .insert(name.clone(), address.clone());

        let session = self
            .sessions
            .entry(address)
            .or_default();
        session.clone()
    }

    /// Makes sure that every sink which is delivered to can be spoken to: what
    /// is applied is applied as a whole.
    pub(super) fn require_all(&self, desired: &Desired) -> Result<(), Failure> {
        let mut needed = list_needed(desired).into_iter();
        let missing = needed.find_map(|name| self.absent.get(name));

        missing.map_or(Ok(()), |error| Err(error.clone().into()))
    }

    /// Makes sure, before anything is written, that the
    /// entries of a plan could be.
    pub(super) async fn check(&self, plan: &Plan) -> Result<(), Failure> {
        let mut places: BTreeMap<&SinkName, Vec<String>> = BTreeMap::new();
        let deliveries = plan.deliveries.iter();
        for delivery in deliveries.filter(|delivery| delivery.is_deed()) {
            let of_sink = places
                .entry(&delivery.sink)
                .or_default();
            of_sink.push(delivery.destination.place.clone());
        }

        for (name, places) in places {
            self.sinks
                .get(name)?
                .check(&places)
                .await?;
        }
        Ok(())
    }

    /// What is known of them, and of the secrets that go there; none where
    /// there is nothing to deliver.
    pub(super) async fn look_around(
        &self,
        tenant: &impl Observe,
        desired: &Desired,
        seen: &Snapshot,
    ) -> Result<Option<Surroundings>, Failure> {
        let environment = self.environment.as_ref();
        let places =
            plan::list_places(desired, seen, environment, &self.addresses);
        if places.is_empty() {
            return Ok(None);
        }

        tracing::info!(places = places.len(), "looking at the sinks");
        Ok(Some(Surroundings {
            places: self.look_into(places).await?,
            endpoints: tenant.endpoints().await?,
            access: tenant.secret_access().await?,
            reveal: self.reveal,
        }))
    }

    /// The same places, in this order, with what a look at each has shown: each
    /// sink is asked once.
    async fn look_into(
        &self,
        places: Vec<Place>,
    ) -> Result<Vec<(Place, Looked)>, Failure> {
        let mut by_sink: BTreeMap<SinkName, Vec<String>> = BTreeMap::new();
        for place in &places {
            let of_sink = by_sink
                .entry(place.sink.clone())
                .or_default();
            of_sink.push(place.destination.place.clone());
        }

        let mut looks = BTreeMap::new();
        for (sink, places) in by_sink {
            // Of one that nobody can speak to, nothing was seen.
            if !self.absent.contains_key(&sink) {
                let looked = self
                    .sinks
                    .get(&sink)?
                    .look(&places)
                    .await?;
                looks.insert(sink, looked.into_iter());
            }
        }

        let looked = places.into_iter().map(|place| {
            let look = looks
                .get_mut(&place.sink)
                .and_then(Iterator::next);
            (place, look.unwrap_or(Looked::Unseen))
        });
        Ok(looked.collect())
    }

    /// The sinks that can be spoken to.
    pub(super) fn sinks(&self) -> &Sinks {
        &self.sinks
    }

    /// Why a sink cannot be spoken to, if so.
    pub(super) fn why_absent(&self, sink: &SinkName) -> Option<&SinkError> {
        self.absent.get(sink)
    }

    /// Where the entry of a client goes in a sink.
    pub(super) fn destination_of(
        &self,
        desired: &Desired,
        key: &Key,
        sink: &SinkName,
    ) -> Option<Destination> {
        let address = self
            .addresses
            .get(sink)
            .map(String::as_str);
        desired.destination(sink, key, self.environment.as_ref(), address)
    }

    /// Why some cannot be looked at, for whoever is told so.
    pub(super) fn absent(
        &self,
        desired: &Desired,
    ) -> impl Iterator<Item = &SinkError> {
        let needed = list_needed(desired);
        let absent = self.absent.iter();
        absent
            .filter(move |(name, _)| needed.contains(name))
            .map(|(_, error)| error)
    }
}

/// The sinks that something is delivered to.
fn list_needed(desired: &Desired) -> BTreeSet<&SinkName> {
    let clients = desired.clients.values();
    clients
        .filter_map(|client| match client {
            DesiredClient::Managed { deliver, .. } => Some(deliver),
            DesiredClient::External(_) => None,
        })
        .flatten()
        .collect()
}

/// Says which programs are those of no sink.
fn tell_programs_of_none(desired: &Desired, arguments: &SinkArguments) {
    for told in &arguments.programs {
        let sink = &told.sink;
        let spec = desired.sinks.get(sink);
        if !matches!(spec, Some(SinkSpec::Exec { .. })) {
            output::talk(&format!(
                "No `exec` sink is called `{sink}`: its program is told \
                 nothing.\n"
            ));
        }
    }
}

fn folder_or_here(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() {
        ".".into()
    } else {
        folder.to_owned()
    }
}

/// A sink in the folder of the configuration, unless that is thrown away at the
/// end of a job.
fn in_folder(
    name: &SinkName,
    arguments: &SinkArguments,
    sink: impl Sink + 'static,
) -> Opened {
    if environment::is_ci() && !arguments.sink_folder_stays {
        let reason = "it writes files, and a CI job's folder is thrown away \
                      (`CI` is set)";
        return Err(SinkError::not_set_up(
            name,
            reason.to_owned(),
            Some(step![
                "deliver to another kind of sink, or say \
                 `--sink-folder-stays` where the folder does stay"
            ]),
        ));
    }
    Ok(Box::new(sink))
}

/// A sink that tells a program, if anybody has named one.
fn open_program(name: &SinkName, arguments: &SinkArguments) -> Opened {
    let mut programs = arguments.programs.iter();
    let told = programs.find(|told| told.sink == *name);
    let told = told.map(|told| told.program.clone());

    let variable = environment::exec_sink_variable(name);
    let program = told.or_else(|| environment::path(&variable));
    match program {
        Some(program) => {
            let variables = environment::for_programs();
            let sink = ExecSink::new(name.clone(), program, variables);
            Ok(Box::new(sink))
        }
        None => Err(SinkError::not_set_up(
            name,
            "nothing says which program it tells".to_owned(),
            Some(step![format!(
                "name it with `--exec-sink {name}=PROGRAM` or in {variable}: \
                 a configuration never does"
            )]),
        )),
    }
}
