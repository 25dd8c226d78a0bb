//! What is said where Snowflake answered something else than was decided on.
//!
//! Enters: what does not fit. Leaves: an event for the record, words for the agent. Never here: a word of Snowflake's own.

use event::payload::{FailureStage, StageRefused};
use journal::emit::Draft;

use crate::about::About;
use crate::failure::Failure;
use crate::record::Recorder;

/// Another kind of statement ran: its result is withheld.
pub(crate) fn another_kind(recorder: &Recorder, about: &About, mismatch: &str) -> Failure {
    let statement = about.statement;
    tracing::error!(%statement, mismatch, "upstream ran another kind of statement than was decided on");
    recorder.note(about.draft(StageRefused {
        operation: "statement type".to_owned(),
        reason: mismatch.to_owned(),
    }));
    let text = format!("{mismatch}: the result is withheld");
    Failure::refused(FailureStage::Gateway, statement.uuid(), text)
}

/// What the record names the refusal of a result that has more rows than people agreed to.
pub(crate) const TOO_MANY_ROWS: &str = "rows of an approved shape";

/// More rows came than people agreed to: the result is withheld.
pub(crate) fn too_many(recorder: &Recorder, about: &About, mismatch: &str) -> Failure {
    let statement = about.statement;
    recorder.note(about.draft(StageRefused {
        operation: TOO_MANY_ROWS.to_owned(),
        reason: mismatch.to_owned(),
    }));
    let text = format!(
        "{mismatch}: the result is withheld; ask for fewer rows, or have this statement approved by itself"
    );
    Failure::refused(FailureStage::Approval, statement.uuid(), text)
}

/// Another result is described: all of it is redacted.
pub(crate) fn another(about: &About, mismatch: &str) -> Draft {
    tracing::error!(statement = %about.statement, mismatch, "upstream described another result than was decided on");
    about.draft(StageRefused {
        operation: "result description".to_owned(),
        reason: format!("{mismatch}: the result is redacted"),
    })
}
