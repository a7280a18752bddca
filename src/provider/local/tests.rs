//! What a tenant file promises.

use std::fs;

use futures_util::{StreamExt as _, stream};

mod writes;

use self::writes::{client, delete, grant, server, update};
use super::*;
use crate::model::Value;
use crate::provider::{Mutate as _, Write, WriteError};

#[tokio::test]
async fn what_was_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    writer.write(&server("maps")).await.unwrap();
    let seen = Reader::new(path).read().await.unwrap();
    let address = Address::ResourceServer("https://maps.example/".parse().unwrap());
    assert_eq!(
        seen.found[&address].attrs[&"name".into()],
        Value::from("maps")
    );
}

#[tokio::test]
async fn opening_does_not_create_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    assert!(writer.reader().read().await.unwrap().found.is_empty());
    assert!(!path.exists());
}

#[tokio::test]
async fn a_second_writer_is_refused_until_the_first_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let first = Writer::open(path.clone()).unwrap();
    let second = Writer::open(path.clone());
    assert!(
        matches!(second, Err(ProviderError::Locked { .. })),
        "{second:?}"
    );
    drop(first);
    Writer::open(path).unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_tenant_is_left_as_it_is() {
    let lines = [
        "",
        "{",
        "[]",
        "{\"name\": \"mine\"}",
        "\u{0}\u{1}",
        // The layout that no release had.
        "{\"grantry_tenant\": 1, \"tenant\": {\"issued\": 0}}",
        "{\n  \"grantry_tenant\": 1,\n  \"tenant\": {}\n}\n",
        // A whole line that is none.
        "{\"grantry_tenant\": 2}\n{\"client\": {\"id\": \"a\"\n",
        "{\"grantry_tenant\": 2}\n{\"client\": {\"id\": \"a\"}}\n",
        "{\"grantry_tenant\": 2}\n\n{\"deleted\": \"a\"}\n",
        // Damage, and not what a crash left.
        "{\"grantry_tenant\": 2}\n{\"client\" \"id\"",
    ];
    for content in lines {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tenant.json");
        fs::write(&path, content).unwrap();
        let refused = Writer::open(path.clone());
        assert!(
            matches!(refused, Err(ProviderError::NotATenant { .. })),
            "{content:?}: {refused:?}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

/// Also what only its first line tells.
#[test]
fn nothing_is_made_beside_a_file_that_is_no_tenant() {
    for content in [
        "stack: maps\n",
        "",
        "{\"grantry_tenant\": 1}\n",
        "{\"grantry_tenant\": 3}\n",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grantry.yaml");
        fs::write(&path, content).unwrap();
        Writer::open(path).unwrap_err();
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "{content:?}"
        );
    }
}

#[tokio::test]
async fn whoever_looks_for_a_lock_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".grantry/tenant.json");
    let stack = "maps".parse().unwrap();
    let find = async || Reader::new(path.clone()).find_lock(&stack).await;
    assert_eq!(find().await.unwrap(), None);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let writer = Writer::open(path.clone()).unwrap();
    writer.write(&server("maps")).await.unwrap();
    let found = find().await;
    assert!(
        matches!(found, Err(ProviderError::Locked { .. })),
        "{found:?}"
    );
    drop(writer);
    assert_eq!(find().await.unwrap(), None);

    // A tenant that somebody has copied.
    let lock = folder.path().join(".grantry/tenant.json.lock");
    fs::remove_file(&lock).unwrap();
    assert_eq!(find().await.unwrap(), None);
    assert!(!lock.exists());
    fs::write(&path, "stack: maps\n").unwrap();
    let found = find().await;
    assert!(
        matches!(found, Err(ProviderError::NotATenant { .. })),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let content = r#"{"grantry_tenant": 3, "tenant": {"shiny": true}}"#;
    fs::write(&path, content).unwrap();
    let refused = Writer::open(path.clone());
    assert!(
        matches!(refused, Err(ProviderError::NewerTenant { version: 3, .. })),
        "{refused:?}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), content);
}

#[tokio::test]
async fn a_refused_write_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    writer.write(&server("maps")).await.unwrap();
    let before = fs::read(&path).unwrap();
    let again = writer.write(&server("maps")).await;
    let exists = matches!(
        again,
        Err(WriteError::Refused(ProviderError::AlreadyExists { .. }))
    );
    assert!(exists, "{again:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn writes_side_by_side_are_saved_together_and_lost_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    let (maps, orders) = (server("maps"), server("orders"));
    let (one, other) = tokio::join!(writer.write(&maps), writer.write(&orders));
    assert!(one.is_ok() && other.is_ok());
    let kept = fs::read(&path).unwrap();
    // A folder in its place cannot be replaced by a file.
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let (tiles, routes) = (server("tiles"), server("routes"));
    let (one, other) = tokio::join!(writer.write(&tiles), writer.write(&routes));
    assert!(
        matches!(one, Err(WriteError::Refused(ProviderError::File { .. }))),
        "{one:?}"
    );
    assert!(
        matches!(other, Err(WriteError::Refused(ProviderError::File { .. }))),
        "{other:?}"
    );
    fs::remove_dir(&path).unwrap();
    fs::write(&path, &kept).unwrap();
    assert_eq!(
        writer.reader().read().await.unwrap().found.len(),
        2,
        "what is not saved is not there"
    );
    writer.write(&tiles).await.unwrap();
    assert_eq!(Reader::new(path).read().await.unwrap().found.len(), 3);
}

#[tokio::test]
async fn what_a_killed_writer_left_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    let stray = folder.path().join(".tenant.json.unfinished-1");
    let other = folder.path().join(".other.json.unfinished-1");
    fs::write(&stray, "half").unwrap();
    fs::write(&other, "another's").unwrap();
    let _writer = Writer::open(folder.path().join("tenant.json")).unwrap();
    assert!(!stray.exists());
    assert!(other.exists(), "another writer may be at work");
}

#[tokio::test]
async fn an_id_that_somebody_wrote_by_hand_is_not_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let line = |id: &str| {
        let id = format!("{{\"id\": \"{id}\", \"identifier\": \"urn:mine\", \"fields\": {{}}}}");
        format!("{{\"resource_server\": {id}}}\n")
    };
    let by_hand = format!("{{\"grantry_tenant\": 2}}\n{}", line("api_000001"));
    fs::write(&path, &by_hand).unwrap();
    let writer = Writer::open(path.clone()).unwrap();
    assert_eq!(
        writer.write(&server("maps")).await.unwrap().as_str(),
        "api_000002"
    );
    assert_eq!(writer.reader().read().await.unwrap().found.len(), 2);
    drop(writer);

    fs::write(&path, by_hand + &line("api_000009")).unwrap();
    let refused = Writer::open(path).unwrap_err().to_string();
    let reason = "resource_servers.urn:mine is in it twice, at line 3";
    assert!(refused.ends_with(reason), "{refused}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (
        folder.path().join("real.json"),
        folder.path().join("link.json"),
    );
    Writer::open(real.clone())
        .unwrap()
        .write(&server("maps"))
        .await
        .unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    Writer::open(link.clone())
        .unwrap()
        .write(&server("orders"))
        .await
        .unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Reader::new(real).read().await.unwrap().found.len(), 2);
}

