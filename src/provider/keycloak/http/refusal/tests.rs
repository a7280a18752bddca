use super::*;
use crate::provider::keycloak::{Credentials, Realm};

fn settings() -> Settings {
    let realm = Realm::parse("https://sso.example/acme").unwrap();
    Settings::new(realm, Credentials::none())
}

/// What a 404 of the administration comes to that says this.
fn not_found(said: &str) -> RejectedReason {
    let line =
        RequestLine::get("https://sso.example/admin/realms/acme/clients/1");
    let body = serde_json::json!({ "error": said }).to_string();
    let result = Ok(Response::new(404, &body));

    match expect_success(Endpoint::Admin, &line, result, &settings())
        .unwrap_err()
    {
        ProviderError::Rejected { objection, .. } => objection,
        error => panic!("{error}"),
    }
}

#[test]
fn a_404_is_of_an_object_only_where_it_names_one() {
    for said in [
        "Could not find client",
        "Could not find client scope",
        "Client scope not found",
        "Model not found",
    ] {
        assert_eq!(
            not_found(said),
            RejectedReason::NotFound,
            "{said}"
        );
    }

    for said in [
        "Realm not found.",
        "Realm does not exist",
        "HTTP 404 Not Found",
        "Unable to find matching target resource method",
        "no such route",
        "",
    ] {
        assert_eq!(not_found(said), RejectedReason::Other, "{said}");
    }
}
