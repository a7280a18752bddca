//! `${…}` in a text: where it is, and what it refers to.

use std::borrow::Cow;

use super::source::{Sources, Span};

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A text that stands for itself.
    Text(&'a str),
    /// A `${…}` that refers to something.
    Reference(Reference<'a>),
    /// A `${…}` that refers to nothing, as it was written.
    Malformed(&'a str),
}

/// What a `${scope.name}` refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference<'a> {
    /// `var`, or what the rows of a `for_each` are called.
    pub(super) scope: &'a str,
    pub(super) name: &'a str,
    /// All of it, as it was written.
    pub(super) written: &'a str,
}

impl Reference<'_> {
    /// The scope of variables.
    pub(super) const VARIABLE: &'static str = "var";
}

/// Whether there is anything in a text that is not taken as it stands.
pub(super) fn has_references(text: &str) -> bool {
    text.contains("${")
}

/// The same text for a place where references are looked for: it says what it
/// is then, and refers to nothing.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if has_references(text) {
        Cow::Owned(text.replace("${", "$${"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The pieces of a text, in order. `$${` stands for `${`, and any other `$` for
/// itself: only what begins as a reference does is ever taken for one.
pub(super) fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;

    while let Some(start) = rest.find("${") {
        let (before, from) = rest.split_at(start);
        if let Some(before) = before.strip_suffix('$') {
            // One `$` of the two goes, and what is behind it is a text.
            pieces.extend([Piece::Text(before), Piece::Text("${")]);
            rest = from
                .strip_prefix("${")
                .unwrap_or_default();
            continue;
        }

        pieces.push(Piece::Text(before));
        let (written, behind) = match from.find('}') {
            Some(end) => from.split_at(end + 1),
            None => (from, ""),
        };
        pieces.push(
            parse(written).map_or(Piece::Malformed(written), Piece::Reference),
        );
        rest = behind;
    }

    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// The references to variables in a text, in order.
pub(super) fn variables_in(text: &str) -> impl Iterator<Item = Reference<'_>> {
    // Most texts have none, and are not taken apart.
    let pieces = if has_references(text) {
        split(text)
    } else {
        Vec::new()
    };

    pieces
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Reference(reference) => Some(reference),
            Piece::Text(_) | Piece::Malformed(_) => None,
        })
        .filter(|reference| reference.scope == Reference::VARIABLE)
}

/// What `${scope.name}` refers to; nothing, if it is none.
fn parse(written: &str) -> Option<Reference<'_>> {
    let inner = written
        .strip_prefix("${")?
        .strip_suffix('}')?;
    let (scope, name) = inner.split_once('.')?;

    (is_name(scope) && is_name(name)).then_some(Reference {
        scope,
        name,
        written,
    })
}

/// Letters, digits, `_` and `-`, and no digit or `-` to begin with: whatever
/// else there is may mean something one day.
pub(super) fn is_name(text: &str) -> bool {
    let begins = text
        .starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');

    begins
        && text.chars().all(|character| {
            character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
        })
}

/// Where in a value something is written; all of the value,
/// where that cannot be said.
pub(super) fn locate(sources: &Sources, written: &str, span: Span) -> Span {
    match sources.slice(span).find(written) {
        Some(offset) => {
            let start = span.bytes().start + offset;
            span.with_bytes(start..start + written.len())
        }
        None => span,
    }
}

#[cfg(test)]
mod tests;
