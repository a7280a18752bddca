//! Problems of a configuration as annotated source snippets.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::text::count;
use crate::config::{Problem, Problems, Source, Sources, Span};
use crate::model::{Foreign, foreign, may_be_private};

/// More problems are only counted: nobody reads them, and they would fill a disk.
const MOST: usize = 500;

/// A longer line is not shown: it could not be read anyway.
const LONGEST_LINE: usize = 4096;

/// More characters are not marked: the mark would push what stands before it out of sight.
const LONGEST_MARK: usize = 80;

/// Every problem with the lines it is about, and how many there are.
#[must_use]
pub fn problems(found: &Problems) -> String {
    show_first(MOST, found)
}

/// The first problem with the lines it is about, and how many there are.
#[must_use]
pub fn first_problem(found: &Problems) -> String {
    show_first(1, found)
}

fn show_first(most: usize, found: &Problems) -> String {
    let Problems { problems, sources } = found;
    let renderer = Renderer::styled();
    let mut text = String::new();
    for problem in problems.iter().take(most) {
        let report = report(problem, sources);
        text.push_str(&renderer.render(&report));
        text.push_str("\n\n");
    }
    if let Some(more) = problems.len().checked_sub(most).filter(|more| *more > 0) {
        let _ = writeln!(text, "… and {more} more\n");
    }
    let files: BTreeSet<usize> = problems.iter().map(|problem| problem.span.file()).collect();
    let files = count(files.len(), ("file", "files"));
    let _ = writeln!(
        text,
        "{} in {files}",
        count(problems.len(), ("problem", "problems"))
    );
    if found.may_be_more() {
        text.push_str("The search ended there: there may be more.\n");
    }
    text
}

fn report<'a>(problem: &'a Problem, sources: &'a Sources) -> Vec<Group<'a>> {
    let title = Level::ERROR.primary_title(printable(&problem.message));
    let mut group = Group::with_title(title.id(problem.id.as_str()));
    let primary = (
        AnnotationKind::Primary,
        problem.span,
        problem.label.as_deref(),
    );
    let related = problem.related.iter();
    let related = related.map(|(span, label)| (AnnotationKind::Context, *span, Some(&**label)));
    let mut marks: Vec<Mark<'_>> = std::iter::once(primary).chain(related).collect();
    while let Some(&(_, span, _)) = marks.first() {
        let Some(source) = sources.get(span) else {
            break;
        };
        // All marks of one line are shown in it together.
        let line = source.line(span.bytes().start);
        let (here, rest): (Vec<_>, Vec<_>) = marks.into_iter().partition(|(_, other, _)| {
            other.file() == span.file() && source.line(other.bytes().start) == line
        });
        group = show(group, source, &here);
        marks = rest;
    }
    let help = problem.help.as_deref().map(printable);
    let help = help.map(|help| Group::with_title(Level::HELP.secondary_title(help)));
    std::iter::once(group).chain(help).collect()
}

/// A stretch of a line to be marked, with a few words.
type Mark<'a> = (AnnotationKind, Span, Option<&'a str>);

/// Adds one line with its marks, or only a position where there is no line to show.
fn show<'a>(group: Group<'a>, source: &'a Source, marks: &[Mark<'_>]) -> Group<'a> {
    let path = printable(source.path());
    let Some((_, span, _)) = marks.first() else {
        return group;
    };
    if span.is_whole() {
        return group.element(Origin::path(path));
    }
    let position = source.position(span.bytes().start);
    let (start, line) = source.line(span.bytes().start);
    if line.len() > LONGEST_LINE || is_private(source.text(), start, line) {
        let origin = Origin::path(path).line(position.line);
        return group.element(origin.char_column(position.column));
    }
    let annotations = marks.iter().map(|(kind, span, label)| {
        let range = marked(line, start, *span);
        kind.span(range).label(label.map(printable))
    });
    group.element(
        Snippet::<Annotation<'a>>::source(printable(line))
            .path(path)
            .line_start(position.line)
            .annotations(annotations),
    )
}

/// Whether a line may be part of a private key, which no log must ever show.
fn is_private(text: &str, start: usize, line: &str) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let is_open = before.rfind("-----BEGIN ").is_some_and(|begin| {
        let block = before.get(begin..).unwrap_or_default();
        block.contains("PRIVATE KEY-----") && !block.contains("-----END ")
    });
    is_open || may_be_private(line) || gives_a_secret(line)
}

/// Whether a line gives something that is called a secret. No setting is: a configuration has none.
fn gives_a_secret(line: &str) -> bool {
    let is_of_name =
        |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let line = line.to_ascii_lowercase();

    ["secret", "password"].iter().any(|word| {
        line.match_indices(word).any(|(at, _)| {
            let (before, name) = line.split_at(at);
            let begun = before.trim_end_matches(is_of_name);
            let rest = name
                .trim_start_matches(is_of_name)
                .trim_start_matches(['"', '\'']);
            let value = rest.trim_start().strip_prefix(':').map(str::trim);
            // The name of a scope may end so, as in `read:secrets`.
            !begun.ends_with(':') && value.is_some_and(|value| !value.is_empty())
        })
    })
}

/// The bytes to mark in the printable form of a line that starts at `start`.
fn marked(line: &str, start: usize, span: Span) -> Range<usize> {
    let within = |byte: usize| line.floor_char_boundary(byte.saturating_sub(start));
    let from = within(span.bytes().start);
    let to = within(span.bytes().end).max(from);
    let marked = line.get(from..to).unwrap_or_default();
    let most = marked
        .char_indices()
        .nth(LONGEST_MARK)
        .map_or(marked.len(), |(at, _)| at);
    printable_length(line, from)..printable_length(line, from + most)
}

/// A text that a terminal may show; tabs stand, because the renderer makes spaces of them.
fn printable(text: &str) -> String {
    foreign(text).map(shown).collect()
}

/// How long the printable form of so many bytes of a text is. What they look like may depend on what
/// follows them.
fn printable_length(text: &str, bytes: usize) -> usize {
    let characters = text
        .char_indices()
        .take_while(|(at, _)| *at < bytes)
        .count();
    foreign(text)
        .take(characters)
        .map(|character| shown(character).len())
        .sum()
}

fn shown(character: Foreign) -> String {
    match character {
        Foreign::Harmless(character) | Foreign::Harmful(character @ '\t') => character.into(),
        Foreign::Harmful(character) => character.escape_unicode().collect(),
    }
}
