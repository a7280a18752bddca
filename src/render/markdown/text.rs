//! Texts of others as Markdown that is only text.

use aws_lc_rs::digest::{SHA256, digest};

use super::super::text::safe;
use crate::words::hexadecimal;

/// The longest text of others that is shown whole on a line, in characters.
const LONGEST: usize = 300;

/// A text as code in a line: nothing in it is markup, nobody is mentioned by
/// it, and it ends where it should.
pub(super) fn code(text: &str) -> String {
    // Shortened last: a character that is written by number takes more room.
    let text = shortened(&safe(text));
    let fence = "`".repeat(longest_run(&text) + 1);
    // A space keeps a backtick at an end apart from the fence. Only spaces
    // would be no code at all.
    let needs_space =
        text.starts_with('`') || text.ends_with('`') || text.trim().is_empty();
    if needs_space {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// The same in a table, where a bar would end the cell: also in code, so it is
/// written by number.
pub(crate) fn cell(text: &str) -> String {
    code(text).replace('|', "\\u{7c}")
}

/// What is shown when asked for.
pub(super) fn folded(title: &str, body: &str) -> String {
    format!("\n<details><summary>{title}</summary>\n\n{body}\n</details>\n")
}

/// Lines as a block of code in a language: none of them can end it.
pub(super) fn block(language: &str, lines: &str) -> String {
    let fence = "`".repeat(longest_run(lines).max(2) + 1);
    let lines = lines.trim_end_matches('\n');

    format!("{fence}{language}\n{lines}\n{fence}\n")
}

/// A line without what a terminal or a CI system would take for more than text,
/// and not too long. Of what is left out stands a digest: two lines that differ
/// only there must not look alike.
pub(super) fn line(text: &str) -> String {
    let text = safe(text);
    let shown = shortened(&text);
    if shown == text {
        return shown;
    }

    let hash = digest(&SHA256, text.as_bytes());
    let start = hexadecimal(hash.as_ref().iter().copied().take(4));
    format!("{shown} [{start}]")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            let shown = text.get(..end).unwrap_or_default();
            let more = text.chars().count() - LONGEST;
            format!("{shown}… ({more} more characters)")
        }
        None => text.to_owned(),
    }
}

/// How many backticks stand side by side at most.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`');

    runs.map(str::len)
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_ends_where_it_should() {
        assert_eq!(code("read:maps"), "`read:maps`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "`  `");
        assert_eq!(code("a\nb"), "`a\\nb`");
    }

    #[test]
    fn no_line_ends_a_block() {
        let text = block("diff", "+ ```\n+ ````\n");
        assert_eq!(text, "`````diff\n+ ```\n+ ````\n`````\n");
        assert_eq!(block("", "a"), "```\na\n```\n");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let text = "é".repeat(10_000);
        assert!(
            line(&text).contains("é… (9700 more characters) ["),
            "{text}"
        );
        assert_ne!(
            line(&format!("{text}a")),
            line(&format!("{text}b"))
        );
    }
}
