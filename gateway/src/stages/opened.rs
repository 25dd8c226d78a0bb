//! A ticket at work: whose file it is, and that it is this client's turn.
//!
//! Enters: an address, who shows it. Leaves: the ticket, and leave to use it. Never here: an address of another session, one that
//! expired or was used, one of a session that is over.

use door::Turn;
use event::payload::StageRefused;
use event::{SessionId, TimeNs};

use super::failure::FileFailure;
use super::moves::Way;
use super::ticket::FileTicket;
use super::used::Use;
use crate::record::Recorder;
use crate::shared::Shared;

/// Who asks for an address, and when.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The sealed ticket.
    pub sealed: String,
    /// The session of the token that is shown; most drivers show none.
    pub shown: Option<SessionId>,
    /// When the request arrived.
    pub arrived: TimeNs,
}

/// A ticket whose file is being carried.
pub(crate) struct Opened {
    pub ticket: FileTicket,
    pub arrived: TimeNs,
    pub leave: Use,
    /// Kept until the file is where it belongs.
    pub(super) turn: Turn<SessionId>,
}

/// Opens an address, when it is its session's turn.
pub(super) async fn open(shared: &Shared, asked: Asked, way: Way) -> Result<Opened, FileFailure> {
    let ticket =
        FileTicket::open(&shared.sealer, &asked.sealed).map_err(|_| FileFailure::Closed)?;
    let session = ticket.about.session;
    let foreign = asked.shown.is_some_and(|shown| shown != session);
    let expired = shared.clock.now() >= ticket.expires;
    if ticket.way != way || foreign || expired {
        return Err(FileFailure::Closed);
    }
    // A connection that is taken out of the configuration ends what was given over it.
    let connections = &shared.config.connections;
    if shared.is_over(&ticket.about) || !connections.contains_key(&ticket.about.connection) {
        return Err(FileFailure::Over);
    }
    let turns = &shared.stages.turns;
    if turns.is_full(&session) {
        return Err(FileFailure::Busy);
    }
    let leave = shared.stages.used.begin(ticket.id)?;
    Ok(Opened {
        turn: turns.take(session).await,
        ticket,
        arrived: asked.arrived,
        leave,
    })
}

/// Says in the record why a file did not move.
pub(super) async fn failed(recorder: &Recorder, opened: &Opened, failure: &FileFailure) {
    let about = &opened.ticket.about;
    tracing::warn!(statement = %about.statement, error = %failure, "a file did not move");
    if matches!(failure, FileFailure::Refused(_)) {
        recorder.note(about.draft(StageRefused {
            operation: opened.ticket.way.word().to_owned(),
            reason: failure.to_string(),
        }));
    }
    let failure = failure.of(about.statement.uuid());
    recorder.failed(about, &failure, opened.arrived).await;
}
