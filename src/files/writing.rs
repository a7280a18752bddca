//! Writing what others read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::{ReadError, folder_of};

/// Writes a file whole, or not at all. Only a regular file is replaced: a link
/// in the place of one is not followed, and neither it nor a device goes, such
/// as `/dev/stdout`, which is both.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => {
            return Err(ReadError::NotRegular.into());
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }

    let mut builder = tempfile::Builder::new();
    // Other jobs and people read it: it is no more secret than what is printed.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(
        0o644,
    ));
    // Beside the file: only within one file system does a name change hands
    // whole or not at all.
    let mut file = builder.tempfile_in(folder_of(path))?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// Writes behind what a file holds.
pub(crate) fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::tests::make_pipe;
    use super::*;

    #[test]
    fn only_a_regular_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let link = folder.path().join("link");
        replace(&file, "old").unwrap();
        replace(&file, "new").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let pipe = make_pipe(folder.path());

        for path in [&*link, &*pipe, folder.path()] {
            let error = replace(path, "text").unwrap_err();
            assert_eq!(
                error.to_string(),
                ReadError::NotRegular.to_string()
            );
        }
        assert!(
            fs::symlink_metadata(&link)
                .unwrap()
                .is_symlink()
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }
}
