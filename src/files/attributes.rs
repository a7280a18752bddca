//! Files that Git changes on their way between the repository and the disk.

use std::ffi::OsString;
use std::path::PathBuf;

use super::git::ask;
use super::revision::Revision;
use super::revision_error::RevisionError;

/// What has Git write another file than it keeps. Line ends alone change
/// nothing of what a file says.
const ATTRIBUTES: [&str; 3] = ["working-tree-encoding", "filter", "ident"];

/// How many files are asked for at once: a command line has its limits.
const AT_ONCE: usize = 200;

impl Revision {
    /// Refuses files of the disk that Git writes otherwise than it keeps them:
    /// a change of the attributes alone would change what they say, and no
    /// comparison would show it.
    pub fn refuse_rewritten(
        &self,
        files: &[PathBuf],
    ) -> Result<(), RevisionError> {
        // A link is rewritten by no attribute of its own, but
        // what it leads to may be.
        let places = files
            .iter()
            .map(|file| super::where_it_leads(file));
        let places = files.iter().cloned().chain(places);
        let places: Vec<PathBuf> = places
            .filter_map(|file| self.path_in(&file))
            .collect();

        places
            .chunks(AT_ONCE)
            .try_for_each(|places| self.refuse_attributes(places))
    }

    fn refuse_attributes(
        &self,
        places: &[PathBuf],
    ) -> Result<(), RevisionError> {
        let mut question: Vec<OsString> = vec!["-C".into(), self.root().into()];
        question.extend(["check-attr", "-z"].map(Into::into));
        question.extend(ATTRIBUTES.map(Into::into));
        question.push("--".into());
        question.extend(places.iter().map(Into::into));
        let said = ask(&question)
            .map_err(RevisionError::NoGit)?
            .map_err(|said| RevisionError::NoRepository { said })?;

        let said: Vec<&str> = said.split('\0').collect();
        let is_set = |said: &&[&str]| {
            let value = said.last();
            // Whether there is such a filter is not asked: it is for each
            // machine to say.
            value.is_some_and(|value| !["unspecified", "unset"].contains(value))
        };
        match said.chunks_exact(3).find(is_set) {
            Some([path, attribute, _]) => Err(RevisionError::Rewritten {
                path: path.into(),
                attribute: (*attribute).to_owned(),
            }),
            _ => Ok(()),
        }
    }
}
