//! Organizations and the grants they may use, over HTTP.

use grantry::emulator::{Emulator, Transport};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start};

struct Scene {
    emulator: Emulator,
    caller: Caller,
    organization: String,
    client: String,
    grant: String,
}

fn own(object: &Value, key: &str) -> String {
    object[key].as_str().unwrap().to_owned()
}

/// An organization, and a grant that allows organizations.
async fn scene() -> Scene {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let organization = json!({
        "name": "some-org", "display_name": "Some", "branding": {"logo_url": "https://a.example/"}
    });
    let organization = own(
        &caller
            .post("/organizations", organization)
            .await,
        "id",
    );
    caller
        .post(
            "/resource-servers",
            json!({"identifier": "urn:a"}),
        )
        .await;
    let client = own(
        &caller
            .post("/clients", json!({"name": "A"}))
            .await,
        "client_id",
    );
    let grant = json!({
        "client_id": client, "audience": "urn:a", "scope": ["r"],
        "organization_usage": "allow", "allow_any_organization": true
    });
    let grant = own(
        &caller
            .post("/client-grants", grant)
            .await,
        "id",
    );
    Scene {
        emulator,
        caller,
        organization,
        client,
        grant,
    }
}

#[tokio::test]
async fn an_organization_is_let_use_a_grant_and_no_more() {
    let Scene {
        emulator,
        caller,
        organization,
        client,
        grant,
    } = scene().await;
    let path = format!("/organizations/{organization}/client-grants");
    let answer = caller
        .post(&path, json!({"grant_id": grant}))
        .await;
    let mut shown = json!({
        "grant_id": grant, "client_id": client, "audience": "urn:a", "scope": ["r"],
        "organization_usage": "allow", "allow_any_organization": true
    });
    assert_eq!(answer, shown);

    shown
        .as_object_mut()
        .unwrap()
        .remove("grant_id");
    shown["id"] = grant.clone().into();
    shown["subject_type"] = "client".into();
    let totals = |plural: &str, list: Value| json!({"total": 1, "start": 0, "limit": 50, plural: list});
    let query = "include_totals=true&per_page=50";
    assert_eq!(
        caller
            .get(&format!("{path}?{query}"))
            .await,
        totals("client_grants", json!([shown]))
    );
    assert_eq!(
        caller
            .get(&format!("{path}?grant_ids=cgr_1,cgr_2"))
            .await,
        json!([])
    );
    let of_grant = format!("/client-grants/{grant}/organizations");
    let listed = json!([{
        "id": organization, "name": "some-org", "display_name": "Some",
        "branding": {"logo_url": "https://a.example/"},
        "third_party_client_access": "block", "is_app_entitlement_active": false
    }]);
    assert_eq!(
        caller
            .get(&format!("{of_grant}?{query}"))
            .await,
        totals("organizations", listed.clone())
    );
    assert_eq!(
        caller
            .get(&format!("{of_grant}?take=10"))
            .await,
        json!({"organizations": listed})
    );

    for _ in 0..2 {
        let (status, _) = caller
            .send(Method::DELETE, &format!("{path}/{grant}"), None)
            .await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    assert_eq!(caller.get(&path).await, json!([]));
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn organizations_come_and_go() {
    let Scene {
        emulator,
        caller,
        organization,
        ..
    } = scene().await;
    let path = format!("/organizations/{organization}");
    assert_eq!(caller.get(&path).await["name"], "some-org");
    assert_eq!(
        caller.get("/organizations").await[0]["id"],
        organization
    );
    let again = json!({"name": "some-org"});
    let (status, _) = caller
        .send(Method::POST, "/organizations", Some(&again))
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, body) = caller
        .send(
            Method::GET,
            "/organizations?page=11&per_page=100",
            None,
        )
        .await;
    let message =
        "Requesting page exceeds the allowed maximum of 1000 records.";
    assert_eq!(
        (status, &body["message"], &body["errorCode"]),
        (
            StatusCode::BAD_REQUEST,
            &json!(message),
            &json!("invalid_paging")
        )
    );
    assert_eq!(
        caller
            .send(Method::DELETE, &path, None)
            .await
            .0,
        StatusCode::NO_CONTENT
    );
    for path in [path.as_str(), "/organizations/name/some-org"] {
        let (status, body) = caller
            .send(Method::GET, path, None)
            .await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(
            body,
            json!({
                "statusCode": 404,
                "error": "Not Found",
                "message": "No organization found by that id or name"
            })
        );
    }
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn an_organization_is_changed_in_place_and_found_by_its_name() {
    let Scene {
        emulator,
        caller,
        organization,
        ..
    } = scene().await;
    let path = format!("/organizations/{organization}");
    let change = json!({
        "name": "renamed", "metadata": {"k": "v"}, "is_app_entitlement_active": true
    });
    let (status, changed) = caller
        .send(Method::PATCH, &path, Some(&change))
        .await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(
        changed,
        json!({
            "id": organization, "name": "renamed", "display_name": "Some",
            "branding": {"logo_url": "https://a.example/"}, "metadata": {"k": "v"},
            "third_party_client_access": "block", "is_app_entitlement_active": true
        })
    );
    assert_eq!(
        caller
            .get("/organizations/name/renamed")
            .await,
        caller.get(&path).await
    );

    let metadata = json!({"metadata": {"l": "w"}});
    let (_, changed) = caller
        .send(Method::PATCH, &path, Some(&metadata))
        .await;
    assert_eq!(changed["metadata"], json!({"l": "w"}));
    let (status, _) = caller
        .send(Method::PATCH, &path, Some(&json!({})))
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let unknown = "/organizations/org_0000000000000000";
    let (status, _) = caller
        .send(Method::PATCH, unknown, Some(&metadata))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let reader = Caller::with_scope(&emulator, "read:organizations").await;
    let (status, _) = reader
        .send(Method::PATCH, &path, Some(&metadata))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn clients_are_searched_by_the_organizations_of_their_grants() {
    let Scene {
        emulator,
        caller,
        organization,
        client,
        grant,
    } = scene().await;
    let path = format!("/organizations/{organization}/client-grants");
    let found = async |q: &str| {
        caller
            .get(&format!(
                "/clients?take=10&fields=client_id&q=client_grant.{q}"
            ))
            .await
    };
    let none = json!({"clients": []});
    let one = json!({"clients": [{"client_id": client}]});
    let of_this = format!("organization_id:{organization}");
    assert_eq!(found(&of_this).await, none);
    caller
        .post(&path, json!({"grant_id": grant}))
        .await;
    assert_eq!(found(&of_this).await, one);
    assert_eq!(found("organization_id:org_0").await, none);
    assert_eq!(found("allow_any_organization:true").await, one);

    for query in [
        "take=10&q=name:A",
        "take=10&q=client_grant.allow_any_organization:false",
        "q=client_grant.allow_any_organization:true",
        "take=10&is_global=false&q=client_grant.allow_any_organization:true",
    ] {
        let (status, body) = caller
            .send(Method::GET, &format!("/clients?{query}"), None)
            .await;
        let code = json!("invalid_query_string");
        assert_eq!(
            (status, &body["errorCode"]),
            (StatusCode::BAD_REQUEST, &code),
            "{query}"
        );
    }
    emulator.stop().await.unwrap();
}
