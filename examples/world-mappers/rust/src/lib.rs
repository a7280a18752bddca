//! What the two programs are made of. Each module stands alone, to be copied.
#![expect(
    clippy::missing_errors_doc,
    reason = "the error types say what goes wrong"
)]

pub mod access;
pub mod settings;
pub mod tokens;
