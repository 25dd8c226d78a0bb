//! A conversation: MCP's session, which is a session of firn's.
//!
//! Enters: `initialize`, or the session id that it gave. Leaves: the open session. Never here: a conversation that one gateway must
//! remember: the id carries it, sealed, and is nothing without the principal's token.

use event::Source;
use event::payload::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::claims::Claims;
use crate::doors::carried::{pack, unpack};
use crate::doors::identity::login;
use crate::limits::CORRELATION_CHARS_MAX;
use crate::seal::{KeyRingError, OpenError, Purpose, Sealer};
use crate::session::opening::{Refusal, open};
use crate::shared::Shared;

/// What a session id says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Conversation {
    /// The session, its master token with it.
    pub claims: Claims,
}

impl Conversation {
    /// Opens one. `named` is what the client calls its work.
    pub async fn begin(
        shared: &Shared,
        (token, source): (Zeroizing<String>, Source),
        connection: String,
        client: (String, String),
        named: Option<String>,
    ) -> Result<Self, Refusal> {
        let nowhere = Context::default();
        let login = login(connection, token, client, nowhere, named.as_deref())
            .map_err(|error| Refusal::new("390100", error.to_string()))?;
        let claims = open(shared, source, &login).await?.claims;
        Ok(Self { claims })
    }

    /// As the client sends it back.
    pub fn seal(&self, sealer: &Sealer) -> Result<String, KeyRingError> {
        pack(sealer, Purpose::Conversation, self)
    }

    /// Reads one back.
    pub fn open(sealer: &Sealer, text: &str) -> Result<Self, OpenError> {
        unpack(sealer, Purpose::Conversation, text)
    }

    /// The claims, under the name that this one request gives its work, if it gives one.
    pub fn claims(self, named: Option<String>) -> Claims {
        let mut claims = self.claims;
        if let (Some(named), Some(agent)) = (named, &mut claims.principal.agent) {
            agent.correlation_id = Some(named);
        }
        claims
    }
}

/// Names under which agents say which conversation or task a request belongs to, the closest first. The first is MCP's own, the
/// last is W3C's.
const NAMES: [&str; 8] = [
    "taskId",
    "task_id",
    "conversationId",
    "conversation_id",
    "threadId",
    "thread_id",
    "sessionId",
    "traceparent",
];

/// What the client calls the work that a message belongs to.
pub(super) fn named(params: &Map<String, Value>) -> Option<String> {
    let meta = params.get("_meta")?.as_object()?;
    let related = meta
        .get("io.modelcontextprotocol/related-task")
        .and_then(|task| task.get("taskId"));
    let text = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let own = || {
        NAMES.iter().find_map(|wanted| {
            let mut fields = meta.iter();
            fields.find_map(|(name, value)| (last(name) == *wanted).then(|| text(value))?)
        })
    };
    let found = related.and_then(text).or_else(own)?;
    Some(found.chars().take(CORRELATION_CHARS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::named;

    #[test]
    fn the_closest_name_of_the_work_counts() {
        let of = |value: Value| named(value.as_object().expect("an object"));
        let related = json!({"_meta": {"io.modelcontextprotocol/related-task": {"taskId": "t-1"}, "conversationId": "c"}});
        assert_eq!(of(related).as_deref(), Some("t-1"));
        let own = json!({"_meta": {"progressToken": 3, "com.example/conversationId": "c-7", "traceparent": "00-1"}});
        assert_eq!(of(own).as_deref(), Some("c-7"));
        assert_eq!(
            of(json!({"_meta": {"traceparent": "00-1"}})).as_deref(),
            Some("00-1")
        );
        for none in [
            json!({}),
            json!({"_meta": {}}),
            json!({"_meta": {"taskId": {}}}),
            json!({"_meta": 1}),
        ] {
            assert_eq!(of(none.clone()), None, "{none}");
        }
        let long = json!({"_meta": {"taskId": "x".repeat(5000)}});
        assert_eq!(of(long).expect("some").len(), 256);
    }
}
