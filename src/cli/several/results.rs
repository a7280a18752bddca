//! How a run ended in each of several environments.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::members::{
    Member, choose_targets, refuse_shared, stand_of, tenant_named,
};
use crate::cli::arguments::{Configurations, Shard, TenantArguments};
use crate::cli::credentials::CredentialSource;
use crate::cli::destinations::Destinations;
use crate::cli::exit::{Ending, Exit, Failure};
use crate::cli::ledger::{Ledger, fate_of};
use crate::cli::selection::Several;
use crate::cli::target::Target;
use crate::cli::{faces, output, show};
use crate::config::Loaded;
use crate::model::EnvironmentName;
use crate::render::document::{
    EnvironmentView, EnvironmentsView, Fate, OutcomeCountsView, PlanView,
};

/// How a run ended in each of several environments.
#[derive(Debug)]
pub(in crate::cli) struct Results {
    declared: usize,
    shard: Option<Shard>,
    /// Those that it is about, and where it has ended already.
    ended: BTreeMap<EnvironmentName, Option<Result<Exit, Failure>>>,
    /// Those whose tenants are told apart by their hashes. Files and emulators
    /// all have the same.
    by_hash: BTreeSet<EnvironmentName>,
    ledger: Option<Rc<Ledger>>,
}

impl Results {
    /// Finds the tenant of each environment. Nothing is asked of any; where one
    /// cannot be found, that is its end.
    pub(in crate::cli) fn begin(
        verb: &str,
        several: Several,
        configuration: &Configurations,
        tenant: &TenantArguments,
        destinations: &Destinations<'_>,
    ) -> Result<(Self, Vec<Member>), Failure> {
        let source = CredentialSource::read()?;
        let here =
            choose_targets(&several.environments, &source, |set, loaded| {
                Target::choose_by(set, tenant, Some(loaded))
            });
        let elsewhere =
            choose_targets(&several.elsewhere, &source, |set, loaded| {
                // Its credentials may be at hand only where its part is.
                let chosen = Target::choose_whatever_the_credentials(
                    set,
                    tenant,
                    Some(loaded),
                );
                chosen.map(|(target, _)| target)
            });
        let targets = here.iter().chain(&elsewhere);
        let stands = several.all().zip(targets).filter_map(
            |((name, loaded), target)| stand_of(name, loaded, target),
        );
        refuse_shared(stands)?;

        // Only now: a run that is refused leaves nothing behind.
        let folder = configuration.report_folder();
        let ledger = folder
            .map(|folder| Ledger::open(folder, verb, &several))
            .transpose()?;
        let names = several.names().cloned();
        let mut results = Self {
            declared: several.declared,
            shard: several.shard,
            ended: names.map(|name| (name, None)).collect(),
            by_hash: BTreeSet::new(),
            ledger: ledger.map(Rc::new),
        };
        let members =
            results.admit(several.environments, here, destinations)?;
        Ok((results, members))
    }

    /// Takes those that are about a tenant; of the others it
    /// is said why they are not.
    fn admit(
        &mut self,
        environments: Vec<(EnvironmentName, Loaded)>,
        targets: Vec<Result<Target, Failure>>,
        destinations: &Destinations<'_>,
    ) -> Result<Vec<Member>, Failure> {
        let mut members = Vec::new();
        for ((environment, loaded), target) in
            environments.into_iter().zip(targets)
        {
            let target = match target {
                Ok(target) => target,
                Err(failure) => {
                    let told = show(&failure);
                    output::talk(&format!(
                        "Environment: {environment}\n{told}\n"
                    ));
                    self.end(environment, Err(failure), None, None);
                    continue;
                }
            };

            destinations.check_target(&target)?;
            if target.is_told_apart_by_hash() {
                self.by_hash.insert(environment.clone());
            }
            members.push(Member {
                environment,
                loaded,
                target,
            });
        }
        Ok(members)
    }

