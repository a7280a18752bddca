//! Where inside a sink an entry lies: a path with slots for what differs from
//! client to client.

use std::fmt;

use crate::model::{EnvironmentName, Key, StackName};

/// A path with slots, such as `m2m/${env}/${client.key}`:
/// relative, its parts between `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathTemplate {
    written: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    ClientKey,
    Stack,
    Environment,
}

/// What the slots are filled with.
#[derive(Debug, Clone, Copy)]
pub struct Slots<'a> {
    /// `${client.key}`
    pub key: &'a Key,
    /// `${stack}`
    pub stack: &'a StackName,
    /// `${env}`; nothing without an environment.
    pub environment: Option<&'a EnvironmentName>,
}

/// Why a text is no such path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathTemplateError {
    /// A slot of a name that nobody fills.
    #[error(
        "`${{{0}}}` is not known here: there are `${{client.key}}`, \
         `${{stack}}` and `${{env}}`"
    )]
    UnknownSlot(String),
    /// A slot without an end.
    #[error("`${{` has no `}}`")]
    Unclosed,
    /// It is not a plain relative path.
    #[error(
        "a path inside a sink is relative, of letters, digits and `. _ -` \
         between single `/`; no part begins with `.git` or `.grantry`, or is \
         `.` or `..`"
    )]
    NotPlain,
    /// Every client would have the same place.
    #[error(
        "`${{client.key}}` is missing: every client would have the same place"
    )]
    NoKey,
}

impl PathTemplate {
    /// Whether it has a slot for the environment.
    #[must_use]
    pub fn names_environment(&self) -> bool {
        self.pieces
            .contains(&Piece::Environment)
    }

    /// The path of one client. Whatever fills a slot stays one part of it.
    #[must_use]
    pub fn fill(&self, slots: Slots<'_>) -> String {
        let pieces = self
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::ClientKey => escape(slots.key.as_str()),
                Piece::Stack => escape(slots.stack.as_str()),
                Piece::Environment => escape(
                    slots
                        .environment
                        .map_or("", EnvironmentName::as_str),
                ),
            });

        pieces.collect()
    }
}

impl std::str::FromStr for PathTemplate {
    type Err = PathTemplateError;

    fn from_str(written: &str) -> Result<Self, PathTemplateError> {
        let pieces = parse(written)?;
        // What fills a slot is some letter, and never makes a part `.` or `..`
        // that was none.
        let parts: String = pieces
            .iter()
            .map(Piece::outline)
            .collect();
        if !parts.split('/').all(is_plain) {
            return Err(PathTemplateError::NotPlain);
        }
        if !pieces.contains(&Piece::ClientKey) {
            return Err(PathTemplateError::NoKey);
        }

        Ok(Self {
            written: written.to_owned(),
            pieces,
        })
    }
}

impl Piece {
    fn outline(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::ClientKey | Self::Stack | Self::Environment => "x",
        }
    }
}

fn parse(written: &str) -> Result<Vec<Piece>, PathTemplateError> {
    let mut pieces = Vec::new();
    let mut rest = written;
    while let Some((text, after)) = rest.split_once("${") {
        let (slot, after) = after
            .split_once('}')
            .ok_or(PathTemplateError::Unclosed)?;
        pieces.push(Piece::Text(text.to_owned()));
        pieces.push(match slot {
            "client.key" => Piece::ClientKey,
            "stack" => Piece::Stack,
            "env" => Piece::Environment,
            other => {
                return Err(PathTemplateError::UnknownSlot(other.to_owned()));
            }
        });
        rest = after;
    }

    pieces.push(Piece::Text(rest.to_owned()));
    Ok(pieces)
}

/// How the parts of a path begin that are not for entries.
const OTHERS: [&str; 2] = [".git", ".grantry"];

fn is_plain(part: &str) -> bool {
    let letters =
        |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let lower = part.to_ascii_lowercase();

    !matches!(part, "" | "." | "..")
        // Git runs what lies in some of its own places, and a local tenant lies
        // in one of ours.
        && !OTHERS.iter().any(|begin| lower.starts_with(begin))
        && part.chars().all(letters)
}

/// A name as one part of a path, whatever it is.
fn escape(name: &str) -> String {
    let letters = name
        .bytes()
        .enumerate()
        .map(|(place, byte)| match byte {
            // A name never begins a part that is hidden, or that is a step to
            // another folder.
            b'.' if place == 0 => "%2E".to_owned(),
            b'.' | b'_' | b'-' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        });

    letters.collect()
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests;
