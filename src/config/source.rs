//! The files a configuration was read from, and places in them.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A stretch of one file. An empty span at the very start
/// means the file as a whole.
// Small numbers: every value of a document has its place, and no
// file has more than 16 MiB.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    file: u32,
    start: u32,
    end: u32,
    /// Which row of [`Sources`] a template was filled in with there; 0 where it
    /// is no template. The uppermost bit is no part of it: it is set where an
    /// environment says what stands there.
    row: u32,
}

/// The bit that says that an environment says it. There are not so many rows.
const OF_ENVIRONMENT: u32 = 1 << 31;

impl Span {
    /// The file as a whole, by its index in [`Sources`].
    #[must_use]
    pub fn whole(file: usize) -> Self {
        Self::new(file, 0..0)
    }

    /// The bytes `range` of a file. Files are far smaller
    /// than the numbers kept here.
    pub(crate) fn new(file: usize, range: Range<usize>) -> Self {
        Self {
            file: saturate(file),
            start: saturate(range.start),
            end: saturate(range.end),
            row: 0,
        }
    }

    /// The same place in a template, where it is filled in with this row.
    pub(crate) fn with_row(self, row: RowIndex) -> Self {
        Self {
            row: self.row & OF_ENVIRONMENT | row.0,
            ..self
        }
    }

    /// The same place, whatever a template is filled in with there.
    pub(crate) fn without_row(self) -> Self {
        self.with_row(RowIndex(0))
    }

    /// The same place, for what an environment says. It is kept with the place
    /// and not looked up by it: an alias has the place of what it stands for,
    /// which somebody else may have said.
    pub(crate) fn of_environment(self) -> Self {
        Self {
            row: self.row | OF_ENVIRONMENT,
            ..self
        }
    }

    /// Whether an environment says what stands there.
    pub(crate) fn is_of_environment(self) -> bool {
        self.row & OF_ENVIRONMENT != 0
    }

    /// What makes it this place and no other. Whoever says
    /// it, it is the same place.
    fn parts(self) -> (u32, u32, u32, u32) {
        (
            self.file,
            self.start,
            self.end,
            self.row & !OF_ENVIRONMENT,
        )
    }

    /// The index of the file in [`Sources`].
    #[must_use]
    pub fn file(self) -> usize {
        self.file as usize
    }

    /// The bytes of the file's text (after its byte order mark, if it has one).
    #[must_use]
    pub fn bytes(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the file as a whole is meant, and no place in it.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.end == 0
    }

    /// Other bytes of the same file.
    pub(crate) fn with_bytes(self, range: Range<usize>) -> Self {
        Self {
            row: self.row,
            ..Self::new(self.file(), range)
        }
    }

    /// The same bytes in another file.
    pub(crate) fn in_file(self, file: usize) -> Self {
        Self {
            row: self.row,
            ..Self::new(file, self.bytes())
        }
    }
}

impl PartialEq for Span {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Span {}

impl PartialOrd for Span {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Span {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl Hash for Span {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

/// A row that templates are filled in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowIndex(u32);

/// Where a row is, and what its templates call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) name: Arc<str>,
    /// Which it is among those of its table, from 1.
    pub(crate) number: usize,
    pub(crate) span: Span,
    /// Where its values are written that refer to variables, by their columns.
    pub(crate) references: Box<[(Box<str>, Span)]>,
}

fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A place as people count it: from 1, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// The files (and folders) a configuration was read from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Arc<Source>>,
    rows: Vec<Row>,
}

/// One file (or folder).
#[derive(Debug, Clone)]
pub struct Source {
    path: String,
    text: String,
    line_starts: Vec<usize>,
    home: Home,
}

/// Where a file is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Home {
    /// Nobody asks.
    #[default]
    Anywhere,
    /// On the disk, there.
    Disk(PathBuf),
    /// In a revision; on the disk it would be there.
    Revision(PathBuf),
}

impl Home {
    fn is_on_disk_at(&self, place: &Path) -> bool {
        match self {
            Self::Disk(home) => home == place,
            Self::Anywhere | Self::Revision(_) => false,
        }
    }
}

impl Sources {
    /// Takes a file in; its index is returned.
    pub(crate) fn add(&mut self, path: String, text: String) -> usize {
        let after_newline = text
            .match_indices('\n')
            .map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0)
            .chain(after_newline)
            .collect();

        self.all.push(Arc::new(Source {
            path,
            text,
            line_starts,
            home: Home::default(),
        }));
        self.all.len() - 1
    }

