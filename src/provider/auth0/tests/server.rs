//! A hand-written HTTP server: one request a connection, and every way to
//! answer badly.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) head: String,
    pub(super) body: String,
    pub(super) at: Instant,
}

/// What to do with a request.
pub(super) enum Reply {
    /// Answer it.
    Answer {
        status: u16,
        headers: String,
        body: String,
    },
    /// Close the connection without a word.
    HangUp,
    /// Promise a body, and close the connection in the middle of it.
    BreakOff,
}

pub(super) struct Server {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    got: Mutex<Vec<Received>>,
    running: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Server {
    pub(super) async fn start(
        answer: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let answer = Arc::new(answer);

        let served = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, served.clone(), answer.clone()));
            }
        });
        Self { port, shared }
    }

    pub(super) fn domain(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every request so far.
    pub(super) fn got(&self) -> Vec<Received> {
        self.shared.got.lock().unwrap().clone()
    }

    /// How many requests there were for a path.
    pub(super) fn count(&self, method: &str, path: &str) -> usize {
        self.got()
            .iter()
            .filter(|got| got.method == method && got.path() == path)
            .count()
    }

    /// The most requests that ever ran at once.
    pub(super) fn most_at_once(&self) -> usize {
        self.shared
            .most_at_once
            .load(Ordering::SeqCst)
    }
}

impl Received {
    pub(super) fn path(&self) -> &str {
        self.target
            .split('?')
            .next()
            .unwrap_or_default()
    }

    pub(super) fn query(&self, name: &str) -> Option<String> {
        let url =
            url::Url::parse(&format!("http://server{}", self.target)).unwrap();
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// A number of the query, if it is there and is one.
    pub(super) fn query_number(&self, name: &str) -> Option<usize> {
        self.query(name)?.parse().ok()
    }

    pub(super) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Reply {
    pub(super) fn json(status: u16, body: &Json) -> Self {
        Self::Answer {
            status,
            headers: String::new(),
            body: body.to_string(),
        }
    }

    /// Done, and nothing more to say.
    pub(super) fn no_content() -> Self {
        Self::Answer {
            status: 204,
            headers: String::new(),
            body: String::new(),
        }
    }

    /// A refusal as the Management API tells it.
    pub(super) fn error(status: u16, error: &str, message: &str) -> Self {
        Self::json(
            status,
            &json!({ "statusCode": status, "error": error, "message": message }),
        )
    }

    /// The same answer with more lines in its head.
    pub(super) fn with_headers(mut self, more: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push_str(more);
        }
        self
    }

    /// Too many requests, with the header that says how long to wait.
    pub(super) fn too_many(retry_after: &str) -> Self {
        Self::Answer {
            status: 429,
            headers: format!("retry-after: {retry_after}\r\n"),
            body: r#"{"statusCode":429,"message":"Global limit has been reached"}"#.to_owned(),
        }
    }
}

async fn serve(
    stream: TcpStream,
    shared: Arc<Shared>,
    answer: Arc<impl Fn(&Received) -> Reply>,
) {
    let mut stream = BufReader::new(stream);
    let Some(got) = receive(&mut stream).await else {
        return;
    };

    let running = shared
        .running
        .fetch_add(1, Ordering::SeqCst)
        + 1;
    shared
        .most_at_once
        .fetch_max(running, Ordering::SeqCst);
    // Time is paused: it passes once everybody who can ask has asked.
    tokio::time::sleep(Duration::from_millis(1)).await;
    shared
        .running
        .fetch_sub(1, Ordering::SeqCst);

    let reply = answer(&got);
    shared.got.lock().unwrap().push(got);
    if let Some(bytes) = write_out(reply) {
        stream
            .write_all(bytes.as_bytes())
            .await
            .unwrap();
    }
}

/// A reply as it goes over the wire; none where the connection is closed
/// without a word.
fn write_out(reply: Reply) -> Option<String> {
    match reply {
        Reply::Answer {
            status,
            headers,
            body,
        } => {
            let length = body.len();
            let end = format!(
                "content-length: {length}\r\nconnection: close\r\n\r\n"
            );
            Some(format!(
                "HTTP/1.1 {status} x\r\n{headers}{end}{body}"
            ))
        }
        Reply::HangUp => None,
        Reply::BreakOff => {
            Some("HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\n{".to_owned())
        }
    }
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }

    let length = head
        .lines()
        .find_map(content_length)
        .unwrap_or(0);
    let mut body = vec![0; length];
    stream
        .read_exact(&mut body)
        .await
        .ok()?;

    let mut words = head.split(' ');
    Some(Received {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        body: String::from_utf8(body).unwrap(),
        head,
        at: Instant::now(),
    })
}

fn content_length(line: &str) -> Option<usize> {
    let line = line.to_ascii_lowercase();
    line.strip_prefix("content-length: ")?
        .parse()
        .ok()
}
