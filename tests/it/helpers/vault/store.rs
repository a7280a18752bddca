//! A KV store of version 2.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::access::{Rules, need};
use super::server::{Answer, Request, refuse};

const THEN: &str = "2026-11-27T12:00:00.000000001Z";

/// When what was deleted was deleted.
const LONG_AGO: &str = "2020-01-01T00:00:00Z";

/// A mount.
pub(super) struct Store {
    pub(super) namespace: Option<String>,
    pub(super) mount: String,
    pub(super) version: u32,
    secrets: BTreeMap<String, Secret>,
}

#[derive(Default)]
struct Secret {
    current: u64,
    versions: BTreeMap<u64, Version>,
    custom: Option<Map<String, Json>>,
    cas_required: bool,
    max_versions: u64,
    delete_version_after: String,
}

struct Version {
    data: Json,
    deletion_time: String,
    is_destroyed: bool,
}

impl Version {
    /// What lies ahead is there still.
    fn is_gone(&self) -> bool {
        self.is_destroyed || self.deletion_time == LONG_AGO
    }
}

impl Store {
    pub(super) fn new(
        namespace: Option<&str>,
        mount: &str,
        version: u32,
    ) -> Self {
        Self {
            namespace: namespace.map(str::to_owned),
            mount: mount.to_owned(),
            version,
            secrets: BTreeMap::new(),
        }
    }

    pub(super) fn carry_out(
        &mut self,
        rules: &Rules,
        request: &Request,
        rest: &str,
    ) -> Result<Answer, Answer> {
        let (part, path) = rest
            .split_once('/')
            .unwrap_or((rest, ""));
        let whole = format!("{}/{rest}", self.mount);
        let is_there = self.secrets.contains_key(path);
        let is_list = request.query.as_deref() == Some("list=true");
        let method = match request.method.as_str() {
            "GET" if is_list => "LIST",
            "PUT" => "POST",
            method if request.query.is_none() => method,
            _ => {
                return Err(refuse(
                    400,
                    "the double does not know that query",
                ));
            }
        };
        if method != "LIST" && (path.is_empty() || path.ends_with('/')) {
            return Err(refuse(404, "unsupported path"));
        }

        match (method, part) {
            ("LIST", "metadata") => {
                need(
                    rules,
                    "list",
                    &format!("{}/", whole.trim_end_matches('/')),
                )?;
            }
            ("GET", _) => need(rules, "read", &whole)?,
            ("POST", "data" | "metadata") if !is_there => {
                need(rules, "create", &whole)?;
            }
            ("POST", _) => need(rules, "update", &whole)?,
            ("DELETE", _) => need(rules, "delete", &whole)?,
            _ => return Err(refuse(405, "unsupported operation")),
        }
        match (method, part) {
            ("LIST", "metadata") => Ok(self.list(path)),
            ("GET", "metadata") => Ok(self.read_metadata(path)),
            ("POST", "metadata") => self.write_metadata(path, &request.body),
            ("DELETE", "metadata") => {
                self.secrets.remove(path);
                Ok((204, Json::Null))
            }
            ("GET", "data") => Ok(self.read_data(path)),
            ("POST", "data") => self.write_data(path, &request.body),
            ("DELETE", "data") => Ok(self.mark(path, None, LONG_AGO, false)),
            ("POST", "delete") => {
                self.mark_all(path, &request.body, LONG_AGO, false)
            }
            ("POST", "undelete") => {
                self.mark_all(path, &request.body, "", false)
            }
            ("POST", "destroy") => self.mark_all(path, &request.body, "", true),
            _ => Err(refuse(404, "unsupported path")),
        }
    }

    fn list(&self, folder: &str) -> Answer {
        let folder = folder.trim_end_matches('/');
        let names: BTreeSet<&str> = self
            .secrets
            .keys()
            .filter_map(|path| match folder {
                "" => Some(path.as_str()),
                _ => path
                    .strip_prefix(folder)?
                    .strip_prefix('/'),
            })
            .map(|rest| match rest.find('/') {
                Some(end) => &rest[..=end],
                None => rest,
            })
            .collect();
        if names.is_empty() {
            return (404, json!({ "errors": [] }));
        }
        (200, json!({ "data": { "keys": names } }))
    }

    fn read_metadata(&self, path: &str) -> Answer {
        let Some(secret) = self.secrets.get(path) else {
            return (404, json!({ "errors": [] }));
        };
        let versions = secret
            .versions
            .iter()
            .map(|(number, version)| {
                let version = json!({
                    "created_time": THEN,
                    "deletion_time": version.deletion_time,
                    "destroyed": version.is_destroyed,
                });
                (number.to_string(), version)
            });
        let versions: Map<String, Json> = versions.collect();
        let data = json!({
            "cas_required": secret.cas_required,
            "created_time": THEN,
            "current_version": secret.current,
            "custom_metadata": secret.custom,
            "delete_version_after": if secret.delete_version_after.is_empty() { "0s" } else { &secret.delete_version_after },
            "max_versions": secret.max_versions,
            "oldest_version": secret.versions.keys().next().copied().unwrap_or_default(),
            "updated_time": THEN,
            "versions": versions,
        });
        (200, json!({ "data": data }))
    }

