//! A Vault that fails at any moment.

use super::vault::double::{Trouble, Vault};
use super::vault::{PLACE, WRITE, check_changed, limited, sink_at};
use super::*;

#[tokio::test]
async fn a_lost_answer_is_settled_by_looking_again() {
    for trouble in [
        Trouble::DropBefore,
        Trouble::DropAfter,
        Trouble::Status(502),
        Trouble::Garbage,
    ] {
        let vault = Vault::start().await;
        let sink = sink_at(&vault);
        vault.strike(WRITE, trouble.clone());
        sink.put(PLACE, &entry(), None)
            .await
            .unwrap();

        let kept = seen(&sink, PLACE).await;
        assert_eq!(
            kept.revision.as_deref(),
            Some("1"),
            "{trouble:?}"
        );
        assert_eq!(kept.label, entry().label);
    }
}

#[tokio::test]
async fn a_lost_answer_that_cannot_be_settled_is_no_success() {
    let vault = Vault::start().await;
    let sink = limited(
        &vault,
        &[
            ("secret/data/*", &["create", "update"]),
            (
                "secret/metadata/*",
                &["create", "update", "read", "list"],
            ),
        ],
    );
    vault.strike(WRITE, Trouble::DropAfter);
    check_changed(
        &sink
            .put(PLACE, &entry(), None)
            .await
            .unwrap_err(),
    );

    // As the next run sees it.
    let stopped = seen(&sink, PLACE).await;
    assert!(stopped.label.content.is_empty(), "{stopped:?}");
    sink.put(PLACE, &entry(), Some(&stopped))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_passes_is_tried_again_and_what_does_not_is_told() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    for trouble in [
        Trouble::Status(429),
        Trouble::Status(503),
        Trouble::DropBefore,
    ] {
        vault.strike("GET secret/metadata/m2m", trouble);
    }
    assert_eq!(look(&sink, PLACE).await, Looked::Nothing);

    for _ in 0..4 {
        vault.strike("GET secret/metadata/m2m", Trouble::Status(503));
    }
    let error = sink
        .look(&[PLACE.to_owned()])
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Unreachable { .. }),
        "{error:?}"
    );

    for status in [307, 308, 472, 473] {
        vault.strike(
            "GET secret/metadata/m2m",
            Trouble::Status(status),
        );
        let error = sink
            .look(&[PLACE.to_owned()])
            .await
            .unwrap_err();
        let advice = error.next_step().unwrap().to_string();
        assert!(
            advice.contains("active node"),
            "{error} {advice}"
        );
    }
}

#[tokio::test]
async fn a_look_asks_for_what_is_there_only() {
    let vault = Vault::start().await;
    let sink = sink_at(&vault);
    let places = [
        "secret/a/1",
        "secret/a/prod%2Fdb",
        "secret/b/1",
        "secret/top",
    ]
    .map(str::to_owned);
    sink.put(&places[1], &entry(), None)
        .await
        .unwrap();
    sink.put(&places[3], &entry(), None)
        .await
        .unwrap();
    vault.asked();

    let looked = sink.look(&places).await.unwrap();
    let is_there: Vec<bool> = looked
        .iter()
        .map(|looked| *looked != Looked::Nothing)
        .collect();
    assert_eq!(is_there, [false, true, false, true]);
    let mut asked = vault.asked();
    asked.sort();
    let expected = [
        "GET secret/metadata/a/prod%2Fdb 200",
        "GET secret/metadata/a?list=true 200",
        "GET secret/metadata/b?list=true 404",
        "GET secret/metadata/top 200",
        "GET secret/metadata?list=true 200",
    ];
    assert_eq!(asked, expected);
}
