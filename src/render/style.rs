//! The few styles of all output. Nothing is said by colour alone.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

use crate::plan::Action;

pub(super) const CREATED: Style = AnsiColor::Green.on_default();
pub(super) const CHANGED: Style = AnsiColor::Yellow.on_default();
pub(super) const REMOVED: Style = AnsiColor::Red.on_default();
pub(super) const QUIET: Style = Style::new().dimmed();
pub(super) const STRONG: Style = Style::new().bold();

/// The sign of an action, with its style.
pub(super) fn sign(action: Action) -> (&'static str, Style) {
    match action {
        Action::Create => ("+", CREATED),
        Action::Adopt | Action::Update | Action::Release | Action::Narrow => {
            ("~", CHANGED)
        }
        Action::Delete => ("-", REMOVED),
    }
}

/// A text in a style.
pub(super) fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