    /// Says where a file is kept.
    pub(crate) fn set_home(&mut self, file: usize, home: Home) {
        if let Some(source) = self.all.get_mut(file) {
            Arc::make_mut(source).home = home;
        }
    }

    /// Where a span can be shown in the files as they are now: what stands
    /// in a revision, at the first line of the same file, if the
    /// configuration still has it.
    #[must_use]
    pub fn place_now(&self, span: Span) -> Option<Span> {
        let Home::Revision(place) = &self.get(span)?.home else {
            return Some(span);
        };

        let mut all = self.all.iter();
        let file = all.position(|source| source.home.is_on_disk_at(place))?;
        let (_, first_line) = self.all.get(file)?.line(0);
        Some(Span::new(file, 0..first_line.len()))
    }

    /// The same place among these sources, which take its file and its row in
    /// if they do not have them.
    pub(crate) fn adopt(&mut self, span: Span, others: &Self) -> Span {
        let Some(source) = others.all.get(span.file()) else {
            return span;
        };
        let is_same = |other: &Arc<Source>| {
            Arc::ptr_eq(source, other)
                || (source.path == other.path && source.text == other.text)
        };
        let file = self
            .all
            .iter()
            .position(is_same)
            .unwrap_or_else(|| {
                self.all.push(Arc::clone(source));
                self.all.len() - 1
            });

        let place = Span::new(file, span.bytes());
        match others.row_of(span) {
            Some(row) => {
                let span = self.adopt(row.span, others);
                let references = row.references.iter();
                let references = references
                    .map(|(column, span)| {
                        (column.clone(), self.adopt(*span, others))
                    })
                    .collect();
                place.with_row(self.adopt_row(Row {
                    span,
                    references,
                    ..row.clone()
                }))
            }
            None => place,
        }
    }

    fn adopt_row(&mut self, row: Row) -> RowIndex {
        match self
            .rows
            .iter()
            .position(|other| *other == row)
        {
            Some(place) => RowIndex(saturate(place + 1)),
            None => self.add_row(row),
        }
    }

    /// Takes in a row that templates are filled in with.
    pub(crate) fn add_row(&mut self, row: Row) -> RowIndex {
        self.rows.push(row);
        RowIndex(saturate(self.rows.len()))
    }

    /// The row that a template is filled in with at this place; none where it
    /// is no template.
    pub(crate) fn row_of(&self, span: Span) -> Option<&Row> {
        let (.., row) = span.parts();
        let index = (row as usize).checked_sub(1)?;
        self.rows.get(index)
    }

    /// All rows that templates are filled in with.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The file a span is in.
    #[must_use]
    pub fn get(&self, span: Span) -> Option<&Source> {
        self.all
            .get(span.file())
            .map(Arc::as_ref)
    }

    /// The text of a span; empty if it is no stretch of the file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span)
            .and_then(|source| source.text.get(span.bytes()))
            .unwrap_or_default()
    }
}

impl Source {
    /// The path, as it was given.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text, without a byte order mark; empty for what could not be read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The position of a byte.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let (line, start) = self.line_of(byte);
        let before = self
            .text
            .get(start..byte)
            .unwrap_or_default();

        Position {
            line,
            column: before.chars().count() + 1,
        }
    }

    /// The line a byte is in: where it starts, and its
    /// text without the line break.
    #[must_use]
    pub fn line(&self, byte: usize) -> (usize, &str) {
        let (line, start) = self.line_of(byte);
        let next = self.line_starts.get(line).copied();
        let end = next.unwrap_or(self.text.len());

        let text = self
            .text
            .get(start..end)
            .unwrap_or_default();
        (start, text.trim_end_matches(['\n', '\r']))
    }

    /// The number of the line a byte is in, from 1, and where it starts.
    fn line_of(&self, byte: usize) -> (usize, usize) {
        let line = self
            .line_starts
            .partition_point(|start| *start <= byte);
        let start = line
            .checked_sub(1)
            .and_then(|index| self.line_starts.get(index))
            .copied();

        (line, start.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_end_at_either_break() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml".to_owned(), "é: 1\r\nbé: 2".to_owned());
        let span = Span::new(file, 10..12);
        let source = sources.get(span).unwrap();

        assert_eq!(
            source.position(10),
            Position {
                line: 2,
                column: 3
            }
        );
        assert_eq!(source.line(0), (0, "é: 1"));
        assert_eq!(source.line(10), (7, "bé: 2"));
        assert_eq!(sources.slice(Span::new(file, 7..10)), "bé");
        assert_eq!(sources.slice(Span::new(file, 9..99)), "");
    }
}
