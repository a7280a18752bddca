//! What lists can be asked for, and what they refuse.

use grantry::emulator::Transport;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start};

/// The texts under `key` of each object.
fn all(list: &Value, key: &str) -> Vec<String> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|object| {
            object[key]
                .as_str()
                .unwrap_or("-")
                .to_owned()
        })
        .collect()
}

async fn refused(caller: &Caller, path: &str, reason: &str) {
    let (status, body) = caller
        .send(Method::GET, path, None)
        .await;
    let expected = json!({
        "statusCode": 400,
        "error": "Bad Request",
        "message": format!("Query validation error: {reason}"),
        "errorCode": "invalid_query_string"
    });
    assert_eq!(
        (status, body),
        (StatusCode::BAD_REQUEST, expected),
        "{path}"
    );
}

#[tokio::test]
async fn clients_are_filtered_by_what_they_are() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    for (name, app_type) in [
        ("A", "spa"),
        ("B", "native"),
        ("C", "non_interactive"),
    ] {
        caller
            .post(
                "/clients",
                json!({"name": name, "app_type": app_type}),
            )
            .await;
    }
    let third = json!({"name": "D", "is_first_party": false});
    caller.post("/clients", third).await;

    let names = async |query: &str| {
        all(
            &caller
                .get(&format!("/clients?{query}"))
                .await,
            "name",
        )
    };
    assert_eq!(
        names("app_type=spa,native&is_global=false").await,
        ["A", "B"]
    );
    assert_eq!(names("is_first_party=false").await, ["D"]);
    assert_eq!(
        names("is_global=true").await,
        ["All Applications"]
    );
    assert_eq!(
        names("external_client_id=https://a.example/").await,
        [""; 0]
    );
    assert_eq!(names("per_page=0").await, [""; 0]);
    let only = caller
        .get("/clients?app_type=spa&fields=name,app_type")
        .await;
    assert_eq!(only, json!([{"name": "A", "app_type": "spa"}]));
    let without = caller
        .get("/clients?app_type=spa&fields=name&include_fields=false")
        .await;
    assert_eq!(
        (without[0].get("name"), &without[0]["app_type"]),
        (None, &json!("spa"))
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn grants_are_filtered_by_key_and_organization() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    caller
        .post(
            "/resource-servers",
            json!({"identifier": "urn:a"}),
        )
        .await;
    let client = caller
        .post("/clients", json!({"name": "A"}))
        .await["client_id"]
        .clone();
    let id = client.as_str().unwrap();
    for body in [
        json!({"client_id": id, "audience": "urn:a"}),
        json!({"client_id": id, "audience": "urn:a", "subject_type": "user"}),
        json!({"default_for": "third_party_clients", "audience": "urn:a",
               "organization_usage": "allow", "allow_any_organization": true}),
    ] {
        caller
            .post("/client-grants", body)
            .await;
    }
    for (query, count) in [
        ("audience=urn:a".to_owned(), 3),
        (format!("client_id={id}"), 2),
        (
            format!("client_id={id}&audience=urn:a&subject_type=user"),
            1,
        ),
        ("default_for=third_party_clients".to_owned(), 1),
        ("allow_any_organization=true".to_owned(), 1),
        ("audience=urn:b".to_owned(), 0),
    ] {
        let page = caller
            .get(&format!(
                "/client-grants?take=100&include_totals=true&{query}"
            ))
            .await;
        assert_eq!(
            page["client_grants"]
                .as_array()
                .unwrap()
                .len(),
            count,
            "{query}"
        );
        assert_eq!(
            (page.get("total"), page.get("next")),
            (None, None),
            "{query}"
        );
    }
    let ids = all(&caller.get("/client-grants").await, "id");
    assert!(ids.is_sorted(), "{ids:?}");
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn queries_are_refused_in_the_words_of_auth0() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    for (path, reason) in [
        (
            "/clients?name=a&foo=b",
            "'Additional properties not allowed: name,foo'.",
        ),
        (
            "/client-grants?fields=id",
            "'Additional properties not allowed: fields'.",
        ),
        (
            "/client-grants?per_page=0",
            "'Value 0 is less than minimum 1' on property per_page.",
        ),
        (
            "/clients?page=-1",
            "'Value -1 is less than minimum 0' on property page.",
        ),
        (
            "/clients?take=101",
            "'Value 101 is greater than maximum 100' on property take.",
        ),
        (
            "/clients?take=10&per_page=x",
            "'Expected type integer but found type string' on property per_page.",
        ),
        (
            "/resource-servers?page=x",
            "'Expected type integer but found type string' on property page.",
        ),
        (
            "/clients?is_global=1",
            "'Expected type boolean but found type string' on property is_global.",
        ),
        (
            "/client-grants?allow_any_organization=false",
            "'No enum match for: false' on property allow_any_organization.",
        ),
        (
            "/client-grants?subject_type=robot",
            "'No enum match for: robot' on property subject_type.",
        ),
        (
            "/client-grants?client_id=c&default_for=third_party_clients",
            "'client_id and default_for exclude each other' on property default_for.",
        ),
        (
            "/clients?external_client_id=",
            "'String is too short (0 chars), minimum 1' on property external_client_id.",
        ),
    ] {
        refused(&caller, path, reason).await;
    }
    let (status, body) = caller
        .send(Method::GET, "/clients/%FF", None)
        .await;
    let code = json!("invalid_uri");
    assert_eq!(
        (status, &body["errorCode"]),
        (StatusCode::BAD_REQUEST, &code)
    );
    let eleven = "identifiers=a&".repeat(11);
    let reason =
        "'Array is too long (11), maximum 10' on property identifiers.";
    refused(
        &caller,
        &format!("/resource-servers?{eleven}"),
        reason,
    )
    .await;
    emulator.stop().await.unwrap();
}
