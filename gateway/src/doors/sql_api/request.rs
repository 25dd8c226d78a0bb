//! A statement as the SQL API's clients send it.
//!
//! Enters: a JSON body and the query string. Leaves: the statement in the form that decisions and Snowflake's drivers know, and
//! where it is to stand. Never here: a field that means something else to Snowflake than to the decision.

use event::payload::Context;
use event::{RequestId, TimeNs};
use uuid::Uuid;

use crate::doors::driver::router::parameter;
use crate::raw::RawObject;
use crate::statement::request::{RequestError, StatementRequest};

/// The longest a statement may be allowed to run, seconds: what `"timeout": 0` asks for (Snowflake's documentation).
const TIMEOUT_SECONDS_MAX: u64 = 604_800;
/// Longest correlation id taken from a query tag, characters.
const TAG_CHARS_MAX: usize = 256;

/// A submitted statement.
#[derive(Debug)]
pub(crate) struct Submitted {
    /// The client's own request id, or one of ours.
    pub request_id: RequestId,
    /// It chose the id itself.
    pub named: bool,
    /// It says that it sends this again.
    pub retry: bool,
    /// NULL is `null`, not the text.
    pub nullable: bool,
    /// Where it is to stand.
    pub context: Context,
    /// `QUERY_TAG`: what the client calls its work.
    pub tag: Option<String>,
    /// What to run.
    pub statement: StatementRequest,
}

/// Why a body is not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum SubmitError {
    /// Not the JSON it should be: `390142`, as Snowflake says it.
    #[error("the body is not the JSON that POST /api/v2/statements takes: {0}")]
    Payload(String),
    /// A query parameter is not what it should be.
    #[error("{name} must be {want}")]
    Parameter {
        /// The parameter, as it was sent.
        name: &'static str,
        /// What it may be.
        want: &'static str,
    },
    /// The statement itself.
    #[error(transparent)]
    Statement(#[from] RequestError),
}

impl Submitted {
    /// Reads body and query string; `fresh` names the request if the client did not.
    pub fn parse(
        body: &[u8],
        query: Option<&str>,
        fresh: Uuid,
        now: TimeNs,
    ) -> Result<Self, SubmitError> {
        let body = RawObject::parse(body).map_err(payload)?;
        let text = |name| body.read::<String>(name).map_err(payload);
        let statement = text("statement")?
            .ok_or_else(|| SubmitError::Payload("`statement` is missing".to_owned()))?;
        let named = parameter(query, "requestId").filter(|id| !id.is_empty());
        let request_id = match &named {
            Some(id) => RequestId::parse(id),
            None => RequestId::parse(&fresh.to_string()),
        };
        let request_id = request_id.map_err(|_| SubmitError::Parameter {
            name: "requestId",
            want: "a UUID",
        })?;
        let asynchronous = flag(query, "async")?.unwrap_or(false);
        let parameters = parameters(&body)?;
        let tag = parameters
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("QUERY_TAG"))
            .and_then(|(_, value)| serde_json::from_str::<String>(value).ok())
            .map(|tag| tag.chars().take(TAG_CHARS_MAX).collect());
        let mut raw = RawObject::default();
        raw.set("sqlText", &statement).map_err(payload)?;
        raw.set("asyncExec", &asynchronous).map_err(payload)?;
        raw.set("sequenceId", &1).map_err(payload)?;
        raw.set("querySubmissionTime", &(now.0 / 1_000_000))
            .map_err(payload)?;
        raw.set("parameters", &parameters).map_err(payload)?;
        if let Some(bindings) = body.read::<RawObject>("bindings").map_err(payload)? {
            raw.set("bindings", &bindings).map_err(payload)?;
        }
        let mut statement = StatementRequest::read(raw)?;
        statement.detached = true;
        let place = |name| text(name).map(|value| value.filter(|value| !value.is_empty()));
        Ok(Self {
            request_id,
            named: named.is_some(),
            retry: flag(query, "retry")?.unwrap_or(false),
            nullable: flag(query, "nullable")?.unwrap_or(true),
            context: Context {
                database: place("database")?,
                schema: place("schema")?,
                warehouse: place("warehouse")?,
                role: place("role")?,
            },
            tag,
            statement,
        })
    }
}

