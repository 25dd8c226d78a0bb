//! JSON-RPC 2.0, as far as MCP's revision 2025-11-25 uses it over HTTP: one message a request.
//!
//! Enters: a body. Leaves: a request, a notification, or a client's answer; and messages written. Never here: what a method does.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// JSON-RPC's own errors, and MCP's for a version that is not spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// Not JSON.
    Parse = -32700,
    /// Not a message.
    Request = -32600,
    /// No such method.
    Method = -32601,
    /// It went wrong here.
    Internal = -32603,
    /// Revision 2026-07-28 gave it this number; its clients go back to one that both speak.
    Version = -32022,
}

/// A request's id: a text or an integer; `null` is none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(untagged)]
pub(super) enum Id {
    Number(i64),
    Text(String),
}

impl Id {
    fn to_json(&self) -> Value {
        match self {
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
        }
    }
}

/// One message of a client's.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// It wants an answer.
    Request {
        id: Id,
        method: String,
        params: Map<String, Value>,
    },
    /// It wants none.
    Notification {
        method: String,
        params: Map<String, Value>,
    },
    /// An answer to something a server asked; this one asks nothing.
    Answer,
}

/// Why a body is no message.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum NoMessage {
    #[error("the body is not JSON")]
    Json,
    #[error("the body is not one JSON-RPC 2.0 message: send one a request")]
    Form,
}

impl NoMessage {
    pub const fn code(&self) -> Code {
        match self {
            Self::Json => Code::Parse,
            Self::Form => Code::Request,
        }
    }
}

#[derive(Deserialize)]
struct Wire {
    jsonrpc: String,
    #[serde(default)]
    id: Option<Id>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    params: Option<Map<String, Value>>,
}

/// Reads a body.
pub(super) fn parse(body: &[u8]) -> Result<Message, NoMessage> {
    let value: Value = serde_json::from_slice(body).map_err(|_| NoMessage::Json)?;
    let wire: Wire = serde_json::from_value(value).map_err(|_| NoMessage::Form)?;
    if wire.jsonrpc != "2.0" {
        return Err(NoMessage::Form);
    }
    let params = wire.params.unwrap_or_default();
    Ok(match (wire.id, wire.method) {
        (Some(id), Some(method)) => Message::Request { id, method, params },
        (None, Some(method)) => Message::Notification { method, params },
        (_, None) => Message::Answer,
    })
}

/// A method's result.
pub(super) fn result(id: &Id, result: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id.to_json(), "result": result })
}

/// An error; `id` is none where it could not be read.
pub(super) fn error(id: Option<&Id>, code: Code, message: &str, data: Option<Value>) -> Value {
    let mut error = json!({ "code": code as i32, "message": message });
    if let (Some(data), Some(fields)) = (data, error.as_object_mut()) {
        fields.insert("data".to_owned(), data);
    }
    json!({ "jsonrpc": "2.0", "id": id.map(Id::to_json), "error": error })
}

/// How far a request is, for a client that gave a token for it.
pub(super) fn progress(token: &Value, step: u64, message: &str) -> Value {
    json!({
        "jsonrpc": "2.0",
        "method": "notifications/progress",
        "params": { "progressToken": token, "progress": step, "message": message },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::{Code, Id, Message, NoMessage, error, parse};

    #[test]
    fn messages_are_told_apart() {
        let request = parse(br#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#);
        let ping = Message::Request {
            id: Id::Text("a".to_owned()),
            method: "ping".to_owned(),
            params: Map::new(),
        };
        assert_eq!(request, Ok(ping));
        let told = parse(br#"{"jsonrpc":"2.0","method":"notifications/initialized","params":{}}"#);
        assert!(matches!(told, Ok(Message::Notification { .. })));
        assert_eq!(
            parse(br#"{"jsonrpc":"2.0","id":1,"result":{}}"#),
            Ok(Message::Answer)
        );
        for (body, why) in [
            (b"".as_slice(), NoMessage::Json),
            (b"{", NoMessage::Json),
            (b"[]", NoMessage::Form),
            (
                br#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#,
                NoMessage::Form,
            ),
            (
                br#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
                NoMessage::Form,
            ),
            (
                br#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
                NoMessage::Form,
            ),
            (
                br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#,
                NoMessage::Form,
            ),
        ] {
            assert_eq!(parse(body), Err(why), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn errors_say_whose_they_are() {
        let one = error(
            Some(&Id::Number(7)),
            Code::Method,
            "no",
            Some(json!({"x": 1})),
        );
        assert_eq!(
            one,
            json!({"jsonrpc": "2.0", "id": 7, "error": {"code": -32601, "message": "no", "data": {"x": 1}}})
        );
        assert_eq!(error(None, Code::Parse, "no", None)["id"], json!(null));
    }
}
