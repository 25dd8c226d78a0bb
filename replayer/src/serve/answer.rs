//! The bodies a driver understands.
//!
//! Enters: recorded answers. Leaves: Snowflake's envelopes. Never here: which answer it is.

use event::SessionId;
use event::payload::Context;
use serde_json::{Value, json};

use super::form::{Form, arrow_rows, described, json_rows};
use super::script::{Ended, Line, ResultSet};

/// What is said of a statement that has no recorded answer; no driver acts on the code.
const NOT_RECORDED: (&str, &str) = ("002043", "02000");
/// `statementTypeId` of a SELECT, where the record does not say.
const SELECT: u64 = 0x1000;
/// `statementTypeId` of several statements in one request.
const SEVERAL: u64 = 0xa000;

/// Session parameters without which drivers fail or show other forms: JDBC needs the memory limit, Node the binary format.
pub(super) fn parameters() -> Value {
    let parameters: [(&str, Value); 22] = [
        ("AUTOCOMMIT", true.into()),
        ("TIMEZONE", "Etc/UTC".into()),
        ("BINARY_OUTPUT_FORMAT", "HEX".into()),
        ("DATE_OUTPUT_FORMAT", "YYYY-MM-DD".into()),
        ("TIME_OUTPUT_FORMAT", "HH24:MI:SS".into()),
        (
            "TIMESTAMP_OUTPUT_FORMAT",
            "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM".into(),
        ),
        (
            "TIMESTAMP_NTZ_OUTPUT_FORMAT",
            "YYYY-MM-DD HH24:MI:SS.FF3".into(),
        ),
        ("TIMESTAMP_LTZ_OUTPUT_FORMAT", "".into()),
        ("TIMESTAMP_TZ_OUTPUT_FORMAT", "".into()),
        ("TIMESTAMP_TYPE_MAPPING", "TIMESTAMP_NTZ".into()),
        ("CLIENT_MEMORY_LIMIT", 1536.into()),
        ("CLIENT_PREFETCH_THREADS", 4.into()),
        ("CLIENT_RESULT_CHUNK_SIZE", 48.into()),
        ("CLIENT_RESULT_COLUMN_CASE_INSENSITIVE", false.into()),
        ("CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX", false.into()),
        ("CLIENT_SESSION_KEEP_ALIVE", false.into()),
        ("CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY", 3600.into()),
        ("CLIENT_TELEMETRY_ENABLED", false.into()),
        ("CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", 2_000_000_000.into()),
        ("CLIENT_HONOR_CLIENT_TZ_FOR_TIMESTAMP_NTZ", true.into()),
        ("CLIENT_DISABLE_INCIDENTS", true.into()),
        ("QUERY_CONTEXT_CACHE_SIZE", 5.into()),
    ];
    parameters
        .into_iter()
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect()
}

/// A login, as it was answered.
pub(super) fn login(session: SessionId, context: &Context, token: &str) -> Value {
    // 48 bits of ours: exact in every language.
    let number = (session.uuid().as_u128() & 0xffff_ffff_ffff) as u64;
    success(json!({
        "token": token, "masterToken": token, "validityInSeconds": 36_000, "masterValidityInSeconds": 144_000, "sessionId": number,
        "parameters": parameters(), "serverVersion": "8.0.0", "displayUserName": "", "firstLogin": false, "healthCheckInterval": 45,
        "sessionInfo": {
            "databaseName": context.database, "schemaName": context.schema, "warehouseName": context.warehouse, "roleName": context.role,
        },
    }))
}

/// A renewal: the same token goes on.
pub(super) fn renewed(session: SessionId, token: &str) -> Value {
    let number = (session.uuid().as_u128() & 0xffff_ffff_ffff) as u64;
    success(json!({
        "sessionToken": token, "masterToken": token, "validityInSecondsST": 36_000, "validityInSecondsMT": 144_000, "sessionId": number,
    }))
}

/// Success with `data`.
pub(super) fn success(data: Value) -> Value {
    json!({"data": data, "code": null, "message": null, "success": true})
}

/// A refusal of the session or the login.
pub(super) fn refused(code: &str, message: &str) -> Value {
    json!({
        "data": {"nextAction": "RETRY_LOGIN", "authnMethod": "OAUTH", "signInOptions": {}},
        "code": code, "message": message, "success": false, "headers": null,
    })
}

