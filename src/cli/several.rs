//! A run over several environments: concurrently, each tenant once at a time,
//! and told in the order of their names.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::rc::Rc;

use futures_util::{StreamExt as _, stream};
use tracing::Instrument as _;

use super::arguments::{Configurations, Format, Shard, TenantArguments};
use super::credentials::{CredentialSet, CredentialSource};
use super::destinations::Destinations;
use super::exit::{Ending, Exit, Failure};
use super::ledger::{Ledger, fate_of};
use super::page::{DataUse, Page};
use super::selection::Several;
use super::target::Target;
use super::{faces, output, progress};
use crate::config::{Loaded, TenantName};
use crate::files;
use crate::model::{EnvironmentName, StackName};
use crate::render::document::{
    EnvironmentView, EnvironmentsView, Fate, OutcomeCountsView, PlanView,
    Provenance,
};

/// How many tenants are looked at side by side. Each has connections of its
/// own, and a process may not have many more.
const SIDE_BY_SIDE: usize = 64;

/// One environment, with the tenant that it is about.
pub(super) struct Member {
    pub(super) environment: EnvironmentName,
    pub(super) loaded: Loaded,
    pub(super) target: Target,
}

/// How a run ended in each of several environments.
#[derive(Debug)]
pub(super) struct Results {
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
    pub(super) fn begin(
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
        let all = several.all().zip(here.iter().chain(&elsewhere));
        refuse_shared(all.filter_map(|((name, loaded), target)| {
            stand_of(name, loaded, target)
        }))?;

        // Only now: a run that is refused leaves nothing behind.
        let folder = configuration.report_folder();
        let ledger = folder.map(|folder| Ledger::open(folder, verb, &several));
        let mut results = Self {
            declared: several.declared,
            shard: several.shard,
            ended: several
                .names()
                .map(|name| (name.clone(), None))
                .collect(),
            by_hash: BTreeSet::new(),
            ledger: ledger.transpose()?.map(Rc::new),
        };
        let members =
            results.admit(several.environments, here, destinations)?;
        Ok((results, members))
    }

    /// Takes those that are about a tenant; of the others it is said why they
    /// are not.
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
                    let told = super::show(&failure);
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
    pub(super) fn begin_writing(&self, environment: &EnvironmentName) {
        if let Some(ledger) = &self.ledger {
            ledger.begin(environment);
        }
    }

    /// It has ended so in this environment, with this plan, and these ends of
    /// its changes.
    pub(super) fn end(
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
        self.ended.insert(environment, Some(ended));
    }

    /// What is told of each environment at the moment that it ends, if anything
    /// is.
    pub(super) fn ledger(&self) -> Option<Rc<Ledger>> {
        self.ledger.clone()
    }

    /// It ends before it came to those that are left.
    pub(super) fn leave(&mut self, ending: Ending) {
        let left = self
            .ended
            .iter()
            .filter(|(_, ended)| ended.is_none());
        let left: Vec<_> = left
            .map(|(environment, _)| environment.clone())
            .collect();

        for environment in left {
            self.end(
                environment,
                Err(Failure::NotReached(ending)),
                None,
                None,
            );
        }
    }

