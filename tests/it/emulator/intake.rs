//! A request is taken in whole before it is answered, also
//! when nobody needs its body.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use grantry::emulator::{self, Control, Settings};

/// A POST without a token, and one for a host that is not known.
const REFUSED: [(&str, &str, &str); 2] = [
    (
        "/api/v2/clients",
        "localhost",
        "HTTP/1.1 401 Unauthorized",
    ),
    (
        "/grantry/clock",
        "evil.example",
        "HTTP/1.1 421 Misdirected Request",
    ),
];

/// Its writer waits for the word to send the two bytes of its body.
fn post(path: &str, host: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    )
}

/// Reads one head; the length of the body that follows, and the first line.
fn head(reader: &mut BufReader<TcpStream>) -> (usize, String) {
    let mut lines = reader
        .lines()
        .map(Result::unwrap)
        .take_while(|line| !line.is_empty());
    let first = lines.next().unwrap();
    let length = lines.find_map(|line| {
        line.strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    lines.for_each(drop);
    (length.unwrap_or(0), first)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_waits_for_the_body_and_leaves_the_connection_open() {
    let settings = Settings {
        control: Control::On,
        ..Settings::default()
    };
    let emulator = emulator::start(settings).await.unwrap();
    let mut writer = TcpStream::connect(
        emulator
            .url()
            .strip_prefix("http://")
            .unwrap(),
    )
    .unwrap();
    writer
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let mut reader = BufReader::new(writer.try_clone().unwrap());
    for (path, host, refusal) in REFUSED {
        writer
            .write_all(post(path, host).as_bytes())
            .unwrap();
        assert_eq!(
            head(&mut reader),
            (0, "HTTP/1.1 100 Continue".to_owned())
        );
        writer.write_all(b"{}").unwrap();
        let (length, first) = head(&mut reader);
        assert_eq!(first, refusal);
        reader
            .read_exact(&mut vec![0; length])
            .unwrap();
    }
    drop((reader, writer));
    emulator.stop().await.unwrap();
}
