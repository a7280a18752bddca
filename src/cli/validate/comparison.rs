//! A comparison with a revision: what a change lets anybody do.

use std::cell::OnceCell;

use super::checked::Reviewed;
use crate::cli::arguments::{Base, Validate};
use crate::cli::environment;
use crate::cli::exit::Failure;
use crate::cli::revision::{Before, Earlier, Stand, find_paths, refuse_moved};
use crate::config::{Inputs, Revision, Sources, Span, Written};
use crate::model::EnvironmentName;
use crate::render::document::BaseView;
use crate::review::{Finding, review, vanished_environment};

/// The environments that a revision had, and where.
type Environments = Vec<(EnvironmentName, Span)>;

/// A comparison with a revision, in each environment.
pub(super) struct Comparison<'a> {
    pub(super) arguments: &'a Validate,
    pub(super) base: &'a Base,
    /// The environments that there are now.
    pub(super) present: &'a [EnvironmentName],
    /// Which there were, found once and only where one
    /// of another name is there.
    pub(super) stands: OnceCell<Vec<Stand>>,
}

impl Comparison<'_> {
    /// What the change comes to in one environment, and which there were.
    pub(super) fn run(
        &self,
        inputs: &Inputs,
        after: &Written,
        sources: Sources,
    ) -> Result<(Reviewed, Environments), Failure> {
        let arguments = self.arguments;
        let revision = Revision::open(&self.base.name)?;
        // Before all else: such a file may say on the disk
        // what its revision does not.
        revision.refuse_rewritten(&after.loaded.files)?;

        let paths = find_paths(
            &revision,
            self.base,
            &arguments.configuration.paths,
        )?;
        let before = if paths.there.is_empty() {
            refuse_moved(&revision, self.base, &after.loaded.desired)?;
            Before {
                written: None,
                environments: Vec::new(),
                sources,
            }
        } else {
            let provider = arguments.provider.as_ref();
            let there = &paths.there;
            Earlier::read(revision, there, inputs, provider, sources)?
                .load_to_compare(&after.loaded, self.present, &self.stands)?
        };

        let today = arguments.review.today;
        let today = today.unwrap_or_else(environment::today);
        let reviewed = Reviewed {
            base: BaseView::of(self.base, &paths.missing),
            findings: review(before.written.as_ref(), after, today),
            sources: before.sources,
        };
        Ok((reviewed, before.environments))
    }
}

/// The environments that are gone, as findings.
pub(super) fn find_gone(
    before: &Environments,
    after: &[EnvironmentName],
) -> Vec<Finding> {
    before
        .iter()
        .filter(|(name, _)| !after.contains(name))
        .map(|(name, span)| vanished_environment(name, *span))
        .collect()
}