    /// It begins to write in this environment.
    pub(in crate::cli) fn begin_writing(&self, environment: &EnvironmentName) {
        if let Some(ledger) = &self.ledger {
            ledger.begin(environment);
        }
    }

    /// It has ended so in this environment, with this plan, and
    /// these ends of its changes.
    pub(in crate::cli) fn end(
        &mut self,
        environment: EnvironmentName,
        ended: Result<Exit, Failure>,
        plan: Option<&PlanView>,
        outcomes: Option<OutcomeCountsView>,
    ) {
        if let Some(ledger) = &self.ledger {
            ledger.end(
                &environment,
                ended.as_ref().copied(),
                plan,
                outcomes,
            );
        }
        self.ended
            .insert(environment, Some(ended));
    }

    /// What is told of each environment at the moment that
    /// it ends, if anything is.
    pub(in crate::cli) fn ledger(&self) -> Option<Rc<Ledger>> {
        self.ledger.clone()
    }

    /// It ends before it came to those that are left.
    pub(in crate::cli) fn leave(&mut self, ending: Ending) {
        let left = self
            .ended
            .iter()
            .filter(|(_, ended)| ended.is_none())
            .map(|(environment, _)| environment.clone());
        let left: Vec<EnvironmentName> = left.collect();

        for environment in left {
            let ended = Err(Failure::NotReached(ending));
            self.end(environment, ended, None, None);
        }
    }

    /// Refuses two environments that would undo each other's work, now that it
    /// is known which tenants they are: one may have several domains.
    pub(in crate::cli) fn refuse_one_tenant<'a>(
        &self,
        plans: impl Iterator<Item = &'a PlanView>,
    ) -> Result<(), Failure> {
        let stands = plans.filter_map(|plan| {
            let provenance = &plan.provenance;
            let name = provenance.environment.as_ref()?;
            let name: EnvironmentName = name.parse().ok()?;
            let environment = self.by_hash.get(&name)?;
            // What could not be read is nobody's twin.
            let hash = provenance.tenant_hash.as_ref()?;
            let place = (&provenance.stack, hash);
            Some((place, environment, tenant_named(provenance)))
        });
        refuse_shared(stands)
    }

    /// What it will come to where all goes well that is left.
    pub(in crate::cli) fn prospect(&self) -> EnvironmentsView {
        let all_well = &Ok(Exit::Done);
        let all = self
            .ended
            .iter()
            .map(|(environment, ended)| {
                (environment, ended.as_ref().unwrap_or(all_well))
            });
        self.view_of(all)
    }

    fn all(
        &self,
    ) -> impl Iterator<Item = (&EnvironmentName, &Result<Exit, Failure>)> {
        let ended = self.ended.iter();
        ended.filter_map(|(environment, ended)| {
            Some((environment, ended.as_ref()?))
        })
    }

    pub(in crate::cli) fn exit(&self) -> Exit {
        let ends = self
            .all()
            .map(|(_, ended)| ended.as_ref().copied());
        Exit::gravest(ends.map(Exit::of))
    }

    /// The same for whoever reads a document.
    pub(in crate::cli) fn view(&self) -> EnvironmentsView {
        self.view_of(self.all())
    }

    fn view_of<'a, A>(&self, all: A) -> EnvironmentsView
    where
        A: Iterator<Item = (&'a EnvironmentName, &'a Result<Exit, Failure>)>,
    {
        let results = all.map(|(environment, ended)| {
            let ended = ended.as_ref().copied();
            EnvironmentView {
                environment: environment.to_string(),
                fate: fate_of(ended),
                exit_code: Exit::of(ended).code(),
                error: ended.err().map(faces::view_of),
            }
        });
        let results: Vec<EnvironmentView> = results.collect();
        let done = results
            .iter()
            .filter(|result| result.fate == Fate::Done);

        EnvironmentsView {
            declared: self.declared,
            shard: self
                .shard
                .map(|shard| shard.to_string()),
            done: done.count(),
            results,
        }
    }
}
