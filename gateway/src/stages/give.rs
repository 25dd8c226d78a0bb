//! Addresses of the gateway's own in place of a way to storage.
//!
//! Enters: Snowflake's answer to a PUT or GET. Leaves: the answer without any way to storage, and a ticket for each file. Never here: an
//! address or a credential of the storage outside a sealed ticket.

use event::TimeNs;
use event::payload::{FailureStage, StageRefused};

use super::moves::{Way, moving};
use super::ticket::{FileTicket, TicketError};
use crate::failure::Failure;
use crate::fresh;
use crate::limits::{STAGE_ADDRESS_LASTS, STAGE_FILES_PER_GET_MAX};
use crate::outcome::Files;
use crate::seal::Sealer;
use crate::session::Session;
use crate::shared::Shared;
use crate::statement::decide::Decided;
use crate::time::later;
use crate::upstream::reply::UpstreamReply;
use crate::upstream::storage::place::PlaceError;
use crate::upstream::storage::transfer::Transfer;

/// Why a client is given no addresses.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum NotGiven {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// PUT answered as GET, or the other way round.
    #[error("Snowflake answered with files that go the other way")]
    OtherWay,
    #[error(
        "the statement is about {0} files, and at most {STAGE_FILES_PER_GET_MAX} move at once: name fewer"
    )]
    TooMany(usize),
}

/// Takes the way to storage out of an answer. An answer that has none stays as it is.
pub(crate) fn given(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    mut reply: UpstreamReply,
) -> Result<(UpstreamReply, Option<Files>), Failure> {
    let Some((way, stage)) = moving(decided).filter(|_| reply.success()) else {
        return Ok((reply, None));
    };
    if !reply.leads_to_storage() {
        return Ok((reply, None));
    }
    let near = shared
        .accounts
        .connection(&session.claims)
        .is_some_and(|connection| connection.is_near());
    let transfer = reply.take_transfer(near).map_err(NotGiven::from);
    let sealing = (&shared.sealer, shared.clock.now());
    let files =
        transfer.and_then(|transfer| tickets(sealing, session, decided, (way, stage), transfer));
    match files {
        Ok(files) => {
            shared.stages.again.remember(session.id(), &decided.request);
            Ok((reply, Some(files)))
        }
        Err(why) => {
            let text = format!("{} is not possible: {why}", way.word());
            shared.recorder.note(decided.about.draft(StageRefused {
                operation: way.word().to_owned(),
                reason: why.to_string(),
            }));
            let statement = decided.about.statement.uuid();
            Err(Failure::refused(FailureStage::Gateway, statement, text))
        }
    }
}

fn tickets(
    (sealer, now): (&Sealer, TimeNs),
    session: &Session,
    decided: &Decided,
    (way, stage): (Way, &str),
    transfer: Transfer,
) -> Result<Files, NotGiven> {
    if transfer.upload != (way == Way::Upload) {
        return Err(NotGiven::OtherWay);
    }
    if transfer.files.len() > STAGE_FILES_PER_GET_MAX {
        return Err(NotGiven::TooMany(transfer.files.len()));
    }
    let expires = later(now, STAGE_ADDRESS_LASTS).min(session.claims.ends);
    let ticket = |file: crate::upstream::storage::transfer::StageFile| {
        let ticket = FileTicket {
            id: fresh::v4(),
            about: decided.about.clone(),
            way,
            stage: stage.to_owned(),
            file: file.name,
            packed: transfer.packed,
            storage: file.storage,
            expires,
        };
        ticket.seal(sealer)
    };
    let tickets: Result<Vec<String>, TicketError> =
        transfer.files.into_iter().map(ticket).collect();
    Ok(Files {
        upload: transfer.upload,
        naming: transfer.naming,
        tickets: tickets?,
    })
}
