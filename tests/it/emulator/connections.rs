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
fn send_and_wait(emulator: &Emulator, text: &str) -> String {
    let mut stream = TcpStream::connect(emulator.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream.write_all(text.as_bytes()).unwrap();

    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_without_end_is_not_waited_for() {
    let emulator = start_impatient(Transport::Plain).await;
    for text in ["", "G", "GET /health HTTP/1.1\r\nHost: "] {
        assert_eq!(send_and_wait(&emulator, text), "", "{text}");
    }

    // Nor is the second of a connection.
    let whole = "GET /.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = send_and_wait(&emulator, &format!("{whole}GET / HTTP/1.1\r\n"));
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_is_a_handshake() {
    let emulator = start_impatient(Transport::Tls).await;
    assert_eq!(send_and_wait(&emulator, ""), "");
}
