//! `grantry plan`

use std::path::Path;

use super::approval::Approved;
use super::arguments::{Format, Plan};
use super::destinations::Destinations;
use super::exit::{Ending, Exit, Failure};
use super::page::Page;
use super::selection::{Several, Subject};
use super::several::{Look, Results, look_at_each};
use super::signal::StopRequests;
use super::sinks::SinksAtHand;
use super::target::{Target, with_chosen};
use super::{faces, hint, output};
use crate::config::Loaded;
use crate::model::{Desired, Snapshot};
use crate::plan::{Cleared, Planned};
use crate::provider::{Estimate, LockUse, Observe, ProviderError};
use crate::render::Layout;
use crate::render::document::{
    EnvironmentsView, OutputsView, PlanDocument, PlanView, Provenance,
};
use crate::{approval, plan, provider, render};

/// What a run comes to, for whoever reads more than its text.
#[derive(Default)]
struct Made {
    plans: Vec<PlanView>,
    environments: Option<EnvironmentsView>,
}

pub(super) async fn run(arguments: &Plan) -> Result<Exit, Failure> {
    let mut made = Made::default();
    let ended = compare(arguments, &mut made).await;
    let Made {
        plans,
        environments,
    } = made;
    // Whatever else ended the run: a plan that is refused would be kept as
    // well.
    let ended = refuse_secrets(arguments, &plans).and(ended);

    // Whoever reads the faces is told of a failure too, and never left with
    // what another run wrote.
    let (exit, error) = faces::end_of(&ended);
    let document =
        PlanDocument::of(plans, error, exit.code()).over(environments);
    if let Some(environments) = &document.environments
        && arguments.faces.format.is_for_people()
    {
        let plans: Vec<&PlanView> = document.plans.iter().collect();
        let text =
            render::planned_environments(environments, &plans, output::width());
        let told = output::data(&text);
        if let Err(failure) = told {
            output::talk(&super::show(&failure));
        }
    }
    if let Err(Failure::Overwrites { .. }) = ended {
        arguments
            .faces
            .print(&document.without_preconditions())?;
        return ended;
    }

    let kept = arguments
        .out
        .as_ref()
        .map_or(Ok(()), |path| keep(path, &document, &ended));
    let shown = arguments
        .faces
        .show(&document.without_preconditions());
    // Unlike an apply, a plan has done nothing that would count for more than a
    // missing face.
    kept.and(shown)?;
    ended
}

/// A plan is kept as it is or not at all: without the secret that is in it, it
/// would be another one, and with it nobody may read it.
fn refuse_secrets(arguments: &Plan, plans: &[PlanView]) -> Result<(), Failure> {
    match &arguments.out {
        Some(path) if faces::holds_secret(&plans)? => {
            Err(Failure::SecretInPlan(path.clone()))
        }
        _ => Ok(()),
    }
}

/// Keeps what was planned; where that must not be, only why.
fn keep(
    path: &Path,
    document: &PlanDocument,
    ended: &Result<Exit, Failure>,
) -> Result<(), Failure> {
    let text = match ended {
        Err(Failure::SecretInPlan(_)) => {
            let error = document.error.clone();
            faces::as_json(&PlanDocument::of(
                Vec::new(),
                error,
                document.exit_code,
            ))
        }
        _ => faces::as_json(document),
    };

    faces::write(path, &text?)
}

async fn compare(arguments: &Plan, made: &mut Made) -> Result<Exit, Failure> {
    let destinations =
        Destinations::of(&arguments.faces.files, arguments.out.as_deref());
    destinations.check(&arguments.configuration.paths, &[])?;
    let told = arguments.tenant.provider.as_ref();
    let subject = arguments.configuration.load(
        told,
        &arguments.deletions,
        &destinations,
    )?;

    let mut stop_requests = StopRequests::listen()?;
    match subject {
        Subject::One(loaded) => {
            let target = Target::choose(&arguments.tenant, Some(&loaded))?;
            destinations.check_target(&target)?;
            let view = ViewUse::of(
                arguments.faces.are_wanted() || arguments.out.is_some(),
            );
            let comparing = Comparison {
                arguments,
                view,
            };
            let comparing =
                comparing.run(&loaded, target, &Page::AtOnce, &mut made.plans);
            stop_requests.or_stopped(comparing).await
        }
        Subject::Several(several) => {
            compare_each(
                arguments,
                several,
                &destinations,
                &mut stop_requests,
                made,
            )
            .await
        }
    }
}

