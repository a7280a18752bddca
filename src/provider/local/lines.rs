//! Reading a tenant file line by line, and knowing its end from damage.

use std::io;

use crate::files::{Limit, ReadError};

/// How large a tenant file may be.
pub(super) const LIMIT: Limit = Limit::TENANT;

/// The lines of a file, one after the other.
pub(super) struct Lines<R> {
    reader: R,
    /// The current line.
    pub(super) bytes: Vec<u8>,
    pub(super) number: usize,
    /// How many bytes were read in all.
    read: u64,
}

impl<R: io::BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            bytes: Vec::new(),
            number: 0,
            read: 0,
        }
    }

    /// Goes on to the next line, if there is one.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        self.bytes.clear();
        self.number += 1;
        self.read += self
            .reader
            .read_until(b'\n', &mut self.bytes)? as u64;
        if self.read > LIMIT.bytes() {
            return Err(ReadError::TooLarge(LIMIT).into());
        }

        // After a crash of the machine a file may have its length before it has
        // its content: zeros up to its end. Zeros that anything follows are
        // damage. They stay in the line, which is none then: what follows may
        // have been said to be done, and must not go unseen.
        if let Some(zero) = self.first_zero()
            && self
                .bytes
                .iter()
                .skip(zero)
                .all(|byte| *byte == 0)
        {
            self.bytes.truncate(zero);
        }

        Ok(!self.bytes.is_empty())
    }

    /// Where in the line its first zero is.
    fn first_zero(&self) -> Option<usize> {
        self.bytes
            .iter()
            .position(|byte| *byte == 0)
    }

    /// Whether the line was written to its end.
    pub(super) fn is_whole(&self) -> bool {
        self.bytes.ends_with(b"\n")
    }

    /// What is wrong with the line, and where.
    pub(super) fn explain_error(&self, error: &serde_json::Error) -> String {
        let number = self.number;
        if let Some(zero) = self.first_zero() {
            let column = zero + 1;
            return format!(
                "zeros stand in the middle of it, at line {number} column \
                 {column}"
            );
        }

        // The parser counts lines too, and each of ours is its first.
        let text = error.to_string();
        let message = text
            .rsplit_once(" at line ")
            .map_or(&*text, |(message, _)| message);
        let column = error.column();
        format!("{message}, at line {number} column {column}")
    }
}
