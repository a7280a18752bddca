//! Progress on stderr, shown on a terminal only, and only where it takes a moment.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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

/// A step of so many changes.
pub(super) fn bar(changes: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(
        u64::try_from(changes).ok(),
        ProgressDrawTarget::stderr_with_hz(8),
    );
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {bar:30} {wide_msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(TICK);
    bar
}
