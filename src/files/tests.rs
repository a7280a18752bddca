use std::fs;

use super::*;

const SMALL: Limit = Limit(4);

#[cfg(unix)]
pub(super) fn make_pipe(folder: &Path) -> std::path::PathBuf {
    let pipe = folder.join("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap();

    assert!(made.success());
    pipe
}

#[test]
fn a_file_is_read_up_to_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");

    fs::write(&path, "four").unwrap();
    assert_eq!(read(&path, SMALL).unwrap(), b"four");

    fs::write(&path, "fives").unwrap();
    assert!(matches!(
        read(&path, SMALL),
        Err(ReadError::TooLarge(SMALL))
    ));
}

#[cfg(unix)]
#[test]
fn nothing_but_a_regular_file_is_read_and_nothing_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = make_pipe(folder.path());
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("/dev/zero", &link).unwrap();

    for path in [
        &pipe,
        &link,
        Path::new("/dev/zero"),
        folder.path(),
    ] {
        let error = read(path, SMALL).unwrap_err();
        assert!(
            matches!(error, ReadError::NotRegular),
            "{}: {error:?}",
            path.display()
        );
    }
}
