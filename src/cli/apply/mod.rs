//! `grantry apply`

use tokio::time::Instant;

use super::approval::Approved;
use super::arguments::{Apply, Format};
use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::page::Page;
use super::plan::{Commission, DriftCheck, OutputsUse, ViewUse};
use super::selection::Subject;
use super::signal::StopRequests;
use super::sinks::SinksAtHand;
use super::target::{Target, with_chosen};
use super::{faces, hint, output, plan, show};
use crate::config::Loaded;
use crate::model::{Desired, StackName};
use crate::plan::Cleared;
use crate::provider::{Mutate, Observe};
use crate::render;
use crate::render::document::{
    EnvironmentsView, PlanView, ReportDocument, ReportView,
};
use crate::secrets::Sinks;

mod applying;
mod each;

use applying::{Applier, Applying, Ended, exit_after, tell_end};

/// What a run comes to, for whoever reads more than its text.
#[derive(Default)]
struct Made {
    reports: Vec<ReportView>,
    environments: Option<EnvironmentsView>,
}

pub(super) async fn run(arguments: &Apply) -> Result<Exit, Failure> {
    let mut made = Made::default();
    let ended = plan_and_apply(arguments, &mut made).await;
    let Made {
        reports,
        environments,
    } = made;

    let (exit, error) = faces::end_of(&ended);
    let document = ReportDocument::of(reports, error, exit.code())
        .over(environments)
        .without_preconditions();
    let told = match &document.environments {
        Some(environments) if arguments.faces.format.is_for_people() => {
            let text = render::applied_environments(
                environments,
                &document.reports,
                output::width(),
            );
            output::data(&format!("\n{text}"))
        }
        _ => Ok(()),
    };
    let shown = match ended {
        // What must not be written over is left alone,
        // whatever there is to say in it.
        Err(Failure::Overwrites { .. }) => arguments.faces.print(&document),
        _ => arguments.faces.show(&document),
    };
    // What was done decides how the run ends, also where it cannot be shown.
    if let Err(failure) = told.and(shown) {
        output::talk(&render::failure(&failure.to_string(), None));
    }
    ended
}

async fn plan_and_apply(
    arguments: &Apply,
    made: &mut Made,
) -> Result<Exit, Failure> {
    // Begun before anything is read: a run has so long in all.
    let deadline = arguments.tenant.deadline.begin();
    let destinations = Destinations::of(&arguments.faces.files, None);
    destinations.check(
        &arguments.configuration.paths,
        &arguments.approval.plans,
    )?;
    let told = arguments.tenant.provider.as_ref();
    let subject = arguments.configuration.load(
        told,
        &arguments.deletions,
        &destinations,
    )?;

    let run = Run {
        arguments,
        approved: Approved::read(&arguments.approval)?,
        deadline,
    };
    let mut stop_requests = StopRequests::listen()?;
    match subject {
        Subject::One(loaded) => {
            let target = Target::choose(&arguments.tenant, Some(&loaded))?;
            destinations.check_target(&target)?;
            run.over_one(*loaded, target, &mut stop_requests, made)
                .await
        }
        Subject::Several(several) => {
            run.over_several(several, &destinations, &mut stop_requests, made)
                .await
        }
    }
}

/// One run, over however many tenants.
struct Run<'a> {
    arguments: &'a Apply,
    approved: Option<Approved>,
    deadline: Option<Instant>,
}

/// A plan that may be applied, with what applies it.
struct Ready {
    applier: Applier,
    cleared: Cleared,
    sinks: SinksAtHand,
    stack: StackName,
}

