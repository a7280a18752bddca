//! Characters that look like signs of YAML and are letters to it, as word
//! processors and web pages put them in.

use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemId, quote};
use super::source::{Sources, Span};

const QUOTES: [char; 7] = ['“', '”', '„', '‟', '‘', '’', '‚'];

/// Every key and every text that begins with a space which is none
/// to YAML, or stands in quotes which are none. In quotes of YAML's
/// own they are what was meant.
pub(super) fn find_lookalikes(
    document: &Node,
    sources: &Sources,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    visit(document, sources, &mut problems);
    problems
}

fn visit(node: &Node, sources: &Sources, problems: &mut Vec<Problem>) {
    match &node.value {
        Value::Text(text) => problems.extend(check(text, node.span, sources)),
        Value::Sequence(items) => {
            for item in items {
                visit(item, sources, problems);
            }
        }
        Value::Mapping(entries) => {
            for Entry {
                key,
                key_span,
                value,
            } in entries
            {
                problems.extend(check(key, *key_span, sources));
                visit(value, sources, problems);
            }
        }
        _ => {}
    }
}

fn check(text: &str, span: Span, sources: &Sources) -> Option<Problem> {
    let first = text
        .chars()
        .next()
        .filter(|first| !first.is_ascii())?;
    if !sources.slice(span).starts_with(first) {
        return None;
    }

    let problem =
        |message: &str| Problem::new(ProblemId::Syntax, span, message);
    if first.is_whitespace() {
        let message = format!(
            "{} looks like a space, and is a letter to YAML",
            quote(&first.to_string())
        );
        return Some(
            problem(&message).help("write ordinary spaces in its place"),
        );
    }
    if QUOTES.contains(&first) && text.ends_with(QUOTES) {
        let message = "typographic quotes are a part of the text to YAML";
        return Some(problem(message).help(
            "write straight quotes in their place; to keep them, put straight \
             quotes around them",
        ));
    }
    None
}