/// Compares in each of several environments.
async fn compare_each(
    arguments: &Plan,
    several: Several,
    destinations: &Destinations<'_>,
    stop_requests: &mut StopRequests,
    made: &mut Made,
) -> Result<Exit, Failure> {
    let comparison = Comparison {
        arguments,
        view: ViewUse::Wanted,
    };
    let configuration = &arguments.configuration;
    let (mut results, members) = Results::begin(
        "plan",
        several,
        configuration,
        &arguments.tenant,
        destinations,
    )?;

    let how = Look {
        format: arguments.faces.format,
        ledger: results.ledger(),
        end_of: |exit| Some(*exit),
    };
    let look = async |loaded: Loaded,
                      target,
                      page: &Page,
                      plans: &mut Vec<PlanView>| {
        comparison
            .run(&loaded, target, page, plans)
            .await
    };
    let take = |environment, plans: Vec<PlanView>, ended| {
        results.end(environment, ended, plans.last(), None);
        made.plans.extend(plans);
    };
    let looking = look_at_each(members, how, look, take);
    let looked = stop_requests.or_stopped(looking).await;

    results.leave(Ending::Stopped);
    made.environments = Some(results.view());
    looked?;
    results.refuse_one_tenant(made.plans.iter())?;
    Ok(results.exit())
}

/// How a tenant is compared with what is declared.
#[derive(Clone, Copy)]
struct Comparison<'a> {
    arguments: &'a Plan,
    view: ViewUse,
}

/// Whether anybody but a person reads a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ViewUse {
    Wanted,
    None,
}

impl ViewUse {
    pub(super) fn of(is_wanted: bool) -> Self {
        if is_wanted {
            Self::Wanted
        } else {
            Self::None
        }
    }
}

impl Comparison<'_> {
    async fn run(
        self,
        loaded: &Loaded,
        target: Target,
        page: &Page,
        plans: &mut Vec<PlanView>,
    ) -> Result<Exit, Failure> {
        let Self {
            arguments,
            view,
        } = self;
        let format = arguments.faces.format;
        let target = target.head_plan(format, page)?;
        let drift = if arguments.expect_no_changes {
            DriftCheck::On
        } else {
            DriftCheck::Off
        };
        let sinks = SinksAtHand::of(loaded, &arguments.sinks)?;
        let order = Order {
            sinks: &sinks,
            outputs: OutputsUse::None,
            // Nobody says yet how it will be applied.
            lock_use: LockUse::Taken,
            provenance: target.provenance(loaded),
            format,
            layout: arguments
                .faces
                .layout(target.support(), output::width()),
            view,
            approved: None,
            drift,
            page,
        };

        for error in sinks.absent(&loaded.desired) {
            let step = hint::of(error);
            page.talk(&render::not_looked_at(
                &error.to_string(),
                step.as_deref(),
            ));
        }
        let reader = target.reader()?;
        let made = with_chosen!(&reader, reader => {
            make_plan(reader, &loaded.desired, order, plans).await
        });
        let (cleared, _) = made?;

        let plan = cleared.plan();
        let is_pending = arguments.detailed_exitcode && plan.does_anything();
        let has_drifted = drift == DriftCheck::On && !plan.drift().is_empty();
        if is_pending || has_drifted {
            Ok(Exit::Changes)
        } else {
            Ok(Exit::Done)
        }
    }
}

/// What a plan is made for.
pub(super) struct Order<'a> {
    /// Whether the lock will be taken: applying costs more then.
    pub(super) lock_use: LockUse,
    /// Whose plan it is, and of which tenant.
    pub(super) provenance: Provenance,
    /// How stdout says it.
    pub(super) format: Format,
    /// How much it says.
    pub(super) layout: Layout,
    /// Whether anybody but a person reads it.
    pub(super) view: ViewUse,
    /// What was approved beforehand.
    pub(super) approved: Option<&'a Approved>,
    /// Whether it is said how the tenant has drifted.
    pub(super) drift: DriftCheck,
    /// Where it is said.
    pub(super) page: &'a Page,
    /// Where credentials go.
    pub(super) sinks: &'a SinksAtHand,
    /// Whether a report says what services need to know.
    pub(super) outputs: OutputsUse,
}

/// Whether a report says what services need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputsUse {
    Wanted,
    None,
}

/// Whether it is said in which ways the tenant has moved away from what was
/// applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DriftCheck {
    On,
    Off,
}

