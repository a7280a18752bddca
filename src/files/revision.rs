//! A revision of the repository that the working
//! directory is in, as Git keeps it.
//!
//! Only the object store is asked, through one `git cat-file --batch`: nothing
//! is checked out, and nothing is fetched. Git itself is asked for objects by
//! their hashes alone; names and links are followed here, so that no name has
//! to be told to it, and a link leads no further than it would on the disk.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::git::{
    EntryKind, Folder, Object, Objects, ask, name_from, parse_entries,
};
use super::place::{is_plain, or_here};
use super::revision_error::RevisionError;
use super::revision_name::RevisionName;
use super::{Limit, ReadError, folder_of};

/// How many links one name may lead through, as on most systems.
const MOST_LINKS: usize = 40;

/// How long the name may be that a link holds, in bytes.
const LONGEST_LINK: usize = 4096;

/// How long a folder may be as Git keeps it, in bytes: some million names.
const MOST_OF_A_FOLDER: usize = 64 << 20;

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
        let files = name.resolve()?;

        Ok(Self {
            name: name.clone(),
            root: root.into(),
            files,
            objects: RefCell::new(
                Objects::open().map_err(RevisionError::NoGit)?,
            ),
            folders: RefCell::default(),
        })
    }

    /// The folder of the repository.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the revision has a file or folder of this name. Only what
    /// is surely not there is not: where something is in the way of
    /// looking, that is an error.
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

    /// The YAML files of the revision whose text is as it is wanted, from the
    /// folder of the repository. What is too large for a configuration is none.
    pub fn find_yaml(
        &self,
        is_wanted: impl Fn(&str) -> bool,
    ) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut folders = vec![(PathBuf::new(), self.files.clone())];

        while let Some((folder, object)) = folders.pop() {
            for (name, entry) in &*self.entries(&object)? {
                let path = folder.join(name);
                let object = &entry.object;
                match entry.kind {
                    EntryKind::Folder => folders.push((path, object.clone())),
                    EntryKind::File if is_yaml(&path) => {
                        let bytes =
                            self.read_object(object, Limit::CONFIGURATION)?;
                        let text = bytes
                            .as_deref()
                            .map(String::from_utf8_lossy);
                        if text.is_some_and(|text| is_wanted(&text)) {
                            found.push(path);
                        }
                    }
                    // What a link leads to is found under its own name, if it
                    // is in the repository at all.
                    EntryKind::File
                    | EntryKind::Link
                    | EntryKind::Submodule => {}
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

    pub(super) fn list(
        &self,
        folder: &Path,
    ) -> io::Result<Vec<(PathBuf, EntryKind)>> {
        let found = self.find(folder)?;
        match found.kind {
            EntryKind::Folder => {}
            EntryKind::Submodule => return Err(in_submodule()),
            EntryKind::File | EntryKind::Link => {
                return Err(io::ErrorKind::NotADirectory.into());
            }
        }

        let entries = self.entries(&found.object)?;
        let entries = entries.iter();
        Ok(entries
            .map(|(name, entry)| (folder.join(name), entry.kind))
            .collect())
    }

    pub(super) fn read(
        &self,
        path: &Path,
        limit: Limit,
    ) -> Result<Vec<u8>, ReadError> {
        let found = self.find(path)?;
        if found.kind != EntryKind::File {
            return Err(ReadError::NotRegular);
        }

        self.read_object(&found.object, limit)?
            .ok_or(ReadError::TooLarge(limit))
    }

    fn read_object(
        &self,
        object: &Object,
        limit: Limit,
    ) -> io::Result<Option<Vec<u8>>> {
        let most = usize::try_from(limit.bytes()).unwrap_or(usize::MAX);

        self.objects
            .borrow_mut()
            .read(object, most)
    }

    pub(super) fn is_inside(
        &self,
        folder: &Path,
        name: &Path,
    ) -> io::Result<bool> {
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

            // A link to what is not there: it would be where the link leads.
            let name = there
                .strip_prefix(folder)
                .unwrap_or(Path::new(""));
            if let (Some(beside), Some(target)) =
                (name.parent(), self.link_at(there)?)
            {
                return self.is_inside(folder, &beside.join(target));
            }
        }
        Ok(true)
    }

    /// Where a name leads that is a link itself.
    fn link_at(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        let (Some(name), Ok(folder)) =
            (path.file_name(), self.find(folder_of(path)))
        else {
            return Ok(None);
        };
        if folder.kind != EntryKind::Folder {
            return Ok(None);
        }

        match self.entries(&folder.object)?.get(name) {
            Some(entry) if entry.kind == EntryKind::Link => {
                self.read_link(&entry.object).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A path of the disk as one from the folder of the repository; none where
    /// it leads elsewhere.
    pub(super) fn path_in(&self, path: &Path) -> Option<PathBuf> {
        // Not `canonicalize`: what a revision has need not be on the disk, and
        // its links may lead elsewhere there.
        let path = std::path::absolute(or_here(path)).ok()?;
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
        // A stack, the next step on top: where a link leads comes before what
        // was behind the link.
        let mut rest: Vec<OsString> = steps(&path).collect();
        let mut folders: Vec<(OsString, Object)> = Vec::new();
        let mut links = 0;

        while let Some(step) = rest.pop() {
            if step == ".." {
                folders.pop().ok_or_else(outside)?;
                continue;
            }

            let folder = folders
                .last()
                .map_or(&self.files, |(_, object)| object);
            let entries = self.entries(folder)?;
            let entry = entries
                .get(&step)
                .ok_or(io::ErrorKind::NotFound)?;
            match entry.kind {
                EntryKind::Folder => folders.push((step, entry.object.clone())),
                EntryKind::Link => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(in_circle());
                    }
                    let target = self.relative_target(&entry.object)?;
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
                // In a file there is surely nothing, so this may be
                // said not to be there.
                EntryKind::File => return Err(io::ErrorKind::NotFound.into()),
                EntryKind::Submodule => return Err(in_submodule()),
            }
        }

        let path = real_path(&folders);
        let last = folders.pop().map(|(_, object)| object);
        Ok(Found {
            path,
            kind: EntryKind::Folder,
            object: last.unwrap_or_else(|| self.files.clone()),
        })
    }

    /// Where a link on the way leads, if it says so from where it is.
    fn relative_target(&self, object: &Object) -> io::Result<PathBuf> {
        let target = self.read_link(object)?;
        // It says where a clone lies on some machine, of which a
        // revision knows nothing.
        if target.is_absolute() {
            return Err(outside());
        }
        Ok(target)
    }

    fn read_link(&self, object: &Object) -> io::Result<PathBuf> {
        let bytes = self
            .objects
            .borrow_mut()
            .read(object, LONGEST_LINK)?;
        let bytes =
            bytes.ok_or_else(|| io::Error::other("a link is too long"))?;

        Ok(PathBuf::from(name_from(bytes)?))
    }

    fn entries(&self, folder: &Object) -> io::Result<Rc<Folder>> {
        // By its hash a folder is the same for ever, so what was read of it is
        // never stale.
        if let Some(known) = self.folders.borrow().get(folder) {
            return Ok(Rc::clone(known));
        }

        let bytes = self
            .objects
            .borrow_mut()
            .read(folder, MOST_OF_A_FOLDER)?;
        let bytes = bytes.ok_or_else(|| {
            io::Error::other("a folder has too many names in it")
        })?;
        // A hash has as many bytes as half of its digits.
        let hash = folder.len() / 2;
        let entries = Rc::new(parse_entries(&bytes, hash)?);
        self.folders
            .borrow_mut()
            .insert(folder.clone(), Rc::clone(&entries));
        Ok(entries)
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The names in a path, the last one first.
fn steps(path: &Path) -> impl Iterator<Item = OsString> {
    let steps = path
        .components()
        .rev()
        .filter_map(|step| match step {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {
                None
            }
        });

    steps.collect::<Vec<_>>().into_iter()
}

fn real_path(folders: &[(OsString, Object)]) -> PathBuf {
    folders
        .iter()
        .map(|(name, _)| name)
        .collect()
}

/// Not "not there": what it holds nobody can tell here, and a base that cannot
/// be read is not one that says nothing.
fn in_submodule() -> io::Error {
    io::Error::other("it is in a submodule")
}

fn in_circle() -> io::Error {
    io::Error::other("its links lead round in a circle")
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
