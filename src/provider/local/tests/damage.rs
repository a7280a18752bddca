//! What is no tenant, and what a kill or a crash leaves of one.

use std::fs;
use std::path::Path;

use super::writes::{
    create_client, create_grant, create_server, delete_client, update_client,
};
use super::{count_objects, new_place, new_tenant, read_objects};
use crate::model::Snapshot;
use crate::provider::local::{Reader, Writer};
use crate::provider::{Mutate as _, Observe as _, ProviderError};

async fn read(path: &Path) -> Result<Snapshot, ProviderError> {
    Reader::new(path.to_owned())
        .read()
        .await
}

#[tokio::test]
async fn a_file_that_is_no_tenant_is_left_as_it_is() {
    let contents = [
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
    for content in contents {
        let (_folder, path) = new_place();
        fs::write(&path, content).unwrap();

        let refused = Writer::open(path.clone());

        let is_no_tenant =
            matches!(refused, Err(ProviderError::NotATenant { .. }));
        assert!(is_no_tenant, "{content:?}: {refused:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_as_it_is() {
    let (_folder, path) = new_place();
    let content = r#"{"grantry_tenant": 3, "tenant": {"shiny": true}}"#;
    fs::write(&path, content).unwrap();

    let refused = Writer::open(path.clone());

    let is_newer = matches!(
        refused,
        Err(ProviderError::NewerTenant { version: 3, .. })
    );
    assert!(is_newer, "{refused:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), content);
}

/// Cut at every byte, as by a kill, and filled with zeros, as by a crash of the
/// machine: what is read is what one of the writes left.
#[tokio::test]
async fn a_file_cut_anywhere_has_every_write_up_to_there() {
    let (_folder, path, writer) =
        new_tenant(&["maps", "orders", "tiles"]).await;
    let courier = writer
        .write(&create_client("courier"))
        .await
        .unwrap();
    let later = [
        create_grant(&courier, "maps"),
        update_client(&courier, "Kurier \u{1f69a}"),
        delete_client(&courier),
    ];

    // How long the file is, and what it holds.
    let mut states = vec![(
        fs::read(&path).unwrap().len(),
        read_objects(&path).await,
    )];
    for write in &later {
        writer.write(write).await.unwrap();
        states.push((
            fs::read(&path).unwrap().len(),
            read_objects(&path).await,
        ));
    }
    let counts: Vec<usize> = states
        .iter()
        .map(|(_, objects)| objects.len())
        .collect();
    assert_eq!(counts, [4, 5, 5, 3]);
    let are_appended = states.is_sorted_by_key(|(length, _)| *length);
    assert!(are_appended, "each was appended");

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
            assert_eq!(
                &read_objects(&path).await,
                there,
                "cut at {cut}"
            );
        }
    }
}

#[tokio::test]
async fn a_zero_in_the_middle_of_a_file_is_damage() {
    let (_folder, path, writer) =
        new_tenant(&["maps", "orders", "tiles"]).await;
    drop(writer);
    let whole = fs::read(&path).unwrap();

    // Each byte but the last, which a writer may not have come to.
    for at in 0..whole.len() - 1 {
        let mut damaged = whole.clone();
        damaged[at] = 0;
        fs::write(&path, &damaged).unwrap();

        let seen = read(&path).await;
        let is_refused = matches!(seen, Err(ProviderError::NotATenant { .. }));
        assert!(is_refused, "{at}: {seen:?}");

        let opened = Writer::open(path.clone());
        let is_refused =
            matches!(opened, Err(ProviderError::NotATenant { .. }));
        assert!(is_refused, "{at}: {opened:?}");
        assert_eq!(
            fs::read(&path).unwrap(),
            damaged,
            "it is left as it is"
        );
    }
}

/// Zeros that anything follows are no end of a file: what follows may have been
/// said to be done.
#[tokio::test]
async fn zeros_are_the_end_of_a_file_only_where_nothing_follows() {
    let (_folder, path, writer) =
        new_tenant(&["maps", "orders", "tiles"]).await;
    drop(writer);
    let whole = fs::read(&path).unwrap();

    for (after, is_end) in [
        (&b"\0"[..], true),
        (b"\0\0\0{\"deleted\":\"api_000001\"}\n", false),
        (b"{\"del\0\n", false),
        (b"\0\n\0", false),
        (b"\0x", false),
    ] {
        fs::write(&path, [&whole, after].concat()).unwrap();
        let seen = read(&path).await;
        assert_eq!(seen.is_ok(), is_end, "{after:?}: {seen:?}");
    }

    fs::write(
        &path,
        [&whole, &b"{\"del\0\0eted\""[..]].concat(),
    )
    .unwrap();
    let refused = read(&path)
        .await
        .unwrap_err()
        .to_string();
    let reason = "zeros stand in the middle of it, at line 5 column 6";
    assert!(refused.ends_with(reason), "{refused}");
}

/// What a writer did not finish is at the end of the file, and nowhere else.
#[tokio::test]
async fn an_unfinished_line_is_the_last_one() {
    let (_folder, path, writer) = new_tenant(&["maps"]).await;
    drop(writer);
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
            (
                format!("{header}\n{unfinished}\0\n{line}"),
                false,
            ),
        ] {
            fs::write(&path, &content).unwrap();
            let seen = read(&path).await;
            assert_eq!(seen.is_ok(), is_tenant, "{content:?}: {seen:?}");
        }
    }
}

#[tokio::test]
async fn a_writer_goes_on_where_another_was_killed() {
    let (_folder, path, writer) = new_tenant(&["maps"]).await;
    drop(writer);
    let mut torn = fs::read(&path).unwrap();
    torn.extend(b"{\"resource_server\":{\"id\":\"api_");
    fs::write(&path, torn).unwrap();

    let writer = Writer::open(path.clone()).unwrap();
    assert_eq!(count_objects(&writer).await, 1);
    writer
        .write(&create_server("orders"))
        .await
        .unwrap();
    writer
        .write(&create_server("tiles"))
        .await
        .unwrap();

    assert_eq!(read_objects(&path).await.len(), 3);
}
