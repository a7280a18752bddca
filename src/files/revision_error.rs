//! Why a revision is not to be had.

use std::io;
use std::path::PathBuf;

use crate::words::{Advice, Step, safe, safe_path};

/// Why a revision is not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RevisionError {
    /// Git cannot be started.
    #[error("cannot run git: {0}")]
    NoGit(io::Error),
    /// The working directory is in no repository, or in
    /// one that Git does not open.
    #[error("this is no repository that git opens: {said}")]
    NoRepository {
        /// What Git says.
        said: String,
    },
    /// There is no such revision here, which a clone
    /// that is not whole may lack.
    #[error("there is no revision `{name}` here")]
    Missing {
        /// The revision.
        name: String,
        /// What brings it.
        command: String,
    },
    /// What a name stands for in the revision cannot be told.
    #[error("cannot read `{}`: {source}", safe(path))]
    Unreadable {
        /// The name.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// The name stands for several things.
    #[error(
        "`{name}` is the name of more than one of a branch, a tag and a \
         remote branch"
    )]
    Ambiguous {
        /// The name.
        name: String,
    },
    /// Git changes a file on its way between the repository and the disk, so
    /// that the two cannot be compared.
    #[error(
        "`{}` has the attribute `{attribute}`: what is on the disk is not \
         what Git keeps",
        safe_path(path)
    )]
    Rewritten {
        /// The file.
        path: PathBuf,
        /// The attribute.
        attribute: String,
    },
    /// A file that was named is not in the repository, so
    /// no revision of it can be.
    #[error("{} is not in the repository {}", safe_path(path), safe_path(root))]
    Outside {
        /// The file.
        path: PathBuf,
        /// The folder of the repository.
        root: PathBuf,
    },
}

impl Advice for RevisionError {
    fn id(&self) -> &'static str {
        match self {
            Self::NoGit(_) => "no-git",
            Self::NoRepository { .. } => "no-repository",
            Self::Missing { .. } => "revision-missing",
            Self::Outside { .. } => "outside-repository",
            Self::Unreadable { .. } => "revision-unreadable",
            Self::Ambiguous { .. } => "revision-ambiguous",
            Self::Rewritten { .. } => "rewritten-file",
        }
    }

    fn next_step(&self) -> Option<Step> {
        match self {
            Self::NoGit(_) => Some(
                "install git: it keeps the revision that is asked for".into(),
            ),
            Self::NoRepository { .. } => {
                Some("run this in a folder of the repository".into())
            }
            Self::Missing { command, .. } => Some(
                format!(
                    "bring it with `{command}`, or name another one; in \
                     GitHub Actions, `fetch-depth: 2` of actions/checkout \
                     brings `HEAD^1`"
                )
                .into(),
            ),
            Self::Unreadable { .. } => Some(
                "fetch the whole of the revision; a link in it must not leave \
                 the repository, and a submodule is no part of it"
                    .into(),
            ),
            Self::Ambiguous { name } => Some(
                format!(
                    "say which is meant, as in `refs/remotes/{name}` or \
                     `refs/heads/{name}`"
                )
                .into(),
            ),
            Self::Rewritten { .. } => Some(
                "take the attribute out of `.gitattributes`: a configuration \
                 is kept as it is read"
                    .into(),
            ),
            Self::Outside { .. } => Some(
                "say where it is in the revision, as in \
                 `HEAD^1:access/grantry.yaml`"
                    .into(),
            ),
        }
    }
}
