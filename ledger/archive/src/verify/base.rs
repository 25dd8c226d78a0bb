//! What a verification begins with: checkpoints, objects as the store lists them, and the checkpoint that was asked for.
//!
//! Enters: the archive, what is asked. Leaves: what is known, and in the end a checkpoint where all is sound. Never here: a look into the
//! record.

use std::collections::HashMap;

use super::ask::{Ask, Since, Told};
use super::checkpoint::{Checkpoint, CheckpointError, Checkpoints, Draft, FileMark};
use super::error::VerifyError;
use super::known::{ByPath, Known};
use super::objects::Objects;
use super::report::{Finding, Findings, Report, Verdict};
use crate::{Archive, Snapshot};

/// All of it; nothing where nothing is kept, and all is read.
#[derive(Default)]
pub(super) struct Base {
    checkpoints: Option<Checkpoints>,
    objects: Option<Objects>,
    found: Option<(Checkpoint, Told)>,
    keep: bool,
}

impl Base {
    pub(super) async fn of(
        archive: &Archive,
        snapshot: &Snapshot,
        ask: Ask,
        findings: &mut Findings,
    ) -> Result<Self, VerifyError> {
        if !ask.keep && ask.since == Since::Beginning {
            return Ok(Self::default());
        }
        // Tombstones are held against what stands around them, from the first event on.
        match (snapshot.erased_leaves(), ask.since) {
            (0, _) => {}
            (_, Since::Beginning) => {
                let what = "no checkpoint is kept of an archive of which events went by retention: each verification is a whole one";
                findings.note(what.to_owned());
                return Ok(Self::default());
            }
            (erased, _) => return Err(VerifyError::Erased(erased)),
        }
        let checkpoints = Checkpoints::of(archive).await?;
        // Listed before anything is read: what changes meanwhile is read again the next time.
        let objects = Objects::list(snapshot).await?;
        let found = begun(&checkpoints, ask.since, findings).await?;
        Ok(Self {
            checkpoints: Some(checkpoints),
            objects: Some(objects),
            found,
            keep: ask.keep,
        })
    }

    pub(super) fn by_path(&self) -> ByPath<'_> {
        let found = self.found.as_ref();
        found.map_or_else(HashMap::new, |(checkpoint, _)| checkpoint.by_path())
    }

    /// What was proved before; `files` are [`Self::by_path`].
    pub(super) fn known<'a>(&'a self, files: &'a ByPath<'a>) -> Option<Known<'a>> {
        let (checkpoint, _) = self.found.as_ref()?;
        Some(Known {
            checkpoint,
            objects: self.objects.as_ref()?,
            files,
        })
    }

    pub(super) const fn objects(&self) -> Option<&Objects> {
        self.objects.as_ref()
    }

    /// Where to keep what is proved, if it is to be kept.
    pub(super) fn checkpoints(&self) -> Option<&Checkpoints> {
        self.checkpoints.as_ref().filter(|_| self.keep)
    }

    /// Keeps `draft`, with `sealed` files, if all is sound; says so in the report.
    pub(super) async fn end(
        &self,
        draft: Option<Draft>,
        sealed: Vec<FileMark>,
        report: &mut Report,
    ) {
        report.since = self.found.as_ref().map(|(_, told)| *told);
        let (Some(checkpoints), Some(mut draft)) = (self.checkpoints(), draft) else {
            return;
        };
        if !(report.integrity && report.completeness) {
            return;
        }
        draft.files.extend(sealed);
        if !draft.is_whole() {
            let what = "what was proved is not kept, the next verification reads it again: the store did not list every file that was read";
            report.notes.push(what.to_owned());
            return;
        }
        match checkpoints.keep(draft).await {
            Ok(told) => report.checkpoint = Some(told),
            Err(error) => report.notes.push(format!(
                "what was proved is not kept, the next verification reads it again: {error}"
            )),
        }
    }
}

/// The checkpoint to begin with. One that was altered is a finding, and everything is verified.
async fn begun(
    checkpoints: &Checkpoints,
    since: Since,
    findings: &mut Findings,
) -> Result<Option<(Checkpoint, Told)>, VerifyError> {
    match checkpoints.find(since).await {
        Ok(None) if since == Since::Last => {
            findings.note("there is no checkpoint yet: everything was verified".to_owned());
            Ok(None)
        }
        Ok(found) => Ok(found),
        Err(error @ CheckpointError::Altered { .. }) => {
            let what = format!("{error}; everything was verified");
            findings.add(Finding::of(Verdict::Integrity, what));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
