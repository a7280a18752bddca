//! How a tenant is compared with what is declared.

use super::commission::{Commission, DriftCheck, OutputsUse, ViewUse};
use super::making::make_plan;
use crate::cli::arguments::Plan;
use crate::cli::exit::{Exit, Failure};
use crate::cli::page::Page;
use crate::cli::sinks::SinksAtHand;
use crate::cli::target::{Target, with_chosen};
use crate::cli::{hint, output};
use crate::config::Loaded;
use crate::provider::LockUse;
use crate::render;
use crate::render::document::PlanView;

/// How a tenant is compared with what is declared.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'a> {
    pub(super) arguments: &'a Plan,
    pub(super) view: ViewUse,
}

impl Comparison<'_> {
    pub(super) async fn run(
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
        let support = target.support();
        let layout = arguments
            .faces
            .layout(support, output::width());
        let commission = Commission {
            sinks: &sinks,
            outputs: OutputsUse::None,
            // Nobody says yet how it will be applied.
            lock_use: LockUse::Taken,
            provenance: target.provenance(loaded),
            format,
            layout,
            view,
            approved: None,
            drift,
            page,
        };

        for error in sinks.absent(&loaded.desired) {
            let step = hint::of(error);
            let why = error.to_string();
            page.talk(&render::not_looked_at(&why, step.as_deref()));
        }
        let reader = target.reader()?;
        let made = with_chosen!(&reader, reader => {
            make_plan(reader, &loaded.desired, commission, plans).await
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
