//! A tenant that repeats what it was sent, in whatever way, and
//! what is then shown of it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::cli::harness::{Place, Said};

const SECRET: &str = "s3cret/of+the client & nobody else";
const AUDIENCE: &str = "https://acme.eu.auth0.com/api/v2/";

/// Where the tenant repeats it.
#[derive(Debug, Clone, Copy)]
enum Part {
    Message,
    ErrorDescription,
    ClientName,
    Description,
}

/// A client that is met, so that the plan shows what it
/// is called and described as.
const CONFIGURATION: &str = "\
stack: maps
clients:
  courier: { client_id: id-courier, name: Courier, description: Delivers }
";

fn token() -> String {
    let claims = json!({ "azp": "grantry", "aud": AUDIENCE }).to_string();
    format!(
        "e30.{}.s1gnature-of-the-tenant",
        URL_SAFE_NO_PAD.encode(claims)
    )
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect::<Vec<_>>()
        .concat()
}

/// Answers everything, saying `echo` in one part of what it answers.
fn tenant(part: Part, echo: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let domain = format!("http://{}", listener.local_addr().unwrap());
    let echo = echo.to_owned();
    thread::spawn(move || {
        let mut has_issued = false;
        for stream in listener.incoming() {
            answer(stream.unwrap(), part, &echo, &mut has_issued);
        }
    });
    domain
}

fn answer(stream: TcpStream, part: Part, echo: &str, has_issued: &mut bool) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).unwrap() == 0 {
            return;
        }
    }
    let length = |line: &str| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    };
    let mut body = vec![
        0;
        head.lines()
            .find_map(length)
            .unwrap_or(0)
    ];
    stream.read_exact(&mut body).unwrap();
    let path = head.split([' ', '?']).nth(1).unwrap();
    let (status, body) = match (path, part) {
        // Another token is asked for, and the request shows
        // what the first one was.
        ("/oauth/token", Part::ErrorDescription) if *has_issued => {
            let said = you_sent(echo);
            (
                403,
                json!({ "error": "access_denied", "error_description": said }),
            )
        }
        (_, Part::ErrorDescription) if *has_issued => (
            401,
            json!({ "statusCode": 401, "error": "Unauthorized", "message": "Expired token" }),
        ),
        _ => body_of(path, part, echo),
    };
    *has_issued |= path == "/oauth/token";
    let (body, length) = (body.to_string(), body.to_string().len());
    let header: String = echo
        .chars()
        .filter(char::is_ascii_graphic)
        .collect();
    let answer = format!(
        "HTTP/1.1 {status} x\r\nx-echo: {header}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream
        .get_mut()
        .write_all(answer.as_bytes())
        .unwrap();
}

fn you_sent(echo: &str) -> String {
    format!("you sent {echo}, did you?")
}

fn body_of(path: &str, part: Part, echo: &str) -> (u16, Value) {
    let said = you_sent(echo);
    let list = |plural: &str, objects: Vec<Value>| {
        (
            200,
            json!({ "total": objects.len(), "start": 0, "limit": 100, plural: objects }),
        )
    };
    let client = |name: &str, description: &str| {
        json!({ "client_id": "id-courier", "name": name, "description": description,
            "app_type": "non_interactive", "is_first_party": true })
    };
    let own = json!({ "client_id": "grantry", "name": "Grantry", "is_first_party": true });
    let api = json!({ "id": "1", "identifier": AUDIENCE, "name": "API", "is_system": true });
    match (path, part) {
        ("/oauth/token", _) => (
            200,
            json!({ "access_token": token(), "expires_in": 60 }),
        ),
        ("/api/v2/resource-servers", _) => list("resource_servers", vec![api]),
        ("/api/v2/clients", Part::Message) => (
            400,
            json!({ "statusCode": 400, "error": "Bad Request", "message": said }),
        ),
        ("/api/v2/clients", Part::ClientName) => {
            list("clients", vec![own, client(&said, "")])
        }
        ("/api/v2/clients", _) => {
            list("clients", vec![own, client("Courier", &said)])
        }
        ("/api/v2/client-grants", _) => list("client_grants", vec![]),
        other => panic!("{other:?} is not asked for"),
    }
}

fn said(part: Part, echo: &str) -> Said {
    let environment = [
        ("AUTH0_DOMAIN", tenant(part, echo)),
        ("AUTH0_AUDIENCE", AUDIENCE.to_owned()),
        ("AUTH0_CLIENT_ID", "grantry".to_owned()),
        ("AUTH0_CLIENT_SECRET", SECRET.to_owned()),
    ];
    let place = Place::new()
        .with(&environment.map(|(name, value)| (name.to_owned(), value)));
    place.write("grantry.yaml", CONFIGURATION);
    place.run(&["plan", "--provider", "auth0", "-vv"])
}

#[test]
fn no_secret_is_shown_that_the_tenant_repeats() {
    let token = token();
    for part in [
        Part::Message,
        Part::ErrorDescription,
        Part::ClientName,
        Part::Description,
    ] {
        for (name, secret) in [("the secret", SECRET), ("the token", &token)] {
            let ways = [
                secret.to_owned(),
                STANDARD.encode(secret),
                percent_encoded(secret),
            ];
            for echo in ways {
                let said = said(part, &echo);
                let all = format!("{}{}", said.stdout, said.stderr);
                assert!(
                    !all.contains(&echo) && !all.contains(secret),
                    "{part:?}, {name}: {all}"
                );
                assert!(
                    all.contains("you sent (secret)"),
                    "{part:?}, {name}: {all}"
                );
            }
        }
    }
}