/// Session parameters of this statement, in the form in which drivers send them: a count is a number.
fn parameters(body: &RawObject) -> Result<RawObject, SubmitError> {
    let mut parameters: RawObject = body
        .read("parameters")
        .map_err(payload)?
        .unwrap_or_default();
    let count = parameters
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("MULTI_STATEMENT_COUNT"))
        .map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned()));
    if let Some((name, value)) = count {
        let count: u32 = value.parse().map_err(|_| SubmitError::Parameter {
            name: "MULTI_STATEMENT_COUNT",
            want: "a number; 0 is any",
        })?;
        parameters.remove(&name);
        parameters
            .set("MULTI_STATEMENT_COUNT", &count)
            .map_err(payload)?;
    }
    let seconds = match body.raw("timeout").map(|text| text.trim_matches('"')) {
        None | Some("null") => None,
        Some(text) => Some(text.parse::<u64>().map_err(|_| SubmitError::Parameter {
            name: "timeout",
            want: "a number of seconds; 0 is the longest",
        })?),
    };
    if let Some(seconds) = seconds {
        let seconds = match seconds {
            0 => TIMEOUT_SECONDS_MAX,
            some => some.min(TIMEOUT_SECONDS_MAX),
        };
        parameters
            .set("STATEMENT_TIMEOUT_IN_SECONDS", &seconds)
            .map_err(payload)?;
    }
    Ok(parameters)
}

fn flag(query: Option<&str>, name: &'static str) -> Result<Option<bool>, SubmitError> {
    match parameter(query, name).as_deref() {
        None | Some("") => Ok(None),
        Some(word) if word.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(word) if word.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(SubmitError::Parameter {
            name,
            want: "true or false",
        }),
    }
}

/// Where JSON is wrong, without quoting it.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn payload(error: serde_json::Error) -> SubmitError {
    SubmitError::Payload(format!("line {}, column {}", error.line(), error.column()))
}

#[cfg(test)]
mod tests {
    use event::TimeNs;
    use uuid::Uuid;

    use super::{SubmitError, Submitted};

    fn parse(body: &str, query: &str) -> Result<Submitted, SubmitError> {
        let (fresh, now) = (Uuid::from_u128(7), TimeNs(5_000_000));
        Submitted::parse(body.as_bytes(), Some(query), fresh, now)
    }

    #[test]
    fn the_documented_body_is_read() {
        let body = r#"{"statement":"select * from T where c1=?","timeout":60,"database":"TESTDB","schema":"TESTSCHEMA",
            "warehouse":"TESTWH","role":"","bindings":{"1":{"type":"FIXED","value":"123"}},
            "resultSetMetaData":{"format":"jsonv2"},
            "parameters":{"multi_statement_count":"2","query_tag":"nightly","timezone":"UTC"}}"#;
        let read =
            parse(body, "requestId=r-1&async=TRUE&nullable=false&retry=true").expect("reads");
        assert!(read.named && read.retry && !read.nullable && read.statement.asynchronous);
        assert!(read.statement.is_unattended());
        assert_eq!(read.tag.as_deref(), Some("nightly"));
        assert_eq!(read.context.role, None);
        assert_eq!(read.context.schema.as_deref(), Some("TESTSCHEMA"));
        let raw = String::from_utf8(read.statement.raw.to_bytes().expect("writes")).expect("text");
        assert_eq!(
            raw,
            r#"{"sqlText":"select * from T where c1=?","asyncExec":true,"sequenceId":1,"querySubmissionTime":5,"parameters":{"query_tag":"nightly","timezone":"UTC","MULTI_STATEMENT_COUNT":2,"STATEMENT_TIMEOUT_IN_SECONDS":60},"bindings":{"1":{"type":"FIXED","value":"123"}}}"#
        );
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        let read = parse(r#"{"statement":"select 1","timeout":0}"#, "").expect("reads");
        assert!(!read.named && !read.retry && read.nullable && !read.statement.asynchronous);
        assert_eq!(read.request_id.as_str(), Uuid::from_u128(7).to_string());
        assert!(
            read.statement
                .raw
                .raw("parameters")
                .expect("some")
                .contains("604800")
        );
    }

    #[test]
    fn bad_bodies_are_refused_without_quoting_them() {
        for (body, query, said) in [
            ("", "", "not the JSON"),
            ("{}", "", "`statement` is missing"),
            (r#"{"statement":7}"#, "", "not the JSON"),
            (
                r#"{"statement":"hunter2","statement":"b"}"#,
                "",
                "not the JSON",
            ),
            (r#"{"statement":"a","timeout":"x"}"#, "", "timeout must be"),
            (
                r#"{"statement":"a","parameters":{"MULTI_STATEMENT_COUNT":"x"}}"#,
                "",
                "MULTI_STATEMENT_COUNT",
            ),
            (
                r#"{"statement":"a","parameters":{"QUOTED_IDENTIFIERS_IGNORE_CASE":true}}"#,
                "",
                "cannot be set",
            ),
            (
                r#"{"statement":"a","bindings":{"1":"x"}}"#,
                "",
                "bind \"1\"",
            ),
            (r#"{"statement":"a"}"#, "async=maybe", "async must be"),
            (
                r#"{"statement":"a"}"#,
                "requestId=a%20b",
                "requestId must be",
            ),
        ] {
            let error = parse(body, query).expect_err(body).to_string();
            assert!(
                error.contains(said) && !error.contains("hunter2"),
                "{body}: {error}"
            );
        }
    }
}
