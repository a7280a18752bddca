//! Messages about a word that is none of the known ones.

use std::fmt::Write as _;

use crate::words::nearest;

/// Says what there is instead of a word, and which of them was likely meant.
pub(super) fn misspelt(what: &str, word: &str, known: &[&str]) -> String {
    let mut text = format!("there is no {what} `{word}`; ");
    let nearest = |word: &str| nearest(word, known.iter().copied());
    // Methods are written in capitals, which is easily forgotten.
    if let Some(meant) = nearest(word).or_else(|| nearest(&word.to_uppercase())) {
        let _ = write!(text, "did you mean `{meant}`? ");
    }
    let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    let _ = write!(text, "known are {}", known.join(", "));
    text
}
