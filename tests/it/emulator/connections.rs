//! Connections on which nothing comes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use grantry::emulator::{self, Emulator, Settings, Transport};

async fn start_impatient(transport: Transport) -> Emulator {
    let settings = Settings {
        transport,
        header_timeout: Duration::from_millis(50),
        ..Settings::default()
    };
    emulator::start(settings).await.unwrap()
}

/// Sends this, and waits for the end of the connection; what came until then.
fn send_and_wait(emulator: &Emulator, sent: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(emulator.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream.write_all(sent.as_ref()).unwrap();

    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) => assert_eq!(
            error.kind(),
            ErrorKind::ConnectionReset,
            "{error}"
        ),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_without_end_is_not_waited_for() {
    let emulator = start_impatient(Transport::Plain).await;
    for text in ["", "G", "GET /health HTTP/1.1\r\nHost: "] {
        assert_eq!(send_and_wait(&emulator, text), "", "{text}");
    }

    // Nor is the second of a connection.
    let whole =
        "GET /.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = send_and_wait(&emulator, format!("{whole}GET / HTTP/1.1\r\n"));
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_is_a_handshake() {
    let emulator = start_impatient(Transport::Tls).await;
    assert_eq!(send_and_wait(&emulator, ""), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_is_the_end_of_a_body() {
    let emulator = start_impatient(Transport::Plain).await;
    let half = "POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{";
    let answer = send_and_wait(&emulator, half);
    assert!(
        answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
        "{answer}"
    );
    assert_eq!(
        emulator
            .requests()
            .last()
            .unwrap()
            .status,
        Some(408)
    );
}

/// A caller over HTTP/2 that asks for `/` and is then gone: it does not say
/// that it is there.
#[tokio::test(flavor = "multi_thread")]
async fn nor_is_another_request_over_http_2() {
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let head = [0, 0, 14, 1, 5, 0, 0, 0, 1];
    // `GET`, `http` and `/` from the table of HPACK, and the host as it is.
    let fields = [b"\x82\x86\x84\x41\x09".as_slice(), b"localhost"].concat();
    let sent = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(),
        &settings,
        &head,
        &fields,
    ]
    .concat();

    let emulator = start_impatient(Transport::Plain).await;
    send_and_wait(&emulator, sent);
    assert_eq!(emulator.requests()[0].status, Some(404));
}
