//! Quotes in CSV that readers of it would take for different things.

use crate::config::problem::{Problem, ProblemId};
use crate::config::source::Span;

/// A quote that is not closed, or stands within a value without quotes. Readers
/// of CSV differ on what is meant, and one that is not closed takes the rows
/// behind it for a part of its value.
pub(super) fn find_loose_quote(text: &str, file: usize) -> Option<Problem> {
    let mut rest = text;
    while !rest.is_empty() {
        let start = text.len() - rest.len();
        let behind = match skip_value(rest) {
            Ok(behind) => behind,
            Err((message, quote)) => {
                return Some(refuse_quote(message, start + quote, file));
            }
        };
        rest = behind
            .strip_prefix([',', '\r', '\n'])
            .unwrap_or(behind);
    }
    None
}

/// What stands behind the first value; or what is wrong with a quote of it, and
/// where that is.
fn skip_value(rest: &str) -> Result<&str, (&'static str, usize)> {
    if let Some(quoted) = rest.strip_prefix('"') {
        let Some(end) = end_of_quoted(quoted) else {
            return Err(("the quote is never closed", 0));
        };
        let behind = quoted.get(end..).unwrap_or_default();
        if !behind.is_empty() && !behind.starts_with([',', '\r', '\n']) {
            return Err(("text stands behind the closing quote", 0));
        }
        return Ok(behind);
    }

    let end = rest.find([',', '\r', '\n']);
    let (value, behind) = rest.split_at(end.unwrap_or(rest.len()));
    match value.find('"') {
        Some(quote) => Err((
            "a quote stands within a value without quotes",
            quote,
        )),
        None => Ok(behind),
    }
}

/// Where a quoted value ends, behind its closing quote:
/// two quotes in it are one.
fn end_of_quoted(quoted: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let quote = from + quoted.get(from..)?.find('"')?;
        if !quoted
            .get(quote + 1..)?
            .starts_with('"')
        {
            return Some(quote + 1);
        }
        from = quote + 2;
    }
}

fn refuse_quote(message: &str, start: usize, file: usize) -> Problem {
    let span = Span::new(file, start..start + 1);

    Problem::new(ProblemId::Syntax, span, message).help(
        "a value with a quote in it stands in quotes, and the quote in it is \
         written twice",
    )
}
