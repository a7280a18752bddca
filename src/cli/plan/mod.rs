//! `grantry plan`

use std::path::Path;

use super::arguments::Plan;
use super::destinations::Destinations;
use super::exit::{Ending, Exit, Failure};
use super::page::Page;
use super::selection::{Several, Subject};
use super::several::{Look, Results, look_at_each};
use super::signal::StopRequests;
use super::target::Target;
use super::{faces, output, show};
use crate::config::Loaded;
use crate::render;
use crate::render::document::{EnvironmentsView, PlanDocument, PlanView};

mod commission;
mod comparison;
mod making;

use comparison::Comparison;

pub(super) use commission::{Commission, DriftCheck, OutputsUse, ViewUse};
pub(super) use making::{make_plan, read_for};

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
    // Whatever else ended the run: a plan that is
    // refused would be kept as well.
    let ended = refuse_secrets(arguments, &plans).and(ended);

    // Whoever reads the faces is told of a failure too, and never left with
    // what another run wrote.
    let (exit, error) = faces::end_of(&ended);
    let document =
        PlanDocument::of(plans, error, exit.code()).over(environments);
    if arguments.faces.format.is_for_people() {
        tell_environments(&document);
    }
    hand_out(arguments, document, &ended)?;
    ended
}

/// Says what there is to do in all environments, where there are several.
fn tell_environments(document: &PlanDocument) {
    let Some(environments) = &document.environments else {
        return;
    };

    let plans: Vec<&PlanView> = document.plans.iter().collect();
    let text =
        render::planned_environments(environments, &plans, output::width());
    if let Err(failure) = output::data(&text) {
        output::talk(&show(&failure));
    }
}

/// Keeps what was planned, and says it in every face that was asked for.
fn hand_out(
    arguments: &Plan,
    document: PlanDocument,
    ended: &Result<Exit, Failure>,
) -> Result<(), Failure> {
    let faces = &arguments.faces;
    if let Err(Failure::Overwrites { .. }) = ended {
        return faces.print(&document.without_preconditions());
    }

    let kept = match &arguments.out {
        Some(path) => keep(path, &document, ended),
        None => Ok(()),
    };
    let shown = faces.show(&document.without_preconditions());
    // Unlike an apply, a plan has done nothing that would count for more than a
    // missing face.
    kept.and(shown)
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
            let code = document.exit_code;
            let why = PlanDocument::of(Vec::new(), error, code);
            faces::as_json(&why)
        }
        _ => faces::as_json(document),
    };

    faces::write(path, &text?)
}

async fn compare(arguments: &Plan, made: &mut Made) -> Result<Exit, Failure> {
    let Plan {
        configuration,
        tenant,
        deletions,
        faces,
        out,
        ..
    } = arguments;
    let destinations = Destinations::of(&faces.files, out.as_deref());
    destinations.check(&configuration.paths, &[])?;
    let told = tenant.provider.as_ref();
    let subject = configuration.load(told, deletions, &destinations)?;

    let mut stop_requests = StopRequests::listen()?;
    match subject {
        Subject::One(loaded) => {
            let target = Target::choose(tenant, Some(&loaded))?;
            destinations.check_target(&target)?;
            let comparison = Comparison {
                arguments,
                view: ViewUse::of(faces.are_wanted() || out.is_some()),
            };
            let plans = &mut made.plans;
            let comparing =
                comparison.run(&loaded, target, &Page::AtOnce, plans);
            stop_requests
                .or_stopped(comparing)
                .await
        }
        Subject::Several(several) => {
            let stop_requests = &mut stop_requests;
            compare_each(
                arguments,
                several,
                &destinations,
                stop_requests,
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
    let tenant = &arguments.tenant;
    let (mut results, members) = Results::begin(
        "plan",
        several,
        configuration,
        tenant,
        destinations,
    )?;

    let how = Look {
        format: arguments.faces.format,
        ledger: results.ledger(),
        end_of: |exit| Some(*exit),
    };
    let look =
        async |loaded: Loaded, target, page: &Page, plans: &mut Vec<_>| {
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
