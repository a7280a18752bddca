//! Looking at several environments, and telling of each when it is its turn.

use std::rc::Rc;

use tracing::Instrument as _;

use super::lanes::side_by_side;
use super::members::Member;
use crate::cli::arguments::Format;
use crate::cli::exit::{Exit, Failure};
use crate::cli::ledger::Ledger;
use crate::cli::page::{DataUse, Page};
use crate::cli::target::Target;
use crate::cli::{progress, show};
use crate::config::Loaded;
use crate::model::EnvironmentName;
use crate::render::document::PlanView;

/// How environments are looked at.
pub(in crate::cli) struct Look<T> {
    pub(in crate::cli) format: Format,
    /// Who is told of each that has ended.
    pub(in crate::cli) ledger: Option<Rc<Ledger>>,
    /// Whether it has ended with this, and how: there may be
    /// something left to do in it.
    pub(in crate::cli) end_of: fn(&T) -> Option<Exit>,
}

impl<T> Look<T> {
    /// Tells at once, and not when it is its turn: a run that is killed has it
    /// in its report.
    fn tell_ledger(&self, looked: &Looked<T>) {
        let Some(ledger) = &self.ledger else {
            return;
        };

        let end = match &looked.ended {
            Ok(found) => (self.end_of)(found).map(Ok),
            Err(failure) => Some(Err(failure)),
        };
        if let Some(end) = end {
            ledger.end(
                &looked.environment,
                end,
                looked.plans.last(),
                None,
            );
        }
    }
}

/// An environment that was looked at, until it is its turn.
struct Looked<T> {
    environment: EnvironmentName,
    page: Page,
    plans: Vec<PlanView>,
    ended: Result<T, Failure>,
}

impl<T> Looked<T> {
    fn use_of_data(&self, format: Format) -> DataUse {
        match self.plans.as_slice() {
            // Why there is no plan is said beside it.
            [] => DataUse::None,
            // In the line of all of which there is nothing to say.
            [plan] if self.ended.is_ok() && plan.says_nothing() => {
                DataUse::None
            }
            _ if format.is_for_people() => DataUse::Shown,
            _ => DataUse::None,
        }
    }
}

/// Looks at each environment, side by side, and tells of
/// each when it is its turn.
pub(in crate::cli) async fn look_at_each<T>(
    members: Vec<Member>,
    how: Look<T>,
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
            page.talk(&show(failure));
        }

        let looked = Looked {
            environment,
            page,
            plans,
            ended,
        };
        how.tell_ledger(&looked);
        bar.inc(1);
        looked
    };
    let in_turn = |looked: Looked<T>| {
        let data = looked.use_of_data(how.format);
        let Looked {
            environment,
            page,
            plans,
            ended,
        } = looked;
        bar.suspend(|| page.turn(data))?;
        take(environment, plans, ended);
        Ok(())
    };

    side_by_side(members, each, in_turn).await
}
