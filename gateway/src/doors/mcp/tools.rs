//! The tools this server has, as clients list them.
//!
//! Enters: a tool call's name and arguments. Leaves: a [`Tool`], or what is wrong with them in words a model can act on. Never
//! here: what a tool does.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::limits::{MCP_ROWS_DEFAULT, MCP_ROWS_MAX, MCP_TABLES_MAX};
use crate::raw::RawObject;
use crate::statement::request::{RequestError, StatementRequest};

/// A tool call, read.
#[derive(Debug)]
pub(super) enum Tool {
    /// Run one statement.
    Run {
        request: Box<StatementRequest>,
        rows: usize,
    },
    /// What an earlier statement came to.
    Get { statement: String, rows: usize },
    /// Tables as the policy shows them.
    Describe(Wanted),
    /// The caller's statements that wait for people.
    Held,
    /// Give a statement up.
    Cancel { statement: String },
}

/// Which tables.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Wanted {
    /// Only those whose full name holds this, whatever its case.
    pub containing: String,
    /// Go on after this one.
    pub after: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    sql: String,
    #[serde(default)]
    binds: Vec<Value>,
    #[serde(default)]
    max_rows: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    statement_id: String,
    #[serde(default)]
    max_rows: Option<usize>,
}

/// Why a call is not one of a tool's.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoTool {
    #[error("there is no tool named {0:?}: ask for tools/list")]
    Unknown(String),
    #[error("the arguments are not what the tool takes: {0}")]
    Arguments(#[from] serde_json::Error),
    #[error("{0}")]
    Statement(#[from] RequestError),
    #[error("bind {0} must be a text, a number, a boolean or null")]
    Bind(usize),
}

impl Tool {
    /// Reads `params` of `tools/call`.
    pub fn read(params: &Map<String, Value>) -> Result<Self, NoTool> {
        let name = params
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let arguments = match params.get("arguments") {
            None | Some(Value::Null) => json!({}),
            Some(arguments) => arguments.clone(),
        };
        let rows = |asked: Option<usize>| asked.unwrap_or(MCP_ROWS_DEFAULT).clamp(1, MCP_ROWS_MAX);
        Ok(match name {
            "run_statement" => {
                let run: Run = serde_json::from_value(arguments)?;
                Self::Run {
                    request: Box::new(request(&run)?),
                    rows: rows(run.max_rows),
                }
            }
            "get_statement" => {
                let one: One = serde_json::from_value(arguments)?;
                Self::Get {
                    statement: one.statement_id,
                    rows: rows(one.max_rows),
                }
            }
            "describe_tables" => Self::Describe(serde_json::from_value(arguments)?),
            "list_held" => Self::Held,
            "cancel_statement" => {
                let one: One = serde_json::from_value(arguments)?;
                Self::Cancel {
                    statement: one.statement_id,
                }
            }
            other => return Err(NoTool::Unknown(other.chars().take(64).collect())),
        })
    }
}

/// The statement in the form that decisions and Snowflake's drivers know.
fn request(run: &Run) -> Result<StatementRequest, NoTool> {
    let mut raw = RawObject::default();
    raw.set("sqlText", &run.sql)?;
    raw.set("asyncExec", &false)?;
    raw.set("sequenceId", &1)?;
    let mut bindings = RawObject::default();
    for (place, bind) in run.binds.iter().enumerate() {
        let (kind, value) = match bind {
            Value::Null => ("TEXT", None),
            Value::String(text) => ("TEXT", Some(text.clone())),
            Value::Bool(truth) => ("BOOLEAN", Some(truth.to_string())),
            Value::Number(number) if number.is_f64() => ("REAL", Some(number.to_string())),
            Value::Number(number) => ("FIXED", Some(number.to_string())),
            Value::Array(_) | Value::Object(_) => return Err(NoTool::Bind(place + 1)),
        };
        let bind = json!({ "type": kind, "value": value });
        bindings.set(&(place + 1).to_string(), &bind)?;
    }
    if !run.binds.is_empty() {
        raw.set("bindings", &bindings)?;
    }
    let mut request = StatementRequest::read(raw)?;
    request.detached = true;
    Ok(request)
}

/// What `tools/list` says.
pub(super) fn list() -> Value {
    let reading = json!({ "readOnlyHint": true, "openWorldHint": false });
    let rows = json!({ "type": "integer", "minimum": 1, "maximum": MCP_ROWS_MAX,
        "description": format!("Most rows to show; {MCP_ROWS_DEFAULT} unless said.") });
    let statement = json!({ "type": "string", "description": "The statement_id that run_statement or list_held gave." });
    json!({ "tools": [
        {
            "name": "run_statement",
            "title": "Run a SQL statement on Snowflake",
            "description": "Runs one SQL statement on Snowflake in this conversation's session (USE, SET and temporary tables last as long as it). \
                The policy decides each statement: it may run, show sensitive columns masked, wait for a person's approval, or be refused with the rule, \
                the reason and what would pass. If the answer says `held` or `running`, ask get_statement for the statement_id later; do not send it again.",
            "inputSchema": { "type": "object", "required": ["sql"], "additionalProperties": false, "properties": {
                "sql": { "type": "string", "description": "One statement in Snowflake's dialect; values as `?` and in `binds`." },
                "binds": { "type": "array", "items": { "type": ["string", "number", "boolean", "null"] },
                    "description": "Values for the `?` of the statement, in order." },
                "max_rows": rows.clone(),
            } },
            "annotations": { "readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": false },
        },
        {
            "name": "get_statement",
            "title": "What an earlier statement came to",
            "description": "The result of a statement of this conversation that was held or still ran, or how it stands now. Waits up to 20 s for it.",
            "inputSchema": { "type": "object", "required": ["statement_id"], "additionalProperties": false, "properties": {
                "statement_id": statement.clone(),
                "max_rows": rows,
            } },
            "annotations": reading.clone(),
        },
        {
            "name": "describe_tables",
            "title": "Tables and columns, as the policy shows them",
            "description": format!("Tables and views with their columns and types, and what a plain SELECT of each column would show you: its values (`clear`), \
                a mask, or nothing without a person's approval. Columns and tables that you would be refused are left out. At most {MCP_TABLES_MAX} at a time."),
            "inputSchema": { "type": "object", "additionalProperties": false, "properties": {
                "containing": { "type": "string", "description": "Only tables whose DATABASE.SCHEMA.NAME holds this text." },
                "after": { "type": "string", "description": "The `more_after` of the last answer, to go on." },
            } },
            "annotations": reading.clone(),
        },
        {
            "name": "list_held",
            "title": "Your statements that wait for approval",
            "description": "Statements of yours, from any conversation, that wait for a person: why, whose approval they need, until when.",
            "inputSchema": { "type": "object", "additionalProperties": false, "properties": {} },
            "annotations": reading,
        },
        {
            "name": "cancel_statement",
            "title": "Cancel a statement",
            "description": "Cancels a statement of this conversation that runs, or gives up one that waits for approval.",
            "inputSchema": { "type": "object", "required": ["statement_id"], "additionalProperties": false, "properties": {
                "statement_id": statement,
            } },
            "annotations": { "readOnlyHint": false, "destructiveHint": true, "idempotentHint": true, "openWorldHint": false },
        },
    ] })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Tool, list};

    fn read(name: &str, arguments: Value) -> Result<Tool, String> {
        let params = json!({ "name": name, "arguments": arguments });
        Tool::read(params.as_object().expect("an object")).map_err(|error| error.to_string())
    }

    #[test]
    fn every_tool_that_is_listed_is_read() {
        for tool in list()["tools"].as_array().expect("a list") {
            let name = tool["name"].as_str().expect("a name");
            let arguments = match name {
                "run_statement" => json!({"sql": "select 1"}),
                "get_statement" | "cancel_statement" => json!({"statement_id": "x"}),
                _ => json!({}),
            };
            assert!(read(name, arguments).is_ok(), "{name}");
            assert_eq!(tool["inputSchema"]["type"], "object", "{name}");
        }
    }

    #[test]
    fn binds_have_snowflakes_types() {
        let tool = read(
            "run_statement",
            json!({"sql": "select ?,?,?,?,?", "binds": ["x", 7, 1.5, true, null]}),
        );
        let Ok(Tool::Run { request, rows }) = tool else {
            panic!("not a run");
        };
        assert_eq!(rows, 100);
        let kinds: Vec<_> = request
            .binds
            .iter()
            .map(|bind| (bind.kind.as_str(), bind.values.clone()))
            .collect();
        let one = |text: &str| vec![Some(text.to_owned())];
        assert_eq!(
            kinds,
            [
                ("TEXT", one("x")),
                ("FIXED", one("7")),
                ("REAL", one("1.5")),
                ("BOOLEAN", one("true")),
                ("TEXT", vec![None]),
            ]
        );
    }

    #[test]
    fn wrong_calls_say_what_is_wrong() {
        for (name, arguments, said) in [
            ("drop_everything", json!({}), "no tool named"),
            ("run_statement", json!({}), "missing field `sql`"),
            ("run_statement", json!({"sql": 7}), "invalid type"),
            (
                "run_statement",
                json!({"sql": "a", "limit": 1}),
                "unknown field",
            ),
            (
                "run_statement",
                json!({"sql": "a", "binds": [[1]]}),
                "bind 1",
            ),
            ("get_statement", json!({}), "statement_id"),
        ] {
            let error = read(name, arguments).expect_err(name);
            assert!(error.contains(said), "{error}");
        }
    }
}
