//! What a run says of one tenant: at once, or when it
//! is its turn among several.

use std::cell::RefCell;

use indicatif::ProgressBar;

use super::exit::Failure;
use super::{hint, output, progress};
use crate::model::EnvironmentName;
use crate::plan::Planned;
use crate::provider::Estimate;
use crate::render::{self, Layout};

/// How many bytes of a plan are printed at once: whole, one of a large tenant
/// takes more memory than what it tells of.
const AT_ONCE: usize = 64 << 10;

/// What is said of one tenant.
#[derive(Debug)]
pub(super) enum Page {
    /// It is the only one: nothing has to wait.
    AtOnce,
    /// Others are looked at beside it, and nothing may stand between its lines.
    Kept(KeptPage),
}

/// What is kept of an environment until it is its turn.
#[derive(Debug)]
pub(super) struct KeptPage {
    environment: EnvironmentName,
    data: RefCell<String>,
    talk: RefCell<String>,
}

impl Page {
    pub(super) fn of_environment(environment: EnvironmentName) -> Self {
        Self::Kept(KeptPage {
            data: RefCell::new(format!("Environment: {environment}\n")),
            talk: RefCell::default(),
            environment,
        })
    }

    /// Prints data.
    pub(super) fn data(&self, text: &str) -> Result<(), Failure> {
        match self {
            Self::AtOnce => output::data(text),
            Self::Kept(page) => {
                page.data.borrow_mut().push_str(text);
                Ok(())
            }
        }
    }

    /// Says something to the person.
    pub(super) fn talk(&self, text: &str) {
        match self {
            Self::AtOnce => output::talk(text),
            Self::Kept(page) => page.talk.borrow_mut().push_str(text),
        }
    }

    /// Prints what a plan comes to. How long applying it takes is talk: that
    /// depends on what is left of the tenant's limits at this moment, and a
    /// plan is the same bytes for the same inputs.
    pub(super) fn plan(
        &self,
        planned: &Planned,
        estimate: Option<&Estimate>,
        layout: Layout,
    ) -> Result<(), Failure> {
        let requests = estimate.map(|estimate| estimate.requests);

        let mut text = String::new();
        for piece in render::planned(planned, requests, hint::words, layout) {
            text.push_str(&piece);
            // Between pieces, which are whole lines: a secret that is cut in
            // two is not found.
            if text.len() >= AT_ONCE {
                self.data(&text)?;
                text.clear();
            }
        }
        self.data(&text)?;

        if let Some(time) = estimate.and_then(render::time) {
            self.talk(&time);
        }
        Ok(())
    }

    /// A step of unknown length, where nothing else moves.
    pub(super) fn spinner(&self, text: &'static str) -> ProgressBar {
        match self {
            Self::AtOnce => progress::spinner(text),
            Self::Kept(_) => ProgressBar::hidden(),
        }
    }

    /// Says now what was kept.
    pub(super) fn turn(self, use_of_data: DataUse) -> Result<(), Failure> {
        let Self::Kept(page) = self else {
            return Ok(());
        };

        let KeptPage {
            environment,
            data,
            talk,
        } = page;
        let talk = talk.into_inner();
        if !talk.is_empty() {
            output::talk(&format!("Environment: {environment}\n{talk}\n"));
        }
        match use_of_data {
            DataUse::Shown => output::data(&format!("{}\n", data.into_inner())),
            DataUse::None => Ok(()),
        }
    }
}

/// What becomes of data that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DataUse {
    Shown,
    /// There is nothing in it, or programs have a document of their own.
    None,
}
