//! The file beside another that is locked, so that one
//! run at a time writes that.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// Why a file is not one to lock.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockFileError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it is a symbolic link")]
    Link,
    #[error("it is not a regular file")]
    NotRegular,
}

impl From<LockFileError> for io::Error {
    fn from(error: LockFileError) -> Self {
        match error {
            LockFileError::Io(error) => error,
            other => Self::other(other),
        }
    }
}

/// A file that is locked until this is dropped.
#[derive(Debug)]
pub(crate) struct FileLock(File);

impl FileLock {
    /// Locks a file, unless somebody else has.
    pub(crate) fn hold(file: File) -> Result<Self, TryLockError> {
        file.try_lock()?;

        Ok(Self(file))
    }

    /// Keeps a file from being locked, together with all who only look, unless
    /// somebody has locked it.
    #[cfg(feature = "local")]
    pub(crate) fn share(file: File) -> Result<Self, TryLockError> {
        file.try_lock_shared()?;

        Ok(Self(file))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // To close it is not enough: a program that is being started at this
        // moment has a copy, and the lock with it, until it runs. Should that
        // fail, the file is closed all the same.
        self.0.unlock().ok();
    }
}

/// Opens a file to lock it, and makes it where there is none. No link
/// is followed: what is made is made here, and what another name
/// stands for is not locked.
pub(crate) fn open_to_lock(path: &Path) -> Result<File, LockFileError> {
    let mut options = OpenOptions::new();
    // Only with both can a pipe be opened without waiting, and
    // without an error of its own.
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false);
    open_without_link(path, &mut options)
}

/// Opens such a file where there is one, to see whether it is locked.
#[cfg(feature = "local")]
pub(crate) fn find_locked(path: &Path) -> Result<Option<File>, LockFileError> {
    match open_without_link(path, OpenOptions::new().read(true)) {
        Ok(file) => Ok(Some(file)),
        Err(LockFileError::Io(error))
            if error.kind() == io::ErrorKind::NotFound =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Opens a regular file under this very name.
pub(super) fn open_without_link(
    path: &Path,
    options: &mut OpenOptions,
) -> Result<File, LockFileError> {
    // For the words, and for systems that cannot be told to follow no link.
    // Where they can, it is the opening that counts: after this look the name
    // could be exchanged.
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_symlink() => return Err(LockFileError::Link),
        Ok(there) if !there.is_file() => return Err(LockFileError::NotRegular),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }

    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        options,
        libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY,
    );

    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(LockFileError::NotRegular);
    }
    Ok(file)
}

#[cfg(all(test, feature = "local"))]
mod tests {
    #[cfg(unix)]
    use super::super::tests::make_pipe;
    use super::*;

    #[test]
    fn a_file_to_lock_is_made_once_and_kept_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert!(find_locked(&path).unwrap().is_none());

        let lock = FileLock::hold(open_to_lock(&path).unwrap()).unwrap();
        assert!(matches!(
            open_to_lock(&path).unwrap().try_lock(),
            Err(TryLockError::WouldBlock)
        ));
        let found = find_locked(&path).unwrap().unwrap();
        assert!(matches!(
            found.try_lock_shared(),
            Err(TryLockError::WouldBlock)
        ));

        // As a program has one that is being started.
        let copy = lock.0.try_clone().unwrap();
        drop(lock);
        fs::write(&path, "another's").unwrap();
        open_to_lock(&path)
            .unwrap()
            .try_lock()
            .unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"another's");
        drop(copy);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_but_a_regular_file_is_locked_and_no_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = make_pipe(folder.path());
        for path in [&pipe, Path::new("/dev/null"), folder.path()] {
            let opened = open_to_lock(path);
            assert!(
                matches!(opened, Err(LockFileError::NotRegular)),
                "{}",
                path.display()
            );

            let found = find_locked(path);
            assert!(
                matches!(found, Err(LockFileError::NotRegular)),
                "{}",
                path.display()
            );
        }

        let link = folder.path().join("link");
        let new = folder.path().join("new");
        std::os::unix::fs::symlink(&new, &link).unwrap();
        assert!(matches!(
            open_to_lock(&link),
            Err(LockFileError::Link)
        ));
        assert!(!new.exists());

        fs::write(&new, "").unwrap();
        assert!(matches!(
            open_to_lock(&link),
            Err(LockFileError::Link)
        ));
        assert!(matches!(
            find_locked(&link),
            Err(LockFileError::Link)
        ));
    }
}
