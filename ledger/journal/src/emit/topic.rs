//! Where an event of each kind goes.
//!
//! Enters: a kind. Leaves: its topic. Never here: a kind without one.

use event::Kind;

use crate::Topic;

/// The topic of `kind`: what every gateway must see goes to the control topic.
pub const fn topic_of(kind: Kind) -> Topic {
    match kind {
        Kind::ApprovalRequested
        | Kind::ApprovalGranted
        | Kind::ApprovalDenied
        | Kind::ApprovalExpired
        | Kind::ApprovalCanceled
        | Kind::ApprovalRevoked
        | Kind::ApprovalReviewed
        | Kind::ApprovalEstimated
        | Kind::StatementClaimed
        | Kind::StatementAnnounced
        | Kind::StatementCounted
        | Kind::SessionClosed
        | Kind::SessionsKilled
        | Kind::CatalogInvalidated
        | Kind::PolicyLoaded => Topic::Control,
        Kind::SessionOpened
        | Kind::SessionRenewed
        | Kind::SessionRefused
        | Kind::StatementSubmitted
        | Kind::StatementDecided
        | Kind::StatementForwarded
        | Kind::ResponseStarted
        | Kind::ResponsePage
        | Kind::ResponseFinished
        | Kind::StatementFailed
        | Kind::StatementCanceled
        | Kind::StageRefused
        | Kind::StageUploaded
        | Kind::StageDownloaded
        | Kind::AuditDegraded
        | Kind::AuditRestored
        | Kind::AuditorQueried
        | Kind::AuditorReplayed
        | Kind::AuditorExported
        | Kind::AuditorVerified
        | Kind::AuditorListed
        | Kind::FindingRaised
        | Kind::ConfigurationLoaded
        | Kind::ConfigurationRefused
        | Kind::CatalogLoaded
        | Kind::ProducerStarted
        | Kind::ProducerHeartbeat
        | Kind::ProducerStopped => Topic::Events,
    }
}
