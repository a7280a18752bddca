//! What both sinks do that keep files.

use std::fs;

use super::*;
use crate::model::EntryFormat;
use crate::secrets::{AgeSink, FileSink};

const PLACE: &str = "m2m/prod/gift.env";

fn cases() -> Vec<(tempfile::TempDir, Box<dyn Sink>)> {
    let one = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let recipients = super::age::recipients();
    let format = EntryFormat::Dotenv;
    let file = FileSink::new(one.path().to_owned(), format);
    let age =
        AgeSink::new(other.path().to_owned(), &recipients, format).unwrap();
    vec![(one, Box::new(file)), (other, Box::new(age))]
}

#[tokio::test]
async fn an_entry_is_written_over_what_was_looked_at_alone() {
    for (_folder, sink) in cases() {
        let sink = &*sink;
        assert_eq!(look(sink, PLACE).await, Looked::Nothing);
        sink.put(PLACE, &entry(), None)
            .await
            .unwrap();
        let first = seen(sink, PLACE).await;
        assert_eq!(first.label, entry().label);

        // Whoever saw nothing would write over it.
        let error = sink
            .put(PLACE, &newer(), None)
            .await
            .unwrap_err();
        assert!(
            matches!(error, SinkError::Changed { .. }),
            "{error:?}"
        );

        sink.put(PLACE, &newer(), Some(&first))
            .await
            .unwrap();
        let second = seen(sink, PLACE).await;
        assert_eq!(second.label.version, 2);
        for error in [
            sink.put(PLACE, &newer(), Some(&first))
                .await
                .unwrap_err(),
            sink.remove(PLACE, &first)
                .await
                .unwrap_err(),
        ] {
            assert!(
                matches!(error, SinkError::Changed { .. }),
                "{error:?}"
            );
        }

        sink.remove(PLACE, &second)
            .await
            .unwrap();
        assert_eq!(look(sink, PLACE).await, Looked::Nothing);
        let error = sink
            .put(PLACE, &newer(), Some(&second))
            .await
            .unwrap_err();
        assert!(
            matches!(error, SinkError::Changed { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn nothing_of_others_is_written_over() {
    for (folder, sink) in cases() {
        let sink = &*sink;
        let mine = folder.path().join("m2m");
        fs::create_dir(&mine).unwrap();
        let foreign = mine.join("foreign");
        fs::write(&foreign, "API_KEY=1\n").unwrap();
        close(&foreign);
        fs::create_dir(mine.join("folder")).unwrap();
        fs::write(mine.join("large"), vec![b'#'; 100_000]).unwrap();
        close(&mine.join("large"));

        for name in ["foreign", "folder", "large"] {
            let place = format!("m2m/{name}");
            assert!(
                matches!(look(sink, &place).await, Looked::Strange(_)),
                "{name}"
            );
            let error = sink
                .put(&place, &entry(), None)
                .await
                .unwrap_err();
            assert!(
                matches!(error, SinkError::Strange { .. }),
                "{error:?}"
            );
        }
        assert_eq!(
            fs::read_to_string(foreign).unwrap(),
            "API_KEY=1\n"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn no_link_is_followed_to_elsewhere() {
    use std::os::unix::fs::symlink;

    for (folder, sink) in cases() {
        let sink = &*sink;
        let elsewhere = tempfile::tempdir().unwrap();
        let target = elsewhere.path().join("gift.env");
        fs::create_dir(folder.path().join("m2m")).unwrap();
        symlink(&target, folder.path().join("m2m/link")).unwrap();
        symlink("other", folder.path().join("m2m/inside")).unwrap();
        symlink(elsewhere.path(), folder.path().join("out")).unwrap();
        // A plan names the one folder, and Git publishes the other.
        symlink("m2m", folder.path().join("also")).unwrap();

        for place in [
            "m2m/link",
            "out/gift.env",
            "m2m/inside",
            "also/gift.env",
        ] {
            assert!(
                matches!(look(sink, place).await, Looked::Strange(_)),
                "{place}"
            );
            let error = sink
                .put(place, &entry(), None)
                .await
                .unwrap_err();
            assert!(
                matches!(error, SinkError::Strange { .. }),
                "{error:?}"
            );
        }
        assert!(names(elsewhere.path()).is_empty());
        assert!(!folder.path().join("m2m/other").exists());
    }
}

#[tokio::test]
async fn a_check_leaves_nothing_and_says_where_nothing_can_be_written() {
    for (folder, sink) in cases() {
        let places = [PLACE.to_owned()];
        sink.check(&places).await.unwrap();
        assert!(names(folder.path()).is_empty());

        // What is a file cannot be a folder, whoever runs this.
        fs::write(folder.path().join("m2m"), "").unwrap();
        let error = sink.check(&places).await.unwrap_err();
        assert!(
            matches!(error, SinkError::NotSetUp { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn what_a_stopped_write_has_left_goes_with_the_next() {
    for (folder, sink) in cases() {
        let place = folder.path().join("m2m/prod");
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join(".unfinished~x1"), CANARY).unwrap();
        // An entry may be called nearly so.
        fs::write(place.join(".unfinished-x1"), "").unwrap();
        sink.put(PLACE, &entry(), None)
            .await
            .unwrap();

        assert!(!place.join(".unfinished~x1").exists());
        assert!(place.join(".unfinished-x1").exists());
    }
}

/// Gives a file to its owner alone.
pub(super) fn close(path: &Path) {
    #[cfg(unix)]
    fs::set_permissions(
        path,
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    #[cfg(not(unix))]
    let _ = path;
}