#[test]
fn an_examination_reads_the_file_tries_the_folder_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not/yet/tenant.json");
    let examined = Reader::new(path.clone()).examine(None);
    assert!(
        matches!(examined.file, Ok((FileState::New, _))),
        "{:?}",
        examined.file
    );
    assert!(examined.folder.is_ok(), "{:?}", examined.folder);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    fs::write(
        folder.path().join("not"),
        "a file, where a folder should be",
    )
    .unwrap();
    assert!(Reader::new(path).examine(None).folder.is_err());

    let path = folder.path().join("tenant.json");
    fs::write(&path, "{\"grantry_tenant\": 2}\n{\"issued\": 0}\n").unwrap();
    let damaged = Reader::new(path.clone()).examine(None);
    assert!(
        matches!(damaged.file, Err(ProviderError::NotATenant { .. })),
        "{:?}",
        damaged.file
    );
    assert!(damaged.folder.is_ok());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

async fn objects(path: &std::path::Path) -> Vec<(Address, Found)> {
    Reader::new(path.to_owned())
        .read()
        .await
        .unwrap()
        .found
        .into_iter()
        .collect()
}

/// Cut at every byte, as by a kill, and filled with zeros, as by a crash of the machine: what is read
/// is what one of the writes left.
#[tokio::test]
async fn a_file_cut_anywhere_has_every_write_up_to_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    for name in ["maps", "orders", "tiles"] {
        writer.write(&server(name)).await.unwrap();
    }
    let courier = writer.write(&client("courier")).await.unwrap();
    let later = [
        grant(&courier, "maps"),
        update(&courier, "Kurier \u{1f69a}"),
        delete(&courier),
    ];

    // How long the file is, and what it holds.
    let mut states = vec![(fs::read(&path).unwrap().len(), objects(&path).await)];
    for write in &later {
        writer.write(write).await.unwrap();
        states.push((fs::read(&path).unwrap().len(), objects(&path).await));
    }
    let counts: Vec<usize> = states.iter().map(|(_, objects)| objects.len()).collect();
    assert_eq!(counts, [4, 5, 5, 3]);
    assert!(
        states.is_sorted_by_key(|(length, _)| *length),
        "each was appended"
    );

    let whole = fs::read(&path).unwrap();
    for cut in states[0].0..=whole.len() {
        // The last byte of a line is its end, which tells nothing new.
        let (_, there) = states
            .iter()
            .rfind(|(length, _)| *length <= cut + 1)
            .unwrap();
        let before = &whole[..cut];
        for after in [&b""[..], &[0; 5000]] {
            fs::write(&path, [before, after].concat()).unwrap();
            assert_eq!(&objects(&path).await, there, "cut at {cut}");
        }
    }
}

