//! Texts as the patterns of a schema.

use crate::config::reference::{Piece, split};

/// A pattern of whatever a template makes of a name.
pub(super) fn pattern_of(name: &str) -> String {
    let pieces: String = split(name)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => escape(text),
            Piece::Reference(_) | Piece::Malformed(_) => ".+".to_owned(),
        })
        .collect();

    format!("^{pieces}$")
}

/// A text as a pattern of itself. Nothing else is escaped: editors take each
/// pattern for one of Unicode, where that is a mistake.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if r"^$\.*+?()[]{}|/".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_makes_what_matches_its_pattern() {
        assert_eq!(
            pattern_of("gift.deliveries"),
            r"^gift\.deliveries$"
        );
        assert_eq!(
            pattern_of("customer-${customer.id}"),
            "^customer-.+$"
        );
    }
}
