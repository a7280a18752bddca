//! The credentials of clients: how many, which may be used for
//! what, and when one may go.

use serde_json::{Value, json};

use super::credential::Credential;
use super::fields::{CLIENT, CREDENTIAL, Operation, check};
use super::moment::Moment;
use super::{Client, Object, Refusal, Tenant, text};

/// The most that one client has, whether it uses them or not.
const MOST_CREDENTIALS: usize = 4;

/// The most that the clients of a tenant have together.
const MOST_IN_TENANT: usize = 2000;

/// The fields of a client that name credentials in use, apart
/// from those of its methods.
const OTHER_USES: [&str; 2] = [
    "signed_request_object",
    "token_vault_privileged_access",
];

// The code of this one was not observed.
const NO_CREDENTIAL: Refusal = Refusal::NotFound {
    message: "Credential does not exist",
    code: None,
};

// In our words: Auth0's are not known.
const UNKNOWN_CREDENTIAL: Refusal =
    Refusal::Rule("A credential does not exist in the client");
const OTHER_TYPE: Refusal = Refusal::Rule(
    "A credential has a type that the authentication method cannot use",
);
const SYMMETRIC: Refusal = Refusal::Rule(
    "client_authentication_methods needs an asymmetric jwt_configuration.alg, \
     like RS256",
);

/// How a client proves who it is. Auth0 takes a secret by
/// either way of sending it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authentication {
    None,
    Secret,
    PrivateKey,
    MutualTls,
}

