//! What is wrong with a reference.

use super::super::problem::{Problem, ProblemId, quote, shorten};
use super::super::reference::{Piece, Reference, is_name, split};
use super::super::source::Span;
use crate::model::nearest;

pub(super) fn refuse_no_text(written: &str, span: Span) -> Problem {
    let message = format!("{} is no text", quote(written));

    Problem::new(ProblemId::WrongType, span, message)
        .help("only texts, numbers and booleans can be part of a text")
}

/// What is no reference, where the rows, if there are any, are called so.
pub(in crate::config) fn refuse_malformed(
    written: &str,
    span: Span,
    rows: Option<&str>,
) -> Problem {
    let message = format!("{} refers to nothing", quote(written));

    Problem::new(ProblemId::UnknownReference, span, message)
        .help(help_with_reference(written, rows))
}

fn help_with_reference(written: &str, rows: Option<&str>) -> String {
    let name = written
        .trim_start_matches("${")
        .trim_end_matches('}')
        .trim();
    let is_of_process =
        |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let without_spaces = format!("${{{name}}}");

    if !written.ends_with('}') {
        return "it has no `}`; where `${` itself is meant, write `$${`"
            .to_owned();
    }
    if let [Piece::Reference(_)] = split(&without_spaces).as_slice() {
        return format!(
            "write it without spaces, as in {}",
            quote(&without_spaces)
        );
    }
    if name.starts_with(is_of_process) && is_name(name) {
        return "no variable of the process is read here: declare one under \
                `vars`, and refer to it as `${var.NAME}`"
            .to_owned();
    }

    match rows {
        Some(rows) if rows == name => {
            format!("a value of the row is `${{{rows}.COLUMN}}`")
        }
        Some(rows) if is_name(name) => format!(
            "a value of the row is {}, and a variable is {}",
            quote(&format!("${{{rows}.{name}}}")),
            quote(&format!("${{{}.{name}}}", Reference::VARIABLE)),
        ),
        Some(rows) => format!(
            "a reference is `${{{rows}.COLUMN}}` or `${{var.NAME}}`; where \
             `${{` itself is meant, write `$${{`"
        ),
        None => "a reference is `${var.NAME}`; where `${` itself is meant, \
                 write `$${`"
            .to_owned(),
    }
}

/// A reference whose scope nobody knows.
pub(in crate::config) fn refuse_scope(
    reference: Reference<'_>,
    span: Span,
    known: &[&str],
) -> Problem {
    let message = format!(
        "nothing is called {} here",
        quote(reference.scope)
    );
    let known = known.iter().copied();
    let forms: Vec<String> = known
        .clone()
        .map(|scope| format!("`${{{scope}.NAME}}`"))
        .collect();

    let meant = nearest(reference.scope, known)
        .map(|scope| format!("${{{scope}.{}}}", shorten(reference.name)));
    Problem::new(ProblemId::UnknownReference, span, message)
        .help(format!("a reference is {}", forms.join(" or ")))
        .suggest(meant.as_deref())
}
