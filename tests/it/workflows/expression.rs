//! The expressions of GitHub's workflows, as far as ours use
//! them. Whatever else there is fails the test: it would be read
//! here in another way than there.

use serde_json::Value as Json;

/// What an expression may speak of.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// `github`, `inputs`, `steps` and so on.
    pub(crate) values: Json,
    /// Whether a step before has failed.
    pub(crate) has_failed: bool,
}

impl Context {
    /// A text with each `${{ … }}` in it replaced.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, after) = after
                .split_once("}}")
                .expect("an expression that ends");
            filled.push_str(before);
            filled.push_str(&as_text(&self.evaluate(expression)));
            rest = after;
        }
        filled + rest
    }

    /// Whether a step or a job is run: where its condition asks for no status,
    /// only if nothing has failed.
    pub(crate) fn holds(&self, condition: Option<&str>) -> bool {
        let condition = condition.unwrap_or("success()").trim();
        let inner = condition
            .strip_prefix("${{")
            .and_then(|rest| rest.strip_suffix("}}"));
        let condition = inner.unwrap_or(condition);

        let asks_for_status = ["success()", "cancelled()", "always()"]
            .iter()
            .any(|status| condition.contains(status));
        (asks_for_status || !self.has_failed)
            && is_true(&self.evaluate(condition))
    }

    /// What a text stands for that is one expression.
    pub(crate) fn value(&self, text: &str) -> Json {
        let inner = text
            .strip_prefix("${{")
            .and_then(|rest| rest.strip_suffix("}}"));
        self.evaluate(
            inner.unwrap_or_else(|| panic!("{text} is no expression")),
        )
    }

    fn evaluate(&self, expression: &str) -> Json {
        let mut parser = Parser {
            context: self,
            tokens: tokens(expression),
            place: 0,
            is_live: true,
        };
        let value = parser.any_of();
        assert_eq!(
            parser.place,
            parser.tokens.len(),
            "{expression}"
        );
        value
    }

    /// What a dotted name stands for. An output that a step has not set is
    /// empty; all else must be there.
    fn look_up(&self, name: &str) -> Json {
        let mut value = &self.values;
        let mut path = Vec::new();
        for part in name.split('.') {
            path.push(part);
            match value.get(part) {
                Some(found) => value = found,
                None if path.len() == 4 && path[2] == "outputs" => {
                    return Json::from("");
                }
                None => panic!("{name}: there is no {}", path.join(".")),
            }
        }
        value.clone()
    }
}

fn as_text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        Json::Bool(value) => value.to_string(),
        Json::Null => String::new(),
        other => panic!("{other} is no text"),
    }
}

fn is_true(value: &Json) -> bool {
    match value {
        Json::Bool(value) => *value,
        Json::String(text) => !text.is_empty(),
        other => panic!("{other} is neither true nor false"),
    }
}

/// Names, texts in quotes, and signs.
fn tokens(expression: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = expression.trim_start();
    while !rest.is_empty() {
        let length = if let Some(after) = rest.strip_prefix('\'') {
            after
                .find('\'')
                .expect("a text that ends")
                + 2
        } else {
            let is_of_name = |character: char| {
                character.is_alphanumeric() || "._-".contains(character)
            };
            let name = rest
                .find(|character| !is_of_name(character))
                .unwrap_or(rest.len());
            let signs = ["==", "!=", "&&", "||", "(", ")", "!"];
            let sign = signs
                .iter()
                .find(|sign| rest.starts_with(**sign));
            match (name, sign) {
                (0, Some(sign)) => sign.len(),
                (0, None) => panic!("what is {rest}?"),
                (name, _) => name,
            }
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token.to_owned());
        rest = after.trim_start();
    }
    tokens
}

struct Parser<'a> {
    context: &'a Context,
    tokens: Vec<String>,
    place: usize,
    /// Whether what is read matters: behind `false &&` nothing is looked up.
    is_live: bool,
}

