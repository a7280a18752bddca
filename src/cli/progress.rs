//! Progress on stderr: a picture that moves on a terminal, and lines elsewhere.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;
use crate::apply::Outcome;
use crate::plan::{Change, Names};
use crate::render;

/// How often the picture moves.
const TICK: Duration = Duration::from_millis(120);

/// A step of unknown length.
pub(super) fn spinner(text: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
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
    /// A log has a line for each change, so that one sees that something happens, and what.
    Lines,
}

impl Progress {
    /// Of so many changes.
    pub(super) fn of(changes: usize) -> Self {
        if !io::stderr().is_terminal() {
            return Self::Lines;
        }

        let length = u64::try_from(changes).ok();
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr_with_hz(8));
        // The templates are of this file, and a bar without its style is a bar all the same.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {bar:30} {wide_msg}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(TICK);
        Self::Bar(bar)
    }

    /// One of them has ended.
    pub(super) fn tell_ended(&self, change: &Change, outcome: &Outcome, names: &Names) {
        match self {
            Self::Bar(bar) => {
                let name = render::name(names, &change.address);
                // The bar writes to the terminal itself, past `output`.
                bar.set_message(output::without_secrets(&name).into_owned());
                bar.inc(1);
            }
            // Nothing has ended that was not begun; the report counts it.
            Self::Lines if matches!(outcome, Outcome::NotTried) => {}
            Self::Lines => output::talk(&render::ended(change, outcome, names)),
        }
    }

    /// Nothing more will end.
    pub(super) fn finish(&self) {
        match self {
            Self::Bar(bar) => bar.finish_and_clear(),
            Self::Lines => {}
        }
    }
}