    /// Refuses two environments that would undo each other's work, now that it
    /// is known which tenants they are: one may have several domains.
    pub(super) fn refuse_one_tenant<'a>(
        &self,
        plans: impl Iterator<Item = &'a PlanView>,
    ) -> Result<(), Failure> {
        refuse_shared(plans.filter_map(|plan| {
            let place = &plan.provenance;
            let name: EnvironmentName =
                place.environment.as_ref()?.parse().ok()?;
            let environment = self.by_hash.get(&name)?;
            // What could not be read is nobody's twin.
            let hash = place.tenant_hash.as_ref()?;
            Some((
                (&place.stack, hash),
                environment,
                tenant_named(place),
            ))
        }))
    }

    /// What it will come to where all goes well that is left.
    pub(super) fn prospect(&self) -> EnvironmentsView {
        let ended = self.ended.iter();
        let ended =
            ended.map(|(environment, ended)| (environment, ended.as_ref()));
        self.view_of(ended.map(|(environment, ended)| {
            (environment, ended.unwrap_or(&Ok(Exit::Done)))
        }))
    }

    fn all(
        &self,
    ) -> impl Iterator<Item = (&EnvironmentName, &Result<Exit, Failure>)> {
        let ended = self.ended.iter();
        ended.filter_map(|(environment, ended)| {
            Some((environment, ended.as_ref()?))
        })
    }

    pub(super) fn exit(&self) -> Exit {
        Exit::gravest(
            self.all()
                .map(|(_, ended)| Exit::of(ended.as_ref().copied())),
        )
    }

    /// The same for whoever reads a document.
    pub(super) fn view(&self) -> EnvironmentsView {
        self.view_of(self.all())
    }

    fn view_of<'a>(
        &self,
        all: impl Iterator<Item = (&'a EnvironmentName, &'a Result<Exit, Failure>)>,
    ) -> EnvironmentsView {
        let results = all.map(|(environment, ended)| EnvironmentView {
            environment: environment.to_string(),
            fate: fate_of(ended.as_ref().copied()),
            exit_code: Exit::of(ended.as_ref().copied()).code(),
            error: ended.as_ref().err().map(faces::view_of),
        });
        let results: Vec<EnvironmentView> = results.collect();
        let done = results
            .iter()
            .filter(|result| result.fate == Fate::Done);

        EnvironmentsView {
            declared: self.declared,
            shard: self.shard.map(|shard| shard.to_string()),
            done: done.count(),
            results,
        }
    }
}

fn tenant_of(target: &Target) -> TenantName {
    match target {
        Target::Local(file) => TenantName::Local(files::where_it_leads(file)),
        Target::Auth0(settings) => TenantName::Auth0(settings.domain()),
        Target::Keycloak(settings) => {
            TenantName::Keycloak(settings.realm().to_string())
        }
    }
}

/// The same, as a plan names it. Those of files have no hash that tells them
/// apart, and do not come so far.
fn tenant_named(place: &Provenance) -> TenantName {
    let tenant = place.tenant.clone();
    if place.provider == Provenance::KEYCLOAK {
        TenantName::Keycloak(tenant)
    } else {
        TenantName::Auth0(tenant)
    }
}