impl Run<'_> {
    async fn over_one(
        &self,
        loaded: Loaded,
        target: Target,
        stop_requests: &mut StopRequests,
        made: &mut Made,
    ) -> Result<Exit, Failure> {
        let mut plans = Vec::new();
        let view = ViewUse::of(self.arguments.faces.are_wanted());
        let planning =
            self.plan(loaded, target, view, &Page::AtOnce, &mut plans);
        let planned = stop_requests.or_stopped(planning).await;
        let approved = match planned {
            Ok(Some(ready)) => self
                .ask(1, stop_requests)
                .await
                .map(|()| Some(ready)),
            planned => planned,
        };

        let ended = match approved {
            Ok(Some(ready)) => {
                self.carry_out(ready, stop_requests)
                    .await
            }
            Ok(None) => {
                let views = plans.into_iter();
                made.reports
                    .extend(views.map(ReportView::not_begun));
                return Ok(Exit::Done);
            }
            Err(failure) => Err(failure),
        };
        Self::conclude(ended, plans, &mut made.reports)
    }

    /// Plans for one tenant; none where there is nothing to do.
    async fn plan(
        &self,
        loaded: Loaded,
        target: Target,
        view: ViewUse,
        page: &Page,
        plans: &mut Vec<PlanView>,
    ) -> Result<Option<Ready>, Failure> {
        let Self {
            arguments,
            approved,
            ..
        } = self;
        let format = arguments.faces.format;
        let target = target.head_plan(format, page)?;
        let sinks = SinksAtHand::of(&loaded, &arguments.sinks)?;
        // Before anything is read: what is applied is applied as a whole.
        sinks.require_all(&loaded.desired)?;
        let support = target.support();
        let commission = Commission {
            sinks: &sinks,
            outputs: OutputsUse::Wanted,
            lock_use: arguments.locking.lock_use(),
            provenance: target.provenance(&loaded),
            format,
            layout: arguments
                .faces
                .layout(support, output::width()),
            view,
            approved: approved.as_ref(),
            drift: DriftCheck::Off,
            page,
        };

        let desired = loaded.desired;
        let (applier, cleared) = self
            .plan_with(target, &desired, commission, plans)
            .await?;
        if !cleared.plan().does_anything() {
            return Ok(None);
        }

        // Before anybody is asked, and before the first write.
        sinks.check(cleared.plan()).await?;
        // What is wanted is in the plan now, and what waits
        // for approval may be large.
        Ok(Some(Ready {
            applier,
            cleared,
            sinks,
            stack: desired.stack,
        }))
    }

    /// Plans with what will apply it.
    async fn plan_with(
        &self,
        target: Target,
        desired: &Desired,
        commission: Commission<'_>,
        plans: &mut Vec<PlanView>,
    ) -> Result<(Applier, Cleared), Failure> {
        let patience = self.arguments.locking.lock_timeout.0;
        match (target, commission.page) {
            (target @ Target::Local(_), Page::Kept(_)) => {
                let reader = target.clone().reader()?;
                let cleared = with_chosen!(&reader, reader => {
                    make_permitted(reader, desired, commission, plans).await?
                });
                Ok((Applier::Later(target), cleared))
            }
            (target, _) => {
                let writer = target.writer(patience).await?;
                let cleared = with_chosen!(&writer, writer => {
                    let reader = writer.reader();
                    make_permitted(reader, desired, commission, plans).await?
                });
                Ok((Applier::Open(Box::new(writer)), cleared))
            }
        }
    }

    /// Asks whoever sits there, unless that was approved already.
    async fn ask(
        &self,
        tenants: usize,
        stop_requests: &mut StopRequests,
    ) -> Result<(), Failure> {
        if self.approved.is_some() || self.arguments.auto_approve {
            return Ok(());
        }

        let asking = ask_for_approval(self.arguments.faces.format, tenants);
        stop_requests.or_stopped(asking).await
    }

    /// Applies to one tenant.
    async fn carry_out(
        &self,
        ready: Ready,
        stop_requests: &mut StopRequests,
    ) -> Result<Ended, Failure> {
        let Ready {
            applier,
            cleared,
            sinks,
            stack,
        } = ready;
        let opening = applier.open(self.arguments.locking.lock_timeout.0);
        let writer = stop_requests
            .or_stopped(opening)
            .await?;
        let sinks = sinks.sinks();
        // Apart: it is large, and there is one of it for each provider.
        let ended = with_chosen!(&writer, writer => {
            let applying =
                self.apply(writer, cleared, sinks, &stack, stop_requests);
            Box::pin(applying).await
        })?;

        let format = self.arguments.faces.format;
        tell_end(
            &ended.report,
            format,
            writer.correlation(),
            self.deadline,
        );
        Ok(ended)
    }

    async fn apply<P: Mutate>(
        &self,
        writer: &P,
        cleared: Cleared,
        sinks: &Sinks,
        stack: &StackName,
        stop_requests: &mut StopRequests,
    ) -> Result<Ended, Failure> {
        let Self {
            arguments,
            deadline,
            ..
        } = self;

        // The lock only now: whoever thinks about a plan keeps nobody waiting.
        let exclusion = arguments
            .locking
            .exclusion_for(cleared.plan(), writer.names());
        let guard = exclusion
            .take(writer, stack, stop_requests)
            .await?;
        let applying = Applying {
            writer,
            guard: &guard,
            sinks,
            parallelism: writer.side_by_side(arguments.tenant.parallelism),
            deadline: *deadline,
            format: arguments.faces.format,
        };
        let ended = applying
            .carry_out(cleared, stop_requests)
            .await;

        // On every way out: a lock that stays keeps the next run waiting.
        if let Err(error) = guard.release(writer).await {
            output::talk(&render::lock_not_released(&error));
        }
        ended
    }

    /// What became of a plan, and how the run ends.
    fn conclude(
        ended: Result<Ended, Failure>,
        plans: Vec<PlanView>,
        reports: &mut Vec<ReportView>,
    ) -> Result<Exit, Failure> {
        let views = plans.into_iter();
        let Ended {
            report,
            stopped,
        } = match ended {
            Ok(ended) => ended,
            Err(failure) => {
                let view: fn(PlanView) -> ReportView = match failure {
                    Failure::GivenUp => ReportView::given_up,
                    _ => ReportView::not_begun,
                };
                reports.extend(views.map(view));
                return Err(failure);
            }
        };

        reports.extend(
            views.map(|view| ReportView::of(view, &report, hint::words)),
        );
        // Two clients where there should be one, perhaps:
        // somebody has to look at that.
        if report.may_have_twins() {
            return Ok(Exit::Partial);
        }
        Ok(exit_after(&report, stopped))
    }

    /// Says something to people on stdout. What is done decides how the run
    /// ends, also where it cannot be shown.
    fn say(&self, text: &str) {
        if !self
            .arguments
            .faces
            .format
            .is_for_people()
        {
            return;
        }
        if let Err(failure) = output::data(text) {
            output::talk(&show(&failure));
        }
    }
}

/// Plans what may be applied with our permissions. Before anybody is asked:
/// nobody has to approve what is not permitted anyway.
async fn make_permitted(
    reader: &impl Observe,
    desired: &Desired,
    commission: Commission<'_>,
    plans: &mut Vec<PlanView>,
) -> Result<Cleared, Failure> {
    let (cleared, estimate) =
        plan::make_plan(reader, desired, commission, plans).await?;
    if let Some(estimate) = estimate {
        reader
            .check_permissions(&estimate.needs)
            .await?;
    }
    Ok(cleared)
}

/// Asks whoever sits there, who must have been shown what for.
async fn ask_for_approval(
    format: Format,
    tenants: usize,
) -> Result<(), Failure> {
    if !format.is_for_people() {
        return Err(Failure::NobodyToAsk);
    }

    let where_to = match tenants {
        1 => String::new(),
        tenants => format!(" to {tenants} environments"),
    };
    let question =
        format!("\nApply these changes{where_to}? Type `yes` to apply: ");
    output::ask_for_approval(&question).await
}
