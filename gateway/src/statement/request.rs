//! A driver's query-request, read as far as decisions need it.
//!
//! Enters: its JSON. Leaves: text, binds and flags; every other field byte for byte for upstream. Never here: a request that
//! another parser could read differently (duplicate keys), or one whose values are elsewhere (staged binds).

use access::analysis::BoundValue;
use event::Digest;
use event::limits::STATEMENT_BYTES_MAX;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::parameters::is_withheld;
use crate::raw::RawObject;

/// A query-request.
#[derive(Clone, Debug)]
pub struct StatementRequest {
    /// `sqlText`: the very bytes that are decided on and that go upstream.
    pub text: String,
    /// `bindings`, ordinals first and in order.
    pub binds: Vec<BoundValue>,
    /// `describeOnly`.
    pub describe_only: bool,
    /// `asyncExec`.
    pub asynchronous: bool,
    /// Its client comes back when it likes: while it is held, nobody's silence gives it up, and it runs once it is granted.
    pub detached: bool,
    /// Which files its client can send to addresses of the gateway, or fetch from them.
    pub moves: MovesFiles,
    /// The whole request.
    pub raw: RawObject,
}

/// Which files a client can move through the gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MovesFiles {
    /// None: its door carries none.
    #[default]
    None,
    /// To stages.
    Uploads,
    /// To stages and from them.
    Both,
}

/// Why a request is not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequestError {
    /// Not the JSON it should be.
    #[error("the request is not the JSON a Snowflake driver sends: {0}")]
    Json(String),
    /// No text.
    #[error("the request has no sqlText: send the statement in it")]
    NoText,
    /// A text that Snowflake would refuse too.
    #[error(
        "the statement has {bytes} bytes: at most {STATEMENT_BYTES_MAX} are taken, so split it or bind its values"
    )]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Values were uploaded to a stage, so nobody can look at them.
    #[error(
        "binds staged at {0} are refused: send them inline (CLIENT_STAGE_ARRAY_BINDING_THRESHOLD)"
    )]
    Staged(String),
    /// A parameter that would change what the text means.
    #[error("parameter {0} cannot be set through this gateway: leave it out")]
    Parameter(String),
    /// A bind that is none.
    #[error("bind {0:?} is not a value with a type: send both")]
    Bind(String),
}

impl StatementRequest {
    /// Reads a request body.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        Self::read(RawObject::parse(body).map_err(json)?)
    }

    /// Reads a request that is an object already.
    pub fn read(raw: RawObject) -> Result<Self, RequestError> {
        let text: String = raw
            .read("sqlText")
            .map_err(json)?
            .ok_or(RequestError::NoText)?;
        if text.len() > STATEMENT_BYTES_MAX {
            return Err(RequestError::TooLong { bytes: text.len() });
        }
        if let Some(stage) = raw.read::<serde_json::Value>("bindStage").map_err(json)? {
            let stage = stage
                .as_str()
                .map_or_else(|| stage.to_string(), str::to_owned);
            return Err(RequestError::Staged(stage.chars().take(128).collect()));
        }
        let parameters: RawObject = raw.read("parameters").map_err(json)?.unwrap_or_default();
        let withheld = parameters.iter().find(|(name, _)| {
            is_withheld(name) && !name.eq_ignore_ascii_case("MULTI_STATEMENT_COUNT")
        });
        if let Some((name, _)) = withheld {
            return Err(RequestError::Parameter(name.to_owned()));
        }
        let flag = |name| -> Result<bool, RequestError> {
            Ok(raw.read::<bool>(name).map_err(json)?.unwrap_or(false))
        };
        Ok(Self {
            binds: binds(&raw)?,
            describe_only: flag("describeOnly")?,
            asynchronous: flag("asyncExec")?,
            detached: false,
            moves: MovesFiles::None,
            text,
            raw,
        })
    }

    /// The same from a client that can move these files.
    #[must_use]
    pub const fn moving(mut self, moves: MovesFiles) -> Self {
        self.moves = moves;
        self
    }

    /// The same with these `bindings`, as JSON.
    pub fn with_bindings(mut self, bindings: &str) -> Result<Self, RequestError> {
        let value: &RawValue = serde_json::from_str(bindings).map_err(json)?;
        self.raw.set("bindings", value).map_err(json)?;
        self.binds = binds(&self.raw)?;
        Ok(self)
    }

    /// Whether nobody polls while it is held.
    pub const fn is_unattended(&self) -> bool {
        self.asynchronous || self.detached
    }

    /// What must be equal for a second request under the same id to be a retry. Drivers change `querySubmissionTime` and the
    /// like, so only what decides is compared.
    pub fn digest(&self) -> Digest {
        let bindings = self.raw.raw("bindings").unwrap_or("null");
        let parameters = self.raw.raw("parameters").unwrap_or("{}");
        let flags = [u8::from(self.describe_only), u8::from(self.asynchronous)];
        Digest::of_pieces([
            self.text.as_bytes(),
            bindings.as_bytes(),
            parameters.as_bytes(),
            flags.as_slice(),
        ])
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(Option<String>),
    Many(Vec<Option<String>>),
}

