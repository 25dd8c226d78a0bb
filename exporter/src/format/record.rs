//! What the record says, as a tree under its own names; and its times.
//!
//! Enters: payloads, nanoseconds. Leaves: trees, times as receivers write them. Never here: what anything means.

use chrono::{DateTime, SecondsFormat};
use event::{Payload, TimeNs};

use super::tree::Tree;

/// UTC with nanoseconds, which any 64-bit time has.
pub fn rfc3339(time: TimeNs) -> String {
    DateTime::from_timestamp_nanos(time.0).to_rfc3339_opts(SecondsFormat::Nanos, true)
}

/// Milliseconds since 1970, rounded down.
pub const fn millis(time: TimeNs) -> i64 {
    time.0.div_euclid(1_000_000)
}

/// What happened, under its own names. What is sealed is for gateways alone: nobody else can read it, and nobody else keeps it.
pub fn payload_tree(payload: &Payload) -> Tree {
    let mut tree = every_field(payload);
    if let (Payload::ApprovalRequested(_) | Payload::StatementAnnounced(_), Tree::Map(fields)) =
        (payload, &mut tree)
    {
        fields.take("sealed");
    }
    tree
}

fn every_field(payload: &Payload) -> Tree {
    macro_rules! each {
        ($($kind:ident),+ $(,)?) => {
            match payload {
                $(Payload::$kind(body) => Tree::of(body)),+
            }
        };
    }
    each!(
        SessionOpened,
        SessionRenewed,
        SessionClosed,
        SessionRefused,
        StatementSubmitted,
        StatementDecided,
        StatementClaimed,
        StatementCounted,
        StatementAnnounced,
        StatementForwarded,
        StatementFailed,
        StatementCanceled,
        StageRefused,
        StageUploaded,
        StageDownloaded,
        ApprovalRequested,
        ApprovalGranted,
        ApprovalDenied,
        ApprovalExpired,
        ApprovalCanceled,
        ApprovalRevoked,
        ApprovalReviewed,
        ApprovalEstimated,
        ResponseStarted,
        ResponsePage,
        ResponseFinished,
        PolicyLoaded,
        AuditDegraded,
        AuditRestored,
        AuditorQueried,
        AuditorReplayed,
        AuditorExported,
        AuditorVerified,
        AuditorListed,
        FindingRaised,
        ConfigurationLoaded,
        ConfigurationRefused,
        SessionsKilled,
        CatalogLoaded,
        CatalogInvalidated,
        ProducerStarted,
        ProducerHeartbeat,
        ProducerStopped,
    )
}
