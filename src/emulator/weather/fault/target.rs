//! Which requests a fault is about.

use axum::http::Method;

use crate::emulator::weather::asked::{Asked, Place};

/// A method and a path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Target {
    /// None is every method.
    pub(super) method: Option<Method>,
    pub(super) path: Path,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Path {
    #[default]
    Any,
    Token,
    /// Below `/api/v2`, segment by segment.
    Management(Vec<Segment>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Any,
    Is(String),
}

impl Target {
    pub(super) fn matches(&self, asked: &Asked) -> bool {
        self.method
            .as_ref()
            .is_none_or(|method| *method == asked.method)
            && self.path.matches(&asked.place)
    }
}

impl Path {
    fn matches(&self, place: &Place) -> bool {
        match (self, place) {
            (Self::Any, _) | (Self::Token, Place::Token) => true,
            (Self::Management(segments), Place::Management(path)) => {
                let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
                parts.len() == segments.len()
                    && segments
                        .iter()
                        .zip(parts)
                        .all(|(segment, part)| segment.matches(part))
            }
            _ => false,
        }
    }
}

impl From<&str> for Segment {
    fn from(text: &str) -> Self {
        if text == "*" {
            Self::Any
        } else {
            Self::Is(text.to_owned())
        }
    }
}

impl Segment {
    fn matches(&self, part: &str) -> bool {
        match self {
            Self::Any => !part.is_empty(),
            Self::Is(text) => text == part,
        }
    }
}
