//! A folder as a configuration: all `*.yaml` files in it and
//! in the folders inside it.

use std::fs;
use std::path::{Path, PathBuf};

use anstream::adapter::strip_str;
use grantry::config::{Inputs, Reading, Sources, Tree};
use grantry::provider::support_of;
use grantry::render;

/// A folder with these files in it, each of which
/// declares a client of its name.
fn folder_of(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let stem = path
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap();
        fs::write(
            &path,
            format!("clients: {{ {stem}: {{ name: {stem} }} }}\n"),
        )
        .unwrap();
    }
    fs::write(
        folder.path().join("stack.yaml"),
        "stack: maps\n",
    )
    .unwrap();
    folder
}

/// The files that are read of these paths in a folder, or else what is said
/// against them.
fn read(folder: &Path, paths: &[&str]) -> Result<Vec<String>, String> {
    let shown = format!("{}/", folder.display());
    let paths: Vec<PathBuf> = paths
        .iter()
        .map(|path| folder.join(path))
        .collect();

    match Reading::of(&Tree::Disk, &paths, Sources::default()).load(
        &Tree::Disk,
        &Inputs::default(),
        support_of,
    ) {
        Ok((written, _)) => {
            let files = written.loaded.files.iter();
            let names = files.map(|file| {
                file.strip_prefix(folder)
                    .unwrap()
                    .display()
                    .to_string()
            });
            Ok(names.collect())
        }
        Err(problems) => {
            let text = strip_str(&render::problems(&problems)).to_string();
            Err(text.replace(&shown, ""))
        }
    }
}

#[test]
fn a_folder_is_its_files_and_those_of_the_folders_inside_it() {
    let folder = folder_of(&[
        "teams/maps/x.yaml",
        "teams.yaml",
        "teams-of-old/z.yaml",
        "b.yaml",
        "a/y.yaml",
        "named.yaml/inner.yaml",
    ]);

    assert_eq!(
        read(folder.path(), &[""]).unwrap(),
        [
            "a/y.yaml",
            "b.yaml",
            "named.yaml/inner.yaml",
            "stack.yaml",
            // In the order of their paths as bytes, which
            // is that of Git as well.
            "teams-of-old/z.yaml",
            "teams.yaml",
            "teams/maps/x.yaml",
        ]
    );
}

#[test]
fn what_is_hidden_or_no_yaml_is_left_out() {
    let folder = folder_of(&[
        ".hidden.yaml",
        ".tool/a.yaml",
        "teams/.tool/b.yml",
        "teams/README.md",
        "teams/keys/one.pem",
    ]);

    assert_eq!(
        read(folder.path(), &[""]).unwrap(),
        ["stack.yaml"]
    );
}

#[test]
fn a_folder_that_is_named_as_well_is_read_once() {
    let folder = folder_of(&["access/teams/x.yaml", "access/y.yaml"]);

    assert_eq!(
        read(
            folder.path(),
            &["access", "access/teams", "stack.yaml"]
        )
        .unwrap(),
        [
            "access/y.yaml",
            "access/teams/x.yaml",
            "stack.yaml"
        ]
    );
}

#[test]
fn no_folder_is_too_far_inside_in_silence() {
    let deep = |levels: usize| format!("{}x.yaml", "d/".repeat(levels));
    let folder = folder_of(&[&deep(16)]);
    assert_eq!(
        read(folder.path(), &[""]).unwrap(),
        [&deep(16), "stack.yaml"]
    );

    let folder = folder_of(&[&deep(17)]);
    let said = read(folder.path(), &[""]).unwrap_err();
    assert!(
        said.starts_with("error[nested-folder]"),
        "{said}"
    );
    assert!(
        said.contains(&format!(
            "--> {}\n",
            "d/".repeat(17).trim_end_matches('/')
        )),
        "{said}"
    );
}

#[test]
fn a_yml_file_is_found_wherever_it_is() {
    let folder = folder_of(&["teams/maps/x.yml"]);

    let said = read(folder.path(), &[""]).unwrap_err();
    assert!(
        said.starts_with("error[no-yaml-files]"),
        "{said}"
    );
    assert!(
        said.contains("--> teams/maps/x.yml\n"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn no_link_leads_to_what_is_elsewhere_and_none_to_a_folder() {
    use std::os::unix::fs::symlink;

    // Within the folder that is named, a file may be a link.
    let folder = folder_of(&["access/teams/x.yaml", "elsewhere/y.yaml"]);
    let access = folder.path().join("access");
    fs::write(
        access.join("common"),
        "clients: { z: { name: Z } }\n",
    )
    .unwrap();
    symlink("../common", access.join("teams/z.yaml")).unwrap();
    let paths = ["access", "stack.yaml"];
    assert_eq!(
        read(folder.path(), &paths).unwrap(),
        [
            "access/teams/x.yaml",
            "access/teams/z.yaml",
            "stack.yaml"
        ]
    );

    let link = access.join("teams/y.yaml");
    for (leads_to, said) in [
        (
            "../../elsewhere/y.yaml",
            "error[outside-folder]",
        ),
        (
            "../../elsewhere/nowhere.yaml",
            "error[outside-folder]",
        ),
        // A folder by another name would be left out, or read without end.
        ("../../elsewhere", "error[nested-folder]"),
        ("..", "error[nested-folder]"),
    ] {
        symlink(leads_to, &link).unwrap();
        let problems = read(folder.path(), &paths).unwrap_err();
        assert!(
            problems.starts_with(said),
            "{leads_to}: {problems}"
        );
        assert!(
            problems.contains("--> access/teams/y.yaml\n"),
            "{leads_to}: {problems}"
        );
        fs::remove_file(&link).unwrap();
    }
}
