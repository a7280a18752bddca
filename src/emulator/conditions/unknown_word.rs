//! The message about a word that is none of the known ones.

use std::fmt::Write as _;

use crate::words::{nearest, quote_all};

/// Says what there is instead of a word, and which of them was likely meant.
pub(super) fn report_unknown_word(
    what: &str,
    word: &str,
    known: &[&str],
) -> String {
    let mut message = format!("there is no {what} `{word}`; ");

    let find_nearest = |word: &str| nearest(word, known.iter().copied());
    // Methods are written in capitals, which is easily forgotten.
    let meant =
        find_nearest(word).or_else(|| find_nearest(&word.to_uppercase()));
    if let Some(meant) = meant {
        let _ = write!(message, "did you mean `{meant}`? ");
    }

    let _ = write!(message, "known are {}", quote_all(known, ", "));
    message
}