fn binds(raw: &RawObject) -> Result<Vec<BoundValue>, RequestError> {
    let bindings: RawObject = raw.read("bindings").map_err(json)?.unwrap_or_default();
    let mut binds = Vec::new();
    for (name, value) in bindings.iter() {
        binds.push(
            bind(name, value).ok_or_else(|| RequestError::Bind(name.chars().take(64).collect()))?,
        );
    }
    binds.sort_by_key(|bind| {
        (
            bind.name.parse::<u64>().unwrap_or(u64::MAX),
            bind.name.clone(),
        )
    });
    Ok(binds)
}

fn bind(name: &str, value: &str) -> Option<BoundValue> {
    let object = RawObject::parse(value.as_bytes()).ok()?;
    let values = match object.read::<Box<RawValue>>("value").ok()? {
        None => vec![None],
        Some(raw) => match serde_json::from_str(raw.get()) {
            Ok(Values::One(one)) => vec![one],
            Ok(Values::Many(many)) => many,
            // Numbers, booleans, structures: their JSON is their text.
            Err(_) => vec![Some(raw.get().to_owned())],
        },
    };
    Some(BoundValue {
        name: name.to_owned(),
        kind: object.read("type").ok()??,
        values,
    })
}

/// Where JSON is wrong, without quoting it.
fn json(error: serde_json::Error) -> RequestError {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it is cut off",
        serde_json::error::Category::Syntax => "it is not well-formed",
        serde_json::error::Category::Data => "a field has another type, or a key stands twice",
        serde_json::error::Category::Io => "it cannot be read",
    };
    RequestError::Json(format!(
        "{what} (line {}, column {})",
        error.line(),
        error.column()
    ))
}

#[cfg(test)]
mod tests {
    use super::{RequestError, StatementRequest};

    fn parse(body: &str) -> Result<StatementRequest, RequestError> {
        StatementRequest::parse(body.as_bytes())
    }

    #[test]
    fn what_drivers_send_is_read() {
        let request = parse(
            r#"{"sqlText":"insert into t values(?,?,?)","asyncExec":true,"sequenceId":3,"describeOnly":null,"bindStage":null,
            "bindings":{"10":{"type":"TEXT","value":null},"2":{"type":"FIXED","value":["1",null]},"1":{"type":"BOOLEAN","value":"true"},
            "name":{"type":"FIXED","value":7}},"parameters":{"MULTI_STATEMENT_COUNT":2},"queryContextDTO":{"entries":[]}}"#,
        )
        .expect("parses");
        assert!(request.asynchronous && !request.describe_only);
        let binds: Vec<_> = request
            .binds
            .iter()
            .map(|bind| (bind.name.as_str(), bind.kind.as_str(), bind.values.clone()))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            binds,
            [
                ("1", "BOOLEAN", vec![text("true")]),
                ("2", "FIXED", vec![text("1"), None]),
                ("10", "TEXT", vec![None]),
                ("name", "FIXED", vec![text("7")]),
            ]
        );
    }

    #[test]
    fn a_retry_is_one_even_if_times_differ() {
        let digest = |body: &str| parse(body).expect("parses").digest();
        let first = digest(r#"{"sqlText":"select 1","querySubmissionTime":1,"parameters":{}}"#);
        assert_eq!(
            first,
            digest(r#"{"querySubmissionTime":2,"sqlText":"select 1"}"#)
        );
        for other in [
            r#"{"sqlText":"select 2"}"#,
            r#"{"sqlText":"select 1","bindings":{"1":{"type":"TEXT","value":"x"}}}"#,
            r#"{"sqlText":"select 1","asyncExec":true}"#,
            r#"{"sqlText":"select 1","parameters":{"MULTI_STATEMENT_COUNT":0}}"#,
        ] {
            assert_ne!(first, digest(other), "{other}");
        }
    }

    #[test]
    fn bad_requests_are_refused() {
        let long = format!("{{\"sqlText\":\"{}\"}}", "x".repeat(2 << 20));
        for (body, error) in [
            ("", "cut off"),
            ("{", "cut off"),
            ("nonsense", "not well-formed"),
            ("[]", "another type"),
            ("{}", "no sqlText"),
            (r#"{"sqlText":null}"#, "no sqlText"),
            (r#"{"sqlText":7}"#, "another type"),
            (r#"{"sqlText":"\ud800"}"#, "not well-formed"),
            (r#"{"sqlText":"a","sqlText":"b"}"#, "a key stands twice"),
            (
                r#"{"sqlText":"a","bindings":{"1":{"type":"TEXT","value":"a"},"1":{"type":"TEXT","value":"b"}}}"#,
                "twice",
            ),
            (r#"{"sqlText":"a","bindings":{"1":"x"}}"#, "bind \"1\""),
            (
                r#"{"sqlText":"a","bindings":{"1":{"value":"x"}}}"#,
                "bind \"1\"",
            ),
            (r#"{"sqlText":"a","bindings":[]}"#, "another type"),
            (
                r#"{"sqlText":"a","bindStage":"@SYSTEM$BIND/1"}"#,
                "@SYSTEM$BIND/1",
            ),
            (
                r#"{"sqlText":"a","parameters":{"quoted_identifiers_ignore_case":true}}"#,
                "quoted_identifiers",
            ),
            (r#"{"sqlText":"a","describeOnly":"yes"}"#, "another type"),
            (long.as_str(), "2097152 bytes"),
        ] {
            let refused = parse(body).expect_err(body).to_string();
            assert!(refused.contains(error), "{refused} should say {error}");
        }
    }
}
