//! A text of requests and their answers, as people read it.
//!
//! ```text
//! Everything else explains.
//!
//! > PUT A/clients/(id 1) as grantry-apply
//! Content-Type: application/json
//! {"description": "Delivers"}
//! < 204
//! ```
//!
//! `A` is the Admin REST API of the realm, `R` the realm's public address.
//! Without `as` the administrator of the server asks; `as nobody` has no
//! token, and `as somebody anew` a new one. A body begins with a bracket, or
//! is a form of one `name=value` in each line. `(of it: …)` and `(of each:
//! …)` say which fields of a long answer matter; `(after a while)` a
//! short-lived token has expired.

/// A text in pieces, which together are the text.
pub(crate) struct Script {
    /// The accounts that the realm has beside its two, each with its role.
    pub(crate) accounts: Vec<(String, String)>,
    pub(crate) pieces: Vec<Piece>,
}

pub(crate) enum Piece {
    /// An explanation, or nothing.
    Text(String),
    Step(Step),
}

#[derive(Default)]
pub(crate) struct Step {
    /// As it is written.
    lines: Vec<String>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) caller: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// Whether the token of its caller, of a second, has expired.
    pub(crate) is_late: bool,
    /// The fields that matter, if not all do.
    pub(crate) fields: Option<Vec<String>>,
}

impl Script {
    pub(crate) fn parse(text: &str) -> Self {
        let mut script = Self {
            accounts: Vec::new(),
            pieces: Vec::new(),
        };
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if let Some(accounts) = line.strip_prefix("Accounts: ") {
                script.accounts = accounts
                    .split(", ")
                    .map(parse_account)
                    .collect();
            }
            let Some(head) = line.strip_prefix("> ") else {
                script
                    .pieces
                    .push(Piece::Text(line.to_owned()));
                continue;
            };
            let mut step = Step::parse(head);
            step.lines.push(line.to_owned());
            let is_request = |line: &&str| !line.is_empty() && !is_answer(line);
            while let Some(line) = lines.next_if(is_request) {
                step.add(line);
            }
            // The answer comes anew.
            while lines
                .next_if(|line| !line.is_empty())
                .is_some()
            {}
            script.pieces.push(Piece::Step(step));
        }
        script
    }
}

fn is_answer(line: &str) -> bool {
    line == "<" || line.starts_with("< ")
}

/// `name (role)`
fn parse_account(text: &str) -> (String, String) {
    let (name, role) = text
        .split_once(" (")
        .unwrap_or((text, ""));
    (
        name.to_owned(),
        role.trim_end_matches(')').to_owned(),
    )
}

impl Step {
    fn parse(head: &str) -> Self {
        let (request, caller) = match head.split_once(" as ") {
            Some((request, caller)) => (request, Some(caller.to_owned())),
            None => (head, None),
        };
        let (method, path) = request.split_once(' ').unwrap();
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            caller,
            ..Self::default()
        }
    }

    fn add(&mut self, line: &str) {
        self.lines.push(line.to_owned());
        let fields = line
            .strip_prefix("(of it: ")
            .or_else(|| line.strip_prefix("(of each: "));
        if line == "(after a while)" {
            self.is_late = true;
        } else if let Some(fields) = fields {
            let fields = fields.trim_end_matches(')').split(", ");
            self.fields = Some(fields.map(str::to_owned).collect());
        } else if let Some((name, value)) =
            header(line).filter(|_| self.body.is_empty())
        {
            self.headers
                .push((name.to_owned(), value.to_owned()));
        } else {
            if !self.body.is_empty() {
                self.body.push('\n');
            }
            self.body.push_str(line);
        }
    }

    pub(crate) fn is_form(&self) -> bool {
        !self.body.is_empty() && !self.body.starts_with(['{', '[', '"'])
    }

    /// The request as it was written, with an answer.
    pub(crate) fn write(&self, answer: &str) -> String {
        format!("{}\n{answer}", self.lines.join("\n"))
    }
}

fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(": ")?;
    let is_name = name
        .chars()
        .all(|letter| letter.is_ascii_alphabetic() || letter == '-');
    (is_name && name.starts_with(char::is_uppercase)).then_some((name, value))
}
