//! The credentials of clients: how many, which may be used for what, and when one may go.

use std::iter;

use serde_json::{Value, json};

use super::credential::Credential;
use super::fields::{CLIENT, CREDENTIAL, Operation, check};
use super::moment::Moment;
use super::{Object, Refusal, Tenant, text};

/// The most that one client has, whether it uses them or not.
const MOST: usize = 4;

/// The fields of a client that name credentials in use, apart from those of its methods.
const OTHER_USES: [&str; 2] = ["signed_request_object", "token_vault_privileged_access"];

// In our words: Auth0's are not known.
const UNKNOWN: Refusal = Refusal::Rule("A credential does not exist in the client");
const OTHER_TYPE: Refusal =
    Refusal::Rule("A credential has a type that the authentication method cannot use");
const SYMMETRIC: Refusal = Refusal::Rule(
    "client_authentication_methods needs an asymmetric jwt_configuration.alg, like RS256",
);

/// How a client proves who it is. Auth0 takes a secret by either way of sending it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authentication {
    None,
    Secret,
    PrivateKey,
    MutualTls,
}

impl Authentication {
    pub(crate) fn of(client: &Object) -> Self {
        match client.get("client_authentication_methods").and_then(method) {
            Some(("private_key_jwt", _)) => Self::PrivateKey,
            Some(_) => Self::MutualTls,
            None if text(client, "token_endpoint_auth_method") == Some("none") => Self::None,
            None => Self::Secret,
        }
    }
}

impl Tenant {
    /// The client's credentials, the newest first.
    pub(crate) fn credentials(
        &self,
        client_id: &str,
    ) -> Result<impl Iterator<Item = &Credential>, Refusal> {
        self.client(client_id).ok_or(Refusal::NoClient)?;
        Ok(self.pool(client_id).iter().rev())
    }

    pub(crate) fn credential(&self, client_id: &str, id: &str) -> Result<&Credential, Refusal> {
        let mut credentials = self.credentials(client_id)?;
        credentials
            .find(|credential| credential.id() == id)
            .ok_or(Refusal::NoCredential)
    }

    /// The public keys that the client authenticates with.
    pub(crate) fn keys_in_use(&self, client_id: &str) -> impl Iterator<Item = &Credential> {
        let client = self.client(client_id);
        let methods = client.and_then(|client| client.get("client_authentication_methods"));
        let used = methods
            .and_then(method)
            .map(|(_, used)| used.as_slice())
            .unwrap_or_default();
        self.pool(client_id).iter().filter(move |credential| {
            used.iter()
                .any(|used| used.get("id").and_then(Value::as_str) == Some(credential.id()))
        })
    }

    /// Adds a credential to those of the client. It is of no use before the client names it.
    pub(crate) fn create_credential(
        &mut self,
        client_id: &str,
        body: &Object,
        now: Moment,
    ) -> Result<Object, Refusal> {
        check(&CREDENTIAL, body, Operation::Create)?;
        self.client(client_id).ok_or(Refusal::NoClient)?;
        let credential = self.make_credential(body, now)?;
        check_addition(self.pool(client_id), &credential)?;
        let shown = credential.shown().clone();
        self.credentials
            .entry(client_id.to_owned())
            .or_default()
            .push(credential);
        Ok(shown)
    }

    /// Changes when the credential expires.
    pub(crate) fn update_credential(
        &mut self,
        client_id: &str,
        id: &str,
        body: &Object,
        now: Moment,
    ) -> Result<Object, Refusal> {
        check(&CREDENTIAL, body, Operation::Update)?;
        self.credential(client_id, id)?;
        let pool = self.credentials.get_mut(client_id).into_iter().flatten();
        let credential = pool.into_iter().find(|credential| credential.id() == id);
        let credential = credential.ok_or(Refusal::NoCredential)?;
        credential.change_expiry(body, now);
        Ok(credential.shown().clone())
    }

    /// Deleting what is already gone succeeds; what the client still names stays.
    pub(crate) fn delete_credential(&mut self, client_id: &str, id: &str) -> Result<(), Refusal> {
        if self
            .client(client_id)
            .is_some_and(|client| in_use(client).any(|used| used == id))
        {
            return Err(Refusal::Rule(
                "The credential is still associated with a client",
            ));
        }
        if let Some(pool) = self.credentials.get_mut(client_id) {
            pool.retain(|credential| credential.id() != id);
        }
        Ok(())
    }

