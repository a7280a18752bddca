//! What the jobs of a run have come to.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::expression::Context;

/// A workflow that a job of the example calls, for one part of a matrix.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Called {
    by: String,
    part: Option<String>,
}

impl Called {
    pub(crate) fn new(by: &str, part: Option<&str>) -> Self {
        Self {
            by: by.to_owned(),
            part: part.map(str::to_owned),
        }
    }
}

/// What the jobs of each workflow that is called have come to.
#[derive(Debug, Default)]
pub(crate) struct Done(BTreeMap<(Called, String), End>);

/// How the parts of a job have ended; none of them, if it was skipped.
#[derive(Debug, Default)]
struct End {
    codes: BTreeMap<Option<String>, i32>,
    outputs: Json,
}

impl End {
    fn result(&self) -> &'static str {
        match self.codes.values().max() {
            None => "skipped",
            Some(0) => "success",
            Some(_) => "failure",
        }
    }
}

impl Done {
    pub(crate) fn end(
        &mut self,
        called: &Called,
        job: &str,
        part: Option<&str>,
        code: i32,
        outputs: &Json,
    ) {
        let end = self.of(called, job);
        end.codes
            .insert(part.map(str::to_owned), code);
        end.outputs = outputs.clone();
    }

    pub(crate) fn skip(&mut self, called: &Called, job: &str) {
        *self.of(called, job) = End::default();
    }

    fn of(&mut self, called: &Called, job: &str) -> &mut End {
        let called = Called::new(&called.by, called.part.as_deref());
        self.0
            .entry((called, job.to_owned()))
            .or_default()
    }

    /// What a job of a workflow may know of another one of it.
    pub(crate) fn result_of(&self, called: &Called, job: &str) -> Json {
        let mut jobs = self.0.iter();
        let end =
            jobs.find(|((other, name), _)| other == called && name == job);
        let Some((_, end)) = end else {
            // It was not run, as GitHub would have.
            return json!({ "result": "skipped", "outputs": {} });
        };
        json!({ "result": end.result(), "outputs": end.outputs })
    }

    /// How a job of the example has ended.
    pub(crate) fn result_of_all(&self, caller: &str) -> &'static str {
        let ends = self.0.iter();
        let ends = ends.filter(|((called, _), _)| called.by == caller);
        let results: Vec<&str> = ends
            .map(|(_, end)| end.result())
            .collect();

        let graver = ["failure", "success"].into_iter();
        let gravest = graver
            .into_iter()
            .find(|result| results.contains(result));
        gravest.unwrap_or("skipped")
    }

    /// The outputs of a job of the example, as the workflow
    /// says them that it calls.
    pub(crate) fn outputs_of_all(&self, caller: &str, workflow: &Json) -> Json {
        let jobs = workflow["jobs"]
            .as_object()
            .into_iter()
            .flatten();
        let jobs = jobs.map(|(name, _)| {
            let mut ends = self.0.iter();
            let end = ends
                .find(|((called, job), _)| called.by == caller && job == name);
            let outputs = end.map_or(json!({}), |(_, end)| end.outputs.clone());
            (name.clone(), json!({ "outputs": outputs }))
        });
        let context = Context {
            values: json!({ "jobs": jobs.collect::<Map<_, _>>() }),
            has_failed: false,
        };

        let outputs = workflow["on"]["workflow_call"]["outputs"].as_object();
        let outputs = outputs
            .into_iter()
            .flatten()
            .map(|(name, output)| {
                let value = context.fill(output["value"].as_str().unwrap());
                (name.clone(), Json::from(value))
            });
        Json::Object(outputs.collect())
    }
}
