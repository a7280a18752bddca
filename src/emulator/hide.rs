//! Words for the log without what must not be in it. Callers put things in the wrong place: a secret
//! for an audience, a token in a query; and refusals repeat what they were sent.

use super::MANAGEMENT_CLIENT_SECRET;

/// Stands for what is not shown.
const HIDDEN: &str = "…";

/// Parameters whose value is never shown, wherever they stand.
const SECRETS: [&str; 6] = [
    "client_secret",
    "client_assertion",
    "access_token",
    "refresh_token",
    "id_token",
    "password",
];

/// As long as the secrets that are made here, and longer than anything that is an id.
const SECRET_LENGTH: usize = 64;

/// The text with each secret, token and assertion in it hidden.
pub(crate) fn hide_credentials(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut is_secret_next = false;

    for piece in split_words(text) {
        let is_word = piece.starts_with(is_of_word);
        if is_word && (is_secret_next || is_secret(piece)) {
            shown.push_str(HIDDEN);
        } else {
            shown.push_str(piece);
        }

        // `name=value`: the value is the word after the name, with nothing but the sign between.
        if is_word {
            is_secret_next = SECRETS.contains(&piece);
        } else if piece != "=" {
            is_secret_next = false;
        }
    }
    shown
}

fn is_secret(word: &str) -> bool {
    // What `{"`, the beginning of a JWT's header, is in Base64.
    let is_jwt = word.starts_with("eyJ");
    // Part by part: a host name may be that long as a whole, but no label of it.
    let is_long = word.split('.').any(|part| part.len() >= SECRET_LENGTH);
    is_jwt || is_long || word == MANAGEMENT_CLIENT_SECRET
}

/// The pieces of a text: words of what ids, secrets and tokens are made of, and what stands between.
fn split_words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = is_of_word(rest.chars().next()?);
        let end = rest
            .find(|letter| is_of_word(letter) != is_word)
            .unwrap_or(rest.len());

        let (piece, others) = rest.split_at(end);
        rest = others;
        Some(piece)
    })
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_tokens_and_assertions_are_hidden_and_nothing_else() {
        let secret = "a1".repeat(32);
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwIn0.c2ln-bmF0dXJl_";
        for (text, shown) in [
            (
                "/api/v2/clients?is_global=false&per_page=100&fields=client_id%2Cname".to_owned(),
                "/api/v2/clients?is_global=false&per_page=100&fields=client_id%2Cname".to_owned(),
            ),
            (
                "/api/v2/resource-servers/https:%2F%2Fapi.example%2F".to_owned(),
                "/api/v2/resource-servers/https:%2F%2Fapi.example%2F".to_owned(),
            ),
            (format!("/clients/{secret}/x"), "/clients/…/x".to_owned()),
            (format!("no {token}."), "no …".to_owned()),
            (
                "/x?client_secret=short&page=1&access_token=b".to_owned(),
                "/x?client_secret=…&page=1&access_token=…".to_owned(),
            ),
            (
                format!("within domain: {MANAGEMENT_CLIENT_SECRET}"),
                "within domain: …".to_owned(),
            ),
            (
                "Missing required parameter: client_secret".to_owned(),
                "Missing required parameter: client_secret".to_owned(),
            ),
        ] {
            assert_eq!(hide_credentials(&text), shown);
        }
    }
}
