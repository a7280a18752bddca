//! Files that only their owner reads.

use std::fs;
use std::process::Command;

use secrecy::ExposeSecret as _;

use super::*;
use crate::model::EntryFormat;
use crate::secrets::FileSink;

const PLACE: &str = "m2m/gift.env";

fn make_sink(folder: &Path) -> FileSink {
    FileSink::new(folder.to_owned(), EntryFormat::Dotenv)
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    let done = git
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[tokio::test]
async fn an_entry_is_read_back_with_its_secret() {
    let folder = tempfile::tempdir().unwrap();
    for (format, place) in [
        (EntryFormat::Dotenv, "a.env"),
        (EntryFormat::Json, "a.json"),
    ] {
        let sink = FileSink::new(folder.path().to_owned(), format);
        assert!(
            sink.read(place)
                .await
                .unwrap()
                .is_none()
        );
        sink.put(place, &entry(), None)
            .await
            .unwrap();

        let read = sink.read(place).await.unwrap().unwrap();
        assert_eq!(read.secret.unwrap().expose_secret(), CANARY);
        assert!(!format!("{sink:?}").contains("canary"));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_it_and_the_folders_made_for_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let sink = make_sink(folder.path());
    sink.put("m2m/prod/gift.env", &entry(), None)
        .await
        .unwrap();
    let mode = |name: &str| {
        let metadata = fs::metadata(folder.path().join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode("m2m"), 0o700);
    assert_eq!(mode("m2m/prod"), 0o700);
    assert_eq!(mode("m2m/prod/gift.env"), 0o600);
}

#[cfg(unix)]
#[tokio::test]
async fn what_others_may_read_is_an_error_that_says_what_to_do() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let sink = make_sink(folder.path());
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();
    let before = seen(&sink, PLACE).await;
    for mode in [0o640, 0o604, 0o620] {
        fs::set_permissions(
            folder.path().join(PLACE),
            fs::Permissions::from_mode(mode),
        )
        .unwrap();
        let places = [PLACE.to_owned()];
        for error in [
            sink.look(&places).await.unwrap_err(),
            sink.read(PLACE).await.unwrap_err(),
            sink.put(PLACE, &newer(), Some(&before))
                .await
                .unwrap_err(),
        ] {
            let advice = error.next_step().unwrap().to_string();
            assert!(
                advice.contains("chmod 600 m2m/gift.env"),
                "{advice}"
            );
            check_hidden(&error);
        }
    }
}

#[tokio::test]
async fn git_ignores_the_folder_that_was_made() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    let sink = make_sink(folder.path());
    let places = [PLACE.to_owned(), "m2m/other.env".to_owned()];
    sink.check(&places).await.unwrap();
    for place in &places {
        sink.put(place, &entry(), None)
            .await
            .unwrap();
    }
    sink.check(&places).await.unwrap();

    let mut status = Command::new("git");
    status
        .arg("-C")
        .arg(folder.path())
        .args(["status", "--porcelain"]);
    assert!(
        status
            .output()
            .unwrap()
            .stdout
            .is_empty()
    );
}

#[tokio::test]
async fn nothing_is_written_where_git_would_keep_it() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    fs::create_dir(folder.path().join("m2m")).unwrap();
    fs::write(folder.path().join("m2m/README.md"), "").unwrap();
    let sink = make_sink(folder.path());
    let places = [PLACE.to_owned()];
    for error in [
        sink.check(&places).await.unwrap_err(),
        sink.put(PLACE, &entry(), None)
            .await
            .unwrap_err(),
    ] {
        let advice = error.next_step().unwrap().to_string();
        assert!(
            advice.contains("add `/m2m/gift.env`"),
            "{advice}"
        );
    }
    assert!(!folder.path().join(PLACE).exists());

    fs::write(folder.path().join(".gitignore"), "/m2m/*.env\n").unwrap();
    sink.check(&places).await.unwrap();
    sink.put(PLACE, &entry(), None)
        .await
        .unwrap();

    // What it has already it goes on keeping, whatever it ignores.
    git(folder.path(), &["add", "-f", PLACE]);
    sink.check(&places).await.unwrap_err();
}

#[tokio::test]
async fn outside_of_a_repository_any_folder_will_do() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("grantry.yaml"), "").unwrap();
    let sink = make_sink(folder.path());
    sink.check(&["gift.env".to_owned()])
        .await
        .unwrap();
    sink.put("gift.env", &entry(), None)
        .await
        .unwrap();
    assert_eq!(
        names(folder.path()),
        ["gift.env", "grantry.yaml"]
    );
}

#[tokio::test]
async fn a_hostile_label_says_nothing_to_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let text = "# grantry {\"grantry\":1,\"stack\":\"\u{1b}[31m\u{202e}\"}\n";
    let path = folder.path().join("gift.env");
    fs::write(&path, text).unwrap();
    super::folder::close(&path);

    let Looked::Strange(reason) =
        look(&make_sink(folder.path()), "gift.env").await
    else {
        panic!("that is no label");
    };
    assert!(
        !reason.contains(['\u{1b}', '\u{202e}']),
        "{reason}"
    );
}
