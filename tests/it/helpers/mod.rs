//! What the tests share.

#[cfg(feature = "engine")]
pub(crate) mod bless;
#[cfg(feature = "cli")]
pub(crate) mod campaign;
#[cfg(feature = "cli")]
pub(crate) mod documents;
#[cfg(feature = "cli")]
pub(crate) mod forward;
#[cfg(feature = "cli")]
pub(crate) mod management;
#[cfg(feature = "emulator")]
pub(crate) mod plain_http;
#[cfg(feature = "emulator")]
pub(crate) mod served;
#[cfg(all(feature = "auth0", feature = "keycloak"))]
pub(crate) mod side_by_side;
#[cfg(feature = "cli")]
pub(crate) mod tenant;
#[cfg(feature = "cli")]
#[expect(
    dead_code,
    reason = "some of it is for the tests of the sink alone, in `src/secrets/tests`"
)]
pub(crate) mod vault;
