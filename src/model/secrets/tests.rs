use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};

use super::*;

const SECRET: &str = "s3cr/t+of \"the\" client??>>";

fn knowing(secret: &str) -> Secrets {
    let secrets = Secrets::default();
    secrets.keep(&secret.into());
    secrets
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| format!("%{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

#[test]
fn a_secret_is_hidden_in_whatever_way_it_is_written() {
    let form = url::form_urlencoded::byte_serialize(SECRET.as_bytes())
        .collect::<String>();
    let json = serde_json::to_string(SECRET).unwrap();
    let ways = [
        SECRET.to_owned(),
        form.clone(),
        form.to_lowercase(),
        form.replace('+', "%20"),
        percent_encoded(SECRET),
        json.trim_matches('"').to_owned(),
        STANDARD.encode(SECRET),
        URL_SAFE.encode(SECRET),
        URL_SAFE_NO_PAD.encode(SECRET),
        percent_encoded(&STANDARD.encode(SECRET)),
    ];
    for way in ways {
        let text = format!("bad: {way} (of me)");
        let hidden = knowing(SECRET).hide(&text).into_owned();
        let without_padding = hidden
            .replace('=', "")
            .replace("%3d", "");
        assert_eq!(
            without_padding, "bad: (secret) (of me)",
            "{way}"
        );
    }
}

#[test]
fn base64_of_more_than_the_secret_shows_nothing_of_it_either() {
    for before in ["", "i", "id", "id:", "id:x"] {
        for after in ["", "a", "ab", "abc"] {
            let text = STANDARD.encode(format!("{before}{SECRET}{after}"));
            let said = knowing(SECRET).hide(&text).into_owned();
            let others = said.replacen("(secret)", "", 1);
            assert!(
                said.contains("(secret)") && others.len() <= 12,
                "{before} {after}: {said}"
            );
        }
    }
}

#[test]
fn a_private_key_is_hidden_by_the_line() {
    let body = STANDARD.encode([7, 77, 177, 250, 3].repeat(30));
    let (one, other) = body.split_at(64);
    let begin = "-----BEGIN PRIVATE KEY-----";
    let end = "-----END PRIVATE KEY-----";
    let pem = format!("{begin}\\n{one}\\n{other}\\n{end}\\n");
    let secrets = knowing(&pem);

    for text in [
        &pem.replace("\\n", "\n"),
        &pem,
        &body,
        one,
        other,
    ] {
        let said = secrets.hide(text);
        assert!(
            !said.contains(&one[..20]) && !said.contains(&other[..20]),
            "{said}"
        );
    }
    let encoded = STANDARD.encode(pem.trim().replace("\\n", "\n"));
    assert!(
        !secrets
            .hide(&encoded)
            .contains(&encoded[40..60])
    );
}

#[test]
fn what_is_no_secret_stays() {
    let secrets = knowing(SECRET);
    secrets.keep(&"short".into());
    for text in [
        "",
        "short",
        "100% of +\\ %zz %",
        "s3cr/t+of the client",
        "Köln ::\u{1f980}",
    ] {
        assert!(
            matches!(secrets.hide(text), Cow::Borrowed(same) if same == text),
            "{text}"
        );
    }
    assert_eq!(
        secrets.hide(&format!("{SECRET}{SECRET}Köln")),
        "(secret)(secret)Köln"
    );
    assert!(!format!("{secrets:?}").contains("s3cr"));
}
