use super::*;

#[test]
fn one_at_a_time_and_the_other_is_told_who() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("tenant.json");
    let first = StateFile::lock(state.clone()).unwrap();

    let copy = first.clone();
    drop(first);
    let refused = StateFile::lock(state.clone())
        .err()
        .unwrap();
    assert!(
        matches!(&refused, EmulatorError::Locked { holder, .. } if *holder == Some(process::id())),
        "{refused}"
    );

    drop(copy);
    StateFile::lock(state.clone()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_is_the_file_that_it_leads_to() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("tenant.json");
    let link = folder.path().join("link.json");
    fs::write(&state, "{}").unwrap();
    std::os::unix::fs::symlink(&state, &link).unwrap();

    let held = StateFile::lock(link).unwrap();
    let refused = StateFile::lock(state.clone())
        .err()
        .unwrap();
    assert!(
        matches!(refused, EmulatorError::Locked { .. }),
        "{refused}"
    );
    assert_eq!(held.path(), state.canonicalize().unwrap());
}

/// As one is left by a process that was killed.
#[test]
fn a_file_that_is_left_behind_keeps_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("tenant.json");
    fs::write(name_lock_file(&state), "4194304 and more").unwrap();

    StateFile::lock(state.clone()).unwrap();
    let holder = fs::read_to_string(name_lock_file(&state)).unwrap();
    assert_eq!(holder, process::id().to_string());
}
