//! One thing that somebody should know of.

use crate::config::Span;
use crate::model::{Day, FindingId, Waiver};

/// One thing that a change does and that somebody should know of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub id: FindingId,
    /// How bad it is.
    pub level: Level,
    /// What it is about, as a waiver names it.
    pub object: String,
    /// What is found, in one line.
    pub message: String,
    /// Where: in the configuration after the change, or in the one before it
    /// for what is gone.
    pub span: Span,
    /// What to do about it.
    pub help: Option<String>,
    /// Why nobody need act on it.
    pub waiver: Option<Waiver>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The change is refused, unless it was waived before.
    Error,
    /// Somebody should look.
    Warning,
}

impl Finding {
    pub(super) fn new(
        id: FindingId,
        level: Level,
        object: impl Into<String>,
        span: Span,
    ) -> Self {
        Self {
            id,
            level,
            object: object.into(),
            message: String::new(),
            span,
            help: None,
            waiver: None,
        }
    }

    pub(super) fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether the change is refused for it.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.level == Level::Error && self.waiver.is_none()
    }

    /// Whether it is worth a word of a configuration that is new: all in it is.
    pub(super) fn concerns_what_is_new(&self) -> bool {
        let is_as_expected = matches!(
            self.id,
            FindingId::CriticalChanged
                | FindingId::WaiverChanged
                | FindingId::ResourceServerClaimed
        );

        !is_as_expected || self.level == Level::Error
    }

    /// Weighs it as one of a configuration that is new, and has nothing yet
    /// that it could harm. Clients that are taken over are how a tenant that
    /// exists comes under management.
    pub(super) fn weigh_as_new(&mut self) {
        if matches!(
            self.id,
            FindingId::PruneEnabled
                | FindingId::OwnsWidened
                | FindingId::ClientTakenOver
                | FindingId::ManagementApiGranted
        ) {
            self.level = Level::Warning;
        }
    }

    /// Finds a waiver that holds, among those from before the change. Where one
    /// has ended lately, or comes only with this change, that is said: whoever
    /// relies on it should know.
    pub(super) fn waive(
        &mut self,
        before: &[Waiver],
        after: &[Waiver],
        today: Day,
    ) {
        match self.last_waiver(before) {
            Some(waiver) if today <= waiver.until => {
                self.waiver = Some(waiver.clone());
            }
            Some(ended) => {
                let note = format!("a waiver ended on {}", ended.until);
                self.add_help(&note);
            }
            None if self.last_waiver(after).is_some() => {
                self.add_help(
                    "the waiver in this change counts from the next change on",
                );
            }
            None => {}
        }
    }

    fn last_waiver<'w>(&self, waivers: &'w [Waiver]) -> Option<&'w Waiver> {
        let about_this = |waiver: &&Waiver| {
            waiver.finding == self.id && waiver.object.matches(&self.object)
        };

        let waivers = waivers.iter().filter(about_this);
        // The one that holds longest: an older entry that has
        // ended must not hide it.
        waivers.max_by_key(|waiver| waiver.until)
    }

    fn add_help(&mut self, note: &str) {
        self.help = Some(match &self.help {
            Some(help) => format!("{help}\n{note}"),
            None => note.to_owned(),
        });
    }

    /// By place; of one place the worst first.
    pub(super) fn order(&self) -> impl Ord + '_ {
        (
            self.span,
            self.level,
            self.id,
            &self.object,
            &self.message,
        )
    }
}
