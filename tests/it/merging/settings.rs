//! What is said of a configuration as a whole: an
//! environment replaces each of these.

use serde_json::json;

use super::draw::{Draw, Object, Writer, insert};

impl Draw<'_> {
    pub(super) fn write_settings(
        &mut self,
        document: &mut Object,
        writer: Writer,
    ) {
        if self.is() {
            document.insert("prune".to_owned(), json!(self.is()));
        }
        let limits = match self.below(4) {
            1 => Some(json!({ "max_deletes": self.number(writer) })),
            2 => Some(json!({ "allow_empty": self.is() })),
            3 => Some(
                json!({ "allow_empty": true, "max_deletes": self.number(writer) }),
            ),
            _ => None,
        };
        insert(document, "limits", limits);
        if self.is() {
            let pattern = format!("https://{}.example/*", self.sign(writer));
            document.insert(
                "owns".to_owned(),
                json!({ "resource_servers": [pattern] }),
            );
        }
        let provider = match self.below(4) {
            1 => Some(
                json!({ "auth0": { "domain": format!("{}.example", self.sign(writer)) } }),
            ),
            2 => Some(json!({ "auth0": { "reserve": 0 } })),
            _ => None,
        };
        insert(document, "provider", provider);

        if self.is() {
            let critical = (0..self.below(3))
                .map(|_| json!({ "client": self.sign(writer) }));
            document.insert("critical".to_owned(), critical.collect());
        }
        if self.is() {
            let removed = (0..self.below(3)).map(
                |_| json!({ "resource_server": self.name("urn:gone:", writer), "destroy": true }),
            );
            document.insert("removed".to_owned(), removed.collect());
        }
        if self.is() {
            let moved = (0..self.below(3))
                .map(|_| json!({ "stack": self.sign(writer) }));
            document.insert("moved".to_owned(), moved.collect());
        }
        if self.is() {
            let waiver = json!({
                "finding": "vanished",
                "object": self.sign(writer),
                "reason": self.sign(writer),
                "until": "2030-01-01",
            });
            document.insert("waivers".to_owned(), json!([waiver]));
        }
    }
}
