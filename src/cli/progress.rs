//! Progress on stderr: a picture that moves on a terminal, and lines elsewhere.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{
    ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle,
};

use super::arguments::Format;
use super::output;
use crate::apply::Outcome;
use crate::plan::{Change, Names};
use crate::render;

/// How often the picture moves.
const TICK: Duration = Duration::from_millis(120);

/// How often a log is told how far the changes are,
/// where it has no line for each.
const PAUSE: Duration = Duration::from_secs(10);

/// A step of unknown length.
pub(super) fn spinner(text: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(
        None,
        ProgressDrawTarget::stderr_with_hz(8),
    );
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar.set_message(text);
    bar.enable_steady_tick(TICK);
    bar
}

/// So many steps, of which each takes a while.
pub(super) fn bar(text: &'static str, steps: usize) -> ProgressBar {
    let length = u64::try_from(steps).ok();
    let bar = ProgressBar::with_draw_target(
        length,
        ProgressDrawTarget::stderr_with_hz(8),
    )
    .with_finish(ProgressFinish::AndClear);
    if let Ok(style) =
        ProgressStyle::with_template("{spinner} {pos}/{len} {msg}")
    {
        bar.set_style(style);
    }
    bar.set_message(text);
    bar.enable_steady_tick(TICK);
    bar
}

/// How far the changes of a plan are.
pub(super) enum Progress {
    /// A terminal has a bar.
    Bar(ProgressBar),
    /// A log has a line for each change, so that one sees that something
    /// happens, and what.
    Lines,
    /// Where a report will have these lines on stdout, which mostly is the same
    /// log, it is told now and then how many there are. The report keeps the
    /// order of the plan, so none of them can be printed before its time.
    Counts(RefCell<Counts>),
}

/// How many changes have ended, and when that was told.
pub(super) struct Counts {
    changes: usize,
    ended: usize,
    failed: usize,
    told: Instant,
}

impl Counts {
    fn of(changes: usize, now: Instant) -> Self {
        Self {
            changes,
            ended: 0,
            failed: 0,
            told: now,
        }
    }

    /// Counts one, and says how many there are, if it is time to.
    fn count(&mut self, outcome: &Outcome, now: Instant) -> Option<String> {
        self.ended += 1;
        self.failed += usize::from(!outcome.is_applied());
        if now.duration_since(self.told) < PAUSE || self.ended == self.changes {
            return None;
        }

        self.told = now;
        Some(render::progress(
            self.ended,
            self.failed,
            self.changes,
        ))
    }
}

impl Progress {
    /// Of so many changes, of which stdout will have a report in this format.
    pub(super) fn of(changes: usize, format: Format) -> Self {
        if !io::stderr().is_terminal() {
            return if format.is_for_people() {
                Self::Counts(RefCell::new(Counts::of(
                    changes,
                    Instant::now(),
                )))
            } else {
                Self::Lines
            };
        }

        let length = u64::try_from(changes).ok();
        let bar = ProgressBar::with_draw_target(
            length,
            ProgressDrawTarget::stderr_with_hz(8),
        );
        // The templates are of this file, and a bar without its style is a bar
        // all the same.
        if let Ok(style) = ProgressStyle::with_template(
            "{spinner} {pos}/{len} {bar:30} {wide_msg}",
        ) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(TICK);
        Self::Bar(bar)
    }

    /// One of them has ended.
    pub(super) fn tell_ended(
        &self,
        change: &Change,
        outcome: &Outcome,
        names: &Names,
    ) {
        match self {
            Self::Bar(bar) => {
                let name = render::name(names, &change.address);
                // The bar writes to the terminal itself, past `output`.
                bar.set_message(output::without_secrets(&name).into_owned());
                bar.inc(1);
            }
            // Nothing has ended that was not begun; the report counts it.
            Self::Lines | Self::Counts(_)
                if matches!(outcome, Outcome::NotTried) => {}
            Self::Lines => output::talk(&render::ended(change, outcome, names)),
            Self::Counts(counts) => {
                if let Some(text) = counts
                    .borrow_mut()
                    .count(outcome, Instant::now())
                {
                    output::talk(&text);
                }
            }
        }
    }

    /// Nothing more will end.
    pub(super) fn finish(&self) {
        match self {
            Self::Bar(bar) => bar.finish_and_clear(),
            Self::Lines | Self::Counts(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RemoteId;

    #[test]
    fn a_log_is_told_now_and_then_how_many_changes_have_ended() {
        let begun = Instant::now();
        let mut counts = Counts::of(100, begun);
        let applied = Outcome::Applied(RemoteId::new("id"));

        let seconds =
            (0..100).map(|second| begun + Duration::from_secs(second));
        let told: Vec<String> = seconds
            .enumerate()
            .filter_map(|(place, now)| match place {
                7 => counts.count(&Outcome::Blocked(0), now),
                _ => counts.count(&applied, now),
            })
            .collect();
        assert_eq!(told.len(), 9, "{told:?}");
        assert_eq!(
            told[0],
            "11 of 100 changes have ended, 1 of them not applied\n"
        );

        // A short run says it all in its report.
        let mut counts = Counts::of(3, begun);
        let told: Vec<_> = (0..3)
            .filter_map(|_| counts.count(&applied, begun))
            .collect();
        assert!(told.is_empty(), "{told:?}");
    }
}