/// A SQL error.
pub(super) fn failed(query_id: &str, code: &str, sql_state: &str, message: &str) -> Value {
    json!({
        "data": {
            "internalError": false, "errorCode": code, "age": 0, "sqlState": sql_state, "queryId": query_id, "line": -1, "pos": -1,
            "type": "COMPILATION",
        },
        "code": code, "message": message, "success": false, "headers": null,
    })
}

/// A statement that has no recorded answer.
pub(super) fn not_recorded(query_id: &str, why: &str) -> Value {
    failed(query_id, NOT_RECORDED.0, NOT_RECORDED.1, why)
}

/// The driver comes back for the result.
pub(super) fn in_progress(query_id: &str) -> Value {
    json!({
        "data": {
            "queryId": query_id, "getResultUrl": format!("/queries/{query_id}/result"), "queryAbortsAfterSecs": 300, "progressDesc": null,
        },
        "code": "333334", "message": "Asynchronous execution in progress.", "success": true,
    })
}

/// What `line` ended in, and each result that is fetched by its own id.
pub(super) fn told(
    line: &Line,
    form: Form,
    context: &Context,
    with_rows: bool,
) -> (Value, Vec<(String, Value)>) {
    let results = match &line.ended {
        Ended::Failed(failed_then) => {
            let answer = failed(
                &line.query_id,
                &failed_then.code,
                &failed_then.sql_state,
                failed_then.message.get(),
            );
            return (answer, Vec::new());
        }
        Ended::Unknown(why) => {
            let why = format!("the recording has this statement, but {why}");
            return (not_recorded(&line.query_id, &why), Vec::new());
        }
        Ended::Rows(results) => results,
    };
    if let [only] = results.as_slice() {
        return (
            result(only, &line.query_id, form, context, with_rows),
            Vec::new(),
        );
    }
    let children: Vec<(String, Value)> = results
        .iter()
        .map(|one| {
            let id = one.started.query_id.clone();
            let answer = result(one, &id, form, context, with_rows);
            (id, answer)
        })
        .collect();
    let ids: Vec<&str> = children.iter().map(|(id, _)| id.as_str()).collect();
    let types = results
        .iter()
        .map(|one| one.started.statement_type.unwrap_or(SELECT).to_string());
    let types: Vec<String> = types.collect();
    let mut data = around(&line.query_id, context, SEVERAL);
    data["rowtype"] = json!([{
        "name": "multiple statement execution", "type": "text", "nullable": true, "precision": null, "scale": null, "length": 16_777_216,
        "byteLength": 16_777_216, "collation": null, "database": "", "schema": "", "table": "",
    }]);
    data["rowset"] = json!([["Multiple statements executed successfully."]]);
    data["queryResultFormat"] = "json".into();
    data["total"] = 1.into();
    data["returned"] = 1.into();
    data["resultIds"] = ids.join(",").into();
    data["resultTypes"] = types.join(",").into();
    (success(data), children)
}

fn result(
    result: &ResultSet,
    query_id: &str,
    form: Form,
    context: &Context,
    with_rows: bool,
) -> Value {
    let started = &result.started;
    let kind = started.statement_type.unwrap_or(SELECT);
    let mut data = around(query_id, context, kind);
    let rows = if with_rows { result.cells.rows() } else { 0 };
    let empty = super::cells::Cells::new(&started.columns);
    let cells = if with_rows { &result.cells } else { &empty };
    // What is no query (counts, lists) has always come as JSON.
    let is_query = kind & 0xf000 == SELECT;
    let written = match form {
        Form::Arrow if is_query => arrow_rows(&started.columns, cells).ok(),
        Form::Arrow | Form::Json => None,
    };
    let as_text = match written {
        Some((stream, as_text)) => {
            data["queryResultFormat"] = "arrow".into();
            data["rowsetBase64"] = stream.into();
            as_text
        }
        None => {
            data["queryResultFormat"] = "json".into();
            data["rowset"] = json_rows(cells);
            vec![false; started.columns.len()]
        }
    };
    let columns = started.columns.iter().zip(as_text);
    data["rowtype"] = columns
        .map(|(column, as_text)| described(column, as_text))
        .collect();
    data["total"] = rows.into();
    data["returned"] = rows.into();
    success(data)
}

fn around(query_id: &str, context: &Context, kind: u64) -> Value {
    json!({
        "parameters": parameters(), "queryId": query_id, "databaseProvider": null, "finalDatabaseName": context.database,
        "finalSchemaName": context.schema, "finalWarehouseName": context.warehouse, "finalRoleName": context.role, "numberOfBinds": 0,
        "arrayBindSupported": false, "statementTypeId": kind, "version": 1, "sendResultTime": 0,
    })
}
