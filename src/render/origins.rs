//! Where the values of a configuration come from, for people.

use std::fmt::Write as _;

use super::style::{QUIET, STRONG, styled};
use super::text::safe;
use crate::config::{Origin, OriginPlace, Sources};

/// Each value in a line, and below it where it comes from.
#[must_use]
pub fn origins(origins: &[Origin], sources: &Sources) -> String {
    let mut out = String::new();
    for origin in origins {
        let path = styled(STRONG, safe(&origin.path));
        let _ = writeln!(out, "{path}: {}", safe(&origin.value));
        let _ = writeln!(
            out,
            "    {}",
            styled(QUIET, come_from(origin, sources))
        );
    }
    out
}

fn come_from(origin: &Origin, sources: &Sources) -> String {
    let mut words = vec![show_place(&origin.place, sources)];

    let parts = origin.parts.iter();
    words.extend(parts.map(|(what, place)| {
        format!(
            "{} from {}",
            safe(what),
            show_place(place, sources)
        )
    }));
    words.join("; ")
}

/// A place as editors take it, and whose it is.
fn show_place(place: &OriginPlace, sources: &Sources) -> String {
    let Some(source) = sources.get(place.span) else {
        return "nowhere".to_owned();
    };
    let position = source.position(place.span.bytes().start);
    let path = safe(source.path());
    let at = format!("{path}:{}:{}", position.line, position.column);

    match &place.environment {
        Some(environment) => format!("{at} (environments.{environment})"),
        None => at,
    }
}
