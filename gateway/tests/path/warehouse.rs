//! A Snowflake whose information schema can be asked, and whose tables can be altered: what the upstream's script needs of one.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};

use super::upstream::{QUERY_ID, Said, Seen, error};

/// One table of `DB1.S1`.
#[derive(Clone, Debug)]
pub struct Stored {
    pub columns: Vec<(String, &'static str)>,
    pub stamp: u32,
    /// The text of a view.
    pub text: Option<String>,
    /// Tags by column: name and value.
    pub tags: BTreeMap<String, (String, String)>,
}

impl Stored {
    pub fn new(columns: &[&str]) -> Self {
        Self {
            columns: columns
                .iter()
                .map(|name| ((*name).to_owned(), "TEXT"))
                .collect(),
            stamp: 1,
            text: None,
            tags: BTreeMap::new(),
        }
    }

    pub fn tag(mut self, column: &str, tag: &str, value: &str) -> Self {
        let said = (tag.to_owned(), value.to_owned());
        self.tags.insert(column.to_owned(), said);
        self
    }
}

#[derive(Debug, Default)]
struct State {
    tables: BTreeMap<String, Stored>,
    /// Nothing about tables is answered.
    mute: bool,
    /// Tables whose tags may not be asked for.
    hidden: Vec<String>,
    /// Functions by name: arguments and text. Where none was put, nobody may look.
    functions: BTreeMap<String, [String; 2]>,
    /// What the account's own classification found, by table. Where nothing was, it is not granted.
    classified: BTreeMap<String, String>,
}

/// What it holds. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Warehouse(Arc<Mutex<State>>);

impl Warehouse {
    pub fn put(&self, name: &str, stored: Stored) {
        self.0.lock().tables.insert(name.to_owned(), stored);
    }

    /// A tag set past every gateway.
    pub fn set_tag(&self, table: &str, column: &str, tag: &str, value: &str) {
        let mut state = self.0.lock();
        let stored = state.tables.get_mut(table).expect("a table");
        let said = (tag.to_owned(), value.to_owned());
        stored.tags.insert(column.to_owned(), said);
    }

    pub fn function(&self, name: &str, arguments: &str, text: &str) {
        let said = [arguments.to_owned(), text.to_owned()];
        self.0.lock().functions.insert(name.to_owned(), said);
    }

    /// As `SYSTEM$CLASSIFY` leaves it: nobody made tags of it.
    pub fn classify(&self, table: &str, column: &str, category: &str) {
        let recommended = json!({"semantic_category": category, "privacy_category": "IDENTIFIER", "confidence": "HIGH"});
        let result = json!({column: {"alternates": [], "recommendation": recommended, "valid_value_ratio": 1}});
        let mut state = self.0.lock();
        state
            .classified
            .insert(table.to_owned(), result.to_string());
    }

    pub fn mute(&self, mute: bool) {
        self.0.lock().mute = mute;
    }

    /// The tags of this table may not be asked for.
    pub fn hide(&self, table: &str) {
        self.0.lock().hidden.push(table.to_owned());
    }

    /// How the upstream answers.
    pub fn answer(&self, seen: &Seen) -> Option<Said> {
        if !seen.path.contains("query-request") {
            return None;
        }
        let sql = seen.sql();
        let mut state = self.0.lock();
        if ["INFORMATION_SCHEMA", "GET_DDL", "ACCOUNT_USAGE"]
            .iter()
            .any(|part| sql.contains(part))
        {
            return Some(Said::Json(if state.mute {
                error(
                    "000606",
                    "No active warehouse selected in the current session.",
                )
            } else {
                state.about(&sql)
            }));
        }
        if let Some(altered) = sql.strip_prefix("alter table ") {
            state.alter(altered);
            let done = Some("Statement executed successfully.".to_owned());
            let mut reply = text(&["status"], &[vec![done]]);
            reply["data"]["statementTypeId"] = json!(0x6001);
            return Some(Said::Json(reply));
        }
        None
    }
}

impl State {
    /// `db1.s1.people modify column mail set tag pii = 'EMAIL'`.
    fn alter(&mut self, text: &str) {
        let words: Vec<&str> = text
            .split([' ', '\''])
            .filter(|one| !one.is_empty())
            .collect();
        let [
            table,
            "modify",
            "column",
            column,
            "set",
            "tag",
            tag,
            "=",
            value,
        ] = words[..]
        else {
            panic!("{words:?}");
        };
        let name = table.rsplit('.').next().expect("a name").to_uppercase();
        let stored = self.tables.get_mut(&name).expect("a table");
        let said = (tag.to_uppercase(), value.to_owned());
        stored.tags.insert(column.to_uppercase(), said);
    }

