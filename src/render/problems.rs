//! Problems of a configuration as annotated source snippets.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet,
};

use super::remark::Remark;
use super::text::{WIDTH, count, length, safe, words_and_snippets};
use crate::config::{Problems, Source, Sources, Span};
use crate::model::{Foreign, escape_harmful, foreign, may_be_private};

/// More problems are only counted: nobody reads them,
/// and they would fill a disk.
pub(super) const MOST: usize = 500;

/// A longer line is not shown: it could not be read anyway.
const LONGEST_LINE: usize = 4096;

/// More characters are not marked: the mark would push what stands before it
/// out of sight.
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
    let Problems {
        problems,
        sources,
        ..
    } = found;
    let remarks = problems.iter().map(Remark::of_problem);
    let mut text = show_remarks(remarks, most, sources);

    let files: BTreeSet<usize> = problems
        .iter()
        .map(|problem| problem.span.file())
        .collect();
    let files = count(files.len(), ("file", "files"));
    let problems = count(problems.len(), ("problem", "problems"));
    let _ = writeln!(text, "{problems} in {files}");
    if found.may_be_more() {
        text.push_str("The search ended there: there may be more.\n");
    }
    text
}

/// The first of them with the lines they are about, and
/// how many there are beside.
pub(super) fn show_remarks<'a>(
    remarks: impl ExactSizeIterator<Item = Remark<'a>>,
    most: usize,
    sources: &Sources,
) -> String {
    let renderer = Renderer::styled();
    let more = remarks.len().saturating_sub(most);

    let mut text = String::new();
    for remark in remarks.take(most) {
        text.push_str(&renderer.render(&annotate(&remark, sources)));
        text.push_str("\n\n");
    }
    if more > 0 {
        let _ = writeln!(text, "… and {more} more\n");
    }
    text
}

/// A remark with the lines it is about, and its help.
fn annotate<'a>(
    remark: &'a Remark<'_>,
    sources: &'a Sources,
) -> Vec<Group<'a>> {
    // As in `error[unknown-key]: …`.
    let label = length(remark.word) + length(remark.id) + 4;
    let message = fold(remark.message, label);
    let title = remark
        .level
        .clone()
        .primary_title(message);
    let mut group = Group::with_title(title.id(remark.id));

    let mut marks = list_marks(remark);
    while let Some(&(_, span, _)) = marks.first() {
        let Some(source) = sources.get(span) else {
            break;
        };
        // All marks of one line are shown in it together.
        let line = source.line(span.bytes().start);
        let (here, rest): (Vec<_>, Vec<_>) =
            marks
                .into_iter()
                .partition(|(_, other, _)| {
                    other.file() == span.file()
                        && source.line(other.bytes().start) == line
                });
        group = add_line(group, source, &here);
        marks = rest;
    }

    let mut groups = vec![group];
    if let Some(help) = &remark.help {
        let title = Level::HELP.secondary_title(fold(help, length("help: ")));
        groups.push(Group::with_title(title));
    }
    groups
}

/// A text behind its label, in lines that are not too wide; the renderer puts
/// none of them below the label.
fn fold(text: &str, label: usize) -> String {
    let lines: Vec<String> = text
        .lines()
        .flat_map(|line| words_and_snippets(&safe(line), WIDTH - label))
        .collect();

    lines.join("\n")
}

/// A stretch of a line to be marked, with a few words.
type Mark<'a> = (AnnotationKind, Span, Option<&'a str>);

/// The place of a problem first, then what has to do with it.
fn list_marks<'a>(remark: &Remark<'a>) -> Vec<Mark<'a>> {
    let mut marks = vec![(
        AnnotationKind::Primary,
        remark.span,
        remark.label,
    )];
    for (span, label) in remark.related {
        marks.push((AnnotationKind::Context, *span, Some(label)));
    }
    marks
}