impl Parser<'_> {
    fn accept(&mut self, sign: &str) -> bool {
        let is_next = self
            .tokens
            .get(self.place)
            .is_some_and(|token| token == sign);
        self.place += usize::from(is_next);
        is_next
    }

    fn any_of(&mut self) -> Json {
        let mut value = self.all_of();
        while self.accept("||") {
            let is_decided = self.is_live && is_true(&value);
            let other = self.quietly(is_decided, Self::all_of);
            value = if is_decided { value } else { other };
        }
        value
    }

    fn all_of(&mut self) -> Json {
        let mut value = self.comparison();
        while self.accept("&&") {
            let is_decided = self.is_live && !is_true(&value);
            let other = self.quietly(is_decided, Self::comparison);
            value = if is_decided { value } else { other };
        }
        value
    }

    fn quietly(
        &mut self,
        is_decided: bool,
        read: fn(&mut Self) -> Json,
    ) -> Json {
        let was_live = self.is_live;
        self.is_live = was_live && !is_decided;
        let value = read(self);
        self.is_live = was_live;
        value
    }

    /// Two texts: GitHub would make numbers of all else.
    fn comparison(&mut self) -> Json {
        let left = self.single();
        let is_equal = match (self.accept("=="), self.accept("!=")) {
            (false, false) => return left,
            (is_equal, _) => is_equal,
        };
        let right = self.single();
        if !self.is_live {
            return Json::Bool(false);
        }
        let (Json::String(left), Json::String(right)) = (&left, &right) else {
            panic!("{left} and {right} are not two texts");
        };
        Json::Bool(left.eq_ignore_ascii_case(right) == is_equal)
    }

    fn single(&mut self) -> Json {
        if self.accept("!") {
            let value = self.single();
            return Json::Bool(self.is_live && !is_true(&value));
        }
        if self.accept("(") {
            let value = self.any_of();
            assert!(self.accept(")"), "{:?}", self.tokens);
            return value;
        }

        let token = self.tokens[self.place].clone();
        self.place += 1;
        if let Some(text) = token.strip_prefix('\'') {
            return Json::from(text.trim_end_matches('\''));
        }
        if self.accept("(") {
            return self.call(&token);
        }
        if self.is_live {
            self.context.look_up(&token)
        } else {
            Json::Bool(false)
        }
    }
}

impl Parser<'_> {
    /// A function, from behind its bracket on.
    fn call(&mut self, name: &str) -> Json {
        let argument = (!self.accept(")")).then(|| {
            let value = self.any_of();
            assert!(self.accept(")"), "{name} has several arguments");
            value
        });

        match (name, argument) {
            ("success", None) => Json::Bool(!self.context.has_failed),
            ("always", None) => Json::Bool(true),
            ("cancelled", None) => Json::Bool(false),
            ("fromJSON", Some(Json::String(text))) => {
                serde_json::from_str(&text)
                    .unwrap_or_else(|error| panic!("{text}: {error}"))
            }
            (_, argument) => panic!("what is {name}({argument:?})?"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn expressions_are_read_as_github_reads_them() {
        let values = json!({ "steps": { "plan": { "outputs": { "code": "3" }, "outcome": "" } } });
        let context = Context {
            values,
            has_failed: true,
        };

        assert_eq!(
            context.fill(
                "a ${{ steps.plan.outputs.code }} ${{ steps.plan.outputs.x }}."
            ),
            "a 3 ."
        );
        for (condition, holds) in [
            ("steps.plan.outputs.code == '3'", false),
            (
                "!cancelled() && steps.plan.outputs.code == '3'",
                true,
            ),
            (
                "${{ !cancelled() && (steps.plan.outcome == 'success' || steps.plan.outputs.code != '0') }}",
                true,
            ),
            ("success() || cancelled()", false),
            ("cancelled() && nothing.of.this == 'x'", false),
        ] {
            assert_eq!(
                context.holds(Some(condition)),
                holds,
                "{condition}"
            );
        }
        assert!(!context.holds(None));
        assert!(context.holds(Some(
            "${{ always() && steps.plan.outcome == '' }}"
        )));
        assert_eq!(
            context.value("${{ fromJSON('[1]') }}"),
            json!([1])
        );
    }
}
