//! When a write is in the file, and how much is written for it.

use std::fs;
#[cfg(unix)]
use std::path::Path;

use futures_util::{StreamExt as _, stream};

use super::writes::{
    create_client, create_server, delete_client, update_client,
};
use super::{count_objects, new_tenant, read_objects};
use crate::model::RemoteId;
use crate::provider::local::Writer;
use crate::provider::{
    Mutate as _, Observe as _, ProviderError, Write, WriteError,
};

#[track_caller]
fn assert_not_saved(outcome: &Result<RemoteId, WriteError>) {
    let is_refused = matches!(
        outcome,
        Err(WriteError::Refused(ProviderError::File { .. }))
    );
    assert!(is_refused, "{outcome:?}");
}

#[tokio::test]
async fn writes_side_by_side_are_saved_together_and_lost_together() {
    let (_folder, path, writer) = new_tenant(&[]).await;
    let maps = create_server("maps");
    let orders = create_server("orders");
    let (one, other) = tokio::join!(writer.write(&maps), writer.write(&orders));
    assert!(one.is_ok() && other.is_ok());
    let kept = fs::read(&path).unwrap();

    // A folder in its place cannot be replaced by a file.
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let tiles = create_server("tiles");
    let routes = create_server("routes");
    let (one, other) =
        tokio::join!(writer.write(&tiles), writer.write(&routes));
    assert_not_saved(&one);
    assert_not_saved(&other);

    fs::remove_dir(&path).unwrap();
    fs::write(&path, &kept).unwrap();
    let count = count_objects(&writer).await;
    assert_eq!(count, 2, "what is not saved is not there");

    writer.write(&tiles).await.unwrap();
    assert_eq!(read_objects(&path).await.len(), 3);
}

/// Nothing is said to be done before the file has it, however many writes run
/// side by side.
#[tokio::test]
async fn what_is_said_to_be_done_is_in_the_file() {
    let (_folder, path, writer) = new_tenant(&[]).await;
    let all: Vec<Write> = (0..100)
        .map(|number| create_server(&number.to_string()))
        .collect();

    let running = stream::iter(&all)
        .map(|write| writer.write(write))
        .buffer_unordered(7);
    let mut running = std::pin::pin!(running);
    while let Some(id) = running.next().await {
        let id = id.unwrap();
        let objects = read_objects(&path).await;
        assert!(
            objects
                .iter()
                .any(|(_, found)| found.id == id),
            "{id}"
        );
    }
}

/// A file that somebody has put in its place meanwhile is not appended to.
#[tokio::test]
async fn a_file_that_is_not_as_it_was_left_is_replaced() {
    let (_folder, path, writer) = new_tenant(&["maps"]).await;

    fs::remove_file(&path).unwrap();
    writer
        .write(&create_server("orders"))
        .await
        .unwrap();
    assert_eq!(read_objects(&path).await.len(), 2);

    fs::write(&path, "something else").unwrap();
    writer
        .write(&create_server("tiles"))
        .await
        .unwrap();
    assert_eq!(read_objects(&path).await.len(), 3);
}

/// The bytes that writes one after the other have written, by how the file
/// looks after each.
#[cfg(unix)]
async fn count_bytes(writer: &Writer, path: &Path, all: &[Write]) -> u64 {
    use std::os::unix::fs::MetadataExt as _;

    let mut bytes = 0;
    let mut last: Option<fs::Metadata> = None;
    for write in all {
        writer.write(write).await.unwrap();

        let now = fs::metadata(path).unwrap();
        let is_appended = last
            .as_ref()
            .is_some_and(|last| last.ino() == now.ino());
        let kept = last
            .filter(|_| is_appended)
            .map_or(0, |last| last.len());
        bytes += now.len() - kept;
        last = Some(now);
    }
    bytes
}

/// Twice as many writes cost twice as much: in all, no more than a few times
/// what is written.
#[cfg(unix)]
#[tokio::test]
async fn what_is_written_to_the_disk_grows_as_the_writes_do() {
    let (_folder, path, writer) = new_tenant(&[]).await;
    let length = || fs::metadata(&path).unwrap().len();

    let new: Vec<Write> = (0..60)
        .map(|number| create_client(&format!("c{number:02}")))
        .collect();
    let created = count_bytes(&writer, &path, &new).await;
    let whole = length();
    assert!(
        created <= whole * 2,
        "{created} for a file of {whole}"
    );

    let seen = writer.reader().read().await.unwrap();
    let ids: Vec<RemoteId> = seen
        .found
        .into_values()
        .map(|found| found.id)
        .collect();
    let again: Vec<Write> = ids
        .iter()
        .map(|id| update_client(id, "another"))
        .collect();
    let twice = [&again[..], &again[..]].concat();
    let updated = count_bytes(&writer, &path, &twice).await;
    assert!(
        updated <= whole * 6,
        "{updated} for two updates of each"
    );
    assert!(
        length() <= whole * 3,
        "what is out of date goes"
    );

    let gone: Vec<Write> = ids.iter().map(delete_client).collect();
    let deleted = count_bytes(&writer, &path, &gone).await;
    assert!(
        deleted <= whole * 6,
        "{deleted} for the deletion of each"
    );
    assert!(length() < whole / 10, "nothing is left");
}
