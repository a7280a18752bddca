//! Fields of an organization, and of its association with a grant.

use super::shape::Shape::{Anything, Formed};
use super::shape::{Form, Record, Shape, field, record, text};

pub(crate) static ORGANIZATION: Record = record(&[
    field("name", NAME).required(),
    field("display_name", text(1, 255)),
    // What logins need, known by name so that nothing else passes.
    field("branding", Anything),
    field("metadata", Anything),
    field("enabled_connections", Anything),
    field("token_quota", Anything),
]);

pub(crate) static ORGANIZATION_GRANT: Record =
    record(&[field("grant_id", text(1, usize::MAX)).required()]);

const NAME: Shape = Formed {
    form: Form::Format("organization-name"),
    fits: is_name,
};

/// Small letters and digits, with `-` and `_` between and after; the length is from memory.
fn is_name(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    text.len() <= 50
        && text.starts_with(plain)
        && text
            .chars()
            .all(|letter| plain(letter) || "-_".contains(letter))
}