    /// Creates a client that may bring the credentials it authenticates with. They are answered
    /// whole this once; the client names them by their ids.
    pub(crate) fn create_client_with_credentials(
        &mut self,
        mut body: Object,
        now: Moment,
    ) -> Result<Object, Refusal> {
        check(&CLIENT, &body, Operation::Create)?;
        check_algorithm(&body)?;
        super::clients::check_one_way_to_authenticate(&body)?;
        let methods = body.remove("client_authentication_methods");
        let Some((method, described)) = methods.as_ref().and_then(method) else {
            return self.create_client(body);
        };
        let mut pool = Vec::new();
        for body in described.iter().filter_map(Value::as_object) {
            let credential = self.make_credential(body, now)?;
            check_addition(&pool, &credential)?;
            pool.push(credential);
        }
        let mut created = self.create_client(body)?;
        let id = text(&created, "client_id").unwrap_or_default().to_owned();
        if let Some(mut client) = self.clients.get(&id).cloned() {
            let ids = pool.iter().map(|credential| json!({"id": credential.id()}));
            use_credentials(&mut client, method, ids);
            self.clients.put(&id, client);
        }
        let whole = pool
            .iter()
            .map(|credential| Value::Object(credential.shown().clone()));
        use_credentials(&mut created, method, whole);
        created.remove("client_secret");
        self.credentials.insert(id, pool);
        Ok(created)
    }

    /// What holds for a client that authenticates with credentials, as the change leaves it.
    pub(super) fn check_credentials_used(&self, id: &str, client: &Object) -> Result<(), Refusal> {
        check_algorithm(client)?;
        let Some((method, used)) = client.get("client_authentication_methods").and_then(method)
        else {
            return Ok(());
        };
        for id_used in used.iter().filter_map(|used| used.get("id")?.as_str()) {
            let mut pool = self.pool(id).iter();
            let credential = pool
                .find(|credential| credential.id() == id_used)
                .ok_or(UNKNOWN)?;
            if credential.method() != Some(method) {
                return Err(OTHER_TYPE);
            }
        }
        Ok(())
    }

    fn pool(&self, client_id: &str) -> &[Credential] {
        self.credentials
            .get(client_id)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn make_credential(&mut self, body: &Object, now: Moment) -> Result<Credential, Refusal> {
        Credential::new(format!("cred_{}", self.mint.alphanumeric(22)), body, now)
    }
}

fn check_addition(pool: &[Credential], new: &Credential) -> Result<(), Refusal> {
    if pool.len() >= MOST {
        return Err(Refusal::Rule(
            "A client can have a maximum of 4 credentials.",
        ));
    }
    if pool.iter().any(|credential| credential.is_same_key(new)) {
        return Err(Refusal::Rule(
            "credentials contains public keys that already exist in client",
        ));
    }
    Ok(())
}

/// A client that authenticates with a key has its own tokens signed with one, too.
fn check_algorithm(client: &Object) -> Result<(), Refusal> {
    if client
        .get("client_authentication_methods")
        .is_none_or(Value::is_null)
    {
        return Ok(());
    }
    let algorithm = client
        .get("jwt_configuration")
        .and_then(|by| by.get("alg")?.as_str());
    if algorithm.is_none_or(|algorithm| algorithm.starts_with("HS")) {
        return Err(SYMMETRIC);
    }
    Ok(())
}

/// The one method of `client_authentication_methods`, and its list of credentials.
fn method(methods: &Value) -> Option<(&str, &Vec<Value>)> {
    let (method, settings) = methods.as_object()?.iter().next()?;
    Some((method, settings.get("credentials")?.as_array()?))
}

fn use_credentials(client: &mut Object, method: &str, credentials: impl Iterator<Item = Value>) {
    let credentials: Vec<Value> = credentials.collect();
    let methods = iter::once((method.to_owned(), json!({"credentials": credentials})));
    client.insert(
        "client_authentication_methods".to_owned(),
        Value::Object(methods.collect()),
    );
}

/// The ids of the credentials that a client names, whatever for.
fn in_use(client: &Object) -> impl Iterator<Item = &str> {
    let methods = client.get("client_authentication_methods").and_then(method);
    let methods = methods.into_iter().flat_map(|(_, used)| used);
    let others = OTHER_USES
        .iter()
        .filter_map(|field| client.get(*field)?.get("credentials"));
    let others = others.filter_map(Value::as_array).flatten();
    methods
        .chain(others)
        .filter_map(|used| used.get("id")?.as_str())
}

#[cfg(test)]
mod tests;
