//! What a configuration is compared with.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::config::RevisionName;

/// A Git revision, and where in it the configuration is,
/// unless that is where it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) name: RevisionName,
    pub(crate) path: Option<PathBuf>,
}

impl FromStr for Base {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // At the first colon: the name of a revision has none, and that of a
        // file may have some.
        let (name, path) = match text.split_once(':') {
            Some((_, "")) => return Err("nothing follows the `:`"),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };

        let name = RevisionName::parse(name).ok_or(
            "a revision is a name such as `HEAD^1`, `origin/main`, or a hash",
        )?;
        Ok(Self { name, path })
    }
}

impl fmt::Display for Base {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name.as_str())?;
        match &self.path {
            Some(path) => write!(formatter, ":{}", path.display()),
            None => Ok(()),
        }
    }
}
