//! Who may do what, and how one gets in.

use serde_json::{Value as Json, json};

use super::World;
use super::server::{Answer, Request, refuse};

/// What a token may do.
#[derive(Clone)]
pub(super) struct Rules(Vec<(String, Vec<String>)>);

/// One login that is good, once.
pub(super) struct Login {
    mount: String,
    body: Json,
    token: Option<String>,
}

impl Rules {
    pub(super) fn all() -> Self {
        Self::of(&[("*", &["root"])])
    }

    pub(super) fn of(rules: &[(&str, &[&str])]) -> Self {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect()
        };
        let rules = rules.iter();
        Self(
            rules
                .map(|(path, may)| ((*path).to_owned(), owned(may)))
                .collect(),
        )
    }

    /// The most exact rule counts.
    fn on(&self, path: &str) -> Vec<String> {
        let fits = |rule: &str| match rule.strip_suffix('*') {
            Some(beginning) => path.starts_with(beginning),
            None => path == rule,
        };
        let fitting = self
            .0
            .iter()
            .filter(|(rule, _)| fits(rule));
        let best = fitting.max_by_key(|(rule, _)| rule.len());
        best.map_or(vec!["deny".to_owned()], |(_, may)| may.clone())
    }

    fn allow(&self, capability: &str, path: &str) -> bool {
        self.on(path)
            .iter()
            .any(|may| may == capability || may == "root")
    }
}

impl Login {
    pub(super) fn new(mount: &str, body: Json, token: &str) -> Self {
        Self {
            mount: mount.to_owned(),
            body,
            token: Some(token.to_owned()),
        }
    }
}

impl World {
    pub(super) fn log_in(&mut self, mount: &str, request: &Request) -> Answer {
        if !self
            .logins
            .iter()
            .any(|login| login.mount == mount)
        {
            return refuse(
                404,
                &format!(
                    "no handler for route \"auth/{mount}/login\". route entry not found."
                ),
            );
        }
        if !matches!(request.method.as_str(), "POST" | "PUT") {
            return refuse(405, "unsupported operation");
        }
        let is_good = |login: &&mut Login| {
            login.mount == mount && login.body == request.body
        };
        let good = self.logins.iter_mut().find(is_good);
        let Some(token) = good.and_then(|login| login.token.take()) else {
            return refuse(400, "invalid role or secret ID");
        };

        (
            200,
            json!({ "auth": { "client_token": token, "renewable": true, "lease_duration": 1200 } }),
        )
    }

    /// The rules of whoever asks.
    pub(super) fn rules(&self, request: &Request) -> Result<Rules, Answer> {
        let Some(token) = &request.token else {
            return Err(refuse(403, "permission denied"));
        };
        let is_of =
            |(known, namespace, _): &&(String, Option<String>, Rules)| {
                known == token && *namespace == request.namespace
            };
        let known = self.tokens.iter().find(is_of);
        let text =
            "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n";
        known
            .map(|(_, _, rules)| rules.clone())
            .ok_or_else(|| refuse(403, text))
    }
}

/// Refuses what the rules do not allow.
pub(super) fn need(
    rules: &Rules,
    capability: &str,
    path: &str,
) -> Result<(), Answer> {
    if rules.allow(capability, path) {
        return Ok(());
    }
    Err(refuse(
        403,
        "1 error occurred:\n\t* permission denied\n\n",
    ))
}

/// What a token may do with these paths.
pub(super) fn capabilities(
    rules: &Rules,
    body: &Json,
) -> Result<Answer, Answer> {
    need(rules, "update", "sys/capabilities-self")?;
    let paths = body
        .get("paths")
        .and_then(Json::as_array);
    let paths = paths.ok_or_else(|| refuse(400, "no paths supplied"))?;

    let mut all = serde_json::Map::new();
    for path in paths {
        let path = path
            .as_str()
            .ok_or_else(|| refuse(400, "a path is a text"))?;
        all.insert(path.to_owned(), rules.on(path).into());
    }
    let mut answer = all.clone();
    answer.insert("data".to_owned(), all.into());
    Ok((200, answer.into()))
}
