//! A revision of the repository that the working directory is in, as Git keeps it.
//!
//! Only the object store is asked, through one `git cat-file --batch`: nothing is checked out, and nothing is
//! fetched. Git itself is asked for objects by their hashes alone; names and links are followed here, so that
//! no name has to be told to it, and a link leads no further than it would on the disk.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::git::{EntryKind, Folder, Object, Objects, ask, name_from, parse_entries};
use super::{Limit, ReadError, is_plain};
use crate::words::{Advice, Step};

/// How many links one name may lead through, as on most systems.
const MOST_LINKS: usize = 40;

/// How long the name may be that a link holds, in bytes.
const LONGEST_LINK: usize = 4096;

/// How a revision is called, such as `HEAD^1`, `origin/main` or a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionName(String);

impl RevisionName {
    /// The name; none where it could be anything else than a revision's: an option, a file in one, or two.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_safe = |character: char| !character.is_control() && !" :?*[\\".contains(character);
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
            Some(branch) => format!("git fetch origin {branch}:refs/remotes/origin/{branch}"),
            None => format!("git fetch origin {name}"),
        }
    }
}

/// Why a revision is not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RevisionError {
    /// Git cannot be started.
    #[error("cannot run git: {0}")]
    NoGit(io::Error),
    /// The working directory is in no repository, or in one that Git does not open.
    #[error("this is no repository that git opens: {said}")]
    NoRepository {
        /// What Git says.
        said: String,
    },
    /// There is no such revision here, which a clone that is not whole may lack.
    #[error("there is no revision `{name}` here")]
    Missing {
        /// The revision.
        name: String,
        /// What brings it.
        command: String,
    },
    /// What a name stands for in the revision cannot be told.
    #[error("cannot read `{path}`: {source}")]
    Unreadable {
        /// The name.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// The name stands for several things.
    #[error("`{name}` is the name of more than one of a branch, a tag and a remote branch")]
    Ambiguous {
        /// The name.
        name: String,
    },
    /// Git changes a file on its way between the repository and the disk, so that the two cannot be compared.
    #[error("`{}` has the attribute `{attribute}`: what is on the disk is not what Git keeps", path.display())]
    Rewritten {
        /// The file.
        path: PathBuf,
        /// The attribute.
        attribute: String,
    },
    /// A file that was named is not in the repository, so no revision of it can be.
    #[error("{} is not in the repository {}", path.display(), root.display())]
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
            Self::NoGit(_) => Some("install git: it keeps the revision that is asked for".into()),
            Self::NoRepository { .. } => Some("run this in a folder of the repository".into()),
            Self::Missing { command, .. } => Some(
                format!(
                    "bring it with `{command}`, or name another one; in GitHub Actions, \
                     `fetch-depth: 2` of actions/checkout brings `HEAD^1`"
                )
                .into(),
            ),
            Self::Unreadable { .. } => Some(
                "fetch the whole of the revision; a link in it must not leave the repository, and a submodule is \
                 no part of it"
                    .into(),
            ),
            Self::Ambiguous { name } => Some(
                format!("say which is meant, as in `refs/remotes/{name}` or `refs/heads/{name}`").into(),
            ),
            Self::Rewritten { .. } => {
                Some("take the attribute out of `.gitattributes`: a configuration is kept as it is read".into())
            }
            Self::Outside { .. } => {
                Some("say where it is in the revision, as in `HEAD^1:access/grantry.yaml`".into())
            }
        }
    }
}

/// A revision.
#[derive(Debug)]
pub struct Revision {
    name: RevisionName,
    /// The folder of the repository.
    root: PathBuf,
    /// The folder of its files.
    files: Object,
    objects: RefCell<Objects>,
    /// What was read already: a folder of many files is asked for each of them.
    folders: RefCell<BTreeMap<Object, Rc<Folder>>>,
}

/// What a path leads to.
struct Found {
    /// The path without links, from the folder of the repository.
    path: PathBuf,
    kind: EntryKind,
    object: Object,
}

impl Revision {
    /// Opens a revision of the repository that the working directory is in.
    pub fn open(name: &RevisionName) -> Result<Self, RevisionError> {
        let root = ask(&["rev-parse", "--show-toplevel"])
            .map_err(RevisionError::NoGit)?
            .map_err(|said| RevisionError::NoRepository { said })?;
        refuse_ambiguous(name)?;
        let files = format!("{}^{{tree}}", name.as_str());
        let files = ask(&["rev-parse", "--verify", "--quiet", &files])
            .map_err(RevisionError::NoGit)?
            .map_err(|_| RevisionError::Missing {
                name: name.as_str().to_owned(),
                command: name.command_to_bring(),
            })?;

        Ok(Self {
            name: name.clone(),
            root: root.into(),
            files,
            objects: RefCell::new(Objects::open().map_err(RevisionError::NoGit)?),
            folders: RefCell::default(),
        })
    }

