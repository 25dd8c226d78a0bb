//! One file from an agent to a stage.
//!
//! Enters: the file, as its driver sends it. Leaves: the file in the stage's storage, looked into, let through by the policy's word on
//! what is in it, and recorded before its first byte leaves. Never here: the file on a disk of this machine.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use event::Digest;
use event::payload::StageUploaded;

use super::contents::{is_gzip, look};
use super::failure::FileFailure;
use super::moves::Way;
use super::opened::{Asked, Opened, failed, open};
use crate::arriving::{Arriving, next_piece};
use crate::limits::{STAGE_FILE_BYTES_MAX, STAGE_FILE_TIMEOUT};
use crate::shared::Shared;
use crate::time::between;
use crate::upstream::storage::store;

/// Endings of files that are packed already.
const PACKED: [&str; 3] = [".gz", ".gzip", ".tgz"];

/// Carries the file that `body` is.
pub(crate) async fn upload(
    shared: &Arc<Shared>,
    asked: Asked,
    body: Arriving,
) -> Result<(), FileFailure> {
    let opened = open(shared, asked, Way::Upload).await?;
    let file = match collect(body).await {
        Ok(file) => file,
        Err(failure) => {
            failed(&shared.recorder, &opened, &failure).await;
            return Err(failure);
        }
    };
    // The client's going away must not leave a file recorded and half stored. It waited and was long on its way: what is in it is held
    // against the rules of now.
    let owned = shared.now();
    let carrying = shared.tasks.spawn(async move {
        let over = owned.over(&opened.ticket.about);
        let carried = tokio::select! {
            biased;
            () = over => Err(FileFailure::Over),
            () = owned.stop.cancelled() => Err(FileFailure::Stopping),
            carried = carry(&owned, &opened, file) => carried,
        };
        if let Err(failure) = &carried {
            failed(&owned.recorder, &opened, failure).await;
        }
        // What is refused for what is in it is answered; another file takes another statement.
        if matches!(carried, Ok(()) | Err(FileFailure::Refused(_))) {
            opened.leave.done();
        }
        carried
    });
    carrying.await.unwrap_or(Err(FileFailure::Stopping))
}

async fn carry(shared: &Shared, opened: &Opened, file: Bytes) -> Result<(), FileFailure> {
    let ticket = &opened.ticket;
    if shared.is_over(&ticket.about) {
        return Err(FileFailure::Over);
    }
    let name = name(&ticket.file, ticket.packed, &file)?;
    let looked = look(&shared.masking, file.clone(), false).await;
    let moved = looked.moved;
    let rules = &shared.engine.policy().settings().stages;
    rules.upload(moved.content, &moved.found)?;
    let digest = Digest::of(&file);
    let uploaded = StageUploaded {
        stage: ticket.stage.clone(),
        file: shared.masking.message(&name, false),
        bytes: file.len() as u64,
        digest,
        content: moved.content,
        found: moved.found,
        duration_ns: between(opened.arrived, shared.clock.now()),
    };
    let recorded = shared.recorder.record([ticket.about.draft(uploaded)]).await;
    if let Err(error) = recorded {
        tracing::error!(statement = %ticket.about.statement, %error, "a file was not recorded, so it did not move");
        return Err(FileFailure::Unrecorded);
    }
    let client = shared.accounts.client();
    store(client, &ticket.storage, &name, file, digest).await?;
    Ok(())
}

async fn collect(mut body: Arriving) -> Result<Bytes, FileFailure> {
    let all = async {
        let mut file = BytesMut::new();
        while let Some(piece) = next_piece(&mut body).await.map_err(|_| FileFailure::Cut)? {
            if file.len() + piece.len() > STAGE_FILE_BYTES_MAX {
                return Err(FileFailure::TooLarge);
            }
            file.extend_from_slice(&piece);
        }
        Ok(file.freeze())
    };
    let read = tokio::time::timeout(STAGE_FILE_TIMEOUT, all).await;
    read.unwrap_or(Err(FileFailure::Cut))
}

/// The file's name on the stage: the last part of the path that the statement says. One driver packs a file and sends it to the address
/// of the unpacked one, and calls it by the packed one's name.
fn name(path: &str, packed: bool, file: &[u8]) -> Result<String, FileFailure> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.is_empty() || name.contains(['*', '?']) {
        return Err(FileFailure::Several);
    }
    let lower = name.to_ascii_lowercase();
    let says = PACKED.iter().any(|ending| lower.ends_with(ending));
    if packed && !says && is_gzip(file) {
        return Ok(format!("{name}.gz"));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::name;
    use crate::stages::failure::FileFailure;

    #[test]
    fn a_file_keeps_its_name() {
        let gzip = [0x1f, 0x8b, 8, 0];
        for (path, packed, file, expected) in [
            ("/tmp/a/b.csv", true, &b"1,2"[..], "b.csv"),
            ("b.csv.gz", true, &gzip, "b.csv.gz"),
            ("/tmp/b.csv", true, &gzip, "b.csv.gz"),
            ("/tmp/b.csv", false, &gzip, "b.csv"),
            ("C:\\x\\b.TGZ", true, &gzip, "b.TGZ"),
        ] {
            assert_eq!(name(path, packed, file).as_deref(), Ok(expected), "{path}");
        }
        for path in ["/tmp/*.csv", "", "/tmp/", "a?.csv"] {
            assert_eq!(name(path, true, b""), Err(FileFailure::Several), "{path}");
        }
    }
}
