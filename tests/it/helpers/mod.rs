//! What the tests share.

#[cfg(feature = "engine")]
pub(crate) mod bless;
#[cfg(feature = "cli")]
pub(crate) mod management;
#[cfg(feature = "cli")]
pub(crate) mod served;
#[cfg(feature = "cli")]
pub(crate) mod tenant;
