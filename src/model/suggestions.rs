//! What many misspelt words were likely meant to be.

use crate::words::nearest;

/// Seeks what was meant by the first misspelt words, and by no more: each is
/// compared with every name there is, and whoever has made hundreds of mistakes
/// mends the first of them and tries again.
#[derive(Debug)]
pub(crate) struct Suggestions {
    left: usize,
}

impl Suggestions {
    /// Of how many words it is sought.
    // Without an end, ten thousand misspelt references
    // took more than two minutes.
    pub(crate) const MOST: usize = 50;

    /// What was likely meant by the next word (see [`nearest`]).
    pub(crate) fn nearest<'a, T>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a T>,
    ) -> Option<&'a str>
    where
        T: AsRef<str> + ?Sized + 'a,
    {
        self.left = self.left.checked_sub(1)?;
        nearest(word, candidates)
    }
}

impl Default for Suggestions {
    fn default() -> Self {
        Self {
            left: Self::MOST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_words_are_compared_with_all_names() {
        let mut suggestions = Suggestions::default();
        let mut compared = 0;
        for _ in 0..Suggestions::MOST * 10 {
            suggestions.nearest(
                "raed:maps",
                ["read:maps"]
                    .iter()
                    .inspect(|_| compared += 1),
            );
        }
        assert_eq!(compared, Suggestions::MOST);
    }
}
