//! The kinds of events and which payload each carries.
//!
//! Enters: a typed payload. Leaves: its stable name, and back. Never here: an untyped bag.

use crate::payload as p;
use crate::text_enum::text_enum;
use crate::versions::wire::Wire as _;
use crate::versions::{Version, wire};

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
        /// Somebody was shown a list that is no SQL, such as what waits for approval.
        AuditorListed = "auditor.listed",
        /// A statement that compares columns whose comparisons the policy counts is about to run.
        StatementCounted = "statement.counted",
        /// A detection found something in the record.
        FindingRaised = "finding.raised",
        /// Something else of the configuration than the policy changed while the process runs.
        ConfigurationLoaded = "configuration.loaded",
        /// A change of policy or configuration was not taken.
        ConfigurationRefused = "configuration.refused",
        /// Somebody ended sessions.
        SessionsKilled = "sessions.killed",
        /// What is known of an account's tables was read from the account.
        CatalogLoaded = "catalog.loaded",
        /// What is known of some tables does not hold until it is read again.
        CatalogInvalidated = "catalog.invalidated",
        /// Somebody took back a yes that covers more than one statement.
        ApprovalRevoked = "approval.revoked",
        /// Somebody looked at what was done in an emergency, after it.
        ApprovalReviewed = "approval.reviewed",
        /// An agent's file goes to a stage, through the gateway.
        StageUploaded = "stage.uploaded",
        /// A file of a stage goes to an agent, through the gateway.
        StageDownloaded = "stage.downloaded",
        /// How much a held statement would read is known, or why it is not.
        ApprovalEstimated = "approval.estimated",
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

            /// The lowest version that can say it.
            pub fn version(&self) -> Version {
                match self {
                    $(Self::$variant(body) => body.version()),+
                }
            }

            /// Writes the payload in its version.
            pub(crate) fn write<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(body) => body.write(to)),+
                }
            }

            /// The payload of `kind` that `value` says in `version`.
            pub(crate) fn from_value(
                kind: Kind,
                version: Version,
                value: &ciborium::Value,
            ) -> Result<Self, ciborium::value::Error> {
                match kind {
                    $(Kind::$variant => wire::Wire::from_value(version, value).map(Self::$variant)),+
                }
            }

            /// A payload of `kind` as `version` has it, with everything else from `source`.
            #[cfg(test)]
            pub(crate) fn read<'de, D: serde::Deserializer<'de>>(
                kind: Kind,
                version: Version,
                source: D,
            ) -> Result<Self, D::Error> {
                match kind {
                    $(Kind::$variant => wire::Wire::read(version, source).map(Self::$variant)),+
                }
            }
        }

        impl Kind {
            /// The version that brought it.
            pub const fn since(self) -> Version {
                match self {
                    $(Self::$variant => <$body as wire::Wire>::SINCE),+
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
    AuditorListed(p::AuditorListed),
    StatementCounted(p::StatementCounted),
    FindingRaised(p::FindingRaised),
    ConfigurationLoaded(p::ConfigurationLoaded),
    ConfigurationRefused(p::ConfigurationRefused),
    SessionsKilled(p::SessionsKilled),
    CatalogLoaded(p::CatalogLoaded),
    CatalogInvalidated(p::CatalogInvalidated),
    ApprovalRevoked(p::ApprovalRevoked),
    ApprovalReviewed(p::ApprovalReviewed),
    StageUploaded(p::StageUploaded),
    StageDownloaded(p::StageDownloaded),
    ApprovalEstimated(p::ApprovalEstimated),
);
