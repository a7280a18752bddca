//! How long a comment may be.

/// What a comment may be at most, in bytes, of which there are never
/// fewer than characters. GitHub takes 65,536 characters; what is
/// left is for whoever posts it.
pub(super) const MOST: usize = 60_000;

/// What is kept for the sentences that say what was left out, and for closing
/// what was opened.
pub(super) const RESERVE: usize = 600;

/// A text that does not grow beyond a length.
#[derive(Debug)]
pub(super) struct Budget {
    text: String,
    most: usize,
}

impl Budget {
    /// At most so many bytes.
    pub(super) fn of(most: usize) -> Self {
        Self {
            text: String::new(),
            most,
        }
    }

    /// How many bytes there is room for.
    pub(super) fn left(&self) -> usize {
        self.most
            .saturating_sub(self.text.len())
    }

    /// What one part may take of it: so the next is there,
    /// however long this one is.
    pub(super) fn half(&self) -> usize {
        self.left() / 2
    }

    /// Adds a piece where there is room for all of it; whether there was.
    pub(super) fn add(&mut self, piece: &str) -> bool {
        let fits = piece.len() <= self.left();
        if fits {
            self.text.push_str(piece);
        }
        fits
    }

    /// Adds as many pieces, one after the other, as there is room for,
    /// in so many bytes at most; how many there was none for. Whole
    /// pieces only, and none behind one that was left out: what is
    /// missing is missing at the end.
    pub(super) fn add_all(
        &mut self,
        pieces: impl Iterator<Item = String>,
        most: usize,
    ) -> usize {
        let begun = self.text.len();
        let mut left_out = 0;
        for piece in pieces {
            let used = self.text.len() - begun;
            let fits =
                left_out == 0 && used + piece.len() <= most && self.add(&piece);
            left_out += usize::from(!fits);
        }
        left_out
    }

    /// The text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The same, and in the end how much there was no room for.
    pub(super) fn into_text_without(self, left_out: usize) -> String {
        let more = count_left_out(left_out).map(|more| format!("\n…{more}\n"));

        self.text + &more.unwrap_or_default()
    }
}

/// What was left out.
pub(super) fn count_left_out(left_out: usize) -> Option<String> {
    (left_out > 0).then(|| {
        format!(" and {left_out} more, for which there is no room here")
    })
}
