//! Lines that begin where they should not, or with a tab.

use std::iter::successors;

use super::super::problem::Problem;
use super::lines::Line;
use super::mistake::Mistake;

/// What the scanner says of a line that does not fit those above it.
const MISFITS: [&str; 3] = [
    "invalid indentation",
    "expected key",
    "expected '-'",
];

impl Mistake<'_> {
    pub(super) fn explain_tab(&self) -> Option<Problem> {
        let is_tab = self.says("tab") || self.beginning().ends_with('\t');
        if !is_tab {
            return None;
        }

        // The scanner may stop in the line above, whose text could go on.
        let here = self.line();
        let lines = successors(Some(here), |line| line.next(self.text));
        let tab = lines
            .take(2)
            .find_map(Line::tab_in_indent);

        let problem = match tab {
            Some(tab) => {
                let message = "this line is indented with a tab";
                self.problem_at(tab, 1, message)
            }
            None => self.problem(self.message),
        };
        Some(problem.help("indent with spaces; YAML allows no tabs there"))
    }

    pub(super) fn explain_indent(&self) -> Option<Problem> {
        if !MISFITS
            .iter()
            .any(|words| self.says(words))
        {
            return None;
        }

        let line = self.line();
        if !line.begins_at(self.start()) {
            let message = "this stands behind a value that has ended already";
            let problem = self.problem(message);
            return Some(problem.help("put all of the text in quotes"));
        }
        // A comment ends the text of a line that is no key, so that there is
        // nothing to go on with.
        let above = line.above(self.text).next();
        if let Some(above) = above.filter(|above| above.is_text_beside(line)) {
            return Some(self.explain_line(above));
        }

        let message =
            "the indentation of this line does not fit the lines above it";
        let help =
            "indent the keys of one map alike, and the items of one list";
        let problem = self.problem_of(line, message);
        Some(problem.help(help))
    }
}