    /// Refuses files of the disk that Git writes otherwise than it keeps them: a change of the attributes alone
    /// would change what they say, and no comparison would show it.
    pub fn refuse_rewritten(&self, files: &[PathBuf]) -> Result<(), RevisionError> {
        const ATTRIBUTES: [&str; 3] = ["working-tree-encoding", "filter", "ident"];

        // One question for some hundred files: a command line has its limits.
        for files in files.chunks(200) {
            let mut question: Vec<OsString> = vec!["-C".into(), self.root.clone().into()];
            question.extend(["check-attr", "-z"].map(Into::into));
            question.extend(ATTRIBUTES.map(Into::into));
            question.push("--".into());
            // A link is rewritten by no attribute of its own, but what it leads to may be.
            let places = files.iter().map(|file| super::where_it_leads(file));
            let places = files.iter().cloned().chain(places);
            let named = question.len();
            question.extend(places.filter_map(|file| Some(self.path_in(&file)?.into())));
            if question.len() == named {
                continue;
            }
            let said = ask(&question)
                .map_err(RevisionError::NoGit)?
                .map_err(|said| RevisionError::NoRepository { said })?;

            let said: Vec<&str> = said.split('\0').collect();
            let set = said.chunks_exact(3).find(|said| {
                said.last()
                    .is_some_and(|value| !["unspecified", "unset"].contains(value))
            });
            if let Some([path, attribute, _]) = set {
                return Err(RevisionError::Rewritten {
                    path: path.into(),
                    attribute: (*attribute).to_owned(),
                });
            }
        }
        Ok(())
    }

    /// The folder of the repository.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the revision has a file or folder of this name. Only what is surely not there is not: where something
    /// is in the way of looking, that is an error.
    pub fn has(&self, path: &Path) -> Result<bool, RevisionError> {
        if self.path_in(path).is_none() {
            return Err(RevisionError::Outside {
                path: path.to_owned(),
                root: self.root.clone(),
            });
        }

        match self.find(path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(RevisionError::Unreadable {
                path: self.name_of(path),
                source,
            }),
        }
    }

    /// The YAML files of the revision whose text is as it is wanted, from the folder of the repository. What is too
    /// large for a configuration is none.
    pub fn find_yaml(&self, is_wanted: impl Fn(&str) -> bool) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut folders = vec![(PathBuf::new(), self.files.clone())];