    fn write_metadata(
        &mut self,
        path: &str,
        body: &Json,
    ) -> Result<Answer, Answer> {
        let fields = [
            "custom_metadata",
            "max_versions",
            "cas_required",
            "delete_version_after",
        ];
        let body = only(body, &fields)?;
        let custom = body
            .get("custom_metadata")
            .map(read_custom)
            .transpose()?;

        let secret = self
            .secrets
            .entry(path.to_owned())
            .or_default();
        if let Some(custom) = custom {
            secret.custom = Some(custom);
        }
        if let Some(most) = body
            .get("max_versions")
            .and_then(Json::as_u64)
        {
            secret.max_versions = most;
        }
        if let Some(required) = body
            .get("cas_required")
            .and_then(Json::as_bool)
        {
            secret.cas_required = required;
        }
        if let Some(after) = body
            .get("delete_version_after")
            .and_then(Json::as_str)
        {
            after.clone_into(&mut secret.delete_version_after);
        }
        Ok((204, Json::Null))
    }

    fn read_data(&self, path: &str) -> Answer {
        let nothing = (404, json!({ "errors": [] }));
        let Some(secret) = self.secrets.get(path) else {
            return nothing;
        };
        let Some(version) = secret.versions.get(&secret.current) else {
            return nothing;
        };
        let is_gone = version.is_gone();
        let data = if is_gone {
            Json::Null
        } else {
            version.data.clone()
        };
        let metadata = describe(secret, version);
        let status = if is_gone { 404 } else { 200 };
        (
            status,
            json!({ "data": { "data": data, "metadata": metadata } }),
        )
    }

    fn write_data(
        &mut self,
        path: &str,
        body: &Json,
    ) -> Result<Answer, Answer> {
        let body = only(body, &["options", "data"])?;
        let data = body
            .get("data")
            .filter(|data| data.is_object());
        let data = data
            .ok_or_else(|| refuse(400, "no data provided"))?
            .clone();
        let options = body
            .get("options")
            .cloned()
            .unwrap_or_else(|| json!({}));
        let cas = only(&options, &["cas"])?
            .get("cas")
            .map(Json::as_u64);

        let known = self.secrets.get(path);
        let current = known.map_or(0, |secret| secret.current);
        match cas {
            Some(Some(cas)) if cas == current => {}
            Some(_) => {
                return Err(refuse(
                    400,
                    "check-and-set parameter did not match the current version",
                ));
            }
            None if known.is_some_and(|secret| secret.cas_required) => {
                return Err(refuse(
                    400,
                    "check-and-set parameter required for this call",
                ));
            }
            None => {}
        }

        let secret = self
            .secrets
            .entry(path.to_owned())
            .or_default();
        secret.current += 1;
        let deletion_time = match secret.delete_version_after.as_str() {
            "" | "0s" => String::new(),
            _ => "2099-01-01T00:00:00Z".to_owned(),
        };
        let version = Version {
            data,
            deletion_time,
            is_destroyed: false,
        };
        secret
            .versions
            .insert(secret.current, version);
        let most = match secret.max_versions {
            0 => 10,
            most => most,
        };
        secret
            .versions
            .retain(|number, _| number + most > secret.current);
        let written = describe(secret, &secret.versions[&secret.current]);
        Ok((200, json!({ "data": written })))
    }

    fn mark_all(
        &mut self,
        path: &str,
        body: &Json,
        deletion_time: &str,
        is_destroyed: bool,
    ) -> Result<Answer, Answer> {
        let versions = only(body, &["versions"])?
            .get("versions")
            .and_then(Json::as_array);
        let versions = versions
            .ok_or_else(|| refuse(400, "no version number provided"))?;
        for version in versions {
            self.mark(
                path,
                version.as_u64(),
                deletion_time,
                is_destroyed,
            );
        }
        Ok((204, Json::Null))
    }

    /// Without a number, it is the newest version.
    fn mark(
        &mut self,
        path: &str,
        number: Option<u64>,
        deletion_time: &str,
        is_destroyed: bool,
    ) -> Answer {
        if let Some(secret) = self.secrets.get_mut(path) {
            let number = number.unwrap_or(secret.current);
            if let Some(version) = secret.versions.get_mut(&number) {
                deletion_time.clone_into(&mut version.deletion_time);
                version.is_destroyed |= is_destroyed;
            }
        }
        (204, Json::Null)
    }
}

fn describe(secret: &Secret, version: &Version) -> Json {
    json!({
        "created_time": THEN,
        "custom_metadata": secret.custom,
        "deletion_time": version.deletion_time,
        "destroyed": version.is_destroyed,
        "version": secret.current,
    })
}

/// An object that has no other fields than these.
fn only<'a>(
    body: &'a Json,
    known: &[&str],
) -> Result<&'a Map<String, Json>, Answer> {
    let fields = body
        .as_object()
        .ok_or_else(|| refuse(400, "error parsing JSON"))?;
    match fields
        .keys()
        .find(|name| !known.contains(&name.as_str()))
    {
        Some(name) => Err(refuse(
            400,
            &format!("the double does not know the field {name}"),
        )),
        None => Ok(fields),
    }
}

fn read_custom(custom: &Json) -> Result<Map<String, Json>, Answer> {
    let failed = |text: &str| {
        refuse(
            400,
            &format!("custom_metadata validation failed: {text}"),
        )
    };
    let custom = custom
        .as_object()
        .ok_or_else(|| failed("it is no object"))?;
    if custom.len() > 64 {
        return Err(failed("payload must contain at most 64 keys"));
    }
    for (key, value) in custom {
        let value = value
            .as_str()
            .ok_or_else(|| failed("a value is a text"))?;
        if key.is_empty() || key.len() > 128 {
            return Err(failed("length of key"));
        }
        if value.is_empty() || value.len() > 512 {
            return Err(failed("length of value"));
        }
        if key
            .chars()
            .chain(value.chars())
            .any(char::is_control)
        {
            return Err(failed("unprintable characters"));
        }
    }
    Ok(custom.clone())
}
