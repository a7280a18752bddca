//! When those who use the emulator may begin.

/// From when on the emulator says that it serves, and
/// lets test suites control it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Readiness {
    /// As soon as it listens.
    #[default]
    AtOnce,
    /// From [`Emulator::begin`](super::Emulator::begin) on: until then,
    /// `/health` and what is below `/grantry` are 503, and all else is answered
    /// to whoever fills the tenant.
    OnceBegun,
}