        while let Some((folder, object)) = folders.pop() {
            for (name, entry) in &*self.entries(&object)? {
                let path = folder.join(name);
                let is_yaml = path
                    .extension()
                    .is_some_and(|extension| extension == "yaml");
                match entry.kind {
                    EntryKind::Folder => folders.push((path, entry.object.clone())),
                    EntryKind::File if is_yaml => {
                        let text = self.read_object(&entry.object, Limit::CONFIGURATION)?;
                        if text.is_some_and(|text| is_wanted(&String::from_utf8_lossy(&text))) {
                            found.push(path);
                        }
                    }
                    EntryKind::File | EntryKind::Link | EntryKind::Submodule => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// As Git calls a file of a revision.
    pub(super) fn name_of(&self, path: &Path) -> String {
        let path_in = self.path_in(path);
        let path = path_in.as_deref().unwrap_or(path);

        format!("{}:{}", self.name.as_str(), path.display())
    }

    pub(super) fn is_folder(&self, path: &Path) -> bool {
        self.find(path)
            .is_ok_and(|found| found.kind == EntryKind::Folder)
    }

    pub(super) fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let found = self.find(folder)?;
        if found.kind != EntryKind::Folder {
            return Err(io::ErrorKind::NotADirectory.into());
        }

        let entries = self.entries(&found.object)?;
        Ok(entries.keys().map(|name| folder.join(name)).collect())
    }

    pub(super) fn read(&self, path: &Path, limit: Limit) -> Result<Vec<u8>, ReadError> {
        let found = self.find(path)?;
        if found.kind != EntryKind::File {
            return Err(ReadError::NotRegular);
        }

        self.read_object(&found.object, limit)?
            .ok_or(ReadError::TooLarge(limit))
    }

    fn read_object(&self, object: &Object, limit: Limit) -> io::Result<Option<Vec<u8>>> {
        let most = usize::try_from(limit.bytes()).unwrap_or(usize::MAX);

        self.objects.borrow_mut().read(object, most)
    }

    pub(super) fn is_inside(&self, folder: &Path, name: &Path) -> io::Result<bool> {
        if !name.components().all(is_plain) {
            return Ok(false);
        }

        let inner = folder.join(name);
        let real_folder = self.find(folder)?.path;
        for there in inner.ancestors() {
            match self.find(there) {
                Ok(found) => return Ok(found.path.starts_with(&real_folder)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if is_outside(&error) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// A path of the disk as one from the folder of the repository; none where it leads elsewhere.
    fn path_in(&self, path: &Path) -> Option<PathBuf> {
        let path = std::path::absolute(path).ok()?;
        let path_in = path.strip_prefix(&self.root).ok()?;

        let mut plain = PathBuf::new();
        for step in path_in.components() {
            match step {
                Component::Normal(name) => plain.push(name),
                Component::ParentDir if !plain.pop() => return None,
                _ => {}
            }
        }
        Some(plain)
    }

    /// Follows a path, and every link on the way.
    fn find(&self, path: &Path) -> io::Result<Found> {
        let path = self.path_in(path).ok_or_else(outside)?;
        let mut rest: Vec<OsString> = steps(&path).collect();
        let mut folders: Vec<(OsString, Object)> = Vec::new();
        let mut links = 0;

        while let Some(step) = rest.pop() {
            if step == ".." {
                folders.pop().ok_or_else(outside)?;
                continue;
            }

            let folder = folders.last().map_or(&self.files, |(_, object)| object);
            let entries = self.entries(folder)?;
            let entry = entries.get(&step).ok_or(io::ErrorKind::NotFound)?;
            match entry.kind {
                EntryKind::Folder => folders.push((step, entry.object.clone())),
                EntryKind::Link => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(io::Error::other("its links lead round in a circle"));
                    }
                    let target = self.read_link(&entry.object)?;
                    if target.is_absolute() {
                        return Err(outside());
                    }
                    rest.extend(steps(&target));
                }
                EntryKind::File | EntryKind::Submodule if rest.is_empty() => {
                    let path = real_path(&folders).join(step);
                    return Ok(Found {
                        path,
                        kind: entry.kind,
                        object: entry.object.clone(),
                    });
                }
                EntryKind::File => return Err(io::ErrorKind::NotFound.into()),
                EntryKind::Submodule => {
                    return Err(io::Error::other("it is in a submodule"));
                }
            }
        }

        Ok(Found {
            path: real_path(&folders),
            kind: EntryKind::Folder,
            object: folders
                .pop()
                .map_or_else(|| self.files.clone(), |(_, object)| object),
        })
    }

    fn read_link(&self, object: &Object) -> io::Result<PathBuf> {
        let bytes = self.objects.borrow_mut().read(object, LONGEST_LINK)?;
        let bytes = bytes.ok_or_else(|| io::Error::other("a link is too long"))?;

        Ok(PathBuf::from(name_from(bytes)?))
    }

    fn entries(&self, folder: &Object) -> io::Result<Rc<Folder>> {
        if let Some(known) = self.folders.borrow().get(folder) {
            return Ok(Rc::clone(known));
        }

        let bytes = self.objects.borrow_mut().read(folder, usize::MAX)?;
        // A hash has as many bytes as half of its digits.
        let hash = folder.len() / 2;
        let entries = Rc::new(parse_entries(&bytes.unwrap_or_default(), hash)?);
        self.folders
            .borrow_mut()
            .insert(folder.clone(), Rc::clone(&entries));
        Ok(entries)
    }
}

/// Refuses a name that Git would take for a tag, say, where a branch is meant: it asks nobody, and whoever may push
/// may push a tag of any name.
fn refuse_ambiguous(name: &RevisionName) -> Result<(), RevisionError> {
    let end = name.0.find(['^', '~', '@']).unwrap_or(name.0.len());
    let (plain, _) = name.0.split_at(end);

    let mut found = 0;
    for kind in ["refs/heads", "refs/tags", "refs/remotes"] {
        let reference = format!("{kind}/{plain}");
        let answer = ask(&["rev-parse", "--verify", "--quiet", &reference]);
        found += usize::from(answer.map_err(RevisionError::NoGit)?.is_ok());
    }
    match found {
        1 => Ok(()),
        // Git would try other readings of it, such as the end of `v1-4-gabc123`.
        0 if is_exact(plain) => Ok(()),
        0 => Err(RevisionError::Missing {
            name: name.0.clone(),
            command: name.command_to_bring(),
        }),
        _ => Err(RevisionError::Ambiguous {
            name: plain.to_owned(),
        }),
    }
}

/// Whether a name means one thing wherever it is: a hash, `HEAD` and its like, or a reference in full.
fn is_exact(name: &str) -> bool {
    let is_hash = name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_head = name
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b'_');

    is_hash || is_head || name.starts_with("refs/")
}

/// The names in a path, the last one first.
fn steps(path: &Path) -> impl Iterator<Item = OsString> {
    let steps = path.components().rev().filter_map(|step| match step {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
    });

    steps.collect::<Vec<_>>().into_iter()
}

fn real_path(folders: &[(OsString, Object)]) -> PathBuf {
    folders.iter().map(|(name, _)| name).collect()
}

/// What leads out of the repository is in no revision of it.
fn outside() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "it leads out of the repository",
    )
}

fn is_outside(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidInput
}
