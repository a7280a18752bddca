//! What Auth0 can express.

use crate::model::{ClientId, ClientIdShape, Kind, Missing, Support};

/// What Auth0 can express: nearly all that a configuration can say.
pub const SUPPORT: Support = Support {
    missing: &[Missing {
        kind: Kind::Client,
        field: "access_token_lifetime",
        value: None,
        why: "how long a token lives is up to its API",
        instead: "set `token_lifetime` on the resource server",
    }],
    client_id: Some(ClientIdShape {
        is_one: is_client_id,
        words: "consists of at most 128 letters, digits, `_` and `-`",
    }),
    ..Support::of_everything("Auth0")
};

/// An id of a client that Auth0 can have given. Whatever else is called so, no
/// configuration names.
pub(super) fn parse_client_id(text: &str) -> Option<ClientId> {
    text.parse()
        .ok()
        .filter(|_| is_client_id(text))
}

/// Auth0 documents no length; the ids that it makes have 32 characters. This
/// limit is ours.
fn is_client_id(text: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';

    text.len() <= 128 && text.bytes().all(is_plain)
}
