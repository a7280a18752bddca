//! What references may lead to.

use super::super::node::Value;
use super::super::problem::Problem;
use super::super::reference::Reference;
use super::super::source::Span;

/// A value that can be referred to, and where it is written.
#[derive(Debug, Clone)]
pub(in crate::config) struct Referred {
    pub(in crate::config) value: Value,
    pub(in crate::config) span: Span,
}

/// What references may lead to.
pub(in crate::config) trait Scopes {
    /// What a reference leads to, or what is wrong with it; nothing, if that
    /// has been said already.
    fn find(
        &mut self,
        reference: Reference<'_>,
        span: Span,
    ) -> Result<Referred, Option<Box<Problem>>>;

    /// What the rows are called, where there are any.
    fn rows(&self) -> Option<&str> {
        None
    }
}
