//! How a revision is called, and that it is called so by nobody else.

use super::git::{Object, ask};
use super::revision_error::RevisionError;

/// How a revision is called, such as `HEAD^1`, `origin/main` or a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionName(String);

impl RevisionName {
    /// The name; none where it could be anything else than a revision's: an
    /// option, a file in one, or two.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_safe = |character: char| {
            !character.is_control() && !" :?*[\\".contains(character)
        };
        let is_name = !text.is_empty()
            && !text.starts_with(['-', '^'])
            && !text.contains("..")
            && text.chars().all(is_safe);

        is_name.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The command that brings such a revision to where it is missing.
    fn command_to_bring(&self) -> String {
        let name = &self.0;
        let is_ancestor = name.contains(['^', '~']);

        match name.strip_prefix("origin/") {
            _ if is_ancestor => "git fetch --deepen=1".to_owned(),
            Some(branch) => format!(
                "git fetch origin {branch}:refs/remotes/origin/{branch}"
            ),
            None => format!("git fetch origin {name}"),
        }
    }

    /// The folder of its files.
    pub(super) fn resolve(&self) -> Result<Object, RevisionError> {
        self.refuse_other_readings()?;

        let files = format!("{}^{{tree}}", self.0);
        let answer = ask(&["rev-parse", "--verify", "--quiet", &files]);
        answer
            .map_err(RevisionError::NoGit)?
            .map_err(|_| self.missing())
    }

    /// Refuses a name that Git would take for a tag, say, where a branch is
    /// meant: it asks nobody, and whoever may push may push a tag of any name.
    fn refuse_other_readings(&self) -> Result<(), RevisionError> {
        let plain = self.starting_point();
        let readings =
            READINGS.map(|(before, behind)| format!("{before}{plain}{behind}"));
        let mut question = vec!["for-each-ref", "--format=%(refname)"];
        question.extend(readings.iter().map(String::as_str));
        let said = ask(&question)
            .map_err(RevisionError::NoGit)?
            .map_err(|said| RevisionError::NoRepository { said })?;

        // A reading may be the beginning of others' names, too.
        let is_reading = |reference: &&str| {
            readings
                .iter()
                .any(|reading| reading == reference)
        };
        match said.lines().filter(is_reading).count() {
            1 => Ok(()),
            // Git would try what is no name at all, such as the end of
            // `v1-4-gabc123`.
            0 if is_exact(plain) => Ok(()),
            0 => Err(self.missing()),
            _ => Err(RevisionError::Ambiguous {
                name: plain.to_owned(),
            }),
        }
    }

    /// The name from which steps are taken: `HEAD` in `HEAD^1`, `main` in
    /// `main@{1}`. Any other `@` is a letter.
    fn starting_point(&self) -> &str {
        let name = self.0.as_str();
        let ends = [name.find(['^', '~']), name.find("@{")];
        let end = ends.into_iter().flatten().min();

        let (plain, _) = name.split_at(end.unwrap_or(name.len()));
        plain
    }

    fn missing(&self) -> RevisionError {
        RevisionError::Missing {
            name: self.0.clone(),
            command: self.command_to_bring(),
        }
    }
}

/// What Git takes a name for, each with what stands before and behind it.
const READINGS: [(&str, &str); 5] = [
    ("refs/", ""),
    ("refs/tags/", ""),
    ("refs/heads/", ""),
    ("refs/remotes/", ""),
    ("refs/remotes/", "/HEAD"),
];

/// Whether a name means one thing wherever it is: a hash, `HEAD` and its like,
/// or a reference in full.
fn is_exact(name: &str) -> bool {
    // Git itself abbreviates to no less than seven digits; a shorter word is
    // more likely a name.
    let is_hash = name.len() >= 7
        && name
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit());
    // `HEAD`, `FETCH_HEAD` and the like are beside `refs/`, so none of the
    // readings finds them.
    let is_head = name
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b'_');

    // Alone, it is another word for `HEAD`, and nobody's name.
    let is_head = is_head || name == "@";

    is_hash || is_head || name.starts_with("refs/")
}
