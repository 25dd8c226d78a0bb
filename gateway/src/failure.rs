//! An error of one statement, as a value.
//!
//! Enters: what went wrong, and where. Leaves: code, SQLSTATE, words and the id it can be found by. Never here: anything raw in
//! the words, a code that is not six digits (some drivers crash on it), a protocol's own form.

use event::payload::{FailureStage, Reason};
use uuid::Uuid;

/// An error of one statement, as every driver shows it (code, SQLSTATE, message, query id).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which part of the way ended in it.
    pub stage: FailureStage,
    /// Six digits; never one drivers act on (`333333`, `390…`, `394…`, `000604`, `000612`), but for a cancellation.
    pub code: &'static str,
    /// SQLSTATE, five characters.
    pub sql_state: &'static str,
    /// Text for people: what happened, and what to do. Nothing raw in it.
    pub message: String,
    /// The id the driver shows: Snowflake's where there is one, else the statement id.
    pub query_id: Uuid,
    /// The policy's reasons, where it was the policy that said no.
    pub reasons: Vec<Reason>,
    /// What the id names.
    named: &'static str,
}

impl Failure {
    /// The policy, or an approver, says no: `003001`/`42501`, Snowflake's own code for missing privileges.
    pub fn refused(stage: FailureStage, query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(stage, "003001", "42501", query_id, message)
    }

    /// The request cannot be understood: `001003`/`42000`.
    pub fn malformed(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Gateway, "001003", "42000", query_id, message)
    }

    /// Upstream answered something that is not an answer, or nothing: `000603`/`08006`.
    pub fn upstream(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Upstream, "000603", "08006", query_id, message)
    }

    /// The gateway could not carry it: `000603`/`XX000`.
    pub fn internal(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Gateway, "000603", "XX000", query_id, message)
    }

    /// The record could not be written, so nothing ran or nothing is shown: `000603`/`58030`.
    pub fn unrecorded(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Journal, "000603", "58030", query_id, message)
    }

    /// There is no room for it now: `003001`/`53300`. It did not run.
    pub fn crowded(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Gateway, "003001", "53300", query_id, message)
    }

    /// Whether it may be sent again in a while: it did not run, for want of room.
    pub fn is_for_want_of_room(&self) -> bool {
        self.sql_state == "53300"
    }

    /// Because of these reasons of the policy's.
    #[must_use]
    pub fn because(mut self, reasons: &[Reason]) -> Self {
        self.reasons = reasons.to_vec();
        self
    }

    /// The statement was canceled: `000604`/`57014`, as Snowflake says it.
    pub fn canceled(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Gateway, "000604", "57014", query_id, message)
    }

    fn new(
        stage: FailureStage,
        code: &'static str,
        sql_state: &'static str,
        query_id: Uuid,
        message: impl Into<String>,
    ) -> Self {
        Self {
            stage,
            code,
            sql_state,
            message: message.into(),
            query_id,
            reasons: Vec::new(),
            named: "statement",
        }
    }

    /// No statement came of the request: the id names the request, in the gateway's log. The driver is told what it sent; the
    /// log is not, as an address or a header may hold a token.
    pub fn of_request(mut self, reason: &'static str) -> Self {
        self.named = "request";
        tracing::info!(request = %self.query_id, reason, "a request is refused");
        self
    }

    /// What the driver shows and the record says: the message, and the id it can be found by. Not every driver shows the id
    /// by itself.
    pub fn text(&self) -> String {
        let id = self.query_id.hyphenated();
        let advice = match self.sql_state {
            "08006" | "XX000" => {
                "\nTry again; if it stays, name this id to whoever runs the gateway."
            }
            _ => "",
        };
        format!("{}{advice}\n({} {id})", self.message, self.named)
    }
}