/// Zeros that anything follows are no end of a file: what follows may have been said to be done.
#[tokio::test]
async fn zeros_in_the_middle_of_a_file_are_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    for name in ["maps", "orders", "tiles"] {
        writer.write(&server(name)).await.unwrap();
    }
    drop(writer);
    let whole = fs::read(&path).unwrap();

    // Each byte but the last, which a writer may not have come to.
    for at in 0..whole.len() - 1 {
        let mut damaged = whole.clone();
        damaged[at] = 0;
        fs::write(&path, &damaged).unwrap();
        let read = Reader::new(path.clone()).read().await;
        assert!(
            matches!(read, Err(ProviderError::NotATenant { .. })),
            "{at}: {read:?}"
        );
        let opened = Writer::open(path.clone());
        assert!(
            matches!(opened, Err(ProviderError::NotATenant { .. })),
            "{at}: {opened:?}"
        );
        assert_eq!(fs::read(&path).unwrap(), damaged, "it is left as it is");
    }

    let after = [
        &b"\0"[..],
        b"\0\0\0{\"deleted\":\"api_000001\"}\n",
        b"{\"del\0\n",
        b"\0\n\0",
        b"\0x",
    ];
    for after in after {
        fs::write(&path, [&whole, after].concat()).unwrap();
        let read = Reader::new(path.clone()).read().await;
        let is_end = after == b"\0";
        assert_eq!(read.is_ok(), is_end, "{after:?}: {read:?}");
    }

    fs::write(&path, [&whole, &b"{\"del\0\0eted\""[..]].concat()).unwrap();
    let refused = Reader::new(path).read().await.unwrap_err().to_string();
    let reason = "zeros stand in the middle of it, at line 5 column 6";
    assert!(refused.ends_with(reason), "{refused}");
}

/// What a writer did not finish is at the end of the file, and nowhere else.
#[tokio::test]
async fn an_unfinished_line_is_the_last_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    Writer::open(path.clone())
        .unwrap()
        .write(&server("maps"))
        .await
        .unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    let (header, line) = whole.split_once('\n').unwrap();
    for cut in 1..line.len() - 1 {
        let unfinished = &line[..cut];
        for (content, is_tenant) in [
            (format!("{header}\n{unfinished}"), true),
            (format!("{header}\n{unfinished}\0\0"), true),
            (format!("{header}\n{unfinished}\n"), false),
            (format!("{header}\n{unfinished}\n{line}"), false),
            (format!("{header}\n{unfinished}{line}"), false),
            (format!("{header}\n{unfinished}\0\n{line}"), false),
        ] {
            fs::write(&path, &content).unwrap();
            let read = Reader::new(path.clone()).read().await;
            assert_eq!(read.is_ok(), is_tenant, "{content:?}: {read:?}");
        }
    }
}

