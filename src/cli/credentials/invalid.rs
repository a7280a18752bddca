//! Why a file of credentials is of no use.

/// Why a file of credentials is of no use. What is in it is not shown: any of
/// it may be a secret.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum InvalidCredentials {
    #[error("others than its owner and group can read it")]
    Readable,
    #[error("it is not as it should be, in line {line}, column {column}")]
    Malformed { line: u64, column: u64 },
    #[error(
        "its key {place}, by the alphabet, is neither a domain nor a realm"
    )]
    NoDomain { place: usize },
    #[error("it has `{0}` twice")]
    Twice(String),
    #[error("it has nothing for `{0}`")]
    Absent(String),
    #[error(
        "it has neither `api_token` nor `client_id` with a secret or a key \
         for `{0}`"
    )]
    Incomplete(String),
    #[error("it has no `client_id` with a secret or a key for `{0}`")]
    IncompleteRealm(String),
    #[error("it has `{field}` for `{tenant}`, which takes none")]
    Foreign {
        tenant: String,
        field: &'static str,
    },
}
