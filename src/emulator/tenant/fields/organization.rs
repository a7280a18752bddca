//! Fields of an organization.

use super::client::TOKEN_QUOTA;
use super::shape::Shape::{
    Boolean, Formed, List, OneOf, Record as Nested, Texts,
};
use super::shape::{
    ANY_TEXT, Form, Record, SOME_TEXT, Shape, field, open, record, text,
};

pub(crate) static ORGANIZATION: Record = record(&[
    field("name", NAME).required(),
    field("display_name", text(1, 255)),
    field("branding", Nested(&BRANDING)),
    field("metadata", Texts { most: 25 }),
    field(
        "enabled_connections",
        List(&Nested(&CONNECTION)),
    )
    .immutable(),
    field("token_quota", Nested(&TOKEN_QUOTA)).clearable(),
    // Newer than the published schema.
    field(
        "third_party_client_access",
        OneOf(&["block", "allow"]),
    ),
    field("is_app_entitlement_active", Boolean),
]);

const NAME: Shape = Formed {
    form: Form::Format("organization-name"),
    fits: is_name,
};

/// Small letters and digits, with `-` and `_` between and after;
/// the length is from memory.
fn is_name(text: &str) -> bool {
    text.len() <= 50
        && text.starts_with(is_plain)
        && text
            .chars()
            .all(|letter| is_plain(letter) || "-_".contains(letter))
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit()
}

static BRANDING: Record = record(&[
    field("logo_url", ANY_TEXT),
    field("colors", Nested(&COLORS)),
]);

static COLORS: Record = record(&[
    field("primary", ANY_TEXT).required(),
    field("page_background", ANY_TEXT).required(),
]);

/// What logins need of it, and is kept as it comes.
static CONNECTION: Record =
    open(&[field("connection_id", SOME_TEXT).required()]);
