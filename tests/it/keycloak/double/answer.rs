//! What the double answers, and how Keycloak words its
//! refusals: in three shapes.

use serde_json::{Value as Json, json};

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: Option<Json>,
}

/// A refusal is an answer too.
pub(super) type Outcome<T = Answer> = Result<T, Answer>;

impl Answer {
    pub(super) fn new(status: u16, body: Json) -> Self {
        Self {
            status,
            location: None,
            body: Some(body),
        }
    }

    pub(super) fn shown(body: Json) -> Self {
        Self::new(200, body)
    }

    pub(super) fn done() -> Self {
        Self {
            status: 204,
            location: None,
            body: None,
        }
    }

    pub(super) fn created(location: String) -> Self {
        Self {
            status: 201,
            location: Some(location),
            body: None,
        }
    }
}

/// `{"error": …}`
pub(super) fn error(status: u16, error: &str) -> Answer {
    Answer::new(status, json!({ "error": error }))
}

/// `{"errorMessage": …}`
pub(super) fn message(status: u16, message: &str) -> Answer {
    Answer::new(status, json!({ "errorMessage": message }))
}

/// `{"error": …, "error_description": …}`
pub(super) fn described(status: u16, error: &str, description: &str) -> Answer {
    let body = json!({ "error": error, "error_description": description });
    Answer::new(status, body)
}

pub(super) fn unauthorized() -> Answer {
    error(401, "HTTP 401 Unauthorized")
}

pub(super) fn forbidden() -> Answer {
    error(403, "HTTP 403 Forbidden")
}

pub(super) fn no_such_path() -> Answer {
    error(404, "HTTP 404 Not Found")
}

pub(super) fn no_such_method() -> Answer {
    error(405, "HTTP 405 Method Not Allowed")
}

/// What is said of a status where there is nothing else to say.
pub(super) fn plain(status: u16) -> Answer {
    match status {
        401 => unauthorized(),
        403 => forbidden(),
        404 => no_such_path(),
        500 => broken(),
        _ => error(status, &format!("HTTP {status}")),
    }
}

/// What the database refuses, such as a text that is too long.
/// The answer never says why.
pub(super) fn broken() -> Answer {
    let description = "For more on this error consult the server log.";
    described(500, "unknown_error", description)
}

pub(super) fn duplicate() -> Answer {
    described(409, "conflict", "Duplicate resource error")
}

pub(super) fn invalid(description: &str) -> Answer {
    described(400, "invalid_input", description)
}
