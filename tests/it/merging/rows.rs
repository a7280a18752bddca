//! What is made from tables, which are written in the
//! configuration or lie beside it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::draw::{Draw, EXTERNAL, Writer};

impl Draw<'_> {
    pub(super) fn bundles(
        &mut self,
        writer: Writer,
        tables: &mut BTreeMap<String, String>,
    ) -> Vec<Json> {
        let count = self.below(3);
        (0..count)
            .map(|_| self.bundle(writer, tables))
            .collect()
    }

    /// Clients that are made once for each row, and what is granted to them.
    fn bundle(
        &mut self,
        writer: Writer,
        tables: &mut BTreeMap<String, String>,
    ) -> Json {
        let is_table = self.is();
        let count = self.below(4);
        let mut rows = Vec::new();
        for _ in 0..count {
            let cell = if is_table {
                json!(self.cell())
            } else {
                self.text(writer)
            };
            rows.push(json!({ "id": format!("k{}", self.written), "a": cell }));
        }
        let rows = if is_table {
            self.written += 1;
            let name = format!("t{}.csv", self.written);
            tables.insert(name.clone(), table_of(&rows));
            json!(name)
        } else {
            json!(rows)
        };

        self.is_template = true;
        let mut client = self.client(writer, true);
        self.is_template = false;
        // No two clients have one name.
        client["name"] = json!(format!("{} ${{row.a}}", self.sign(writer)));
        let mut bundle = json!({
            "in": rows,
            "as": "row",
            "clients": { "m-${row.id}": client },
        });
        if self.is() {
            let scope = format!("{}:${{row.id}}", self.sign(writer));
            bundle["grants"] = json!([{
                "client": "m-${row.id}", "resource_server": EXTERNAL, "scopes": [scope],
            }]);
        }
        bundle
    }

    /// A value of a table, which refers to nothing, whatever it looks like.
    fn cell(&mut self) -> String {
        let sign = self.sign(Writer::Table);
        if self.is() {
            format!("{sign} ${{var.v0}}")
        } else {
            sign
        }
    }
}

fn table_of(rows: &[Json]) -> String {
    let lines = rows.iter().map(|row| {
        let cell = |column: &str| row[column].as_str().unwrap();
        format!("{},{}\n", cell("id"), cell("a"))
    });

    format!("id,a\n{}", lines.collect::<String>())
}