#[tokio::test]
async fn a_writer_goes_on_where_another_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    Writer::open(path.clone())
        .unwrap()
        .write(&server("maps"))
        .await
        .unwrap();
    let torn = [
        &fs::read(&path).unwrap()[..],
        b"{\"resource_server\":{\"id\":\"api_",
    ]
    .concat();
    fs::write(&path, torn).unwrap();
    let writer = Writer::open(path.clone()).unwrap();
    assert_eq!(writer.reader().read().await.unwrap().found.len(), 1);
    writer.write(&server("orders")).await.unwrap();
    writer.write(&server("tiles")).await.unwrap();
    assert_eq!(objects(&path).await.len(), 3);
}

/// The bytes that writes one after the other have written, by how the file looks after each.
async fn bytes_written(to: &Writer, path: &std::path::Path, all: &[Write]) -> u64 {
    use std::os::unix::fs::MetadataExt as _;

    let mut bytes = 0;
    let mut last: Option<fs::Metadata> = None;
    for write in all {
        to.write(write).await.unwrap();
        let now = fs::metadata(path).unwrap();
        let is_appended = last.as_ref().is_some_and(|last| last.ino() == now.ino());
        let kept = last.filter(|_| is_appended).map_or(0, |last| last.len());
        bytes += now.len() - kept;
        last = Some(now);
    }
    bytes
}

/// Twice as many writes cost twice as much: in all, no more than a few times what is written.
#[cfg(unix)]
#[tokio::test]
async fn what_is_written_to_the_disk_grows_as_the_writes_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    let new: Vec<Write> = (0..60)
        .map(|number| client(&format!("c{number:02}")))
        .collect();
    let created = bytes_written(&writer, &path, &new).await;
    let whole = fs::metadata(&path).unwrap().len();
    assert!(
        created <= whole * 2,
        "{created} bytes for a file of {whole}"
    );

    let ids: Vec<RemoteId> = writer
        .reader()
        .read()
        .await
        .unwrap()
        .found
        .into_values()
        .map(|found| found.id)
        .collect();
    let again: Vec<Write> = ids.iter().map(|id| update(id, "another")).collect();
    let updated = bytes_written(&writer, &path, &[&again[..], &again[..]].concat()).await;
    assert!(
        updated <= whole * 6,
        "{updated} bytes for two updates of each object"
    );
    assert!(
        fs::metadata(&path).unwrap().len() <= whole * 3,
        "what is out of date goes"
    );

    let gone: Vec<Write> = ids.iter().map(delete).collect();
    let deleted = bytes_written(&writer, &path, &gone).await;
    assert!(
        deleted <= whole * 6,
        "{deleted} bytes for the deletion of each object"
    );
    assert!(
        fs::metadata(&path).unwrap().len() < whole / 10,
        "nothing is left"
    );
}

/// Nothing is said to be done before the file has it, however many writes run side by side.
#[tokio::test]
async fn what_is_said_to_be_done_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    let all: Vec<Write> = (0..100).map(|number| server(&number.to_string())).collect();
    let running = stream::iter(&all)
        .map(|write| writer.write(write))
        .buffer_unordered(7);
    let mut running = std::pin::pin!(running);
    while let Some(id) = running.next().await {
        let id = id.unwrap();
        assert!(
            objects(&path).await.iter().any(|(_, found)| found.id == id),
            "{id}"
        );
    }
}

/// A file that somebody has put in its place meanwhile is not appended to.
#[tokio::test]
async fn a_file_that_is_not_as_it_was_left_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let writer = Writer::open(path.clone()).unwrap();
    writer.write(&server("maps")).await.unwrap();
    fs::remove_file(&path).unwrap();
    writer.write(&server("orders")).await.unwrap();
    assert_eq!(objects(&path).await.len(), 2);
    fs::write(&path, "something else").unwrap();
    writer.write(&server("tiles")).await.unwrap();
    assert_eq!(objects(&path).await.len(), 3);
}