impl Authentication {
    pub(crate) fn of(client: &Object) -> Self {
        match method_of(client) {
            Some(("private_key_jwt", _)) => Self::PrivateKey,
            Some(_) => Self::MutualTls,
            None if text(client, "token_endpoint_auth_method")
                == Some("none") =>
            {
                Self::None
            }
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
        self.find::<Client>(client_id)?;

        // So Auth0 mostly lists them, if not always: who relies on the order is
        // wrong there too.
        Ok(self.pool(client_id).iter().rev())
    }

    pub(crate) fn credential(
        &self,
        client_id: &str,
        id: &str,
    ) -> Result<&Credential, Refusal> {
        self.credentials(client_id)?
            .find(|credential| credential.id() == id)
            .ok_or(NO_CREDENTIAL)
    }

    /// The public keys that the client authenticates with.
    pub(crate) fn keys_in_use(
        &self,
        client_id: &str,
    ) -> impl Iterator<Item = &Credential> {
        let method = self
            .client(client_id)
            .and_then(method_of);
        let used = method.map_or(&[][..], |(_, used)| used);

        self.pool(client_id)
            .iter()
            .filter(move |credential| {
                used.iter()
                    .any(|used| id_of(used) == Some(credential.id()))
            })
    }

    /// Adds a credential to those of the client. It is of no use before the
    /// client names it.
    pub(crate) fn create_credential(
        &mut self,
        client_id: &str,
        body: &Object,
        now: Moment,
    ) -> Result<Object, Refusal> {
        check(&CREDENTIAL, body, Operation::Create)?;
        self.find::<Client>(client_id)?;
        let credential = self.make_credential(body, now)?;
        check_addition(self.pool(client_id), &credential)?;
        self.check_room_for_credentials(1)?;

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
        self.find::<Client>(client_id)?;

        let mut pool = self
            .credentials
            .get_mut(client_id)
            .into_iter()
            .flatten();
        let credential = pool
            .find(|credential| credential.id() == id)
            .ok_or(NO_CREDENTIAL)?;
        credential.change_expiry(body, now);

        Ok(credential.shown().clone())
    }

    /// Deleting what is already gone succeeds; what the
    /// client still names stays.
    pub(crate) fn delete_credential(
        &mut self,
        client_id: &str,
        id: &str,
    ) -> Result<(), Refusal> {
        let client = self.client(client_id);
        if client
            .is_some_and(|client| ids_in_use(client).any(|used| used == id))
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

    /// Creates a client that may bring credentials, whatever it uses them for.
    /// They are answered whole this once; the client names them by their ids.
    pub(crate) fn create_client_with_credentials(
        &mut self,
        mut body: Object,
        now: Moment,
    ) -> Result<Object, Refusal> {
        check(&CLIENT, &body, Operation::Create)?;
        check_algorithm(&body)?;

        // All of them before the client, so that a
        // refusal leaves nothing behind.
        let mut pool = Vec::new();
        for described in lists_of_credentials(&mut body).flatten() {
            // The form is checked: each is an object.
            let body = described
                .as_object()
                .cloned()
                .unwrap_or_default();
            let credential = self.make_credential(&body, now)?;
            check_addition(&pool, &credential)?;
            *described = json!({"id": credential.id()});
            pool.push(credential);
        }

        self.check_room_for_credentials(pool.len())?;

        let mut created = self.add_client(body)?;
        for named in lists_of_credentials(&mut created).flatten() {
            if let Some(credential) = pool
                .iter()
                .find(|one| Some(one.id()) == id_of(named))
            {
                *named = Value::Object(credential.shown().clone());
            }
        }
        if !pool.is_empty() {
            let id = text(&created, "client_id").unwrap_or_default();
            self.credentials
                .insert(id.to_owned(), pool);
        }

        Ok(created)
    }

    /// What holds for the credentials that a client uses,
    /// as the change leaves it.
    pub(super) fn check_credentials_used(
        &self,
        id: &str,
        client: &Object,
    ) -> Result<(), Refusal> {
        check_algorithm(client)?;

        let of_method =
            method_of(client)
                .into_iter()
                .flat_map(|(method, used)| {
                    let ids = used.iter().filter_map(id_of);
                    ids.map(move |id| (id, method))
                });
        // What these are for takes a public key, as `private_key_jwt` does.
        let of_others =
            ids_in_other_use(client).map(|id| (id, "private_key_jwt"));

        for (id_used, method) in of_method.chain(of_others) {
            let credential = self
                .pool(id)
                .iter()
                .find(|credential| credential.id() == id_used)
                .ok_or(UNKNOWN_CREDENTIAL)?;
            if credential.method() != Some(method) {
                return Err(OTHER_TYPE);
            }
        }

        Ok(())
    }

    fn check_room_for_credentials(&self, more: usize) -> Result<(), Refusal> {
        // Most clients bring none, and those of the others
        // are counted one by one.
        if more == 0 {
            return Ok(());
        }

        let present: usize = self
            .credentials
            .values()
            .map(Vec::len)
            .sum();
        if present + more <= MOST_IN_TENANT {
            return Ok(());
        }

        Err(Refusal::TooMany)
    }

    fn pool(&self, client_id: &str) -> &[Credential] {
        self.credentials
            .get(client_id)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn make_credential(
        &mut self,
        body: &Object,
        now: Moment,
    ) -> Result<Credential, Refusal> {
        let id = format!("cred_{}", self.id_generator.alphanumeric(22));

        Credential::new(id, body, now)
    }
}

fn check_addition(
    pool: &[Credential],
    new: &Credential,
) -> Result<(), Refusal> {
    if pool.len() >= MOST_CREDENTIALS {
        return Err(Refusal::Rule(
            "A client can have a maximum of 4 credentials.",
        ));
    }
    if pool
        .iter()
        .any(|credential| credential.is_same_key(new))
    {
        return Err(Refusal::Rule(
            "credentials contains public keys that already exist in client",
        ));
    }

    Ok(())
}

/// A client that authenticates with a key has its own
/// tokens signed with one, too.
fn check_algorithm(client: &Object) -> Result<(), Refusal> {
    let methods = client.get("client_authentication_methods");
    if methods.is_none_or(Value::is_null) {
        return Ok(());
    }

    let algorithm = client
        .get("jwt_configuration")
        .and_then(|configuration| configuration.get("alg")?.as_str());
    if algorithm.is_none_or(|algorithm| algorithm.starts_with("HS")) {
        return Err(SYMMETRIC);
    }

    Ok(())
}

/// The one method that a client authenticates with by
/// credentials, and the list of them.
fn method_of(client: &Object) -> Option<(&str, &[Value])> {
    parse_method(client.get("client_authentication_methods")?)
}

fn parse_method(methods: &Value) -> Option<(&str, &[Value])> {
    // The check of the body lets through one method at most.
    let (method, settings) = methods.as_object()?.iter().next()?;

    Some((
        method,
        settings
            .get("credentials")?
            .as_array()?,
    ))
}

fn id_of(credential: &Value) -> Option<&str> {
    credential.get("id")?.as_str()
}

/// The ids of the credentials that a client names, whatever for.
fn ids_in_use(client: &Object) -> impl Iterator<Item = &str> {
    let of_method = method_of(client)
        .into_iter()
        .flat_map(|(_, used)| used);

    of_method
        .filter_map(id_of)
        .chain(ids_in_other_use(client))
}

fn ids_in_other_use(client: &Object) -> impl Iterator<Item = &str> {
    in_other_use(client).filter_map(id_of)
}

fn in_other_use(client: &Object) -> impl Iterator<Item = &Value> {
    OTHER_USES
        .iter()
        .filter_map(|field| {
            client
                .get(*field)?
                .get("credentials")?
                .as_array()
        })
        .flatten()
}

/// Whether the body of a client says which credentials are believed, for
/// whatever it is.
pub(crate) fn says_credentials(body: &Object) -> bool {
    body.contains_key("client_authentication_methods")
        || in_other_use(body).next().is_some()
}

/// Every list of credentials in a client: whole ones in a body, named ones once
/// they are kept.
fn lists_of_credentials(
    client: &mut Object,
) -> impl Iterator<Item = &mut Vec<Value>> {
    client
        .iter_mut()
        .filter_map(|(key, value)| match key.as_str() {
            "client_authentication_methods" => value
                .as_object_mut()?
                .values_mut()
                .next(),
            other => OTHER_USES
                .contains(&other)
                .then_some(value),
        })
        .filter_map(|settings| {
            settings
                .get_mut("credentials")?
                .as_array_mut()
        })
}

#[cfg(test)]
mod tests;
