//! The kinds of events and which payload each carries.
//!
//! Enters: a typed payload. Leaves: its stable name, and back. Never here: an untyped bag.

use crate::payload as p;
use crate::text_enum::text_enum;

text_enum!(
    /// What happened, in the field's words. Names are stable: never renamed, never reused.
    Kind {
        /// A driver logged in.
        SessionOpened = "session.opened",
        /// A driver got a new session token.
        SessionRenewed = "session.renewed",
        /// The session ended.
        SessionClosed = "session.closed",
        /// A login was refused.
        SessionRefused = "session.refused",
        /// A statement arrived.
        StatementSubmitted = "statement.submitted",
        /// The policy answered.
        StatementDecided = "statement.decided",
        /// A held statement waits for people.
        ApprovalRequested = "approval.requested",
        /// One person said yes.
        ApprovalGranted = "approval.granted",
        /// One person said no.
        ApprovalDenied = "approval.denied",
        /// Nobody answered in time.
        ApprovalExpired = "approval.expired",
        /// The client gave up waiting.
        ApprovalCanceled = "approval.canceled",
        /// One gateway took an approved statement to run it; the first claim in journal order wins.
        StatementClaimed = "statement.claimed",
        /// A statement whose result any gateway may serve later (asynchronous and multi-statement).
        StatementAnnounced = "statement.announced",
        /// The statement went upstream and got a query id.
        StatementForwarded = "statement.forwarded",
        /// A result begins.
        ResponseStarted = "response.started",
        /// Rows, masked, as delivered.
        ResponsePage = "response.page",
        /// A result, or a chunk of it, was delivered whole.
        ResponseFinished = "response.finished",
        /// The statement ended in an error.
        StatementFailed = "statement.failed",
        /// The statement was canceled.
        StatementCanceled = "statement.canceled",
        /// A way around the gateway was refused (PUT, GET, stages, other APIs).
        StageRefused = "stage.refused",
        /// A policy set came into force.
        PolicyLoaded = "policy.loaded",
        /// Recording is best effort from here.
        AuditDegraded = "audit.degraded",
        /// Recording is whole again.
        AuditRestored = "audit.restored",
        /// An auditor ran SQL.
        AuditorQueried = "auditor.queried",
        /// An auditor replayed a session.
        AuditorReplayed = "auditor.replayed",
        /// An auditor took a copy away.
        AuditorExported = "auditor.exported",
        /// An auditor verified the record.
        AuditorVerified = "auditor.verified",
        /// A run began.
        ProducerStarted = "producer.started",
        /// A run counts what it emitted.
        ProducerHeartbeat = "producer.heartbeat",
        /// A run ended in order.
        ProducerStopped = "producer.stopped",
    }
);

/// A kind this build does not know.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown event kind {0:?}")]
pub struct UnknownKind(pub String);

macro_rules! payloads {
    ($($variant:ident($body:path)),+ $(,)?) => {
        /// What happened, typed: one variant a kind.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each variant is documented at its Kind and its payload")]
        pub enum Payload {
            $($variant($body)),+
        }

        impl Payload {
            /// The kind of this payload.
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$variant(_) => Kind::$variant),+
                }
            }

            /// The payload as a CBOR value, keys unsorted.
            pub(crate) fn to_value(&self) -> Result<ciborium::Value, ciborium::value::Error> {
                match self {
                    $(Self::$variant(body) => ciborium::Value::serialized(body)),+
                }
            }

            /// The payload of `kind` from a CBOR value.
            pub(crate) fn from_value(
                kind: Kind,
                value: &ciborium::Value,
            ) -> Result<Self, ciborium::value::Error> {
                match kind {
                    $(Kind::$variant => value.deserialized().map(Self::$variant)),+
                }
            }

            /// A payload of `kind` with everything else from `entropy`.
            #[cfg(test)]
            pub(crate) fn draw(kind: Kind, entropy: &mut crate::tests::Entropy<'_>) -> Self {
                match kind {
                    $(Kind::$variant => Self::$variant(entropy.draw())),+
                }
            }
        }

        $(impl From<$body> for Payload {
            fn from(body: $body) -> Self {
                Self::$variant(body)
            }
        })+
    };
}

payloads!(
    SessionOpened(p::SessionOpened),
    SessionRenewed(p::SessionRenewed),
    SessionClosed(p::SessionClosed),
    SessionRefused(p::SessionRefused),
    StatementSubmitted(p::StatementSubmitted),
    StatementDecided(p::StatementDecided),
    ApprovalRequested(p::ApprovalRequested),
    ApprovalGranted(p::ApprovalGranted),
    ApprovalDenied(p::ApprovalDenied),
    ApprovalExpired(p::ApprovalExpired),
    ApprovalCanceled(p::ApprovalCanceled),
    StatementClaimed(p::StatementClaimed),
    StatementAnnounced(p::StatementAnnounced),
    StatementForwarded(p::StatementForwarded),
    ResponseStarted(p::ResponseStarted),
    ResponsePage(p::ResponsePage),
    ResponseFinished(p::ResponseFinished),
    StatementFailed(p::StatementFailed),
    StatementCanceled(p::StatementCanceled),
    StageRefused(p::StageRefused),
    PolicyLoaded(p::PolicyLoaded),
    AuditDegraded(p::AuditDegraded),
    AuditRestored(p::AuditRestored),
    AuditorQueried(p::AuditorQueried),
    AuditorReplayed(p::AuditorReplayed),
    AuditorExported(p::AuditorExported),
    AuditorVerified(p::AuditorVerified),
    ProducerStarted(p::ProducerStarted),
    ProducerHeartbeat(p::ProducerHeartbeat),
    ProducerStopped(p::ProducerStopped),
);