/// The tenant that each environment is about.
fn choose_targets(
    environments: &[(EnvironmentName, Loaded)],
    source: &CredentialSource,
    choose: impl Fn(&CredentialSet<'_>, &Loaded) -> Result<Target, Failure>,
) -> Vec<Result<Target, Failure>> {
    let targets = environments
        .iter()
        .map(|(environment, loaded)| {
            let set = source.for_environment(Some(environment));
            choose(&set, loaded)
        });
    targets.collect()
}

/// Which stack an environment is, and in which tenant; none where that is not
/// known.
fn stand_of<'a>(
    environment: &'a EnvironmentName,
    loaded: &'a Loaded,
    target: &Result<Target, Failure>,
) -> Option<(
    (&'a StackName, TenantName),
    &'a EnvironmentName,
    TenantName,
)> {
    let tenant = tenant_of(target.as_ref().ok()?);
    let place = (&loaded.desired.stack, tenant.clone());

    Some((place, environment, tenant))
}

/// Refuses two environments that would undo each other's work: those that are
/// in one place.
fn refuse_shared<'a, Place: Ord>(
    all: impl Iterator<Item = (Place, &'a EnvironmentName, TenantName)>,
) -> Result<(), Failure> {
    let mut seen: BTreeMap<Place, &EnvironmentName> = BTreeMap::new();
    for (place, environment, tenant) in all {
        if let Some(first) = seen.insert(place, environment) {
            return Err(Failure::OneTenant(
                first.clone(),
                environment.clone(),
                tenant,
            ));
        }
    }
    Ok(())
}

/// How environments are looked at.
pub(super) struct Look<T> {
    pub(super) format: Format,
    /// Who is told of each that has ended.
    pub(super) ledger: Option<Rc<Ledger>>,
    /// Whether it has ended with this, and how: there may be something left to
    /// do in it.
    pub(super) end_of: fn(&T) -> Option<Exit>,
}

/// Looks at each environment, side by side, and tells of each when it is its
/// turn.
pub(super) async fn look_at_each<T>(
    members: Vec<Member>,
    Look {
        format,
        ledger,
        end_of,
    }: Look<T>,
    look: impl AsyncFn(
        Loaded,
        Target,
        &Page,
        &mut Vec<PlanView>,
    ) -> Result<T, Failure>,
    mut take: impl FnMut(EnvironmentName, Vec<PlanView>, Result<T, Failure>),
) -> Result<(), Failure> {
    let bar = progress::bar("environments compared", members.len());
    let each = async |member: Member| {
        let Member {
            environment,
            loaded,
            target,
        } = member;
        let page = Page::of_environment(environment.clone());
        let mut plans = Vec::new();

        let span = tracing::info_span!("environment", name = %environment);
        let looking = look(loaded, target, &page, &mut plans);
        let ended = looking.instrument(span).await;
        if let Err(failure) = &ended {
            page.talk(&super::show(failure));
        }

        // At once, and not when it is its turn: a run that is killed has it in
        // its report.
        let end = match &ended {
            Ok(found) => end_of(found).map(Ok),
            Err(failure) => Some(Err(failure)),
        };
        if let (Some(ledger), Some(end)) = (&ledger, end) {
            ledger.end(&environment, end, plans.last(), None);
        }
        bar.inc(1);
        (environment, page, plans, ended)
    };
    let in_turn = |(environment, page, plans, ended): (
        _,
        Page,
        Vec<PlanView>,
        Result<T, _>,
    )| {
        let data = match plans.as_slice() {
            // Why there is no plan is said beside it.
            [] => DataUse::None,
            // In the line of all of which there is nothing to say.
            [plan] if ended.is_ok() && plan.says_nothing() => DataUse::None,
            _ if format.is_for_people() => DataUse::Shown,
            _ => DataUse::None,
        };
        bar.suspend(|| page.turn(data))?;
        take(environment, plans, ended);
        Ok(())
    };

    side_by_side(members, each, in_turn).await
}

/// Does something for each environment, side by side, and hands on what it
/// gives in the order of their names. Those that are about one tenant come one
/// after the other, so that together they are no faster than it allows.
async fn side_by_side<T>(
    members: Vec<Member>,
    each: impl AsyncFn(Member) -> T,
    mut in_turn: impl FnMut(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let each = &each;
    let lanes = lanes_of(members).into_values().map(|lane| {
        let ended = stream::iter(lane);
        let ended = ended
            .then(async move |(place, member)| (place, each(member).await));
        ended.boxed_local()
    });
    let mut ended = pin!(stream::iter(lanes).flatten_unordered(SIDE_BY_SIDE));

    let mut early = BTreeMap::new();
    let mut turn = 0;
    while let Some((place, one)) = ended.next().await {
        early.insert(place, one);
        while let Some(one) = early.remove(&turn) {
            in_turn(one)?;
            turn += 1;
        }
    }
    Ok(())
}

/// The environments of each tenant, each with its place among all.
fn lanes_of(
    members: Vec<Member>,
) -> BTreeMap<TenantName, Vec<(usize, Member)>> {
    let mut lanes: BTreeMap<TenantName, Vec<(usize, Member)>> = BTreeMap::new();
    for (place, member) in members.into_iter().enumerate() {
        let lane = lanes
            .entry(tenant_of(&member.target))
            .or_default();
        lane.push((place, member));
    }
    lanes
}

#[cfg(test)]
mod tests;
