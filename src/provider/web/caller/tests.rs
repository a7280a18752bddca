use reqwest::Client;

use super::*;

fn caller(method: TokenEndpointAuthMethod) -> Caller {
    Caller {
        id: "gift-deliveries".parse().unwrap(),
        secret: "a secret+of:two".into(),
        method,
    }
}

/// The header and the body of a request for a token.
fn request_of(method: TokenEndpointAuthMethod) -> (Option<String>, String) {
    let request = Client::new().post("https://tenant.example/token");
    let told = [("audience", "urn:maps")];
    let request = caller(method).ask(request, &told, &Secrets::default());
    let request = request.build().unwrap();

    let header = request.headers().get(AUTHORIZATION);
    let body = request
        .body()
        .unwrap()
        .as_bytes()
        .unwrap();
    (
        header.map(|value| value.to_str().unwrap().to_owned()),
        String::from_utf8(body.to_vec()).unwrap(),
    )
}

#[test]
fn a_secret_is_a_field_or_in_the_header_and_never_both() {
    let (header, body) = request_of(TokenEndpointAuthMethod::ClientSecretPost);
    assert_eq!(header, None);
    assert_eq!(
        body,
        "grant_type=client_credentials&audience=urn%3Amaps&\
         client_id=gift-deliveries&client_secret=a+secret%2Bof%3Atwo"
    );

    let (header, body) = request_of(TokenEndpointAuthMethod::ClientSecretBasic);
    let pair = STANDARD.encode("gift-deliveries:a+secret%2Bof%3Atwo");
    assert_eq!(header, Some(format!("Basic {pair}")));
    assert_eq!(
        body,
        "grant_type=client_credentials&audience=urn%3Amaps"
    );
}

#[test]
fn nothing_shows_a_secret_or_a_token() {
    let service = caller(TokenEndpointAuthMethod::ClientSecretPost);
    let token = Token("e30.e30.canary".into());
    let shown = format!("{service:?} {token:?}");
    assert!(
        !shown.contains("secret+of") && !shown.contains("canary"),
        "{shown}"
    );

    let [header, claims] = token.decode().unwrap();
    assert_eq!(
        [header, claims],
        [serde_json::json!({}), serde_json::json!({})]
    );
    assert!(
        Token("opaque".into())
            .decode()
            .is_none()
    );
}
