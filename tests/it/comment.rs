//! A comment is what it is meant to be, whatever a tenant holds: taken apart by
//! a parser of Markdown.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use pulldown_cmark::{Event, Parser, Tag};

/// What is tried on whoever reads: people, browsers, GitHub and its runners.
const HOSTILE: [&str; 10] = [
    "`code` ``` ````` x",
    "</details></summary><img src=x onerror=alert(1)>",
    "@everyone @octocat #1",
    "two\nlines\r\n\n# title",
    "\u{1b}[31mred\u{1b}[0m\u{202e}",
    "::set-output name=x::y",
    "::error::no",
    "a ##[error]no",
    "[link](javascript:alert(1)) ![image](http://x.example/) <https://x.example>",
    "| a | b |\n|---|---|\n",
];

/// What a plan says of a tenant that holds hostile
/// words, and is to hold others.
fn plan(format: &str, count: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let written = |words: &dyn Fn(usize) -> &'static str| {
        let text = configuration(count, words);
        fs::write(folder.path().join("grantry.yaml"), text).unwrap();
    };
    let tenant = ["--provider", "local:t.json"];

    written(&|number| HOSTILE[number % HOSTILE.len()]);
    run(
        folder.path(),
        &[&["apply", "--auto-approve"], &tenant[..]].concat(),
    );
    written(&|number| HOSTILE[(number + 1) % HOSTILE.len()]);
    run(
        folder.path(),
        &[&["plan", "--format", format], &tenant[..]].concat(),
    )
}

/// So many APIs and clients with these words.
fn configuration(
    count: usize,
    words: &dyn Fn(usize) -> &'static str,
) -> String {
    let mut servers = String::new();
    let mut clients = String::new();
    for number in 0..count {
        let words = serde_json::to_string(words(number)).unwrap();
        let _ = writeln!(
            servers,
            "  api{number}:\n    identifier: \"https://{number}.example/\"\n    \
             scopes: {{ \"read`{number}\": {words} }}"
        );
        let _ = writeln!(
            clients,
            "  client{number}: {{ name: N{number}, client_metadata: {{ x: {words} }} }}"
        );
    }
    format!("stack: hostile\nresource_servers:\n{servers}clients:\n{clients}")
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_grantry"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The markup of a text: what is HTML, a link, an image, a table or a title.
fn markup(text: &str) -> Vec<String> {
    let options = pulldown_cmark::Options::all();
    let events =
        Parser::new_ext(text, options).filter_map(|event| match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                Some(html.trim().to_owned())
            }
            Event::Start(
                tag @ (Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::Table(_)
                | Tag::Heading { .. }),
            ) => Some(format!("{tag:?}")),
            _ => None,
        });
    events
        .filter(|event| !event.is_empty())
        .collect()
}

/// Everything that is neither in code nor a tag.
fn prose(text: &str) -> String {
    let mut in_block = false;
    let events = Parser::new_ext(text, pulldown_cmark::Options::all());
    let mut prose = String::new();
    for event in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) if !in_block => prose.push_str(&text),
            _ => {}
        }
    }
    prose
}

#[test]
fn a_hostile_tenant_says_nothing_in_a_comment() {
    let text = plan("markdown", 10);
    let tags = [
        "<details><summary>Resource servers: 10</summary>",
        "</details>",
        "<details><summary>Clients: 10</summary>",
        "</details>",
    ];
    assert_eq!(markup(&text), tags, "{text}");
    let prose = prose(&text);
    for word in ["@", "::", "onerror", "javascript", "[31m"] {
        assert!(!prose.contains(word), "{word}: {prose}");
    }
}

#[test]
fn a_hostile_tenant_gives_no_command() {
    for format in ["markdown", "github", "text"] {
        let text = plan(format, 10);
        for line in text.lines() {
            let is_ours = format == "github"
                && line.starts_with("::notice title=Grantry plan::");
            assert!(
                is_ours || !line.trim_start().starts_with("::"),
                "{line}"
            );
            assert!(!line.contains("##["), "{line}");
        }
        assert!(!text.contains('\u{1b}'), "{format}");
        assert!(!text.contains('\u{202e}'), "{format}");
    }
}

#[test]
fn a_comment_of_thousands_of_changes_is_short_and_says_what_matters() {
    let text = plan("markdown", 1_500);
    assert!(text.len() < 60_000, "{}", text.len());
    assert!(
        text.starts_with("`hostile`: **3000 to update**, needs approval\n"),
        "{text:.200}"
    );
    assert!(text.contains("for which there is no room here"));
    assert!(
        text.trim_end()
            .lines()
            .last()
            .unwrap()
            .starts_with("Tenant `local t.json`"),
        "{text}"
    );

    let details = markup(&text);
    assert_eq!(
        details
            .iter()
            .filter(|tag| tag.starts_with("<details>"))
            .count(),
        2
    );
    assert_eq!(
        details
            .iter()
            .filter(|tag| *tag == "</details>")
            .count(),
        2
    );
}
