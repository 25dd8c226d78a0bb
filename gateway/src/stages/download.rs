//! One file from a stage to an agent.
//!
//! Enters: an address. Leaves: the file, looked into, masked where the policy says so, and recorded before its first byte leaves. Never
//! here: a file that nobody could look into, unless the policy lets it through unread; one in memory for a client that has no turn.

use std::sync::Arc;

use access::policy::FileRefused;
use bytes::Bytes;
use event::Digest;
use event::payload::StageDownloaded;

use super::contents::{look, packed};
use super::failure::FileFailure;
use super::leaving::Leaving;
use super::moves::Way;
use super::opened::{Asked, Opened, failed, open};
use crate::limits::STAGE_FILE_BYTES_MAX;
use crate::shared::Shared;
use crate::time::between;
use crate::upstream::storage::fetch;

/// The file that the address is of, as the client may have it.
pub(crate) async fn download(shared: &Arc<Shared>, asked: Asked) -> Result<Leaving, FileFailure> {
    let opened = open(shared, asked, Way::Download).await?;
    // By the rules of now: it may have waited long for its turn.
    let owned = shared.now();
    let carrying = shared.tasks.spawn(async move {
        let over = owned.over(&opened.ticket.about);
        let carried = tokio::select! {
            biased;
            () = over => Err(FileFailure::Over),
            () = owned.stop.cancelled() => Err(FileFailure::Stopping),
            carried = carry(&owned, &opened) => carried,
        };
        if let Err(failure) = &carried {
            failed(&owned.recorder, &opened, failure).await;
        }
        let over = owned.over(&opened.ticket.about);
        let Opened { leave, turn, .. } = opened;
        if matches!(carried, Ok(_) | Err(FileFailure::Refused(_))) {
            leave.done();
        }
        carried.map(|file| Leaving::new(file, turn, over, &owned.tasks))
    });
    carrying.await.unwrap_or(Err(FileFailure::Stopping))
}

async fn carry(shared: &Shared, opened: &Opened) -> Result<Bytes, FileFailure> {
    let ticket = &opened.ticket;
    if shared.is_over(&ticket.about) {
        return Err(FileFailure::Over);
    }
    let client = shared.accounts.client();
    let file = fetch(client, &ticket.storage, &ticket.file, STAGE_FILE_BYTES_MAX).await?;
    let looked = look(&shared.masking, file.clone(), true).await;
    let moved = looked.moved;
    let rules = &shared.engine.policy().settings().stages;
    let masks = rules.download(moved.content, &moved.found)?;
    let (delivered, masked_cells) = match moved.masked {
        Some(masked) if masks => {
            let copy = packed(looked.packing, masked).await;
            (copy.ok_or(FileRefused::Unread)?, moved.masked_cells)
        }
        // It was to be masked, and there is no masked copy of it.
        None if masks => return Err(FileRefused::Unread.into()),
        _ => (file.clone(), 0),
    };
    let downloaded = StageDownloaded {
        stage: ticket.stage.clone(),
        file: shared.masking.message(&ticket.file, false),
        bytes: file.len() as u64,
        digest: Digest::of(&file),
        content: moved.content,
        found: moved.found,
        masked_cells,
        delivered_bytes: delivered.len() as u64,
        delivered_digest: Digest::of(&delivered),
        duration_ns: between(opened.arrived, shared.clock.now()),
    };
    let recorded = shared
        .recorder
        .record([ticket.about.draft(downloaded)])
        .await;
    if let Err(error) = recorded {
        tracing::error!(statement = %ticket.about.statement, %error, "a file was not recorded, so it did not move");
        return Err(FileFailure::Unrecorded);
    }
    Ok(delivered)
}