/// Adds one line with its marks, or only a position where
/// there is no line to show.
fn add_line<'a>(
    group: Group<'a>,
    source: &'a Source,
    marks: &[Mark<'_>],
) -> Group<'a> {
    let path = escape(source.path());
    let Some((_, span, _)) = marks.first() else {
        return group;
    };
    if span.is_whole() {
        return group.element(Origin::path(path));
    }

    let position = source.position(span.bytes().start);
    let (start, line) = source.line(span.bytes().start);
    // The place is said in any case: somebody has to take the key out.
    if line.len() > LONGEST_LINE || is_private(source.text(), start, line) {
        let origin = Origin::path(path)
            .line(position.line)
            .char_column(position.column);
        return group.element(origin);
    }

    let annotations = marks.iter().map(|(kind, span, label)| {
        let range = range_in_shown(line, start, *span);
        kind.span(range)
            .label(label.map(escape))
    });
    let snippet = Snippet::<Annotation<'a>>::source(escape(line))
        .path(path)
        .line_start(position.line)
        .annotations(annotations);
    group.element(snippet)
}

/// Whether a line may be part of a private key, which no log must ever show.
fn is_private(text: &str, start: usize, line: &str) -> bool {
    let before = text.get(..start).unwrap_or_default();
    // A line from the middle of a key has no label of its own: that stands in a
    // line before it.
    let is_open = before
        .rfind("-----BEGIN ")
        .is_some_and(|begin| {
            let block = before.get(begin..).unwrap_or_default();
            block.contains("PRIVATE KEY-----") && !block.contains("-----END ")
        });

    is_open || may_be_private(line) || gives_a_secret(line)
}

/// Whether a line gives something that is called a secret. No setting is: a
/// configuration has none.
fn gives_a_secret(line: &str) -> bool {
    let line = line.to_ascii_lowercase();

    ["secret", "password"]
        .iter()
        .any(|word| {
            line.match_indices(word)
                .any(|(at, _)| has_value_at(&line, at))
        })
}

/// Whether the word at this place is in the name of an entry that has a value.
fn has_value_at(line: &str, at: usize) -> bool {
    let (before, name) = line.split_at(at);

    // The name of a scope may end so, as in `read:secrets`.
    if before
        .trim_end_matches(is_of_name)
        .ends_with(':')
    {
        return false;
    }

    let rest = name
        .trim_start_matches(is_of_name)
        .trim_start_matches(['"', '\''])
        .trim_start();
    let value = rest
        .strip_prefix([':', '='])
        .map(str::trim);
    value.is_some_and(|value| !value.is_empty())
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-".contains(character)
}

/// The bytes to mark in a line as it is shown; in its
/// file it starts at `start`.
fn range_in_shown(line: &str, start: usize, span: Span) -> Range<usize> {
    let within =
        |byte: usize| line.floor_char_boundary(byte.saturating_sub(start));
    let from = within(span.bytes().start);
    let to = within(span.bytes().end).max(from);

    let marked = line.get(from..to).unwrap_or_default();
    let too_far = marked.char_indices().nth(LONGEST_MARK);
    let length = too_far.map_or(marked.len(), |(at, _)| at);
    escaped_length(line, from)..escaped_length(line, from + length)
}

/// A text that a terminal may show; tabs stand, because the renderer makes
/// spaces of them.
fn escape(text: &str) -> String {
    foreign(text)
        .map(escape_character)
        .collect()
}

/// How long so many bytes of a text are once escaped. What they look like may
/// depend on what follows them.
fn escaped_length(text: &str, bytes: usize) -> usize {
    let characters = text
        .char_indices()
        .take_while(|(at, _)| *at < bytes)
        .count();

    foreign(text)
        .take(characters)
        .map(|character| escape_character(character).len())
        .sum()
}

fn escape_character(character: Foreign) -> String {
    match character {
        Foreign::Harmless(character) | Foreign::Harmful(character @ '\t') => {
            character.into()
        }
        Foreign::Harmful(character) => escape_harmful(character),
    }
}
