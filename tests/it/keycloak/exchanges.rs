//! Exchanges with a real Keycloak, which the double must answer alike. Each
//! text of `tests/keycloak/exchanges` has a realm of its own. `GRANTRY_BLESS=1`
//! lets the real server rewrite the answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::{Value as Json, json};
use tokio::time::sleep;

use super::admin_api::{AdminApi, Server};
use super::double::{Double, realm_with_accounts};
use super::placeholders::Placeholders;
use super::script::{Piece, Script, Step};
use crate::helpers::bless;
use crate::helpers::plain_http::plain_http;

const FOLDER: &str = "tests/keycloak/exchanges";

#[tokio::test]
async fn the_double_answers_as_a_server_did() {
    let double = Double::start().await;
    let server = Server::of(&double);
    let mut wrong = String::new();
    for file in files() {
        let expected = fs::read_to_string(&file).unwrap();
        let actual = play(&server, Some(&double), &file, &expected).await;
        wrong.push_str(&difference(&file, &expected, &actual));
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test]
#[ignore = "needs a Keycloak: tests/keycloak/run starts one"]
async fn a_server_answers_as_it_did() {
    let server = Server::real();
    let mut wrong = String::new();
    for file in files() {
        let expected = fs::read_to_string(&file).unwrap();
        let actual = play(&server, None, &file, &expected).await;
        if bless::is_asked_for() {
            fs::write(&file, &actual).unwrap();
        } else {
            wrong.push_str(&difference(&file, &expected, &actual));
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}\nGRANTRY_BLESS=1 rewrites them"
    );
}

fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(FOLDER).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 10, "the exchanges are gone");
    files
}

/// The lines from the first one that differs on, as far as that helps.
fn difference(file: &Path, expected: &str, actual: &str) -> String {
    if expected == actual {
        return String::new();
    }
    let same = expected.lines().zip(actual.lines());
    let same = same
        .take_while(|(left, right)| left == right)
        .count();
    let shown = |text: &str, mark: &str| {
        let lines = text.lines().skip(same).take(12);
        let lines = lines.map(|line| format!("{mark}{line}"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let context: Vec<&str> = expected.lines().take(same).collect();
    let context = context[same.saturating_sub(12)..].join("\n ");
    format!(
        "\n{}:{}:\n {context}\n{}\n{}\n",
        file.display(),
        same + 1,
        shown(expected, "-"),
        shown(actual, "+")
    )
}

/// The text as this server would have it.
async fn play(
    server: &Server,
    double: Option<&Double>,
    file: &Path,
    text: &str,
) -> String {
    let script = Script::parse(text);
    let name = file
        .file_stem()
        .unwrap()
        .to_string_lossy();
    let name = format!("{name}-{}", process::id());
    let realm = with_accounts(realm_with_accounts(&name), &script.accounts);
    let mut player = Player {
        double,
        admin: AdminApi::found(server, &realm).await,
        tokens: BTreeMap::new(),
        http: plain_http(),
        placeholders: Placeholders::of(&server.url, &name),
    };
    let mut text = String::new();
    for piece in &script.pieces {
        match piece {
            Piece::Text(line) => text.push_str(line),
            Piece::Step(step) => {
                text.push_str(&step.write(&player.take(step).await));
            }
        }
        text.push('\n');
    }
    AdminApi::log_in(server, &name)
        .await
        .remove_realm()
        .await;
    text
}

fn with_accounts(mut realm: Json, accounts: &[(String, String)]) -> Json {
    for (name, role) in accounts {
        let mut client = realm["clients"][0].clone();
        client["clientId"] = json!(name);
        client["secret"] = json!(format!("{name}-secret"));
        realm["clients"]
            .as_array_mut()
            .unwrap()
            .push(client);
        let roles: Vec<&str> = role.split_whitespace().collect();
        realm["users"]
            .as_array_mut()
            .unwrap()
            .push(json!({
                "username": format!("service-account-{name}"),
                "enabled": true,
                "serviceAccountClientId": name,
                "clientRoles": { "realm-management": roles },
            }));
    }
    realm
}

struct Player<'a> {
    /// Whose time can be made to pass.
    double: Option<&'a Double>,
    admin: AdminApi,
    /// One for each caller: a role that is taken stops also
    /// who has a token already.
    tokens: BTreeMap<String, String>,
    http: Client,
    placeholders: Placeholders,
}

impl Player<'_> {
    /// The answer to a step, as it is written.
    async fn take(&mut self, step: &Step) -> String {
        let request = self.request(step).await;
        let answer = request.send().await.unwrap();
        let mut written = format!("< {}", answer.status().as_u16());
        if let Some(location) = answer.headers().get("location") {
            let location = self
                .placeholders
                .hide_text(location.to_str().unwrap());
            let location = location
                .replace("(url)/admin/realms/(realm)", "A")
                .replace("(url)/realms/(realm)", "R");
            written.push_str("\nLocation: ");
            written.push_str(&location);
        }
        // A refusal is never too long.
        let fields = step.fields.as_deref();
        let fields = fields.filter(|_| answer.status().is_success());
        let text = answer.text().await.unwrap();
        if !text.is_empty() {
            written.push('\n');
            written.push_str(&match serde_json::from_str(&text) {
                Ok(json) => self.placeholders.hide(json, fields),
                Err(_) => self.placeholders.hide_text(&text),
            });
        }
        written
    }

    async fn request(&mut self, step: &Step) -> RequestBuilder {
        let path = self.placeholders.fill(&step.path);
        let (root, rest) = path
            .split_once('/')
            .unwrap_or((&path, ""));
        let root = match root {
            "A" => format!("/admin/realms/{}", self.admin.realm),
            "R" => format!("/realms/{}", self.admin.realm),
            other => other.to_owned(),
        };
        let slash = if rest.is_empty() { "" } else { "/" };
        let url = format!("{}{root}{slash}{rest}", self.admin.url);
        let mut request = self
            .http
            .request(step.method.parse().unwrap(), url);

        for (name, value) in &step.headers {
            request = request.header(name, self.placeholders.fill(value));
        }
        let body = self.placeholders.fill(&step.body);
        if step.is_form()
            && step
                .headers
                .iter()
                .all(|(name, _)| name != "Content-Type")
        {
            let pairs = body
                .lines()
                .filter_map(|line| line.split_once('='));
            request = request.form(&pairs.collect::<Vec<_>>());
        } else if !body.is_empty() {
            if step
                .headers
                .iter()
                .all(|(name, _)| name != "Content-Type")
            {
                request = request.header("Content-Type", "application/json");
            }
            request = request.body(body);
        }
        let token = self.token(step).await;
        if step.is_late {
            self.let_tokens_expire().await;
        }
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn let_tokens_expire(&self) {
        match self.double {
            Some(double) => double.expire_tokens(),
            None => sleep(Duration::from_secs(3)).await,
        }
    }

    async fn token(&mut self, step: &Step) -> Option<String> {
        let has_own = step
            .headers
            .iter()
            .any(|(name, _)| name == "Authorization");
        match step.caller.as_deref() {
            _ if has_own || step.path.starts_with('R') => None,
            Some("nobody") => None,
            None => Some(self.admin.token.clone()),
            Some(name) => {
                let (name, is_anew) = match name.strip_suffix(" anew") {
                    Some(name) => (name, true),
                    None => (name, false),
                };
                if is_anew || !self.tokens.contains_key(name) {
                    let account = self.admin.account(name).await;
                    self.tokens
                        .insert(name.to_owned(), account.token);
                }
                self.tokens.get(name).cloned()
            }
        }
    }
}