/// Reads the tenant, and prints what a plan comes to: also where there is none,
/// or it is refused. What others than people read of it is added to `plans`.
pub(super) async fn make_plan(
    tenant: &impl Observe,
    desired: &Desired,
    order: Order<'_>,
    plans: &mut Vec<PlanView>,
) -> Result<(Cleared, Option<Estimate>), Failure> {
    let seen = read_for(tenant, desired, order.page).await?;

    tracing::info!(objects = seen.found.len(), "planning");
    let planning = match plan::plan(desired, &seen) {
        Ok(planned) => match order
            .sinks
            .look_around(tenant, desired, &seen)
            .await?
        {
            Some(surroundings) => {
                planned.with_deliveries(desired, &seen, surroundings)
            }
            None => Ok(planned),
        },
        // Where there is no plan, nobody need look into sinks.
        conflicts => conflicts,
    };
    let planned = match planning {
        Ok(planned) => planned,
        Err(conflicts) => {
            let provenance = order.provenance_of(&seen);
            plans.push(PlanView::of_conflicts(
                &conflicts,
                provenance,
                hint::words,
            ));
            if order.format.is_for_people() {
                order
                    .page
                    .data(&render::conflicts(&conflicts))?;
            }
            return Err(conflicts.into());
        }
    };
    // Only now, for what is to be deleted: to look at everything closely takes
    // a request an object.
    let planned = provider::inspect(tenant, planned).await?;

    // Where nothing changes there is nothing to say of the cost.
    let estimate = if planned.plan.does_anything() {
        tenant.estimate(&planned, &seen, order.lock_use)
    } else {
        None
    };

    // Before the guards end the run: whoever is refused sees what was refused.
    order.print(&planned, estimate.as_ref())?;
    let mut view = order.view(&planned, &seen, estimate.as_ref());
    if let (Some(view), OutputsUse::Wanted) = (&mut view, order.outputs) {
        let outputs = plan::Outputs::of(desired, &seen);
        view.outputs = Some(OutputsView::of(
            &outputs,
            tenant.endpoints().await?,
        ));
    }
    let checked = order.check(
        view.as_ref(),
        &planned,
        &seen,
        estimate.as_ref(),
    );
    plans.extend(view);

    // The process ends soon, and gives it back at once: piece by piece takes as
    // long as comparing it.
    std::mem::forget(seen);

    let cleared = planned.clear()?;
    checked?;
    Ok((cleared, estimate))
}

impl Order<'_> {
    fn print(
        &self,
        planned: &Planned,
        estimate: Option<&Estimate>,
    ) -> Result<(), Failure> {
        if !self.format.is_for_people() {
            return Ok(());
        }

        self.page.plan(planned, estimate, self.layout)?;
        match self.drift {
            DriftCheck::On => self
                .page
                .data(&render::drift(&planned.plan.drift())),
            DriftCheck::Off => Ok(()),
        }
    }

    /// What others than people read, if anybody does: it takes a while to make,
    /// and memory to keep.
    fn view(
        &self,
        planned: &Planned,
        seen: &Snapshot,
        estimate: Option<&Estimate>,
    ) -> Option<PlanView> {
        (self.view == ViewUse::Wanted)
            .then(|| self.make_view(planned, seen, estimate))
    }

    fn make_view(
        &self,
        planned: &Planned,
        seen: &Snapshot,
        estimate: Option<&Estimate>,
    ) -> PlanView {
        let requests = estimate.map(|estimate| estimate.requests);
        let view = PlanView::of(
            planned,
            self.provenance_of(seen),
            requests,
            hint::words,
        );
        let view = match self.drift {
            DriftCheck::On => view.with_drift(&planned.plan),
            DriftCheck::Off => view,
        };
        approval::seal(view, planned, seen)
    }

    /// Whether this is what was approved, if anything was. What a guard speaks
    /// against is refused whoever has approved it, and not compared.
    fn check(
        &self,
        view: Option<&PlanView>,
        planned: &Planned,
        seen: &Snapshot,
        estimate: Option<&Estimate>,
    ) -> Result<(), Failure> {
        match (self.approved, view) {
            (None, _) => Ok(()),
            (Some(_), _) if !planned.refusals.is_empty() => Ok(()),
            (Some(approved), Some(view)) => {
                approved.check(view, planned, seen, self.page)
            }
            // Also where nobody reads it: nothing passes without having been
            // compared.
            (Some(approved), None) => {
                let view = self.make_view(planned, seen, estimate);
                approved.check(&view, planned, seen, self.page)
            }
        }
    }

    fn provenance_of(&self, seen: &Snapshot) -> Provenance {
        Provenance {
            tenant_hash: Some(seen.tenant.to_string()),
            ..self.provenance.clone()
        }
    }
}

/// Reads what a configuration needs to know of the tenant, and shows that it
/// does.
pub(super) async fn read_for(
    tenant: &impl Observe,
    desired: &Desired,
    page: &Page,
) -> Result<Snapshot, ProviderError> {
    tracing::info!("reading the tenant");
    let spinner = page.spinner("reading the tenant");
    let seen = provider::observe(tenant, desired).await;

    // On every way out, or it would turn beside the error.
    spinner.finish_and_clear();
    seen
}