    /// What not every role is shown.
    fn shown(&self, sql: &str) -> Value {
        let cell = |text: &str| Some(text.to_owned());
        let refused = || error("002003", "Object does not exist or not authorized.");
        if sql.contains("ACCOUNT_USAGE") {
            if self.classified.is_empty() {
                return refused();
            }
            let rows = self.classified.iter();
            let rows: Vec<_> = rows
                .map(|(table, result)| vec![cell("DB1"), cell("S1"), cell(table), cell(result)])
                .collect();
            return text(&["A", "B", "C", "D"], &rows);
        }
        if self.functions.is_empty() {
            return refused();
        }
        let listed = self.functions.iter();
        let listed = listed.filter(|_| sql.contains("INFORMATION_SCHEMA.FUNCTIONS"));
        let rows: Vec<_> = listed
            .map(|(name, [arguments, body])| {
                let cells = ["S1", name, arguments, "SQL", body, "NO"];
                cells.map(cell).to_vec()
            })
            .collect();
        text(&["A", "B", "C", "D", "E", "F"], &rows)
    }

    /// The answer to a question about tables, of those it names or of all.
    fn about(&self, sql: &str) -> Value {
        let named = |name: &str| {
            !sql.contains("TABLE_NAME = ") || sql.contains(&format!("TABLE_NAME = '{name}'"))
        };
        let asked = || self.tables.iter().filter(|(name, _)| named(name));
        let cell = |text: &str| Some(text.to_owned());
        if sql.contains("TAG_REFERENCES_ALL_COLUMNS") {
            if self
                .hidden
                .iter()
                .any(|name| sql.contains(&format!("'DB1.S1.{name}'")))
            {
                return error("002003", "Object does not exist or not authorized.");
            }
            let mut rows = Vec::new();
            for (at, part) in sql.split("UNION ALL").enumerate() {
                let name = part
                    .split("DB1.S1.")
                    .nth(1)
                    .and_then(|rest| rest.split('\'').next());
                let stored = name
                    .and_then(|name| self.tables.get(name))
                    .expect("a table");
                for (column, (tag, value)) in &stored.tags {
                    rows.push(vec![
                        cell(&at.to_string()),
                        cell(column),
                        cell(tag),
                        cell(value),
                    ]);
                }
            }
            return text(&["AT", "COLUMN_NAME", "TAG_NAME", "TAG_VALUE"], &rows);
        }
        if sql.contains("INFORMATION_SCHEMA.PROCEDURES")
            || sql.contains("INFORMATION_SCHEMA.FUNCTIONS")
            || sql.contains("ACCOUNT_USAGE")
        {
            return self.shown(sql);
        }
        if sql.contains("INFORMATION_SCHEMA.TABLES") {
            let rows: Vec<_> = asked()
                .map(|(name, stored)| {
                    let kind = if stored.text.is_some() {
                        "VIEW"
                    } else {
                        "BASE TABLE"
                    };
                    vec![
                        cell("S1"),
                        cell(name),
                        cell(kind),
                        cell("NO"),
                        cell(&stored.stamp.to_string()),
                        cell("1"),
                    ]
                })
                .collect();
            return text(&["A", "B", "C", "D", "E", "F"], &rows);
        }
        if sql.contains("INFORMATION_SCHEMA.VIEWS") {
            let views = asked().filter(|(_, stored)| stored.text.is_some());
            let rows: Vec<_> = views
                .map(|(name, stored)| vec![cell("S1"), cell(name), stored.text.clone(), cell("1")])
                .collect();
            return text(&["A", "B", "C", "D"], &rows);
        }
        assert!(sql.contains("INFORMATION_SCHEMA.COLUMNS"), "{sql}");
        let mut rows = Vec::new();
        for (name, stored) in asked() {
            for (at, (column, kind)) in stored.columns.iter().enumerate() {
                let place = (at + 1).to_string();
                let length = (*kind == "TEXT").then(|| "100".to_owned());
                rows.push(vec![
                    cell("S1"),
                    cell(name),
                    cell(column),
                    cell(&place),
                    cell(kind),
                    length,
                    None,
                    None,
                ]);
            }
        }
        text(&["A", "B", "C", "D", "E", "F", "G", "H"], &rows)
    }
}

/// A JSON result of text columns.
pub fn text(columns: &[&str], rows: &[Vec<Option<String>>]) -> Value {
    let rowtype: Vec<Value> = columns
        .iter()
        .map(|name| {
            json!({"name": name, "database": "", "schema": "", "table": "", "nullable": true, "type": "text",
                "byteLength": 400, "length": 100, "scale": null, "precision": null, "collation": null})
        })
        .collect();
    json!({"success": true, "code": null, "message": null, "data": {
        "parameters": [], "rowtype": rowtype, "rowset": rows, "total": rows.len(), "returned": rows.len(),
        "queryId": QUERY_ID, "statementTypeId": 4096, "finalDatabaseName": "DB1", "finalSchemaName": "S1",
        "finalWarehouseName": "WH", "finalRoleName": "R", "queryResultFormat": "json", "version": 1,
    }})
}
