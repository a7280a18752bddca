//! What Git leaves in a file where two changes contradict each other.

use super::super::problem::Problem;
use super::mistake::Mistake;

/// The marks around the two changes.
const MARKS: [&str; 2] = ["<<<<<<< ", ">>>>>>> "];

impl Mistake<'_> {
    pub(super) fn find_conflict(&self) -> Option<Problem> {
        let is_mark = |line: &&str| {
            MARKS
                .iter()
                .any(|mark| line.starts_with(mark))
        };
        let line = self.text.lines().find(is_mark)?;
        let start = self.text.find(line).unwrap_or_default();

        let message =
            "two changes contradict each other here, and the file has both";
        let problem = self.problem_at(start, line.len(), message);
        Some(problem.help("keep one of the two, and take the marks of Git out"))
    }
}
