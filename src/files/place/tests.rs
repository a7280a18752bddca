use super::*;

#[test]
fn a_name_is_inside_where_it_leads_inside() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("folder");
    fs::create_dir_all(folder.join("deep")).unwrap();
    fs::write(folder.join("deep/file"), "").unwrap();

    for name in [
        "deep/file",
        "./deep/file",
        "deep/new",
        "new/and/newer",
        "deep",
    ] {
        assert!(
            is_inside(&folder, Path::new(name)).unwrap(),
            "{name}"
        );
    }
    for name in [
        "../file",
        "deep/../../file",
        "deep/../deep/file",
        "/etc/passwd",
    ] {
        assert!(
            !is_inside(&folder, Path::new(name)).unwrap(),
            "{name}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_where_it_leads() {
    use std::os::unix::fs::symlink;

    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("folder");
    fs::create_dir_all(folder.join("deep")).unwrap();
    fs::write(folder.join("file"), "").unwrap();
    fs::write(place.path().join("other"), "").unwrap();
    symlink("../file", folder.join("deep/good")).unwrap();
    symlink("../other", folder.join("bad")).unwrap();
    symlink("..", folder.join("up")).unwrap();

    assert!(is_inside(&folder, Path::new("deep/good")).unwrap());
    assert!(!is_inside(&folder, Path::new("bad")).unwrap());
    assert!(!is_inside(&folder, Path::new("up/new")).unwrap());
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_where_that_would_be() {
    use std::os::unix::fs::symlink;

    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("folder");
    fs::create_dir_all(folder.join("deep")).unwrap();
    symlink("new", folder.join("deep/good")).unwrap();
    symlink("good", folder.join("deep/better")).unwrap();
    symlink("../new", folder.join("bad")).unwrap();
    symlink("bad", folder.join("worse")).unwrap();
    symlink("/nowhere/new", folder.join("far")).unwrap();

    for name in ["deep/good", "deep/better", "deep/good/new"] {
        assert!(
            is_inside(&folder, Path::new(name)).unwrap(),
            "{name}"
        );
    }
    for name in ["bad", "worse", "far", "bad/new"] {
        assert!(
            !is_inside(&folder, Path::new(name)).unwrap(),
            "{name}"
        );
    }
}
