//! What happened to a session outside its statements, in words.
//!
//! Enters: a payload. Leaves: a line, and what stands out in it. Never here: a statement.

use event::Payload;

use super::Marker;
use crate::when;

/// What a note says, and what stands out.
pub(super) fn note(payload: &Payload) -> (String, Vec<Marker>) {
    match payload {
        Payload::SessionOpened(opened) => {
            (format!("logged in by {}", opened.authenticator), vec![])
        }
        Payload::SessionRenewed(renewed) => (
            format!("renewed until {}", when::instant(renewed.expires)),
            vec![],
        ),
        Payload::SessionClosed(closed) => (format!("closed: {}", closed.reason), vec![]),
        Payload::SessionRefused(refused) => (
            format!("login refused ({}): {}", refused.code, refused.reason),
            vec![Marker::Denied],
        ),
        Payload::StageRefused(refused) => (
            format!("{} refused: {}", refused.operation, refused.reason),
            vec![Marker::Denied],
        ),
        Payload::StageUploaded(file) => (
            format!("uploaded {} to {}", file.file.get(), file.stage),
            vec![],
        ),
        Payload::StageDownloaded(file) => (
            format!("downloaded {} from {}", file.file.get(), file.stage),
            vec![],
        ),
        Payload::AuditDegraded(degraded) => (
            format!(
                "recording degraded since {}: {}",
                when::instant(degraded.since),
                degraded.reason
            ),
            vec![Marker::Degraded],
        ),
        Payload::AuditRestored(restored) => (
            format!(
                "recording restored; {} statements ran unrecorded",
                restored.unrecorded
            ),
            vec![],
        ),
        other => (other.kind().to_string(), vec![]),
    }
}
